"""What the Money page says of a place: the sentence to read aloud, its figures, the line to cite."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from geo.dataset import Dataset
from geo.terms import Catalogue
from layers.data_tables import dated
from layers.figure_sources import in_order
from layers.ladder_rows import TELLING_SHARE
from layers.messages import text
from layers.money.prices import price_years
from layers.money.rows import MoneyRow, Span, population_years
from layers.money.table import data_credits, data_years
from layers.money.words import yen, yen_range
from layers.resource_detail import data_layers
from layers.scale_places import Place

# Less than this share of the need's value is next to nothing.
_NEXT_TO_NOTHING = 0.005


def money_sentence(total: MoneyRow, people: float, place: Place, lang: str) -> str:
    """Say what would still be bought from outside, and what of the need could be covered from within.

    Parameters
    ----------
    total
        All resources together.
    people
        Who live in the place.
    """
    name = place.name(lang)
    if total.value.central <= 0:
        return text("money.sentence.no_need", lang, place=name)
    told = []
    if total.outside.central < _NEXT_TO_NOTHING * total.value.central:
        told.append(text("money.sentence.nothing", lang, place=name))
    else:
        each = text("money.sentence.each", lang, amount=yen(total.outside.central / people, lang)) if people > 0 else ""
        told.append(
            text("money.sentence.opening", lang, place=name, outside=yen(total.outside.central, lang), each=each)
        )
    parts = {"value": total.value.central, "inside": total.from_inside.central, "other": total.from_other_units}
    # A third part left out would leave a hole between what is needed and what is bought.
    has_other = bool(place.key) and total.from_other_units >= TELLING_SHARE * total.value.central
    words = {part: yen(amount, lang) for part, amount in parts.items()}
    told.append(
        text("money.sentence.covered_two" if has_other else "money.sentence.covered", lang, place=name, **words)
    )
    return ("" if lang == "ja" else " ").join(told)


def figures_html(
    total: MoneyRow,
    people: float,
    place: Place,
    lang: str,
    *,
    years: str,
    is_changed: bool,
    changed: int,
    data: str,
    has_beyond: bool = False,
) -> str:
    """Return the place's figures as markup (class ``detail``): amount, per person, range.

    Parameters
    ----------
    years
        Of the people counted; ``is_changed`` says whether a scenario changes their number.
    changed
        How many assumptions differ from the catalogue.
    data
        What :func:`data_line` tells.
    has_beyond
        Whether, in the whole prefecture, what comes from beyond it is worth telling (:func:`has_telling_others`).
    """
    told: list[tuple[str, Span]] = [("value", total.value), ("from_inside", total.from_inside)]
    others = total.from_other_units
    if place.key or has_beyond:
        # The prefecture has no other places beside it: this part lies beyond its border.
        told.append(("from_other_units" if place.key else "from_beyond", Span(others, others, others)))
    told += [("outside", total.outside), ("staying", total.staying), ("leaving", total.leaving)]
    items = "".join(_figure(name, span, people, lang) for name, span in told)
    notes = [text("money.figures.range_note", lang), text("money.figures.rounded", lang)]
    if people > 0:
        key = "people_changed" if is_changed else "people"
        notes.insert(0, text(f"money.figures.{key}", lang, years=years, people=f"{people:,.0f}"))
    if place.key or has_beyond:
        notes.append(text("money.figures.others_note" if place.key else "money.figures.beyond_note", lang))
    if changed:
        notes.append(text("money.figures.changed", lang, count=changed))
    fine = "".join(f"<p>{escape(note)}</p>" for note in [*notes, data] if note)
    title = escape(text("money.figures.title", lang, place=place.name(lang)))
    return (
        f'<section class="detail money-figures" lang="{lang}"><h2>{title}</h2><dl>{items}</dl>'
        f'<div class="fine">{fine}</div></section>'
    )


def has_telling_others(rows: Sequence[MoneyRow]) -> bool:
    """Tell whether other places could cover a share worth telling of any one resource's need."""
    return any(row.from_other_units >= TELLING_SHARE * row.value.central > 0 for row in rows)


def data_line(counted: Sequence[str], dataset: Dataset, catalogue: Catalogue, lang: str) -> str:
    """Return the data and their years that the amounts of all ``counted`` resources stand on, each once."""
    used = {key for resource in counted for key in data_layers(catalogue.resources[resource], dataset)}
    told = [
        dated(info.title_ja if lang == "ja" else info.title_en, info.year, lang)
        for info in dataset.layers
        if info.key in used
    ]
    sources = text("scale.bar.joiner", lang).join(told)
    return text("money.figures.data", lang, sources=sources) if told else ""


def differs_html(lang: str) -> str:
    """Return the note on what these amounts are and what they are not."""
    title, *lines = (escape(text(f"money.differs.{part}", lang)) for part in ("title", "estimate", "actual"))
    body = "".join(f"<li>{line}</li>" for line in lines)
    return f'<section class="detail money-differs" role="note" lang="{lang}"><h2>{title}</h2><ul>{body}</ul></section>'


def citation(
    total: MoneyRow,
    people: float,
    place: Place,
    dataset: Dataset,
    catalogue: Catalogue,
    counted: Sequence[str],
    lang: str,
) -> str:
    """Return one line to cite: value, range, unit, years, sources."""
    each = text("money.cite.each", lang, amount=yen(total.outside.central / people, lang)) if people > 0 else ""
    return text(
        "money.cite.line",
        lang,
        place=place.name(lang),
        outside=yen(total.outside.central, lang),
        range=yen_range(total.outside.low, total.outside.high, lang),
        each=each,
        years=_years(data_years(counted, dataset, catalogue), lang),
        people_years=_years(population_years(dataset), lang),
        price_years=text("money.cite.joiner", lang).join(price_years(catalogue, counted, lang)),
        sources=data_credits(counted, dataset, catalogue),
    )


def _years(years: str, lang: str) -> str:
    """Write years, '2000-2025, 2016', by when each ends and with the word for it: '2016年・2000–2025年'."""
    told = in_order(years.replace("-", "–").split(", "))
    return text("money.cite.joiner", lang).join(text("money.cite.year", lang, year=year) for year in told)


def _figure(name: str, span: Span, people: float, lang: str) -> str:
    label = escape(text(f"money.figures.{name}", lang))
    beside = [text("money.figures.each", lang, amount=yen(span.central / people, lang))] if people > 0 else []
    if span.low != span.high:
        beside.append(text("money.figures.range", lang, range=yen_range(span.low, span.high, lang)))
    small = "".join(f"<small>{escape(words)}</small>" for words in beside)
    return f'<div class="{name}"><dt>{label}</dt><dd>{escape(yen(span.central, lang))}{small}</dd></div>'
