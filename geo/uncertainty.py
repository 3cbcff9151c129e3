"""How sure a closing scale is: circulation in many draws of everything uncertain, and the share that bears it out.

The draws (:mod:`geo.draws`) are netted all at once; kept are, by unit and draw, the shares covered up to each scale, so
that another threshold names its scales anew without netting. One rule (:func:`judge`) tells everywhere how sure the
answer is that is shown. "It closes in the basin" says that the basin is enough: draws bear it out in which the basin
*or a smaller scale* is enough. "It does not close" is borne out by the draws in which no scale is enough. The words
follow the use of the IPCC (Mastrandrea et al. 2010): 'likely' from 66 of 100, 'sure' from 95 of 100 draws.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.amounts import FloatArray
from geo.assessment import Settings
from geo.changes import check_changes
from geo.circle import CIRCLE, circle_rungs
from geo.coded_ladder import NO_DEMAND, NO_SUPPLY, OUTSIDE, CodedLadder
from geo.drawn_netting import unit_sums
from geo.drawn_sides import DrawnSides, drawn_sides
from geo.draws import DATA, DRAWS, SEED, Sample, moving_factors
from geo.errors import InputError
from geo.labels import CodedLabels
from geo.prepared import PreparedFragments
from geo.resources import check_factors, get_resource
from geo.terms import Catalogue, Resource
from geo.unit_draws import UnitDraws

SURE, LIKELY, OPEN = "sure", "likely", "open"
SURE_FROM = 0.95
LIKELY_FROM = 0.66
# With a larger share of its need in basins that go on beyond the data, "the basin is enough" is not sure of a unit.
CUT_FROM = 0.01
BASIN = "basin"


def certainty_word(share: float, *, is_cut: bool = False) -> str:
    """Return 'sure', 'likely' or 'open' for the share of the draws (0..1) that bear an answer out.

    What stands on a basin that goes on beyond the data (``is_cut``) is at best likely: its other part is in no draw.
    """
    if share >= SURE_FROM and not is_cut:
        return SURE
    return LIKELY if share >= LIKELY_FROM else OPEN


@dataclass(frozen=True)
class Judged:
    """How sure an answer is that is shown.

    Attributes
    ----------
    word
        'sure', 'likely' or 'open'.
    share
        Share of the draws that bear the answer out, 0..1.
    smaller
        Of a scale that closes: the smallest scale below it that is enough in as many draws as all below it are; ''
        where none is enough in any, and where no scale closes.
    smaller_share
        Share of the draws in which ``smaller``, or a scale below it, is enough.
    is_cut
        Whether the answer stands on a basin that goes on beyond the data, so that it is not called sure.
    """

    word: str
    share: float
    smaller: str = ""
    smaller_share: float = 0.0
    is_cut: bool = False


def judge(unit: Mapping[str, Any], answer: str) -> Judged | None:
    """Return how sure an answer is, from its unit's draws: the one rule for all that is shown.

    Parameters
    ----------
    unit
        A row of :meth:`geo.unit_draws.UnitDraws.answers`, by column.
    answer
        A closing scale as it is shown, whatever most draws say, or 'outside'.

    Returns
    -------
    None where no scale is judged ('no_demand', 'no_supply', 'no_data', or a scale that the ladder lacks).

    Notes
    -----
    A closing scale is borne out by the draws in which it or a smaller one closes, 'outside' by those in which none
    does. Nothing is sure of a basin that goes on beyond the data; of any other unit it is not sure that the basin is
    enough where more than ``CUT_FROM`` of its need lies in such basins.
    """
    if f"p_{answer}" not in unit:
        return None
    is_cut = bool(unit["is_cut"]) or (answer == BASIN and float(unit["cut_share"]) > CUT_FROM)
    share = float(unit[f"p_{answer}"])
    smaller, below = "", 0.0
    if answer != OUTSIDE:
        for column in unit:
            if column == f"p_{answer}":
                break
            if column.startswith("p_") and float(unit[column]) > 0:
                smaller, below = column.removeprefix("p_"), below + float(unit[column])
        # Sums of shares: 0.3 and 0.65 are 0.95.
        share = round(share + below, 9)
    return Judged(certainty_word(share, is_cut=is_cut), share, smaller, below, is_cut)


def judge_all(answers: pd.DataFrame, shown: Iterable[str]) -> list[Judged | None]:
    """Return :func:`judge` of every row of ``answers``, ``shown`` being the answers in the rows' order."""
    names = [name for name in map(str, answers.columns) if name.startswith("p_") or name in ("is_cut", "cut_share")]
    units = zip(*(answers[name].tolist() for name in names), strict=True)
    return [judge(dict(zip(names, unit, strict=True)), str(answer)) for unit, answer in zip(units, shown, strict=True)]


