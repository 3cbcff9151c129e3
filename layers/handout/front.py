"""The first page: what was met about, who took part, what was agreed, what is open, how hands were raised."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from geo.dataset import Dataset
from geo.meeting import Meeting, Note
from layers.handout.parts import hands_block, heading, link_line, notes_list, told_list
from layers.handout.words import day_of, people_of, safe, within
from layers.messages import text

# Letters of each list: some three pages of A4 together, however much was written.
_LETTERS = 6_000


def front_page(meeting: Meeting, dataset: Dataset, *, lang: str, link: str) -> str:
    """Return the first page as HTML."""
    numbers = {item.key: place for place, item in enumerate(meeting.items, start=1)}
    area = dataset.name_ja if lang == "ja" else dataset.name_en
    facts = [
        (text("handout.area", lang), area),
        (text("handout.day", lang), day_of(meeting.made_at, lang)),
        (text("handout.people", lang), people_of(meeting, lang)),
    ]
    told = "".join(f"<dt>{escape(name)}</dt><dd>{safe(words)}</dd>" for name, words in facts if words)
    return f"""<section class="front"><p class="kicker">{escape(text("common.app", lang))}
<span>{escape(text("handout.kicker", lang))}</span></p>
<h1>{safe(meeting.title)}</h1><dl>{told}</dl>{told_list(data_told(meeting, dataset, lang))}
<div class="flow">{_agenda(meeting, lang)}
{_points(meeting, "agreed", numbers, lang)}{_points(meeting, "open", numbers, lang)}
{_hands(meeting, numbers, lang)}{_rest(meeting, lang)}
<section class="meaning">{heading("sheet.meaning.title", lang)}<p>{escape(text("sheet.meaning.does", lang))}
{escape(text("sheet.meaning.not", lang))}</p>{link_line(link, lang)}</section></div></section>"""


def data_told(meeting: Meeting, dataset: Dataset, lang: str) -> list[str]:
    """Return a sentence where the meeting was made on another version of the data; none where it was not."""
    if not meeting.dataset_hash or meeting.dataset_hash == dataset.content_hash():
        return []
    made, now = meeting.dataset_hash[:12], dataset.content_hash()[:12]
    return [text("handout.other_data", lang, made=made, now=now)]


def _agenda(meeting: Meeting, lang: str) -> str:
    title = heading("handout.agenda", lang)
    if not meeting.items:
        return f'<section class="agenda">{title}<p class="none">{escape(text("handout.empty", lang))}</p></section>'
    rows = "".join(
        f'<li><span class="tag">{number}</span><p><b>{safe(item.title)}</b>'
        f"{f'<br>{safe(item.question)}' if item.question else ''}</p>"
        f'<a class="page" href="#item-{number}"></a></li>'
        for number, item in enumerate(meeting.items, start=1)
    )
    return f'<section class="agenda">{title}<ol>{rows}</ol></section>'


def _points(meeting: Meeting, kind: str, numbers: dict[str, int], lang: str) -> str:
    found = [note for note in meeting.notes if note.kind == kind]
    shown, left = within(found, _LETTERS)
    body = notes_list(shown, lang, about=numbers) or f'<p class="none">{escape(text("handout.none_yet", lang))}</p>'
    return f'<section class="points {kind}">{heading(f"handout.{kind}", lang)}{body}{left_out(left, lang)}</section>'


def _hands(meeting: Meeting, numbers: dict[str, int], lang: str) -> str:
    counted = [(item, hands) for item in meeting.items if (hands := meeting.hands_of(item.key)) is not None]
    if not counted:
        return ""
    rows = "".join(
        hands_block(hands, lang, question=item.question or item.title, number=numbers[item.key])
        for item, hands in counted
    )
    return f'<section class="counted">{heading("handout.hands.title", lang)}{rows}</section>'


def _rest(meeting: Meeting, lang: str) -> str:
    """Return what was said about the meeting as a whole, beside the points."""
    found: Sequence[Note] = [note for note in meeting.notes_of("") if note.kind not in ("agreed", "open")]
    shown, left = within(found, _LETTERS)
    if not found:
        return ""
    body = notes_list(shown, lang)
    return f'<section class="points">{heading("handout.general", lang)}{body}{left_out(left, lang)}</section>'


def left_out(count: int, lang: str) -> str:
    """Return a line that says how many notes are not printed, '' for none."""
    return f'<p class="left">{escape(text("handout.left_out", lang, count=count))}</p>' if count else ""
