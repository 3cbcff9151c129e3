"""The Data page's parts, drawn with Streamlit: one function a part, in the order of the page."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from functools import partial
from typing import Any

import streamlit as st

from geo.dataset import TABLES, Dataset
from geo.layer_info import LayerInfo
from geo.resources import load_catalogue
from geo.terms import Factor, Resource
from layers import data_files, data_tables, session
from layers.area_missing import is_known, product_lines, rung_notes
from layers.messages import text

_MIMES = {"csv": "text/csv", "gpkg": "application/geopackage+sqlite3"}
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#$~|:])")


def resources() -> list[Resource]:
    """Return the resources of the catalogue in its order."""
    return list(load_catalogue().resources.values())


def found(dataset: Dataset, query: str, lang: str) -> None:
    """Draw the layers and resources that match a search, opened where there are few; say so where there are none."""
    layers = [info for info in dataset.layers if data_tables.is_match(query, data_tables.layer_words(info))]
    matching = [item for item in resources() if data_tables.is_match(query, data_tables.resource_words(item))]
    if not layers and not matching:
        st.info(text("data.found_nothing", lang, query=query.strip()))
    if layers:
        source_layers(dataset, layers, lang, is_open=len(layers) == 1)
    if matching:
        catalogue(dataset, matching, lang, is_open=len(matching) == 1)


def summary(dataset: Dataset, lang: str) -> None:
    """Draw the dataset's totals with their units, its counts and its fingerprint."""
    info = _info(dataset.area, dataset.content_hash())
    totals, counts = info["totals"], info["counts"]
    st.header(text("data.summary.title", lang, name=dataset.name_ja if lang == "ja" else dataset.name_en))
    year = dataset.meta.get("census_year", "")

    def told(column: str, key: str, **amount: float) -> str:
        return text(key, lang, **amount) if is_known(column, dataset) else text("map.list.missing", lang)

    figures = [
        (text("data.summary.area", lang), text("data.summary.km2", lang, amount=totals["area_km2"])),
        (
            text("data.summary.population", lang, year=year),
            told("population", "data.summary.people", count=totals["population"]),
        ),
        (text("data.summary.forest", lang), told("forest_km2", "data.summary.km2", amount=totals["forest_km2"])),
        (text("data.summary.farmland", lang), told("farmland_km2", "data.summary.km2", amount=totals["farmland_km2"])),
    ]
    for column, (label, value) in zip(st.columns(len(figures)), figures, strict=True):
        column.metric(label, value)
    st.write(text("data.summary.counts", lang, **counts))
    st.caption(text("data.summary.digest", lang, digest=dataset.content_hash()[:16]))


def source_layers(dataset: Dataset, layers: Collection[LayerInfo], lang: str, *, is_open: bool = False) -> None:
    """Draw every source layer: facts, caveats, preview, downloads."""
    st.header(text("data.layers.title", lang))
    for info in layers:
        title = info.title_ja if lang == "ja" else info.title_en
        with st.expander(data_tables.dated(title, info.year, lang), expanded=is_open):
            facts, picture = st.columns([3, 2], gap="large")
            with facts:
                st.markdown(
                    "  \n".join(f"**{label}**　{_plain(value)}" for label, value in data_tables.layer_facts(info, lang))
                )
                _caveats(info.caveats_ja if lang == "ja" else info.caveats_en, lang)
            with picture:
                _preview(dataset, info, lang)
            _layer_downloads(dataset, info, lang)


