"""Measured values in a line of words: on a card, over a mark, in a table to take away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from geo.actuals import Actual
from layers.exports import SourceLine
from layers.ladder_rows import LadderRow
from layers.messages import text


def measured_words(measured: Sequence[Actual], unit: str, lang: str, *, most: int | None = None) -> str:
    """Return the values, each with its municipality's code, side, unit, year and source; '' where there are none.

    ``most`` limits how many are told one by one; the others are counted.
    """
    told = measured if most is None else measured[:most]
    values = text("actuals.joiner", lang).join(
        text(
            "actuals.value",
            lang,
            code=actual.municipality,
            side=text(f"actuals.side.{actual.side}", lang),
            amount=f"{actual.value:,.10g}",
            unit=unit,
            year=actual.year,
            source=actual.source,
        )
        for actual in told
    )
    left = len(measured) - len(told)
    return text("actuals.and_more", lang, values=values, count=left) if left else values


def measured_sources(rows: Iterable[LadderRow], lang: str) -> tuple[SourceLine, ...]:
    """Return the sources of the measured values that rows contain, each once, as a printed sheet cites them."""
    cited = dict.fromkeys((actual.source, str(actual.year)) for row in rows for actual in row.measured)
    title = text("actuals.mark", lang)
    return tuple(SourceLine(title, source, year, "", source) for source, year in cited)
