"""The first page: what was met about, who took part, what was agreed, what is open, how hands were raised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html import escape

from geo.dataset import Dataset
from geo.meeting import Meeting, Note
from layers.handout.columns import Block, Run, poured
from layers.handout.paper import Paper
from layers.handout.parts import NOTES, hands_block, heading, link_line, note_blocks, told_list
from layers.handout.words import day_of, is_web, lines_of, meeting_link, people_of, safe, within
from layers.messages import text
from layers.qr import qr_svg

# Letters of each list: some three pages of A4 together, however much was written.
_LETTERS = 6_000
# Height of the code beside what the meeting was.
_CODE_MM = 32.0
# About as long as what is told under a count.
_UNDER = "合" * 38


def front_page(meeting: Meeting, dataset: Dataset, paper: Paper, *, lang: str, link: str) -> str:
    """Return the first page as HTML."""
    numbers = {item.key: place for place, item in enumerate(meeting.items, start=1)}
    area = dataset.name_ja if lang == "ja" else dataset.name_en
    people = people_of(meeting, lang)
    facts = [
        (text("handout.area", lang), area),
        (text("handout.day", lang), _held_on(meeting, lang)),
        (text("handout.people", lang), people),
    ]
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{safe(words)}</dd>" for name, words in facts if words)
    told = data_told(meeting, dataset, lang)
    address = meeting_link(link, meeting, lang=lang)
    code = _code(address, lang)
    per_line = (paper.width_mm / (1 + paper.has_columns) - 10) / paper.text_letter_mm
    parts = [
        _agenda(meeting, lang, per_line),
        _points(meeting, "agreed", numbers, lang, per_line),
        _points(meeting, "open", numbers, lang, per_line),
        *_hands(meeting, numbers, lang, per_line),
        *_rest(meeting, lang, per_line),
        _meaning(address, lang, per_line),
    ]
    sized = [_in_mm(run, paper) for run in parts]
    if paper.has_columns:
        above = paper.text_letter_mm * (
            6.5 + 4.2 * lines_of(meeting.title, paper.width_mm / paper.text_letter_mm / 2.7)
        )
        above += max(1.85 * paper.text_letter_mm * (3 + lines_of(people, 70)), _CODE_MM * bool(code)) + 10 * len(told)
        body = poured(sized, 2, first_mm=paper.height_mm - above, next_mm=paper.height_mm - 6)
    else:
        body = "".join(
            f"{run.opening}{run.heading.html}{''.join(block.html for block in run.blocks)}{run.closing}"
            for run in parts
        )
    return f"""<section class="front"><p class="kicker">{escape(text("common.app", lang))}
