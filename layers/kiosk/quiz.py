"""The kiosk's quiz: how far must we widen for enough, asked only where the figures have a clear answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

from geo.terms import Catalogue
from layers.kiosk.easy import SENTENCES, Words, joined, unit_word, words
from layers.kiosk.figures import ICONS, resource_name, share_words
from layers.ladder_rows import SCALES, LadderRow
from layers.ladder_view.words import percent
from layers.scale_places import Place

MOST = 5
# Of one answer, so that it is worth thinking about.
MOST_ALIKE = 3
# A smaller share that comes at the wrong time is left to the bar.
_TOLD_MISMATCH = 0.05
_ANSWERS = (*SCALES, "outside")
_CLEAR = ("sure", "likely")


def quiz(
    rows: Sequence[LadderRow], catalogue: Catalogue, place: Place, name: Words, certain: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return a place's questions as they are sent: at most ``MOST``, always the same.

    Parameters
    ----------
    rows
        The place's rows.
    catalogue
        Of the resources.
    place, name
        The place, and its name in all languages.
    certain
        How sure each resource's answer is: nothing is asked that is still open, or has no answer.
    """
    order = [*ICONS, *(key for key in catalogue.resources if key not in ICONS)]
    clear = [row for row in rows if row.closing in _ANSWERS and certain[row.resource] in _CLEAR]
    clear.sort(key=lambda row: (_CLEAR.index(certain[row.resource]), order.index(row.resource)))
    asked = sorted(_mixed(clear)[:MOST], key=lambda row: order.index(row.resource))
    return [_question(row, catalogue, place, name, certain[row.resource]) for row in asked]


def _mixed(rows: Sequence[LadderRow]) -> list[LadderRow]:
    """Take one of each answer in turn, so that not all questions have the same."""
    piles = [[row for row in rows if row.closing == answer][:MOST_ALIKE] for answer in _ANSWERS]
    return [row for turn in zip_longest(*piles) for row in turn if row is not None]


def _question(row: LadderRow, catalogue: Catalogue, place: Place, name: Words, certainty: str) -> dict[str, Any]:
    resource = catalogue.resources[row.resource]
    question = words(f"kiosk.quiz.{row.perspective}", place=name, name=resource_name(resource).spoken)
    return {
        "resource": row.resource,
        "question": question.message(),
        "options": [*(scale for scale, _ in row.shares), "outside"],
        "answer": row.closing,
        "explanation": _explanation(row, place).message(),
        "certainty": certainty,
    }


def _explanation(row: LadderRow, place: Place) -> Words:
    """Say the shares at the scale that closes and the one before it, and from which share it counts as enough."""

    def inside(scale: str) -> Words:
        return words(f"kiosk.inside.{scale}", unit=unit_word(place))

    upto = dict(row.cumulative)
    scales = list(upto)
    at = scales.index(row.closing) if row.closing in scales else -1
    if at < 0:
        told = words("kiosk.quiz.short", share=share_words(row.covered))
    elif at == 0:
        told = words("kiosk.quiz.first", inside=inside(row.closing), share=share_words(upto[row.closing]))
    else:
        before = scales[at - 1]
        told = words(
            "kiosk.quiz.wider",
            before=inside(before),
            before_share=share_words(upto[before]),
            inside=inside(row.closing),
            share=share_words(upto[row.closing]),
        )
    said = [told]
    if at < 0 and row.time_mismatch >= _TOLD_MISMATCH:
        said.append(words("kiosk.place.mismatch", share=share_words(row.time_mismatch)))
    key = "threshold" if row.perspective == "demand" else "threshold_supply"
    said.append(words(f"kiosk.fine.{key}", percent=percent(row.threshold)))
    return joined(said, SENTENCES)
