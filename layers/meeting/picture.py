"""What is on the stage: the scenes of one or two maps, the sentence over them, and where they look."""

from __future__ import annotations

from dataclasses import dataclass, replace

from geo.dataset import Dataset
from geo.meeting import AgendaItem
from geo.terms import Catalogue, Resource
from layers import map_view
from layers.actuals.used import with_measured
from layers.area_missing import has_partition
from layers.assessed import tables_of
from layers.assumed import Assumed, assumed_of
from layers.catalogue import geometry_of
from layers.certainty import shown_certainty, with_certainty
from layers.closing_map import closing_scene, map_title
from layers.described import closing_layer, layers_of
from layers.ladder_rows import LadderRow, ladder_rows
from layers.live import Extra, Scene, Shown
from layers.meeting.compared import share_painter
from layers.meeting.view import view_of_map
from layers.outlines import outlines
from layers.place_picker import current_place, fit_token
from layers.scale_places import Place
from layers.sentences import sentence
from layers.state import ViewState
from layers.terrain import page as terrain_page
from layers.whatif import page as whatif_page
from layers.whatif.maps import legend_html, plant_marks
from layers.whatif.sides import Side, Sides, sides_of

# Lines over the fill, top first.
_LINES = ("prefecture", "municipality")
Look = tuple[str, tuple[float, float, float]]
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class Pair:
    """A place's rows before and after, by resource key, and what is compared."""

    before: whatif_page.Rows
    after: whatif_page.Rows
    sides: Sides


@dataclass(frozen=True)
class Picture:
    """What the stage draws.

    Attributes
    ----------
    kind
        'map', 'ladder' or 'comparison'.
    scenes
        Of one map, or of two side by side.
    heads
        A line over each map, '' for none.
    words
        The sentence that is read aloud, '' for none.
    legend
        Markup of the one legend of two maps.
    place, resource
        What it is of.
    rows
        The place's ladder; () where the kind shows none.
    pair
        The place's ladder before and after, None but for a comparison.
    home
        What the map of an item shows that looks nowhere in particular: south, west, north, east in degrees.
    """

    kind: str
    scenes: tuple[Scene, ...]
    place: Place
    resource: Resource
    heads: tuple[str, ...] = ("",)
    words: str = ""
    legend: str = ""
    rows: tuple[LadderRow, ...] = ()
    pair: Pair | None = None
    home: Bounds = (0.0, 0.0, 0.0, 0.0)


def picture_of(
    kind: str,
    state: ViewState,
    dataset: Dataset,
    catalogue: Catalogue,
    *,
    item: AgendaItem | None,
    extra: tuple[Extra, ...] = (),
    is_wall: bool = False,
) -> Picture:
    """Return what the stage shows of a view.

    Parameters
    ----------
    kind
        One of ``VIEW_KINDS``; a comparison without a scenario in force is shown as a ladder.
    item
        The agenda's item that is open, which says where the map looks.
    extra
        What was drawn on the map.
    is_wall
        Whether the sentence is to be read from far away: it then tells of the resource in focus alone.
    """
    resource = map_view.resource_of(state, catalogue)
    by = state.by if has_partition(state.by, dataset) else "municipality"
    place = current_place(dataset, state)
    if kind == "map":
        layers = layers_of(dataset, catalogue)
        # A layer of closing scales needs a partition that the area has.
        scene = map_view.scene_of(
            replace(state, by=by), dataset, catalogue, layers, extra=(*terrain_page.extras(dataset), *extra)
        )
        found = Picture(kind, (scene,), place, resource)
    else:
        sides = _sides(state, dataset, catalogue) if kind == "comparison" else None
        if sides is None:
            found = _ladder(state, dataset, catalogue, resource, place, by, is_short=is_wall)
        else:
            found = _comparison(state, dataset, catalogue, sides, resource, place, by)
        found = replace(found, scenes=tuple(replace(scene, extra=(*scene.extra, *extra)) for scene in found.scenes))
    first, *others = found.scenes
    look, fit = look_of(item), _fit(item, first, dataset, place)
    home = _bounds(first, dataset, place, is_whole=True)
    return replace(found, scenes=(replace(first, look=look, fit=fit), *others), home=home)


def look_of(item: AgendaItem | None) -> Look | None:
    """Return where the item's map looks, as a request of that item; None where it says nothing or nonsense."""
    view = view_of_map(item) if item else ""
    try:
        latitude, longitude, zoom = (float(part) for part in view.split(","))
    except ValueError:
        return None
    if item is None or not (abs(latitude) <= 85 and abs(longitude) <= 180 and 0 <= zoom <= 22):
        return None
    # Pinned anew elsewhere, it is another request.
    return f"{item.key}@{view}", (latitude, longitude, zoom)


