"""The option ``--by``: what a result is told by, named in the singular or the plural."""

from __future__ import annotations

# Another number of a partition's name -> its name in the tables.
_OTHER_NUMBER = {
    "communities": "community",
    "municipalities": "municipality",
    "basins": "basin",
    "prefectures": "prefecture",
    "cell": "cells",
}


def unit_name(text: str) -> str:
    """Return the name that the tables use: 'municipality' for 'municipalities', 'cells' for 'cell'.

    What is neither is returned as it is: whether an area can be told by it is for the command to say.
    """
    return _OTHER_NUMBER.get(text, text)
