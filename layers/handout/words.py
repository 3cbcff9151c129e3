"""People's words on paper: escaped, measured, shortened, told with who and when."""

from __future__ import annotations

import datetime
import math
import re
import unicodedata
from collections.abc import Sequence
from html import escape
from urllib.parse import urlencode, urlsplit, urlunsplit

from geo.japan_time import in_japan
from geo.meeting import AgendaItem, Hands, Meeting, Note
from layers.messages import text

_NAMED = 40
# Japanese breaks between any two letters. A long run of others is given places to break, which is also what keeps its
# layout from taking a minute.
_BREAK = "\u200b"
_RUN = re.compile(r"[^\s\u2e80-\uffef]{12}(?=[^\s\u2e80-\uffef]{4})")
# Half-width letters as a share of a full-width one.
_NARROW = 0.56
_PAGE_OF = {"map": "", "ladder": "scale", "comparison": "whatif"}
_LONGEST_LINK = 2_000
# A longer one makes a code that is too fine for its place on the sheet, and is typed by nobody.
_LONGEST_PRINTED = 420
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def safe(words: str) -> str:
    """Return words as HTML that shows them as they are; a run without a space may break anywhere."""
    return escape(_RUN.sub(rf"\g<0>{_BREAK}", words))


def prose(words: str) -> str:
    """Return words as HTML that shows them as they are, lines kept."""
    return "<br>".join(safe(line) for line in words.strip().split("\n"))


def width_of(words: str) -> float:
    """Return the width of words in full-width letters."""
    return sum(1.0 if unicodedata.east_asian_width(letter) in "WFA" else _NARROW for letter in words)


def lines_of(words: str, per_line: float) -> int:
    """Return about how many lines words take where ``per_line`` full-width letters fit on one."""
    return sum(max(1, math.ceil(width_of(line) / per_line)) for line in words.split("\n"))


def cut_short(words: str, longest: int) -> str:
    """Return words of at most ``longest`` letters, the last an ellipsis where there were more."""
    return words if len(words) <= longest else words[: longest - 1].rstrip() + "…"


def within(notes: Sequence[Note], letters: int) -> tuple[tuple[Note, ...], int]:
    """Return the first notes whose words hold at most so many letters together, and how many more there are."""
    kept, left = [], letters
    for note in notes:
        # A line or a name is worth some letters too.
        left -= len(note.words) + 20
        if left < 0:
            break
        kept.append(note)
    return tuple(kept), len(notes) - len(kept)


def day_of(moment: str, lang: str) -> str:
    """Return the day of an ISO 8601 moment in Japan; '' where it cannot be read."""
    found = in_japan(moment)
    return "" if found is None else date_words(found.date(), lang)


def date_words(day: datetime.date, lang: str) -> str:
    """Return a day in words."""
    return text("handout.date", lang, year=day.year, month=day.month, day=day.day)


def signed(author: str, moment: str) -> str:
    """Return who wrote something and at what time in Japan, as HTML; '' where neither is known."""
    found = in_japan(moment)
    told = " ".join(part for part in (author, f"{found:%H:%M}" if found else "") if part)
    return f'<span class="by">{safe(told)}</span>' if told else ""


def people_of(meeting: Meeting, lang: str) -> str:
    """Return the names of those who pinned, wrote or counted anything, in that order; '' where there are none."""
    made: list[AgendaItem | Note | Hands] = [*meeting.items, *meeting.notes, *meeting.hands]
    names = [name for name in dict.fromkeys(row.author for row in made) if name.strip()]
    told = text("handout.and", lang).join(names[:_NAMED])
    return text("handout.more_people", lang, names=told, count=len(names) - _NAMED) if len(names) > _NAMED else told


def is_web(link: str) -> bool:
    """Tell whether a link is one that a reader may follow."""
    return link.startswith(("http://", "https://")) and len(link) <= _LONGEST_LINK


def is_loopback(link: str) -> bool:
    """Tell whether a link opens on the machine alone that the server runs on."""
    return urlsplit(link).hostname in _LOOPBACK


def meeting_link(link: str, meeting: Meeting, *, lang: str) -> str:
    """Return the address that opens the meeting, without what this browser looks at.

    '' where none is known, or it opens on this machine alone.
    """
    if not is_web(link) or is_loopback(link):
        return ""
    query = urlencode({"area": meeting.area, "lang": lang, "meeting": meeting.key})
    return urlunsplit((*urlsplit(link)[:3], query, ""))


def item_link(link: str, item: AgendaItem, *, area: str, lang: str, public: str = "") -> str:
    """Return the address that opens an item's view on its page, beside that of the meeting; '' where none is known.

    A view of a meeting on this machine alone opens under ``public``, the office's address for the public, where there
    is one and the view needs no scenario, which is kept on this machine; else nowhere.
    """
    if not is_web(link):
        return ""
    parts = urlsplit(link)
    root = f"{parts.scheme}://{parts.netloc}{parts.path.rpartition('/')[0]}"
    if is_loopback(link):
        if not public or item.scenarios:
            return ""
        root = public
    query = urlencode({**dict(item.query), "area": area, "lang": lang}, safe=":,")
    found = f"{root}/{_PAGE_OF.get(item.kind, '')}?{query}"
    return found if len(found) <= _LONGEST_PRINTED and is_web(found) else ""
