"""The resource in focus in figures: supply, need, who could cover it, with unit, data years and caveats."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape

from geo.dataset import Dataset
from geo.terms import Reach, Resource, Term
from layers.certainty_detail import certainty_html
from layers.cite.marks import cite_attributes
from layers.data_tables import dated
from layers.ladder_rows import TELLING_SHARE, LadderRow
from layers.ladder_view.words import certainty_said, percent, verdict
from layers.messages import text

# Units of counting, largest first: 億 and 万, billion and million.
_SIZES = {"ja": (100_000_000, 10_000), "en": (1_000_000_000, 1_000_000)}
# In Japanese 10,200 t is easier to read than 1.02万 t.
_COUNTED_FROM = {"ja": 100_000, "en": 1_000_000}
# A reach beyond this is no limit inside a prefecture, and an exact figure would be made up.
_FAR_KM = 1000.0
_ROUNDING = 1e-9


def detail_html(
    row: LadderRow,
    resource: Resource,
    dataset: Dataset,
    lang: str,
    *,
    is_cut: bool = False,
    is_prefecture: bool = False,
    measured: Sequence[tuple[str, str]] = (),
) -> str:
    """Return the block as markup (styles are in theme.css, class ``detail``); every text is escaped.

    ``measured`` are labels and words of the place's measured values, told after the figures. ``is_prefecture`` says
    that other places lie beyond the prefecture: of the basins that it shares.
    """
    description = resource.description_ja if lang == "ja" else resource.description_en
    said, sure = verdict(row, lang, is_cut=is_cut), certainty_said(row, lang)
    if sure:
        said = text("certainty.detail", lang, verdict=said, certainty=sure)
    joiner = text("cite.joiner", lang)
    figures = "".join(
        f"<div{cite_attributes(f'{row.name(lang)}{joiner}{label}', value, of=row.resource)}>"
        f"<dt>{escape(label)}</dt><dd>{escape(value)}</dd></div>"
        for label, value in _figures(row, resource, dataset, lang, is_prefecture=is_prefecture)
    )
    own = "".join(f"<div><dt>{escape(label)}</dt><dd>{escape(value)}</dd></div>" for label, value in measured)
    own = f'<dl class="measured">{own}</dl>' if own else ""
    notes = [text("scale.detail.note", lang), _data_line(resource, dataset, lang)]
    if row.unknown >= TELLING_SHARE:
        notes.insert(0, text("scale.detail.unknown", lang, percent=percent(row.unknown)))
    lines = "".join(f"<p>{escape(note)}</p>" for note in notes if note)
    draws = certainty_html(row, lang, is_cut=is_cut)
    return (
        f'<section class="detail" lang="{lang}"><h3>{escape(row.name(lang))}<span>{escape(said)}</span></h3>'
        f'<p class="about">{escape(description)}</p>{draws}<dl>{figures}</dl>{own}'
        f'<div class="fine">{lines}</div></section>'
    )


def reading_html(resource: Resource, lang: str) -> str:
    """Return what to keep in mind about a resource's figures (its caveats, how far it is worth carrying)."""
    caveats = resource.caveats_ja if lang == "ja" else resource.caveats_en
    items = "".join(f"<li>{escape(words)}</li>" for words in (*caveats, _reach(resource.reach, lang)))
    name = resource.name_ja if lang == "ja" else resource.name_en
    heading = escape(text("scale.detail.caveats", lang, name=name))
    return f'<section class="detail" lang="{lang}"><h4>{heading}</h4><ul>{items}</ul></section>'


def amount(value: float, unit: str, lang: str) -> str:
    """Write an estimate with three significant digits and its unit as it is read aloud: '4,640万 m³'."""
    if value == 0:
        return f"0 {unit}"
    # Rounded first, so that 99,999 is counted as 100,000.
    rounded = float(f"{value:.3g}")
    size = next((size for size in _SIZES[lang] if abs(rounded) >= max(size, _COUNTED_FROM[lang])), 1)
    number = f"{rounded / size:,.{max(0, 2 - math.floor(math.log10(abs(rounded / size))))}f}"
    if size > 1 and "." in number:
        number = number.rstrip("0").rstrip(".")
    counted = text(f"scale.amount.{size}", lang, number=number) if size > 1 else number
    return f"{counted} {unit}"


