"""How sure the resource in focus is, in figures: the draws by answer, what they hang on, how far the share moves."""

from __future__ import annotations

import math
from html import escape

from layers.ladder_rows import SCALES, LadderRow
from layers.ladder_view.words import certainty_range, percent
from layers.messages import text
from layers.palette import fill_css

# Shares that differ by less are told as one.
_SAME_SHARE = 0.005


def certainty_html(row: LadderRow, lang: str, *, is_cut: bool = False) -> str:
    """Return the draws of a row as markup (styles are in theme.css, class ``draws``); '' where no scale is judged."""
    found = row.certainty
    if not found or not found.word:
        return ""
    side = "" if row.perspective == "demand" else "_supply"
    is_cut = is_cut or row.is_in_cut_basin
    heading = escape(text(f"certainty.title{side}", lang, draws=found.draws))
    answers = "".join(_answer(answer, share, row, lang, is_cut=is_cut) for answer, share in found.answers)
    told = [
        smaller_words(row, lang),
        hangs_on_words(row, lang),
        covered_words(row, lang),
        certainty_range(row, lang, is_cut=is_cut),
    ]
    told += [text("certainty.cut", lang)] if found.is_cut else []
    lines = "".join(f"<p>{escape(words)}</p>" for words in told if words)
    method = escape(text("certainty.method", lang, draws=found.draws))
    return (
        f'<div class="draws"><h4>{heading}</h4><ul>{answers}</ul>{lines}'
        f"<details><summary>{escape(text('certainty.how', lang))}</summary><p>{method}</p></details></div>"
    )


def smaller_words(row: LadderRow, lang: str) -> str:
    """Say how often a smaller scale alone is enough, where that is possible; '' where not."""
    scale = row.possible_smaller
    if not scale or not row.certainty:
        return ""
    cut = "_cut" if row.is_in_cut_basin and scale == "basin" else ""
    side = "" if row.perspective == "demand" else "_supply"
    within = text(f"scale.within.{scale}{cut}", lang)
    return text(f"certainty.smaller{side}", lang, scale=within, percent=percent(row.certainty.smaller_share))


def hangs_on_words(row: LadderRow, lang: str) -> str:
    """Say what moves the covered share most, and which way; '' where nothing does."""
    found = row.certainty
    if not found or not found.hangs_on:
        return ""
    key = "hangs_on_more" if found.correlation > 0 else "hangs_on_less"
    return text(f"certainty.{key}", lang, name=found.hangs_on_name(lang))


def covered_words(row: LadderRow, lang: str) -> str:
    """Say within what the covered share lies in eight of ten draws; '' where it does not move."""
    found = row.certainty
    if not found or math.isnan(found.covered_p10) or found.covered_p90 - found.covered_p10 < _SAME_SHARE:
        return ""
    side = "" if row.perspective == "demand" else "_supply"
    return text(f"certainty.covered{side}", lang, low=percent(found.covered_p10), high=percent(found.covered_p90))


def _answer(answer: str, share: float, row: LadderRow, lang: str, *, is_cut: bool) -> str:
    """Return one answer as a line: its name, a bar in its colour, the share of the draws; the one shown is marked."""
    if answer in SCALES:
        name = text(f"scale.within.{answer}{'_cut' if is_cut and answer == 'basin' else ''}", lang)
    else:
        name = text(f"certainty.answer.outside_{row.perspective}", lang)
    shown = ' class="shown" aria-current="true"' if answer == row.closing else ""
    bar = f'<i style="width:{100 * share:.1f}%;background:{escape(fill_css(answer), quote=True)}"></i>'
    return f"<li{shown}><span>{escape(name)}</span><span class='track'>{bar}</span><b>{percent(share)} %</b></li>"