<span>{escape(text("handout.kicker", lang))}</span></p>
<h1>{safe(meeting.title)}</h1><div class="facts{" coded" if code else ""}">{code}<dl>{rows}</dl></div>{told_list(told)}
{body}</section>"""


def _held_on(meeting: Meeting, lang: str) -> str:
    """Return the day of the meeting and, once for all that follow, whose time is told; '' where it is not known."""
    day = day_of(meeting.made_at, lang)
    return text("handout.day_zone", lang, day=day) if day else ""


def _code(address: str, lang: str) -> str:
    """Return the code that opens the meeting on a phone, '' where there is no address to open."""
    if not is_web(address):
        return ""
    words = text("handout.code", lang)
    return f'<div class="code">{qr_svg(address, title=words)}<p>{escape(words)}</p></div>'


def data_told(meeting: Meeting, dataset: Dataset, lang: str) -> list[str]:
    """Return a sentence where the meeting was made on another version of the data; none where it was not."""
    if not meeting.dataset_hash or meeting.dataset_hash == dataset.content_hash():
        return []
    made, now = meeting.dataset_hash[:12], dataset.content_hash()[:12]
    return [text("handout.other_data", lang, made=made, now=now)]


def _agenda(meeting: Meeting, lang: str, per_line: float) -> Run:
    blocks = [
        Block(
            f'<li><span class="tag">{number}</span><p><b>{safe(item.title)}</b>'
            f"{f'<br>{safe(item.question)}' if item.question else ''}</p>"
            f'<a class="page" href="#item-{number}"></a></li>',
            lines_of(item.title, per_line - 4) + (lines_of(item.question, per_line - 4) if item.question else 0) + 0.35,
        )
        for number, item in enumerate(meeting.items, start=1)
    ]
    if not blocks:
        blocks = [Block(f'<li class="none">{escape(text("handout.empty", lang))}</li>', 1.4)]
    return Run('<section class="agenda"><ol>', "</ol></section>", _head("handout.agenda", lang), tuple(blocks))


def _points(meeting: Meeting, kind: str, numbers: dict[str, int], lang: str, per_line: float) -> Run:
    found = [note for note in meeting.notes if note.kind == kind]
    none = Block(f'<li class="none">{escape(text("handout.none_yet", lang))}</li>', 1.2)
    return _listed(
        found, heading_key=f"handout.{kind}", kind=kind, lang=lang, per_line=per_line, about=numbers, none=none
    )


def _listed(
    notes: Sequence[Note],
    *,
    heading_key: str,
    kind: str,
    lang: str,
    per_line: float,
    about: dict[str, int] | None = None,
    none: Block | None = None,
) -> Run:
    """Return a list of notes, as many as there is room for; ``none`` stands where there are none."""
    shown, left = within(notes, _LETTERS)
    blocks = [*note_blocks(shown, lang, per_line=per_line / 1.08, line_mm=1.08, about=about)]
    if left:
        blocks.append(Block(f'<li class="left">{escape(_left_words(left, lang))}</li>', 1.2))
    opening = f'<section class="points {kind}">{NOTES}'
    return Run(opening, "</ul></section>", _head(heading_key, lang), (*blocks, *([none] if none and not notes else [])))


def _hands(meeting: Meeting, numbers: dict[str, int], lang: str, per_line: float) -> list[Run]:
    blocks = []
    for item in meeting.items:
        hands = meeting.hands_of(item.key)
        if hands is None:
            continue
        asked = item.question or item.title
        options = sum(0.2 + 0.87 * lines_of(option, per_line * 0.36) for option, _ in hands.counts)
        under = lines_of(f"{_UNDER}{hands.scenario_name}", per_line)
        drawn = hands_block(hands, lang, question=asked, number=numbers[item.key])
        blocks.append(Block(drawn, lines_of(asked, per_line - 3) + options + 0.9 * under + 0.8))
    run = Run('<section class="counted">', "</section>", _head("handout.hands.title", lang), tuple(blocks))
    return [run] if blocks else []


def _rest(meeting: Meeting, lang: str, per_line: float) -> list[Run]:
    """Return what was said about the meeting as a whole, beside the points."""
    found = [note for note in meeting.notes_of("") if note.kind not in ("agreed", "open")]
    run = _listed(found, heading_key="handout.general", kind="general", lang=lang, per_line=per_line)
    return [run] if found else []


def _meaning(address: str, lang: str, per_line: float) -> Run:
    words = f"{text('sheet.meaning.does', lang)} {text('sheet.meaning.not', lang)}"
    body = Block(f"<p>{escape(words)}</p>{link_line(address, lang)}", 0.9 * (lines_of(words, per_line / 0.9) + 2))
    return Run('<section class="meaning">', "</section>", _head("sheet.meaning.title", lang), (body,))


def _head(key: str, lang: str) -> Block:
    # With the gap over it.
    return Block(heading(key, lang), 2.9)


def _in_mm(run: Run, paper: Paper) -> Run:
    """Return a run whose heights, told in lines, are millimetres."""
    line_mm = 1.5 * paper.text_letter_mm
    head, *blocks = (replace(block, height_mm=block.height_mm * line_mm) for block in (run.heading, *run.blocks))
    return replace(run, heading=head, blocks=tuple(blocks))


def left_out(count: int, lang: str) -> str:
    """Return a line that says how many notes are not printed, '' for none."""
    return f'<p class="left">{escape(_left_words(count, lang))}</p>' if count else ""


def _left_words(count: int, lang: str) -> str:
    return text("handout.left_out", lang, count=count)
