"""The ladder's rows for one place: shares by scale, closing scale and how far it hangs on the assumptions."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from geo.actuals import Actual
from geo.uncertainty import CUT_FROM, LIKELY_FROM

SCALES = ("community", "municipality", "basin", "prefecture")
CASES = ("low", "central", "high")
# closing scale -> the group of rows it stands in, from narrow to wide
_GROUP_OF = {
    "community": "narrow",
    "municipality": "narrow",
    "basin": "wide",
    "prefecture": "wide",
    "outside": "open",
    "no_demand": "none",
    "no_supply": "none",
    "no_data": "none",
}
GROUPS = ("narrow", "wide", "open", "none")
# Headings of the ladder, in its order: of what does not close by the central case, some is still undecided.
HEADINGS = ("narrow", "wide", "undecided", "open", "none")
# The surest first; '' is not judged.
CERTAINTY_WORDS = ("sure", "likely", "open", "")
# What is not enough in 'likely' many draws is not told as possible.
POSSIBLE_FROM = 1 - LIKELY_FROM
# A share under half a percent is written as 0 % and is not told as a rung of its own.
TELLING_SHARE = 0.005


@dataclass(frozen=True)
class Certainty:
    """How sure a row's closing scale is, by draws over everything uncertain (:mod:`geo.uncertainty`).

    Attributes
    ----------
    word
        'sure', 'likely' or 'open'; '' where no scale is judged.
    share
        Share of the draws, 0..1, that bear out the answer that the row shows (:func:`geo.uncertainty.judge`).
    answers
        (scale or 'outside', share of the draws in which this is the smallest that closes), smallest scale first; ()
        where no scale is judged.
    draws
        How many draws there are.
    smaller, smaller_share
        A scale below the one shown, and the share of the draws in which it is enough; '' and 0 where none ever is.
    is_cut
        Whether the answer stands on a basin that goes on beyond the data, so that it is not called sure.
    cut_share
        Share of the place's need (perspective supply: of its supply) in such basins, 0..1.
    hangs_on, hangs_on_ja, hangs_on_en
        What moves the covered share most: key and names of a factor or a range of the data; '' where nothing does.
    correlation
        Its rank correlation with the covered share, −1 to 1; NaN where nothing moves it.
    covered_p10, covered_p90
        Share covered at all scales together that one in ten draws stays below, and above; NaN where nothing is to be
        covered.
    """

    word: str
    share: float
    answers: tuple[tuple[str, float], ...]
    draws: int
    smaller: str = ""
    smaller_share: float = 0.0
    is_cut: bool = False
    cut_share: float = 0.0
    hangs_on: str = ""
    hangs_on_ja: str = ""
    hangs_on_en: str = ""
    correlation: float = math.nan
    covered_p10: float = math.nan
    covered_p90: float = math.nan

    def hangs_on_name(self, lang: str) -> str:
        """Name of what moves the covered share most, in 'ja' or 'en'."""
        return self.hangs_on_ja if lang == "ja" else self.hangs_on_en


# (resource key, case) -> the table of geo.unit_figures.unit_table for the place's partition
Tables = Callable[[str, str], pd.DataFrame]


@dataclass(frozen=True)
class LadderRow:
    """One resource in one place.

    Attributes
    ----------
    resource, name_ja, name_en, unit, perspective
        Of the resource; ``perspective`` is 'demand' or 'supply'.
    supply, demand
        Annual amounts of the place in ``unit``.
    shares
        (scale, share 0..1), smallest scale first, of the demand met (perspective supply: of the supply used)
        at each scale that the resource's ladder has.
    time_mismatch
        Share of the demand that sun and wind could cover by the year's sum, but not at the moment it arises.
    outside
        Share that no scale covers, ``time_mismatch`` taken out; shares + time_mismatch + outside = 1.
    closing, closing_low, closing_high
        Closing scale by the central, the pessimistic and the optimistic case: a scale's key, 'outside',
        'no_demand', 'no_supply' or 'no_data'.
    threshold
        Share from which a scale closes.
    covered_low, covered_high
        Share covered at all scales together in the pessimistic and the optimistic case, NaN where not asked.
    unknown
        Share of the place's area without the indicator, 0..1.
    self_sufficiency
        Supply over demand, NaN where there is no demand.
    from_inside, from_other_units, sent_out
        Annual amounts in ``unit``, told apart by proportional mixing.
    halo_supply, halo_demand
        Annual amounts of the basin's part outside the area, not among the others.
    is_single_municipality
        Whether the place is a basin that lies inside one municipality, so that it adds no rung there.
    measured
        The measured values that stand in the figures instead of estimates.
    certainty
        How sure ``closing`` is; None where it was not asked.
    """

    resource: str
    name_ja: str
    name_en: str
    unit: str
    perspective: str
    supply: float
    demand: float
    shares: tuple[tuple[str, float], ...]
    time_mismatch: float
    outside: float
    closing: str
    closing_low: str
    closing_high: str
    threshold: float
    covered_low: float = math.nan
    covered_high: float = math.nan
    unknown: float = 0.0
    self_sufficiency: float = math.nan
    from_inside: float = 0.0
    from_other_units: float = 0.0
    sent_out: float = 0.0
    halo_supply: float = 0.0
    halo_demand: float = 0.0
    is_single_municipality: bool = False
    measured: tuple[Actual, ...] = ()
    certainty: Certainty | None = None

    @property
    def group(self) -> str:
        """Where the row stands: 'narrow', 'wide', 'open' (not closed in the prefecture) or 'none'."""
        return _GROUP_OF[self.closing]

    @property
    def heading(self) -> str:
        """Under which of ``HEADINGS`` it stands: its group, or 'undecided' where it is open whether it closes."""
        return "undecided" if self.group == "open" and self.certainty_word == "open" else self.group

    @property
    def is_same_in_all_cases(self) -> bool:
        """Whether pessimistic and optimistic assumptions name the same scale."""
        return self.closing_low == self.closing == self.closing_high

    @property
    def certainty_word(self) -> str:
        """'sure', 'likely' or 'open'; '' where no scale is judged or nobody asked."""
        return self.certainty.word if self.certainty else ""

    @property
    def is_in_cut_basin(self) -> bool:
        """Whether a part worth telling of the place's need lies in basins that go on beyond the data."""
        return self.certainty is not None and self.certainty.cut_share > CUT_FROM

    @property
    def possible_smaller(self) -> str:
        """Scale below the closing one that may be enough by itself: not unlikely so; '' where there is none."""
        found = self.certainty
        return found.smaller if found and found.smaller_share >= POSSIBLE_FROM and found.smaller in SCALES else ""

    @property
    def covered(self) -> float:
        """Share covered at all scales together, 0..1."""
        return math.fsum(share for _, share in self.shares)

    @property
    def cumulative(self) -> tuple[tuple[str, float], ...]:
        """(scale, share covered up to it), smallest scale first."""
        scales = [scale for scale, _ in self.shares]
        amounts = [share for _, share in self.shares]
        return tuple((scale, math.fsum(amounts[: rung + 1])) for rung, scale in enumerate(scales))

    @property
    def last_telling_scale(self) -> str:
        """Widest scale that adds a share worth telling; the widest that adds any, '' where none does."""
        wide_first = tuple(reversed(self.shares))
        telling = [scale for scale, share in wide_first if share >= TELLING_SHARE]
        return next(iter([*telling, *(scale for scale, share in wide_first if share > 0), ""]))

    def name(self, lang: str) -> str:
        """Name of the resource in 'ja' or 'en'."""
        return self.name_ja if lang == "ja" else self.name_en


