"""The amounts that tables state of a municipality's money in a year: items, units, and what no table can mean."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from geo.errors import MeguriError

INCOMES = ("employee_income", "other_income")
SPENDINGS = ("consumption", "investment", "other_spending")
SECTORS = ("production_primary", "production_secondary", "production_tertiary")
LOCAL, FLOW = "_local", "_flow"
INCOME_FLOW, ENERGY_FLOW = "income_flow", "energy_flow"
ITEMS = (
    "production",
    *SECTORS,
    *(name + kind for name in INCOMES for kind in ("", LOCAL, FLOW)),
    INCOME_FLOW,
    *(name + kind for name in SPENDINGS for kind in ("", LOCAL, FLOW)),
    ENERGY_FLOW,
)
# What may be below zero: what comes in less what goes out, and spending that holds a trade balance.
SIGNED = frozenset(name for name in ITEMS if name.endswith(FLOW) or name.startswith("other_spending"))
# Unit -> yen.
UNITS: dict[str, float] = {
    "円": 1.0,
    "千円": 1e3,
    "万円": 1e4,
    "百万円": 1e6,
    "億円": 1e8,
    "十億円": 1e9,
    "兆円": 1e12,
}
# More than all of Japan produces in ten years.
LARGEST_YEN = 1e16


class EconomyError(MeguriError):
    """A table of a municipality's economy cannot be used; ``params`` hold ``file``, ``sheet`` and ``row``."""

    default_key = "economy"


@dataclass(frozen=True, order=True)
class Figure:
    """One amount as a table states it.

    Attributes
    ----------
    municipality
        Five-digit JIS X 0402 code.
    year
        Year (or fiscal year) of the amount.
    item
        One of ``ITEMS``: '<name>' is what residents, firms and offices of the place receive or spend, '<name>_local'
        what is paid out or spent inside the place, '<name>_flow' the net amount from outside (below zero: it leaves).
    value
        A year's amount in ``unit``.
    unit
        One of ``UNITS``.
    source
        Table that it stands in.
    """

    municipality: str
    year: int
    item: str
    value: float
    unit: str
    source: str

    @property
    def yen(self) -> float:
        """The amount in yen a year."""
        return self.value * UNITS[self.unit]

    @property
    def grain_yen(self) -> float:
        """The step to which the amount was rounded, yen: one of the last digit written."""
        decimals = len(f"{self.value:.9f}".rstrip("0").partition(".")[2])
        return float(UNITS[self.unit] * 10.0**-decimals)


def check_figure(figure: Figure) -> None:
    """Refuse an amount that no table can mean.

    Raises EconomyError (keys ``economy_item_unknown``, ``economy_amount``).
    """
    if figure.item not in ITEMS or figure.unit not in UNITS:
        message = f"economy: expected one of {', '.join(ITEMS)} in a unit of yen; found {figure.item}, {figure.unit}"
        raise EconomyError(
            message, key="economy_item_unknown", file="economy.csv", found=f"{figure.item} ({figure.unit})"
        )
    least = -LARGEST_YEN if figure.item in SIGNED else 0.0
    if not (math.isfinite(figure.value) and least <= figure.yen <= LARGEST_YEN):
        message = f"economy: {figure.item}: expected a finite amount of at least {least:g} yen; found {figure.value}"
        told = {
            "file": "economy.csv",
            "sheet": f" › {figure.municipality}, {figure.year}",
            "row": "—",
            "item": figure.item,
        }
        raise EconomyError(message, key="economy_amount", found=f"{figure.value:g} {figure.unit}", **told)


def grouped(figures: Iterable[Figure]) -> dict[tuple[str, int], tuple[Figure, ...]]:
    """Return the figures by (municipality, year), both sorted."""
    groups: dict[tuple[str, int], list[Figure]] = {}
    for figure in sorted(figures):
        groups.setdefault((figure.municipality, figure.year), []).append(figure)
    return {key: tuple(group) for key, group in groups.items()}
