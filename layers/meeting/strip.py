"""The thin strip under the wall: which item is shown, what is asked about it, and under which assumptions."""

from __future__ import annotations

from html import escape

from layers.messages import text

# A question wider than this, in Latin letters, is written smaller, so that the strip stays thin; and smaller again.
_LONG, _LONGER = 68, 180


def strip_html(
    lang: str, *, place: int, total: int, title: str, question: str, scenario: str = "", changed: int = 0
) -> str:
    """Return the strip's words; every text is escaped.

    Parameters
    ----------
    place, total
        Which item it is, from 1 (0 where a view of one's own is shown), and how many there are.
    title, question
        Of the item, or of the meeting; '' for none.
    scenario
        Name of the scenario in force, '' for none.
    changed
        How many assumptions stand elsewhere than the scenario, or else the catalogue, puts them.
    """
    count = f'<p class="count">{place or "–"}<span> / {total}</span></p>' if total else ""
    under = [text("meeting_wall.scenario", lang, name=scenario)] if scenario else []
    under += [text("meeting_wall.changed", lang, count=changed)] if changed else []
    lines = [f'<p class="title">{escape(title)}{_under(under, lang)}</p>'] if title or under else []
    if question:
        lines.append(f'<p class="question{_length(question)}">{escape(question)}</p>')
    alone = "" if question else " alone"
    return f'<div class="wall-strip{alone}" role="status" lang="{lang}">{count}<div>{"".join(lines)}</div></div>'


def _under(parts: list[str], lang: str) -> str:
    return f" <small>{escape(text('meeting_wall.joiner', lang).join(parts))}</small>" if parts else ""


def _length(words: str) -> str:
    """Return the class of a question's width; a Japanese letter is as wide as two Latin ones."""
    width = sum(2 if ord(letter) > 0x2E7F else 1 for letter in words)
    if width > _LONGER:
        return " longer"
    return " long" if width > _LONG else ""