def missing(dataset: Dataset, lang: str) -> None:
    """Draw what the dataset lacks, and how to add it."""
    columns = set(dataset.fragments.columns)
    lines = [f"**{_plain(product)}**　{_plain(lacks)}" for product, lacks in product_lines(dataset, lang)]
    lines += [_plain(note) for note in rung_notes(dataset, lang)]
    lines += [
        f"**{_plain(term.name)}**　"
        + text("data.missing.how", lang, column=term.column, resources=_joined(term.resources, lang))
        for term in data_tables.missing_terms(load_catalogue(), columns, lang)
    ]
    if "paddy_km2" in columns and dataset.fragments["paddy_km2"].isna().any() and is_known("paddy_km2", dataset):
        lines.append(text("data.missing.paddy", lang))
    if not any(data_files.is_raster(info) for info in dataset.layers):
        lines.append(text("data.missing.rasters", lang, area=dataset.area))
    if lines:
        st.header(text("data.missing.title", lang))
        st.write(text("data.missing.lead", lang))
        st.markdown("\n".join(f"- {line}" for line in lines))


def catalogue(dataset: Dataset, listed: Collection[Resource], lang: str, *, is_open: bool = False) -> None:
    """Draw resources with their formulas and assumptions, and the catalogue's download."""
    st.header(text("data.catalogue.title", lang))
    st.write(text("data.catalogue.lead", lang))
    table = data_tables.catalogue_csv(load_catalogue(), lang)
    _deferred(text("data.catalogue.download", lang), lambda: table.data, table.name, table.mime, "catalogue")
    for resource in listed:
        _resource(resource, set(dataset.fragments.columns), lang, is_open=is_open)
    if not is_open:
        _haulage(lang)


def checks(dataset: Dataset, lang: str) -> None:
    """Draw how far the dataset was adjusted, which names are doubtful and which basins are cut."""
    sentences = data_tables.checks(dataset, lang)
    if not sentences:
        return
    st.header(text("data.checks.title", lang))
    st.markdown("\n".join(f"- {_plain(sentence)}" for sentence in sentences))
    cut = data_tables.cut_basins(dataset, lang)
    if cut:
        st.subheader(text("data.checks.cut", lang))
        st.write(text("data.checks.cut_lead", lang))
        st.markdown("\n".join(f"- {_plain(sentence)}" for sentence in cut))
    for key, table in (
        ("doubtful", data_tables.doubtful_names(dataset, lang)),
        ("over", data_tables.over_tolerance(dataset, lang)),
    ):
        if len(table):
            with st.expander(text(f"data.checks.{key}", lang)):
                st.table(table.style.format(precision=2).hide(axis="index"))


def tables(dataset: Dataset, lang: str) -> None:
    """Draw the dataset's own tables with their downloads."""
    st.header(text("data.tables.title", lang))
    for name in TABLES:
        words, as_csv, as_map = st.columns([4, 2, 2], vertical_alignment="center")
        rows = text("data.tables.rows", lang, count=len(getattr(dataset, name)))
        words.markdown(f"**{_plain(data_tables.table_title(name, dataset, lang))}**　{rows}")
        for column, kind in ((as_csv, "csv"), (as_map, "gpkg")):
            with column:
                _deferred(
                    text(f"data.download.{kind}", lang),
                    partial(_table_bytes, dataset, name, lang, kind),
                    f"{dataset.area}-{name}.{kind}",
                    _MIMES[kind],
                    f"table-{name}-{kind}",
                )


def _resource(resource: Resource, columns: set[str], lang: str, *, is_open: bool) -> None:
    words = load_catalogue()
    name, unit = (resource.name_ja, resource.unit_ja) if lang == "ja" else (resource.name_en, resource.unit)
    with st.expander(text("data.catalogue.heading", lang, name=name, unit=unit), expanded=is_open):
        st.write(_plain(resource.description_ja if lang == "ja" else resource.description_en))
        scales = _joined([text(f"common.scale.{scale}", lang) for scale in resource.scales], lang)
        st.caption(text("data.catalogue.ladder", lang, scales=scales))
        if resource.perspective == "supply":
            st.caption(text("data.catalogue.supply_perspective", lang))
        for side in ("supply", "demand"):
            lines = []
            for term in getattr(resource, side):
                lacks = "" if all(key in columns for key in term.indicators) else text("data.catalogue.no_layer", lang)
                title = term.name_ja if lang == "ja" else term.name_en
                formula = data_tables.term_words(term, resource, words, lang)
                lines.append(f"- **{_plain(title)}** = {_plain(formula)}" + (f"（{lacks}）" if lacks else ""))
            st.markdown(f"**{text(f'data.catalogue.{side}', lang)}**\n" + "\n".join(lines))
        _caveats(resource.caveats_ja if lang == "ja" else resource.caveats_en, lang)
        st.markdown(f"**{text('data.catalogue.assumptions', lang)}**")
        _factors(resource.factors, lang)
        if resource.price is not None:
            st.markdown(f"**{text('data.catalogue.price', lang)}**")
            _factors(data_tables.prices_of(resource), lang)


