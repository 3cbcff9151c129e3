"""How sure the map's closing scales are: a word for every unit, and a mark over those whose answer is still open."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from geo.coded_ladder import OUTSIDE
from geo.uncertainty import LIKELY, OPEN, SURE
from layers.ladder_rows import SCALES
from layers.ladder_view.words import closing_word
from layers.layer import Painting
from layers.live.letters import letters
from layers.messages import text
from layers.palette import SCALE_COLOURS, UNDECIDED, css_over

# The words differ by what they stand beside: any scale that closes, or none.
_ORDER = (SURE, LIKELY, OPEN)
_FIRST = {"closes": 0, OUTSIDE: len(_ORDER)}
_WORDS = tuple((closing, word) for closing in (SCALES[0], OUTSIDE) for word in _ORDER)


def certainty_message(painting: Painting, classes: pd.Series, lang: str) -> dict[str, Any]:
    """Return a painting's certainty as plain JSON values.

    ``classes`` are the painting's in the order in which the units are packed. ``letters`` has a letter for each of
    them, ``words`` what they stand for, ``marked`` the numbers of the words whose units are marked with the
    ``pattern``.
    """
    if painting.certainty is None:
        return {}
    # A class that is no closing scale has no words, nor has what is not drawn (class -1, so the last).
    first = [_FIRST.get("closes" if entry.key in SCALES else entry.key, -1) for entry in painting.layer.legend]
    of_class = np.array([*first, -1], dtype=np.int16)
    order = {word: number for number, word in enumerate(_ORDER)}
    sure = painting.certainty.map(order).reindex(classes.index).fillna(-1).to_numpy(np.int16)
    start = of_class[np.asarray(classes, dtype=np.int16)]
    return {
        "letters": letters(np.where((start < 0) | (sure < 0), -1, start + sure).astype(np.int16)),
        "words": [closing_word(*pair, painting.layer.perspective, lang) for pair in _WORDS],
        "marked": [number for number, (_, word) in enumerate(_WORDS) if word == OPEN],
        "pattern": UNDECIDED.name,
    }


def is_marked(painting: Painting) -> bool:
    """Tell whether any unit of a painting is marked as still open."""
    return painting.certainty is not None and bool((painting.certainty == OPEN).any())


def marked_entry(lang: str) -> dict[str, Any]:
    """Return the legend's entry of the mark."""
    ground = css_over(UNDECIDED, SCALE_COLOURS[OUTSIDE])
    return {"background": ground, "label": text("map.legend.undecided", lang), "is_line": False}
