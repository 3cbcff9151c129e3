"""The words beside a ladder's bar: the verdict, how certain it is, and the bar read aloud."""

from __future__ import annotations

from layers.ladder_rows import SCALES, TELLING_SHARE, LadderRow
from layers.messages import text


def percent(share: float) -> str:
    """Write a share 0..1 as a whole percentage; what is not quite nothing or all never reads as 0 or 100."""
    if 0 < share < TELLING_SHARE:
        return "<1"
    if 1 - TELLING_SHARE < share < 1 - 1e-9:
        return ">99"
    return f"{100 * share:.0f}"


def verdict(row: LadderRow, lang: str, *, is_cut: bool = False) -> str:
    """Say at which scale the row closes; where none is reached, the share that is covered and up to where."""
    if row.closing in SCALES:
        table = "verdict" if row.perspective == "demand" else "used"
        cut = "_cut" if is_cut and row.closing == "basin" else ""
        return text(f"scale.{table}.{row.closing}{cut}", lang)
    if row.closing != "outside":
        return text(f"scale.verdict.{row.closing}", lang)
    if row.covered < TELLING_SHARE:
        return text("scale.verdict.outside" if row.perspective == "demand" else "scale.used.outside", lang)
    return text(f"scale.verdict.share_{row.last_telling_scale}", lang, percent=percent(row.covered))


def closing_name(closing: str, lang: str) -> str:
    """Return the short name of a closing scale or state ('basin', 'outside', 'no_demand' ...)."""
    return text(f"common.scale.{closing}", lang)


def certainty(row: LadderRow, lang: str) -> str:
    """Say whether cautious and optimistic assumptions name the same scale; '' where no scale is judged."""
    if row.group == "none" and row.is_certain:
        return ""
    return text("scale.certain.same" if row.is_certain else "scale.certain.depends", lang)


def certainty_range(row: LadderRow, lang: str) -> str:
    """Name the closing scales of the cautious and the optimistic case; '' where they agree."""
    if row.is_certain:
        return ""
    low, high = closing_name(row.closing_low, lang), closing_name(row.closing_high, lang)
    return text("scale.certain.range", lang, low=low, high=high)


def parts(row: LadderRow) -> list[tuple[str, float]]:
    """Return the bar's segments in order, shares 0..1: the ladder's scales, 'time_mismatch', 'outside'."""
    return [*row.shares, ("time_mismatch", row.time_mismatch), ("outside", row.outside)]


def spoken(row: LadderRow, lang: str) -> str:
    """Return the bar in words: each segment worth telling with its percentage, or the state."""
    if row.group == "none":
        return closing_name(row.closing, lang)
    told = [
        text("scale.bar.share", lang, scale=text(f"scale.bar.{key}", lang), percent=percent(share))
        for key, share in parts(row)
        if share >= TELLING_SHARE
    ]
    return text("scale.bar.joiner", lang).join(told)
