"""The words beside a ladder's bar: the verdict, how sure it is, and the bar read aloud."""

from __future__ import annotations

import math

from layers.ladder_rows import SCALES, TELLING_SHARE, LadderRow
from layers.messages import text


def percent(share: float) -> str:
    """Write a share 0..1 as a whole percentage; what is not quite nothing or all never reads as 0 or 100."""
    if 0 < share < TELLING_SHARE:
        return "<1"
    if 1 - TELLING_SHARE < share < 1 - 1e-9:
        return ">99"
    return f"{100 * share:,.0f}"


def verdict(row: LadderRow, lang: str, *, is_cut: bool = False) -> str:
    """Say at which scale the row closes; where none is reached, the share that is covered and up to where."""
    if row.closing in SCALES:
        table = "verdict" if row.perspective == "demand" else "used"
        cut = "_cut" if (is_cut or row.is_in_cut_basin) and row.closing == "basin" else ""
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
    """Say how sure the verdict is: 'sure', 'likely' or 'still open' in words; '' where no scale is judged."""
    if not row.certainty_word:
        return ""
    return closing_word(row.closing, row.certainty_word, row.perspective, lang)


def closing_word(closing: str, word: str, perspective: str, lang: str) -> str:
    """Say 'sure', 'likely' or 'open' as it stands beside a closing scale or 'outside'."""
    table = "closes" if closing in SCALES else f"short_{perspective}"
    return text(f"certainty.{table}.{word}", lang)


def certainty_said(row: LadderRow, lang: str) -> str:
    """Say how sure the verdict is, with the share of the draws that bear it out; '' where no scale is judged."""
    if not row.certainty or not row.certainty_word:
        return ""
    return text("certainty.with_share", lang, word=certainty(row, lang), percent=percent(row.certainty.share))


def certainty_full(row: LadderRow, lang: str) -> str:
    """Return :func:`certainty_said` with the number of draws."""
    if not row.certainty or not row.certainty_word:
        return ""
    share, draws = percent(row.certainty.share), row.certainty.draws
    return text("certainty.full", lang, word=certainty(row, lang), percent=share, draws=draws)


def certainty_range(row: LadderRow, lang: str, *, is_cut: bool = False) -> str:
    """Say what the cautious and the optimistic case find: scales where they differ, shares where none is reached.

    '' where both name the same scale, and where no scale is judged.
    """
    low, high = _cases(row, lang, is_cut=is_cut)
    # Little of a supply that looks for a place is no pessimism.
    side = "_supply" if row.perspective == "supply" else ""
    return text(f"scale.certain.range{side}", lang, low=low, high=high) if low and high else ""


def certainty_short(row: LadderRow, lang: str) -> str:
    """Return :func:`certainty_range` as it fits beside a bar: each case's scale, or the range of the share."""
    if row.is_same_in_all_cases and row.group == "open":
        if math.isnan(row.covered_low) or math.isnan(row.covered_high):
            return ""
        low, high = percent(row.covered_low), percent(row.covered_high)
        return text("scale.certain.shares", lang, low=low, high=high) if low != high else ""
    low, high = _cases(row, lang, share="scale.share", scales="verdict" if row.perspective == "demand" else "used")
    side = "_supply" if row.perspective == "supply" else ""
    return text(f"scale.certain.short{side}", lang, low=low, high=high) if low and high else ""


def _cases(
    row: LadderRow, lang: str, *, is_cut: bool = False, share: str = "scale.within.share", scales: str = "within"
) -> tuple[str, str]:
    """Return what the cautious and the optimistic case find, ('', '') where there is nothing to tell apart.

    ``share`` names the words for a share where no scale is reached, ``scales`` those for the scale: beside a share it
    has to be said that a scale is enough.
    """
    if row.is_same_in_all_cases and row.group != "open":
        return "", ""
    cases = ((row.closing_low, row.covered_low), (row.closing_high, row.covered_high))
    is_cut = is_cut or row.is_in_cut_basin
    low, high = (
        _found(closing, covered, lang, is_cut=is_cut, share=share, scales=scales) for closing, covered in cases
    )
    return ("", "") if low == high else (low, high)


def _found(closing: str, covered: float, lang: str, *, is_cut: bool, share: str, scales: str) -> str:
    if closing in SCALES:
        cut = "_cut" if is_cut and closing == "basin" else ""
        return text(f"scale.{scales}.{closing}{cut}", lang)
    if closing != "outside":
        return text(f"scale.verdict.{closing}", lang)
    if math.isnan(covered):
        return text("scale.within.outside", lang)
    return text(share, lang, percent=percent(covered))


def cited_words(row: LadderRow, lang: str, *, is_cut: bool = False) -> str:
    """Return a row's answer as it is quoted: the verdict, the share covered, how sure it is."""
    told = [verdict(row, lang, is_cut=is_cut)]
    if row.group != "none":
        key = "cite.covered" if row.perspective == "demand" else "cite.used"
        told.append(text(key, lang, percent=percent(row.covered)))
    return text("cite.joiner", lang).join([*told, *([certainty_full(row, lang)] if row.certainty_word else [])])


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