def _haulage(lang: str) -> None:
    with st.expander(text("data.catalogue.haulage", lang)):
        st.write(text("data.catalogue.haulage_lead", lang))
        _factors((load_catalogue().detour,), lang)


def _factors(factors: Collection[Factor], lang: str) -> None:
    table = data_tables.factor_table(factors, lang)
    st.table(table.map(_plain).style.hide(axis="index"))


def _layer_downloads(dataset: Dataset, info: LayerInfo, lang: str) -> None:
    with st.container(horizontal=True):
        if data_files.has_table(info):
            _deferred(
                text("data.download.csv", lang),
                lambda: data_files.table_csv(dataset, info, lang).data,
                f"{dataset.area}-{info.key}.csv",
                _MIMES["csv"],
                f"csv-{info.key}",
            )
            _deferred(
                text("data.download.gpkg", lang),
                lambda: data_files.table_geopackage(dataset, info, lang).data,
                f"{dataset.area}-{info.key}.gpkg",
                _MIMES["gpkg"],
                f"gpkg-{info.key}",
            )
        source = data_files.source_file(dataset, info)
        if source is not None:
            mime = data_files.source_mime(source)
            kind = "raster" if data_files.is_raster(info) else "source"
            _deferred(text(f"data.download.{kind}", lang), source.read_bytes, source.name, mime, f"source-{info.key}")


def _table_bytes(dataset: Dataset, name: str, lang: str, kind: str) -> bytes:
    return data_files.whole_table(dataset, name, lang, kind=kind).data


def _preview(dataset: Dataset, info: LayerInfo, lang: str) -> None:
    picture = _preview_svg(dataset.area, dataset.content_hash(), info.key, lang)
    if picture:
        title = info.title_ja if lang == "ja" else info.title_en
        st.image(picture, width="stretch", alt=text("data.preview", lang, title=title))
        return
    if not data_files.has_table(info):
        return
    st.caption(text("data.preview_rows", lang, count=data_files.PREVIEW_ROWS))
    rows = data_files.preview_rows(dataset, info, lang)
    st.dataframe(rows, hide_index=True, width="stretch")


def _caveats(words: Collection[str], lang: str) -> None:
    if words:
        lines = "\n".join(f"- {_plain(line)}" for line in words)
        st.markdown(f"**{text('data.caveats', lang)}**\n{lines}")


def _deferred(label: str, make: Callable[[], bytes], name: str, mime: str, key: str) -> None:
    """Draw a download whose bytes are made only when it is clicked; the page does not run again."""
    st.download_button(label, make, file_name=name, mime=mime, on_click="ignore", key=f"download-{key}")


@st.cache_data(max_entries=64, show_spinner=False)
def _preview_svg(area: str, digest: str, key: str, lang: str) -> str:
    dataset = session.dataset(area)
    return data_files.preview_svg(dataset, dataset.layer(key), lang)


@st.cache_data(max_entries=8, show_spinner=False)
def _info(area: str, digest: str) -> dict[str, Any]:
    return session.dataset(area).info()


def _plain(words: str) -> str:
    """Return text as Markdown that shows just it."""
    return _MARKDOWN.sub(r"\\\1", words)


def _joined(words: Iterable[str], lang: str) -> str:
    return ("、" if lang == "ja" else ", ").join(words)
