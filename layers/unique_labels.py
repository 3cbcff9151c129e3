"""Labels of a list of choices, and names to be kept, told apart: Streamlit knows what was chosen by its label alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

from layers.messages import text


def unique_labels(labels: Mapping[str, str], lang: str, *, taken: Collection[str] = ()) -> dict[str, str]:
    """Return the labels with no two alike: of equal ones the first stays as it is, the others get a number.

    A browser sends the label of what was chosen, and the first choice of that label would be taken for it.

    Parameters
    ----------
    labels
        Label by key. Of things that users name, the oldest first: a thing that is added renames none of the others.
    taken
        Labels of choices that stand in the list beside these.
    """
    used, standing = set(taken), {*taken, *labels.values()}
    # Where to go on counting: a thousand equal labels are not counted from 2 a thousand times.
    last = Counter[str]()
    told = {}
    for key, label in labels.items():
        told[key] = label
        if label in used:
            told[key], last[label] = _numbered(label, standing, lang, start=max(last[label] + 1, 2))
        used.add(told[key])
        standing.add(told[key])
    return told


def free_name(name: str, taken: Collection[str], lang: str, *, longest: int) -> str:
    """Return the name, with a number where it is taken: 'x（2）'; cut where it would be over ``longest`` letters."""
    if name not in taken:
        return name
    return _numbered(name, taken, lang, start=2, longest=longest)[0]


def _numbered(
    name: str, taken: Collection[str], lang: str, *, start: int, longest: int | None = None
) -> tuple[str, int]:
    """Return the name with the first number from ``start`` on that makes it another than all taken, and the number."""
    number = start
    while (told := _with_number(name, number, lang, longest)) in taken:
        number += 1
    return told, number


def _with_number(name: str, number: int, lang: str, longest: int | None) -> str:
    room = None if longest is None else longest - len(text("common.numbered", lang, name="", number=number))
    return text("common.numbered", lang, name=name[:room].rstrip(), number=number)