def _fit(item: AgendaItem | None, scene: Scene, dataset: Dataset, place: Place) -> tuple[str, Bounds]:
    """Return the bounds that the map moves to: with every item, and with a pick in the list of places."""
    name = item.key if item else ""
    # The Map page opens on the whole area; a place picked beside this map is what it is asked for.
    bounds = _bounds(scene, dataset, place, is_whole=item is not None or place.kind == "prefecture")
    if scene.fit is not None:
        return f"{name}:{scene.fit[0]}", bounds
    return f"{name}:map={'' if item else fit_token()}", bounds


def _bounds(scene: Scene, dataset: Dataset, place: Place, *, is_whole: bool) -> Bounds:
    """Return what the scene asks to be shown, else the whole area or the place: south, west, north, east."""
    if scene.fit is not None:
        return scene.fit[1]
    units = outlines("prefecture" if is_whole else geometry_of(place.kind), dataset)
    shown = units if is_whole else units.loc[[place.code]]
    west, south, east, north = (float(edge) for edge in shown.total_bounds)
    return south, west, north, east


def _ladder(
    state: ViewState,
    dataset: Dataset,
    catalogue: Catalogue,
    resource: Resource,
    place: Place,
    by: str,
    *,
    is_short: bool,
) -> Picture:
    assumed = assumed_of(state, dataset, catalogue)
    closing = tables_of(dataset, catalogue, assumed, by=by)(resource.key, "central")["closing_scale"]
    known = layers_of(dataset, catalogue)
    scene = closing_scene(
        dataset,
        closing_layer(known["closing_scale"], resource, dataset),
        [known[key] for key in _LINES],
        closing,
        by=by,
        place=place,
        lang=state.lang,
        title=map_title(resource, state.lang),
        fit_token=fit_token(),
        certainty=shown_certainty(dataset, catalogue, assumed, resource.key, closing, by=by),
    )
    tables = tables_of(dataset, catalogue, assumed, by=place.kind)
    rows = ladder_rows(catalogue.resources, tables, code=place.code, threshold=state.threshold)
    rows = with_measured(rows, state, dataset, catalogue, kind=place.kind, code=place.code)
    rows = with_certainty(rows, dataset, catalogue, assumed, kind=place.kind, code=place.code)
    told = [row for row in rows if row.resource == resource.key] if is_short else rows
    words = sentence(told, place, state.lang, focus=resource.key)
    return Picture("ladder", (scene,), place, resource, words=words, rows=tuple(rows))


def _sides(state: ViewState, dataset: Dataset, catalogue: Catalogue) -> Sides | None:
    """Return what is compared; the sliders as they stand move the side of the scenario in force."""
    sides = sides_of(state, dataset, catalogue)
    if sides is None or sides.after.scenario is None or sides.after.scenario.area != dataset.area:
        return None
    assumed: Assumed = assumed_of(state, dataset, catalogue)
    return replace(sides, after=replace(sides.after, assumed=assumed))


def _comparison(
    state: ViewState, dataset: Dataset, catalogue: Catalogue, sides: Sides, resource: Resource, place: Place, by: str
) -> Picture:
    shares = share_painter(dataset, catalogue, resource, sides, by)
    scenes = tuple(
        _side_scene(side, state, dataset, catalogue, resource, place, by, has_marks=shares is None)
        for side in _both(sides)
    )
    if shares is not None:
        scenes = tuple(
            replace(scene, shown=(*scene.shown[:-1], Shown(shares(side))))
            for scene, side in zip(scenes, _both(sides), strict=True)
        )
    before, after = (whatif_page.rows_of(side, dataset, catalogue, place) for side in _both(sides))
    names = [side.name(state.lang) for side in _both(sides)]
    return Picture(
        "comparison",
        # The second is locked to the first.
        (scenes[0], replace(scenes[1], fit=None)),
        place,
        resource,
        heads=(names[0], names[1]),
        words=whatif_page.sentence(before, after, sides, dataset, catalogue, place),
        legend=legend_html(scenes[0].shown[-1].painting, state.lang, beside=scenes[1].shown[-1].painting),
        pair=Pair(before, after, sides),
    )


def _both(sides: Sides) -> tuple[Side, Side]:
    return sides.before, sides.after


def _side_scene(
    side: Side,
    state: ViewState,
    dataset: Dataset,
    catalogue: Catalogue,
    resource: Resource,
    place: Place,
    by: str,
    *,
    has_marks: bool,
) -> Scene:
    known = layers_of(dataset, catalogue)
    layer = closing_layer(known["closing_scale"], resource, dataset)
    closing = side.tables(dataset, catalogue, by)(resource.key, "central")["closing_scale"]
    certainty = None
    if has_marks:
        certainty = shown_certainty(dataset, catalogue, side.assumed, resource.key, closing, by=by)
    scene = closing_scene(
        dataset,
        replace(layer, title_ja=map_title(resource, "ja"), title_en=map_title(resource, "en")),
        [known[key] for key in _LINES],
        closing,
        by=by,
        place=place,
        lang=state.lang,
        title=map_title(resource, state.lang),
        fit_token=fit_token(),
        certainty=certainty,
    )
    return replace(scene, with_legend=False, extra=(*scene.extra, *plant_marks(side.assumed.changes)))