def data_layers(resource: Resource, dataset: Dataset) -> list[str]:
    """Return the keys of the dataset's layers that a resource's amounts are computed from, in its order."""
    used = {name for term in (*resource.supply, *resource.demand) for name in term.indicators}
    return [info.key for info in dataset.layers if used & set(info.columns)]


def _figures(
    row: LadderRow, resource: Resource, dataset: Dataset, lang: str, *, is_prefecture: bool
) -> Iterable[tuple[str, str]]:
    unit = resource.unit_ja if lang == "ja" else resource.unit
    is_demand = row.perspective == "demand"

    def told(key: str, value: float) -> tuple[str, str]:
        # What is left over by rounding is nothing.
        told_value = value if value > _ROUNDING * max(row.supply, row.demand) else 0.0
        return text(f"scale.detail.{key}", lang), _per_year(told_value, unit, lang)

    sides = (
        ("supply" if is_demand else "supply_waste", row.supply),
        ("demand" if is_demand else "demand_room", row.demand),
    )
    if row.closing == "no_data":
        # What is not known is not nothing: no sum stands for it.
        unknown = text("scale.verdict.no_data", lang)
        for terms, (key, known) in zip((resource.supply, resource.demand), sides, strict=True):
            label, words = told(key, known)
            yield label, unknown if _has_gaps(terms, dataset) else words
        return
    yield from (told(*side) for side in sides)
    if is_demand and math.isfinite(row.self_sufficiency):
        yield text("scale.detail.self_sufficiency", lang), f"{percent(row.self_sufficiency)} %"
    # What arises covers no need: it is used here or elsewhere, or taken in from there.
    side = "" if is_demand else "_supply"
    yield told(f"from_inside{side}", row.from_inside)
    yield told(f"from_beyond{side}" if is_prefecture else f"from_other_units{side}", row.from_other_units)
    yield told(f"sent_beyond{side}" if is_prefecture else f"sent_out{side}", row.sent_out)
    if row.halo_supply > 0 or row.halo_demand > 0:
        supply, demand = _per_year(row.halo_supply, unit, lang), _per_year(row.halo_demand, unit, lang)
        value = text("scale.detail.halo_value", lang, supply=supply, demand=demand)
        yield text("scale.detail.halo", lang), value


def _has_gaps(terms: Iterable[Term], dataset: Dataset) -> bool:
    """Tell whether an indicator of these terms is unknown somewhere in the area."""
    columns = {name for term in terms for name in term.indicators} & set(dataset.fragments.columns)
    return bool(dataset.fragments[sorted(columns)].isna().any(axis=None))


def _per_year(value: float, unit: str, lang: str) -> str:
    return text("scale.detail.per_year", lang, amount=amount(value, unit, lang))


def _data_line(resource: Resource, dataset: Dataset, lang: str) -> str:
    sources = []
    for key in data_layers(resource, dataset):
        info = dataset.layer(key)
        title = info.title_ja if lang == "ja" else info.title_en
        sources.append(dated(title, info.year, lang))
    joined = text("scale.bar.joiner", lang).join(sources)
    return text("scale.detail.data", lang, sources=joined) if sources else ""


def _reach(reach: Reach, lang: str) -> str:
    note = reach.note_ja if lang == "ja" else reach.note_en
    if not reach.carried:
        return note or text("scale.detail.reach_not_carried", lang)
    if reach.reach_km is None:
        told = text("scale.detail.reach_none", lang)
    elif reach.reach_km >= _FAR_KM:
        told = text("scale.detail.reach_far", lang, km=f"{_FAR_KM:,.0f}")
    else:
        told = text("scale.detail.reach_km", lang, km=f"{float(f'{reach.reach_km:.2g}'):,.0f}")
    return f"{told} {note}".strip()
