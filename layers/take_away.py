"""The files of a view to take away: the map as HTML, its layers as GeoPackage and GeoJSON, the figures as CSV."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from geo.dataset import Dataset
from geo.terms import Catalogue
from layers import map_view
from layers.actuals.used import actuals_in_use, municipalities_of
from layers.actuals.words import measured_words
from layers.assumed import assumed_of
from layers.certainty import certainty_columns, is_judged
from layers.export_layers import export_layers
from layers.exports import ExportLayer, csv_table, geojson, geopackage, per_year
from layers.figure_sources import figure_sources, figure_years
from layers.layer import CELLS, Layer, Painting
from layers.messages import text
from layers.scenario_note import scenario_note
from layers.state import ViewState


@dataclass(frozen=True)
class TakeAway:
    """A file that is made only when it is asked for."""

    key: str
    name: str
    mime: str
    make: Callable[[], bytes]


def view_of(raw: str | None) -> tuple[float, float, float] | None:
    """Read the address's ``view`` (latitude, longitude, zoom); None where it is no view."""
    try:
        numbers = tuple(float(part) for part in (raw or "").split(","))
    except ValueError:
        return None
    if len(numbers) != 3 or not all(map(math.isfinite, numbers)) or abs(numbers[0]) > 85:
        return None
    return numbers[0], numbers[1], min(max(numbers[2], 5.0), 16.0)


def take_aways(
    state: ViewState,
    dataset: Dataset,
    catalogue: Catalogue,
    layers: Mapping[str, Layer],
    *,
    view: tuple[float, float, float] | None,
) -> list[TakeAway]:
    """Return the files of this view; none is made before it is asked for."""
    stem = f"meguri-{dataset.area}"
    lang, resource = state.lang, map_view.resource_of(state, catalogue)

    def painted() -> list[tuple[Painting, int]]:
        return map_view.paintings(state, dataset, catalogue, layers)

    def table() -> pd.DataFrame:
        return map_view.figures(
            state, dataset, catalogue, resource=map_view.resource_of(state, catalogue).key, by=state.by
        )

    def as_html() -> bytes:
        # Loaded when the file is asked for, not with the first page.
        from layers.folium_map import VisibleLayer, standalone_map  # noqa: PLC0415

        shown = [VisibleLayer(painting, opacity / 100) for painting, opacity in painted()]
        title = text("common.app", lang) + " " + (dataset.name_ja if lang == "ja" else dataset.name_en)
        return standalone_map(shown, dataset, lang=lang, title=title, stem=stem, view=view).data

    def tabled() -> list[Painting]:
        return [painting for painting, _ in painted()]

    def exported() -> list[ExportLayer]:
        return export_layers(
            tabled(), dataset, lang=lang, closing=table(), resource=map_view.resource_of(state, catalogue)
        )

    def as_geopackage() -> bytes:
        return geopackage(exported(), stem=stem).data

    def as_geojson() -> bytes:
        return geojson(exported(), stem=stem).data

    single = len(map_view.visible_layers(state, layers)) == 1
    return [
        TakeAway("html", f"{stem}.html", "text/html", as_html),
        TakeAway("geopackage", f"{stem}.gpkg", "application/geopackage+sqlite3", as_geopackage),
        TakeAway(
            "geojson",
            f"{stem}.geojson" if single else f"{stem}.zip",
            "application/geo+json" if single else "application/zip",
            as_geojson,
        ),
        TakeAway(
            "csv",
            f"{stem}-{resource.key}-{state.by}.csv",
            "text/csv",
            lambda: _csv(state, dataset, catalogue, table(), stem),
        ),
    ]


def _csv(state: ViewState, dataset: Dataset, catalogue: Catalogue, table: pd.DataFrame, stem: str) -> bytes:
    """The figures of the resource in focus, a row for each unit."""
    resource, lang = map_view.resource_of(state, catalogue), state.lang
    names = map_view.places_of(dataset, state.by) if state.by != CELLS else {}
    rows = table.reset_index(names="code")
    rows["name"] = [names[code].name(lang) if code in names else code for code in rows["code"]]
    estimated = map_view.estimated_places(dataset)
    note = text("common.river_estimated", lang)
    rows["name_note"] = [note if (state.by, code) in estimated else "" for code in rows["code"]]
    rungs = [scale for scale in resource.scales if scale in dataset.ladder]
    scales = (*rungs, "outside", "no_demand", "no_supply", "no_data")
    said = {scale: text(f"common.scale.{scale}", lang) for scale in scales}
    rows["closing"] = rows["closing_scale"].map(said)
    unit = per_year(resource.unit_ja if lang == "ja" else resource.unit, lang)
    notes = ("name_note",) if rows["name_note"].any() else ()
    header = {name: text(f"map.csv.{name}", lang) for name in ("code", "name", *notes, "closing")}
    if is_judged(state.by):
        assumed = assumed_of(state, dataset, catalogue)
        drawn = certainty_columns(
            dataset, catalogue, assumed, table["closing_scale"], resource=resource, by=state.by, lang=lang
        )
        rows[["certainty", "share", "hangs_on"]] = drawn.to_numpy()
        header["certainty"] = text("scale.table.certainty", lang)
        header |= {name: text(f"certainty.table.{name}", lang) for name in ("share", "hangs_on")}
    halo = ("halo_supply", "halo_demand") if rows[["halo_supply", "halo_demand"]].to_numpy().any() else ()
    found = "met" if resource.perspective == "demand" else "used"
    amounts = ("supply", "demand", *(f"{found}_{scale}" for scale in rungs), "outside", "surplus", *halo)
    header |= {name: f"{text(f'map.csv.{name}', lang)} ({unit})" for name in amounts}
    used = [a for a in actuals_in_use(state, dataset, catalogue) if a.resource == resource.key]
    if used:
        inside = (municipalities_of(dataset, state.by, code) for code in rows["code"])
        held = ([actual for actual in used if actual.municipality in towns] for towns in inside)
        rows["measured"] = [measured_words(actuals, resource.unit, lang) for actuals in held]
        header["measured"] = text("actuals.csv_measured", lang)
    sources = figure_sources(resource, dataset)
    fixed = {
        text("map.csv.resource", lang): resource.name_ja if lang == "ja" else resource.name_en,
        text("map.csv.unit", lang): unit,
        text("map.csv.years", lang): figure_years(resource, dataset),
        text("map.csv.threshold", lang): f"{state.threshold:g}",
        text("map.csv.kind", lang): text("map.csv.estimate", lang),
        text("map.csv.sources", lang): " / ".join(dict.fromkeys(info.attribution for info in sources)),
    }
    if scenario := scenario_note(state, lang):
        fixed[text("common.scenario", lang)] = scenario
    return csv_table(rows, stem=stem, header=header, constants=fixed).data
