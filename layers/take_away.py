"""The files of a view to take away: the map as HTML, its layers as GeoPackage and GeoJSON, the figures as CSV."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from geo.dataset import Dataset
from geo.mesh import cell_centres
from geo.terms import Catalogue
from layers import map_view
from layers.actuals.used import actuals_in_use, municipalities_of
from layers.actuals.words import measured_words
from layers.assumed import assumed_of
from layers.catalogue import cell_values, source_lines
from layers.certainty import certainty_columns, is_judged
from layers.export_layers import export_layers
from layers.export_origin import origin_columns, sources_of
from layers.exports import ExportLayer, csv_table, geojson, geopackage, per_year
from layers.figure_sources import figure_years
from layers.layer import CELLS, Layer, Painting
from layers.messages import text
from layers.partitions import is_brought, title_of
from layers.scenario_note import scenario_note
from layers.state import ViewState


@dataclass(frozen=True)
class TakeAway:
    """A file that is made only when it is asked for; ``title`` says what is in it, in the user's language."""

    key: str
    title: str
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
    stem = f"meguri_{dataset.area}"
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

    visible = map_view.visible_layers(state, layers)
    single = len(visible) == 1
    cells = [layers[key] for key, _ in visible if layers[key].kind == CELLS and layers[key].own is None]
    titles = {key: text(f"map.take.{key}", lang) for key in ("html", "geopackage", "geojson")}
    closing = text(
        "map.take.csv",
        lang,
        resource=map_view.resource_name(resource.key, catalogue, lang),
        kind=title_of(state.by, dataset, lang) if is_brought(state.by) else map_view.by_name(state.by, catalogue, lang),
    )
    return [
        TakeAway("html", titles["html"], f"{stem}.html", "text/html", as_html),
        TakeAway("geopackage", titles["geopackage"], f"{stem}.gpkg", "application/geopackage+sqlite3", as_geopackage),
        TakeAway(
            "geojson",
            titles["geojson"],
            f"{stem}.geojson" if single else f"{stem}.zip",
            "application/geo+json" if single else "application/zip",
            as_geojson,
        ),
        *(
            TakeAway(
                f"csv_{layer.key}",
                text("map.take.csv_layer", lang, layer=layer.title(lang)),
                f"{stem}_{layer.key}_cells.csv",
                "text/csv",
                partial(_cells_csv, layer, dataset, lang, stem),
            )
            for layer in cells
        ),
        TakeAway(
            "csv",
            closing,
            f"{stem}_{resource.key}_{state.by}.csv",
            "text/csv",
            lambda: _csv(state, dataset, catalogue, table(), stem),
        ),
    ]


def _cells_csv(layer: Layer, dataset: Dataset, lang: str, stem: str) -> bytes:
    """The values of a layer of cells, a row for each cell that has one; shares in percent, as the legend has them."""
    values = cell_values(layer, dataset).dropna()
    latitude, longitude = cell_centres(values.index.to_numpy(dtype=np.str_))
    percent = layer.unit("en") == "%"
    rows = pd.DataFrame(
        {
            "code": values.index,
            "latitude": latitude.round(5),
            "longitude": longitude.round(5),
            "value": (values * 100.0 if percent else values).to_numpy(),
        }
    )
    header = {name: text(f"map.csv.{name}", lang) for name in ("code", "latitude", "longitude")}
    unit = layer.unit(lang)
    header["value"] = f"{layer.title(lang)} ({unit})" if unit else layer.title(lang)
    fixed = {
        text("map.csv.layer", lang): layer.title(lang),
        text("map.csv.years", lang): layer.year,
        text("map.csv.kind", lang): text("map.live.estimate", lang) if layer.is_estimate else "",
        text("map.csv.sources", lang): " / ".join(source_lines(layer, dataset)),
    }
    constants = {name: said for name, said in fixed.items() if said} | origin_columns(dataset, lang)
    return csv_table(rows, stem=stem, header=header, constants=constants, exact=("latitude", "longitude")).data


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
    fixed = {
        text("map.csv.resource", lang): resource.name_ja if lang == "ja" else resource.name_en,
        text("map.csv.unit", lang): unit,
        text("map.csv.years", lang): figure_years(resource, dataset),
        text("map.csv.threshold", lang): f"{state.threshold:g}",
        text("map.csv.kind", lang): text("map.csv.estimate", lang),
        text("map.csv.sources", lang): sources_of([resource], dataset, lang),
        **origin_columns(dataset, lang),
    }
    if scenario := scenario_note(state, lang):
        fixed[text("common.scenario", lang)] = scenario
    return csv_table(rows, stem=stem, header=header, constants=fixed).data