def ladder_rows(resources: Mapping[str, Any], tables: Tables, *, code: str, threshold: float) -> list[LadderRow]:
    """Return one row a resource, narrow-cycling ones first, those that do not close last.

    Parameters
    ----------
    resources
        Key -> resource of the catalogue (``key``, names, ``unit``, ``perspective`` are read).
    tables
        Gives the unit table of a resource in a case ('low', 'central', 'high') for the place's partition.
    code
        The place's code: a row label of those tables.
    threshold
        Share from which a scale closes; that of the tables' settings.

    Raises
    ------
    KeyError
        The tables have no unit ``code``.
    """
    rows = []
    for key, resource in resources.items():
        low, central, high = (_unit(tables(key, case), code) for case in CASES)
        rows.append(
            replace(
                row_of(resource, central, threshold=threshold),
                closing_low=str(low["closing_scale"]),
                closing_high=str(high["closing_scale"]),
                covered_low=_covered(resource, low),
                covered_high=_covered(resource, high),
            )
        )
    return in_order(rows)


def row_of(resource: Any, unit: Mapping[str, Any], *, threshold: float) -> LadderRow:
    """Return the row of one unit of a resource's table (column -> value); all cases are that one table's."""
    is_demand = resource.perspective == "demand"
    per = _per(resource, unit)
    shares = _shares(resource, unit)
    mismatch = float(unit["time_mismatch"]) * per if is_demand else 0.0
    left = float(unit["outside"]) * per - mismatch if is_demand else float(unit["surplus"]) * per
    closing = str(unit["closing_scale"])
    return LadderRow(
        resource=resource.key,
        name_ja=resource.name_ja,
        name_en=resource.name_en,
        unit=resource.unit,
        perspective=resource.perspective,
        supply=float(unit["supply"]),
        demand=float(unit["demand"]),
        shares=shares,
        time_mismatch=mismatch,
        outside=max(left, 0.0),
        closing=closing,
        closing_low=closing,
        closing_high=closing,
        threshold=threshold,
        unknown=float(unit.get("unknown_share", 0.0)),
        self_sufficiency=float(unit["self_sufficiency"]),
        from_inside=float(unit["met_from_inside"]),
        from_other_units=float(unit["met_from_other_units"]),
        sent_out=float(unit["sent_out"]),
        halo_supply=float(unit.get("halo_supply", 0.0)),
        halo_demand=float(unit.get("halo_demand", 0.0)),
        is_single_municipality=bool(unit.get("is_single_municipality", False)),
    )


