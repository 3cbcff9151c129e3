"""The ladder in plain sentences that can be read aloud, claiming only what the netting may claim.

Netting says what a place's amounts could cover (計算上…足りる), never where a thing really comes from.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from layers.ladder_rows import CERTAINTY_WORDS, SCALES, TELLING_SHARE, LadderRow
from layers.ladder_view.words import percent
from layers.messages import text
from layers.partitions import is_brought
from layers.scale_places import Place

# Spoken lists longer than this are cut short and counted.
_NAMED_AT_MOST = 4
# A smaller share that comes at the wrong time is left to the bar.
_TOLD_MISMATCH = 0.05
_UNIT_WORDS = {"市": "city", "町": "town", "村": "village"}


def sentence(rows: Sequence[LadderRow], place: Place, lang: str, *, focus: str = "") -> str:
    """Say at which scale a place's resources close: what closes nearby first, what does not close last.

    Each is said with how sure it is, where that is known: the surest of a scale come first.

    Parameters
    ----------
    rows
        The place's rows in the ladder's order.
    place
        The place they are of.
    lang
        'ja' or 'en'.
    focus
        Key of the resource in focus: named as the example where it does not close.
    """
    if rows and all(row.closing in ("no_demand", "no_supply") for row in rows):
        return text("scale.sentence.no_need_at_all", lang, place=place.name(lang))
    closing = sorted((row for row in rows if row.closing in SCALES), key=lambda row: (_rung(row), _sureness(row)))
    open_ = sorted((row for row in rows if row.closing == "outside"), key=_sureness)
    told = [
        _closes(list(group), scale, place, lang)
        for (scale, *_), group in groupby(closing, key=lambda row: (row.closing, *_sureness(row)))
    ]
    told += [_smaller(row, place, lang) for row in closing if row.possible_smaller]
    told += _open(open_, lang, focus)
    told += _beyond([row for row in rows if row.resource == focus], place, lang)
    if not told:
        told = [text("scale.sentence.nothing", lang, place=place.name(lang))]
    else:
        opening = "opening_basin" if place.kind == "basin" else "opening"
        told[0] = text(f"scale.sentence.{opening}", lang, place=place.name(lang)) + told[0]
    told += _silent(rows, lang, focus)
    return _joined(told, lang)


def closing_words(row: LadderRow, place: Place, lang: str) -> str:
    """Say of one resource at which scale it closes, and how sure that is, as in :func:`sentence` without its opening.

    For what no scale is named for, it says why.
    """
    if row.closing in SCALES:
        told = [_closes([row], row.closing, place, lang)]
        told += [_smaller(row, place, lang)] if row.possible_smaller else []
        return ("" if lang == "ja" else " ").join(told)
    if row.closing == "outside":
        return _open_with_example([row], lang, row.resource)
    key = "no_data" if row.closing == "no_data" else "no_need"
    return text(f"scale.sentence.{key}", lang, names=spoken_name(row, lang))


def notes(rows: Sequence[LadderRow], place: Place, lang: str, *, communities: str = "") -> list[str]:
    """Return what has to be said under the ladder of this place.

    ``communities`` is what the area's communities are; '' for squares of the 2 km mesh.
    """
    said = []
    if any(row.is_single_municipality for row in rows):
        said.append(text("scale.bar.basin_adds_nothing", lang))
    if place.is_cut:
        said.append(text("scale.bar.basin_cut", lang))
    said += _beyond_note(rows, place, lang)
    if place.kind == "community":
        own = text("scale.bar.community_of", lang, kind=communities) if communities else ""
        said.append(own or text("scale.bar.community_name", lang))
    elif place.is_estimated:
        said.append(text("scale.bar.basin_estimated", lang))
    return said


def inside(scale: str, place: Place, lang: str, *, is_cut: bool = False) -> str:
    """Name a scale from the view of a place: 市の中, each community, this river basin ...

    ``is_cut`` says that basins of the place go on beyond the data; of a basin the place itself says so.
    """
    if scale == "prefecture":
        return text("scale.inside.any.prefecture", lang)
    cut = "_cut" if scale == "basin" and (is_cut or (place.kind == "basin" and place.is_cut)) else ""
    unit = f"scale.unit_word.{_UNIT_WORDS.get(place.name_ja[-1:], 'other')}"
    words = {f"unit_{each}": text(unit, each) for each in ("ja", "en")}
    kind = "brought" if is_brought(place.kind) else place.kind
    return text(f"scale.inside.{kind}.{scale}{cut}", lang, **words)


def share_beyond(row: LadderRow) -> float:
    """Return the share of a need met (of a supply used) by other places, 0 to 1.

    For a prefecture these lie beyond it, in the other parts of river basins that it shares.
    """
    amount, whole = (row.from_other_units, row.demand) if row.perspective == "demand" else (row.sent_out, row.supply)
    return amount / whole if whole > 0 else 0.0


def spoken_name(row: LadderRow, lang: str) -> str:
    """Return a resource's name as it stands inside a sentence: without the part in brackets."""
    name = re.sub(r"\s*[（(].*[）)]$", "", row.name(lang))
    return name if lang == "ja" else name[:1].lower() + name[1:]


def _rung(row: LadderRow) -> int:
    return SCALES.index(row.closing)