@dataclass(frozen=True, eq=False)
class Uncertain:
    """A resource's draws, netted for a partition when it is first asked for; made by :func:`uncertain`."""

    resource: Resource
    sample: Sample
    _prepared: PreparedFragments
    _catalogue: Catalogue
    _settings: Settings
    _cut: tuple[str, ...]
    _by: dict[tuple[str, str], UnitDraws] = field(default_factory=dict, init=False)

    def draws(self, by: str, *, code: str = "") -> UnitDraws:
        """Return the draws by the units of a partition, or of one of them alone, which is faster where there are many.

        Raises
        ------
        InputError
            An unknown partition, or cells: 'cells' are too many and too small to be judged one by one.
        KeyError
            No unit of the partition has the ``code``.
        """
        if by == "cells":
            message = "by: how sure a closing scale is is not told by cells; use communities or larger units"
            raise InputError(message, key="by", found=by, expected="community, municipality, basin, prefecture")
        if (by, code) not in self._by:
            units = self._prepared.units(by)
            ladder = self._prepared.ladders[self.resource.ladder]
            self._by[by, code] = self._drawn(_one_unit(units, code) if code else units, ladder, by)
        return self._by[by, code]

    def table(self, by: str, threshold: float = 0.8) -> pd.DataFrame:
        """Return :meth:`geo.unit_draws.UnitDraws.table` of a partition; errors also of :meth:`draws`."""
        return self.draws(by).table(threshold)

    def in_circle(self, members: Collection[str]) -> UnitDraws:
        """Return the draws of some municipalities netted among themselves (:mod:`geo.circle`): one unit, 'circle'.

        Raises
        ------
        InputError
            No member, or one that the area lacks.
        """
        ladder, units = circle_rungs(self._prepared, self.resource.ladder, members)
        return self._drawn(units, ladder, CIRCLE)

    def _drawn(self, units: CodedLabels, ladder: CodedLadder, by: str) -> UnitDraws:
        prepared, resource = self._prepared, self.resource
        sides = drawn_sides(
            prepared, resource, self._catalogue, self._settings, self.sample, units=units, ladder=ladder
        )
        steps, whole = unit_sums(sides, resource, self.sample)
        so_far = np.zeros_like(whole)
        cumulative: dict[str, npt.NDArray[np.float32]] = {}
        for scale, met in steps.items():
            so_far += met
            share = np.divide(so_far, whole, out=np.full_like(whole, np.nan), where=whole > 0)
            cumulative[scale] = share.astype(np.float32)
        given = check_factors(self._catalogue, self._settings.factors)
        moving = moving_factors(self._catalogue, resource, sides.present, given, self.sample)
        moving |= {f"{DATA}{column}": self.sample.of_column(column) for column in sides.columns}
        return UnitDraws(
            units=units.units,
            cumulative=MappingProxyType(cumulative),
            unknown=_unknown(sides, prepared),
            nothing=NO_DEMAND if resource.perspective == "demand" else NO_SUPPLY,
            is_cut=np.isin(units.units.to_numpy(dtype=object), self._cut) & (by == BASIN),
            cut_share=_cut_share(sides, prepared, resource, self._cut),
            moving=MappingProxyType(moving),
        )


def uncertain(
    prepared: PreparedFragments,
    resource_key: str,
    catalogue: Catalogue,
    settings: Settings | None = None,
    *,
    cut: Collection[str] = (),
    draws: int = DRAWS,
    seed: int = SEED,
) -> Uncertain:
    """Return how sure a resource's closing scales are under given settings.

    Parameters
    ----------
    settings
        Factors set by hand are held in every draw, measured values and changes hold; the case and the threshold count
        for nothing here.
    cut
        Codes of the river systems that go on beyond the data.
    draws, seed
        Of the Latin hypercube; the same for all resources that are to be compared.

    Raises
    ------
    InputError
        As :func:`geo.assessment.assess`, or a number of draws that cannot be.
    CatalogueError
        The catalogue needs a column that the fragments lack.
    """
    settings = settings or Settings()
    check_changes(settings.changes, prepared, catalogue)
    check_factors(catalogue, settings.factors)
    resource = get_resource(catalogue, resource_key)
    return Uncertain(resource, Sample(draws, seed), prepared, catalogue, settings, tuple(sorted(cut)))


@lru_cache(maxsize=32)
def _one_unit(units: CodedLabels, code: str) -> CodedLabels:
    elsewhere = units.codes != units.units.get_loc(code)
    return CodedLabels(elsewhere.astype(np.int32), pd.Index([code]))


def _unknown(sides: DrawnSides, prepared: PreparedFragments) -> FloatArray:
    """Return the units' share of the area that lacks an indicator, as :func:`geo.unit_figures.unit_table` tells it."""
    area = prepared.columns["area_km2"]
    unknown = np.maximum(sides.central["supply"].unknown, sides.central["demand"].unknown)
    sums = sides.units.sums(np.column_stack([area, area * unknown]))[:-1]
    return np.divide(sums[:, 1], sums[:, 0], out=np.zeros(len(sums)), where=sums[:, 0] > 0)


def _cut_share(sides: DrawnSides, prepared: PreparedFragments, resource: Resource, cut: Collection[str]) -> FloatArray:
    """Return which share of the units' central demand (perspective supply: supply) lies in some river systems."""
    amounts = sides.central[resource.perspective]
    judged = amounts.firm + amounts.variable
    is_cut = np.isin(prepared.codes["river_system_code"], list(cut))
    sums = sides.units.sums(np.column_stack([judged, np.where(is_cut, judged, 0.0)]))[:-1]
    return np.divide(sums[:, 1], sums[:, 0], out=np.zeros(len(sums)), where=sums[:, 0] > 0)