def rungs_of(rows: Sequence[LadderRow]) -> tuple[str, ...]:
    """Return the scales that any of these rows has, smallest first; an area may lack one for want of data."""
    return tuple(scale for scale in SCALES if any(scale in dict(row.shares) for row in rows))


def in_order(rows: Sequence[LadderRow]) -> list[LadderRow]:
    """Order rows from narrow to wide to undecided to not closing; within a scale, more covered close by stands higher.

    Equal rows keep their order (that of the catalogue).
    """

    def place_of(row: LadderRow) -> tuple[float, ...]:
        rung = SCALES.index(row.closing) if row.closing in SCALES else len(SCALES)
        shares = dict(row.shares)
        near = tuple(-round(math.fsum(shares.get(s, 0.0) for s in SCALES[: k + 1]), 6) for k in range(4))
        return (HEADINGS.index(row.heading), rung, *(near if rung < len(SCALES) else (-round(row.covered, 6),)))

    return sorted(rows, key=place_of)


def _shares(resource: Any, unit: Mapping[str, Any]) -> tuple[tuple[str, float], ...]:
    """Return (scale, share met or used there) of one unit, smallest scale first."""
    column, per = "met" if resource.perspective == "demand" else "used", _per(resource, unit)
    return tuple((scale, float(unit[f"{column}_{scale}"]) * per) for scale in SCALES if f"{column}_{scale}" in unit)


def _covered(resource: Any, unit: Mapping[str, Any]) -> float:
    """Return the share of one unit that all scales cover together."""
    return math.fsum(share for _, share in _shares(resource, unit))


def _per(resource: Any, unit: Mapping[str, Any]) -> float:
    """Return one over what a unit's shares are of, 0 where that is nothing."""
    whole = float(unit["demand" if resource.perspective == "demand" else "supply"])
    return 1 / whole if whole > 0 else 0.0


def _unit(table: pd.DataFrame, code: str) -> dict[str, Any]:
    """Return one unit's row as a mapping; raises KeyError where the table has no such unit."""
    return dict(zip(table.columns, table.iloc[table.index.get_loc(code)], strict=True))