def _sureness(row: LadderRow) -> tuple[int, str, bool]:
    """Return what rows are told together by, surest first: how sure, what is asked of them, whether on cut basins."""
    return CERTAINTY_WORDS.index(row.certainty_word), row.perspective, row.closing == "basin" and row.is_in_cut_basin


def _key(name: str, row: LadderRow) -> str:
    """Return the key of a sentence, said with how sure the row is where that is known."""
    return f"certainty.sentence.{name}_{row.certainty_word}" if row.certainty_word else f"scale.sentence.{name}"


def _closes(rows: Sequence[LadderRow], scale: str, place: Place, lang: str) -> str:
    key = "closes" if rows[0].perspective == "demand" else "used"
    where = inside(scale, place, lang, is_cut=rows[0].is_in_cut_basin)
    return text(_key(key, rows[0]), lang, names=_names(rows, lang), inside=where)


def _smaller(row: LadderRow, place: Place, lang: str) -> str:
    """Say how likely a smaller scale alone is enough."""
    where = inside(row.possible_smaller, place, lang, is_cut=row.is_in_cut_basin)
    share = percent(row.certainty.smaller_share if row.certainty else 0.0)
    key = "smaller" if row.perspective == "demand" else "smaller_used"
    return text(f"certainty.sentence.{key}", lang, name=spoken_name(row, lang), inside=where, percent=share)


def _open(rows: Sequence[LadderRow], lang: str, focus: str) -> list[str]:
    """Return the sentences on what does not close: those told with an example first, of the others only how sure."""
    groups = [list(group) for _, group in groupby(rows, key=_sureness)]
    groups.sort(key=lambda group: all(row.resource != focus for row in group))
    told = [_open_with_example(group, lang, focus) for group in groups[:1]]
    for group in groups[1:]:
        if group[0].certainty_word:
            key = f"certainty.sentence.rest_{group[0].perspective}_{group[0].certainty_word}"
            told.append(text(key, lang, names=_names(group, lang)))
        else:
            told.append(_open_with_example(group, lang, focus))
    return told


def _open_with_example(rows: Sequence[LadderRow], lang: str, focus: str) -> str:
    example = next((row for row in rows if row.resource == focus), rows[0])
    mismatch = ""
    if example.time_mismatch >= _TOLD_MISMATCH:
        mismatch = text("scale.sentence.mismatch", lang, share=_spoken_share(example.time_mismatch, lang))
    told = {
        "name": spoken_name(example, lang),
        "share": _spoken_share(example.covered, lang),
        "mismatch": mismatch,
    }
    if len(rows) == 1 or example.perspective == "supply":
        key = "open_one" if example.perspective == "demand" else "open_used"
        return text(_key(key, example), lang, **told)
    more = len(rows) - 1
    return text(_key("open_two" if more == 1 else "open_many", example), lang, count=more, **told)


def _spoken_share(share: float, lang: str) -> str:
    if 0 < share < TELLING_SHARE:
        return text("scale.share_under", lang)
    return text("scale.share", lang, percent=percent(share))


def _beyond(rows: Sequence[LadderRow], place: Place, lang: str) -> list[str]:
    """Return the sentences on what of the prefecture's figures comes from beyond it, through basins that it shares."""
    return [
        text(
            f"scale.beyond.sentence_{row.perspective}",
            lang,
            name=spoken_name(row, lang),
            share=_spoken_share(share_beyond(row), lang),
        )
        for row in rows
        if place.kind == "prefecture" and share_beyond(row) >= TELLING_SHARE
    ]


def _beyond_note(rows: Sequence[LadderRow], place: Place, lang: str) -> list[str]:
    """Return the note on every resource of which that is worth telling, as a list of one or none."""
    shares = [(row, share_beyond(row)) for row in rows if place.kind == "prefecture"]
    parts = [
        text("scale.beyond.part", lang, name=row.name(lang), share=_spoken_share(share, lang))
        for row, share in shares
        if share >= TELLING_SHARE
    ]
    joined = text("scale.bar.joiner", lang).join(parts)
    return [text("scale.beyond.note", lang, parts=joined)] if parts else []


def _silent(rows: Sequence[LadderRow], lang: str, focus: str) -> list[str]:
    """Return the sentences on what no scale is named for; no need is worth a word only where it is looked at."""
    unknown = [row for row in rows if row.closing == "no_data"]
    needless = [row for row in rows if row.closing == "no_demand" and row.resource == focus]
    found = [("no_data", unknown), ("no_need", needless)]
    return [text(f"scale.sentence.{key}", lang, names=_names(some, lang)) for key, some in found if some]


def _names(rows: Sequence[LadderRow], lang: str) -> str:
    names = [spoken_name(row, lang) for row in rows]
    if len(names) > _NAMED_AT_MOST:
        few = text("scale.sentence.list_joiner", lang).join(names[: _NAMED_AT_MOST - 1])
        return text("scale.sentence.many", lang, names=few, count=len(names))
    head = text("scale.sentence.list_joiner", lang).join(names[:-1])
    return f"{head}{text('scale.sentence.list_last', lang)}{names[-1]}" if head else names[0]


def _joined(told: Sequence[str], lang: str) -> str:
    if lang == "ja":
        return "".join(told)
    return " ".join(part[:1].upper() + part[1:] for part in told)
