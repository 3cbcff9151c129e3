"""The parts of a page as HTML: notes, hands, ladder, assumptions, sources; every word of a user's is escaped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from geo.errors import MeguriError
from geo.meeting import Hands, Note
from layers.handout.columns import Block
from layers.handout.figures import Assumption, Figures
from layers.handout.marks import is_drawn, number_badge
from layers.handout.paper import Paper
from layers.handout.words import is_web, lines_of, prose, safe, signed
from layers.ladder_view.markup import ladder_body
from layers.ladder_view.words import percent
from layers.messages import text
from layers.qr import qr_svg
from layers.sheet import assumptions_table, sources_list
from layers.stored import scenario_of
from layers.whatif.ladder import pairs_body

# More changed assumptions than these go to the page's end.
ASSUMPTIONS_BESIDE = 6
_MOST_LINES = 80
# A longer address is printed as a code to be read by a phone.
_LONGEST_TYPED = 110
_STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)
# Of the ladder's markup, what only a screen has: pieces without width that grow there, words under the pointer.
_NO_WIDTH = re.compile(r'<span class="part [^"]*"[^>]* style="width:0\.000%"[^>]*>(?:<b></b>)?</span>')
_HIDDEN = re.compile(r'<span class="cases">[^<]*</span>')
_FOR_SCREEN = re.compile(r' (?:data-[a-z-]+|title)(?:="[^"]*")?(?=[ >])')
_SOURCES = "<b>{}</b>　"
_TAGGED = ("agreed", "open")
# What opens a list of notes.
NOTES = '<ul class="notes">'


def heading(key: str, lang: str) -> str:
    """Return a small heading."""
    return f"<h2>{escape(text(key, lang))}</h2>"


def notes_list(notes: Sequence[Note], lang: str, *, about: dict[str, int] | None = None) -> str:
    """Return notes as a list, those on the map with their plate; ``about`` tells an item's number by its key."""
    rows = "".join(_note(note, lang, about) for note in notes)
    return f"{NOTES}{rows}</ul>" if rows else ""


def note_blocks(
    notes: Sequence[Note], lang: str, *, per_line: float, line_mm: float, about: dict[str, int] | None = None
) -> tuple[Block, ...]:
    """Return each note of a list with its reckoned height; ``per_line`` full-width letters stand on a line."""
    return tuple(
        Block(
            _note(note, lang, about),
            line_mm * lines_of(f"{note.words.strip()} {note.author} 00:00", per_line - 2 - 3 * _is_tagged(note))
            + 0.3 * line_mm,
        )
        for note in notes
    )


def fitting(notes: Sequence[Note], paper: Paper, height_mm: float) -> int:
    """Return how many notes fit beside a map of a height."""
    left = height_mm / paper.line_mm
    per_line = paper.beside_mm / paper.letter_mm - 2.6
    for count, note in enumerate(notes):
        left -= lines_of(f"{note.words} {note.author} 00:00", per_line) + 0.45
        if left < 0:
            return count
    return len(notes)


def hands_block(hands: Hands, lang: str, *, question: str = "", number: int = 0) -> str:
    """Return a show of hands: a bar and a count for each option, and the scenario in force then."""
    most = max((count for _, count in hands.counts), default=0) or 1
    rows = "".join(
        f"<tr><th>{safe(option)}</th>"
        f'<td class="tally"><i style="width:{100 * count / most:.1f}%"></i></td>'
        f"<td>{escape(text('handout.hands.count', lang, count=f'{count:,}'))}</td></tr>"
        for option, count in hands.counts
    )
    total = text("handout.hands.total", lang, count=f"{sum(count for _, count in hands.counts):,}")
    told = " ".join(part for part in (total, _under(hands, lang)) if part)
    tag = f'<span class="tag">{number}</span>' if number else ""
    asked = f'<p class="asked">{tag}{safe(question)}</p>' if question or tag else ""
    by = signed(hands.author, hands.made_at)
    return f'<div class="hands">{asked}<table>{rows}</table><p class="under">{safe(told)} {by}</p></div>'


def ladder_block(figures: Figures) -> str:
    """Return the place's ladder; of a comparison before and after."""
    lang, place = figures.state.lang, figures.place
    compared = figures.compared
    if compared is None:
        body = ladder_body(figures.rows, lang, is_cut=place.is_cut, notes=figures.said, is_interactive=False)
        title = text("handout.ladder", lang, place=place.name(lang))
    else:
        body = pairs_body(
            [*compared.before.values()],
            [*compared.after.values()],
            compared.outcomes,
            lang,
            is_cut=place.is_cut,
            notes=figures.said,
        )
        # Its styles are the screen's.
        body = _STYLE.sub("", body)
        sides = [side.name(lang) for side in (compared.sides.before, compared.sides.after)]
        title = text("handout.ladder_pair", lang, place=place.name(lang), before=sides[0], after=sides[1])
    for needless in (_NO_WIDTH, _HIDDEN, _FOR_SCREEN):
        body = needless.sub("", body)
    return f'<section class="ladder"><h2>{safe(title)}</h2><div class="meguri">{body}</div></section>'


def assumptions_block(figures: Figures) -> str:
    """Return threshold, years, scenarios and changed sliders, as far as they stand on the item's own page."""
    lang = figures.state.lang
    threshold = text("handout.threshold", lang, percent=percent(figures.state.threshold))
    told = [threshold]
    if figures.years:
        name = figures.resource.name_ja if lang == "ja" else figures.resource.name_en
        told.append(text("handout.years", lang, name=name, years=figures.years))
    body = "".join(_scenario(each, lang, most=ASSUMPTIONS_BESIDE) for each in figures.scenarios)
    changed = figures.changed
    if len(changed) > ASSUMPTIONS_BESIDE:
        body += f"<p>{escape(text('handout.assumptions_after', lang, count=len(changed)))}</p>"
    elif changed:
        body += assumptions_table(changed, lang)
    elif not figures.scenarios:
        body += f"<p>{escape(text('sheet.assumptions_none', lang))}</p>"
    lines = f"<p>{escape('　'.join(told))}</p>"
    return f'<section class="assumptions">{heading("sheet.assumptions", lang)}{body}{lines}</section>'


def assumptions_after(figures: Figures) -> str:
    """Return what of the assumptions did not fit on the item's own page; '' where all did."""
    lang = figures.state.lang
    body = assumptions_table(figures.changed, lang) if len(figures.changed) > ASSUMPTIONS_BESIDE else ""
    body += "".join(
        _scenario(each, lang, most=_MOST_LINES) for each in figures.scenarios if len(each.lines) > ASSUMPTIONS_BESIDE
    )
    return f'<section class="assumptions after">{heading("sheet.assumptions", lang)}{body}</section>' if body else ""


def sources_block(figures: Figures, credit: Sequence[str], link: str) -> str:
    """Return sources and attribution lines, and the link that opens the view."""
    lang = figures.state.lang
    known = {source.attribution for source in figures.sources}
    more = "".join(f"<li>{escape(line)}</li>" for line in credit if line not in known)
    listed = sources_list(figures.sources, lang).removeprefix("<ul>").removesuffix("</ul>") + more
    # As one paragraph: it runs on, and a box for each line would only cost time.
    words = listed.replace("<li>", "").replace("</li>", "　").rstrip("　")
    head = _SOURCES.format(escape(text("sheet.sources", lang)))
    return f"<footer>{_link_code(link, lang)}<p>{head}{words}</p>{link_line(link, lang)}</footer>"


def _link_code(link: str, lang: str) -> str:
    if not is_web(link) or not is_long(link):
        return ""
    return f'<div class="opens">{qr_svg(link, title=text("handout.reopen", lang))}</div>'


def link_line(link: str, lang: str) -> str:
    """Return a line with the link that opens the view, '' where there is none to print."""
    if not is_web(link):
        return ""
    if is_long(link):
        words = escape(text("handout.reopen_code", lang))
        return f'<p class="link"><a href="{escape(link, quote=True)}">{words}</a></p>'
    words = escape(text("handout.reopen", lang))
    return f'<p class="link">{words} <a href="{escape(link, quote=True)}">{safe(link)}</a></p>'


def is_long(link: str) -> bool:
    """Tell whether nobody would type a link: it is printed as a code."""
    return len(link) > _LONGEST_TYPED


def told_list(told: Sequence[str]) -> str:
    """Return what is not as it was, as a list; '' where all is."""
    rows = "".join(f"<li>{safe(words)}</li>" for words in told)
    return f'<ul class="told">{rows}</ul>' if rows else ""


def _is_tagged(note: Note) -> bool:
    return note.kind in _TAGGED


def _note(note: Note, lang: str, about: dict[str, int] | None) -> str:
    badge = number_badge(note.number) if is_drawn(note) else f'<span class="badge">{note.number}</span>'
    if about is not None:
        number = about.get(note.item, 0)
        badge = f'<span class="tag">{number}</span>' if number else '<span class="tag all">◦</span>'
    tag = ""
    if _is_tagged(note) and about is None:
        tag = f'<b class="{note.kind}">{escape(text(f"handout.kind.{note.kind}", lang))}</b> '
    words = prose(note.words) or escape(text(f"handout.kind.{note.kind}", lang))
    return f"<li>{badge}<p>{tag}{words} {signed(note.author, note.made_at)}</p></li>"


def _scenario(assumption: Assumption, lang: str, *, most: int) -> str:
    shown = assumption.lines[:most]
    left = len(assumption.lines) - len(shown)
    rows = [*shown, *([text("handout.scenario_more", lang, count=left)] if left else [])]
    items = "".join(f"<li>{safe(line)}</li>" for line in rows)
    name = text("handout.scenario", lang, name=assumption.name)
    return f'<p class="scenario">{safe(name)}</p>{f"<ul>{items}</ul>" if items else ""}'


def _under(hands: Hands, lang: str) -> str:
    """Say under which scenario hands were counted, and whether it was changed or removed since."""
    if not hands.scenario:
        return text("handout.hands.no_scenario", lang)
    try:
        found = scenario_of(hands.scenario)
    except MeguriError:
        found = None
    name = hands.scenario_name or (found.name if found else hands.scenario)
    said = text("handout.hands.scenario", lang, name=name)
    if found is None:
        return said + text("handout.hands.removed", lang)
    if hands.scenario_changed_at and found.changed_at != hands.scenario_changed_at:
        return said + text("handout.hands.changed", lang)
    return said
