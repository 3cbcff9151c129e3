"""How sure a closing scale is: circulation in many draws of everything uncertain, and the share of them that agree.

The draws (:mod:`geo.draws`) are netted all at once; kept are, by unit and draw, the shares covered up to each scale, so
that another threshold names its scales anew without netting. What an answer hangs on is the factor whose draws go most
closely with the covered share, by Spearman's rank correlation (Saltelli et al. 2008, Global Sensitivity Analysis,
section 1.2). The words follow the use of the IPCC (Mastrandrea et al. 2010): 'likely' from 66 of 100, 'sure' from 95 of
100 draws that name the same answer.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.amounts import FloatArray
from geo.assessment import NO_DATA, UNKNOWN_FROM, Settings, check_settings
from geo.changes import check_changes
from geo.circulation import NO_DEMAND, NO_SUPPLY, OUTSIDE
from geo.drawn_netting import unit_sums
from geo.drawn_sides import DrawnSides, drawn_sides
from geo.draws import DATA, DRAWS, SEED, Sample, moving_factors
from geo.errors import InputError
from geo.labels import CodedLabels
from geo.prepared import PreparedFragments
from geo.resources import check_factors, get_resource
from geo.terms import Catalogue, Resource

SURE, LIKELY, OPEN = "sure", "likely", "open"
SURE_FROM = 0.95
LIKELY_FROM = 0.66
# Shares are kept in single precision: nearer to each other than this they are the same.
_SAME = 1e-6


def certainty_word(share: float, *, is_cut: bool = False) -> str:
    """Return 'sure', 'likely' or 'open' for the share of the draws (0..1) that name an answer.

    A basin that goes on beyond the data (``is_cut``) is at best likely: its other part is in no draw.
    """
    if share >= SURE_FROM and not is_cut:
        return SURE
    return LIKELY if share >= LIKELY_FROM else OPEN


@dataclass(frozen=True, eq=False)
class UnitDraws:
    """The draws of a resource by the u units of a partition.

    Attributes
    ----------
    units
        The units' codes, sorted.
    cumulative
        Scale -> float32 (u, draws): the share of the unit's demand met (perspective supply: of its supply used) up to
        that scale; NaN in a draw in which there is nothing to meet (use).
    unknown
        float64 (u,): the share of the unit's area that lacks an indicator.
    nothing
        'no_demand' or 'no_supply': the answer where there is nothing to meet (use).
    moving
        What is drawn, by full key of the factor (``data.<column>`` for the data's own range): float64 (draws,).
    """

    units: pd.Index
    cumulative: Mapping[str, npt.NDArray[np.float32]]
    unknown: FloatArray
    nothing: str
    moving: Mapping[str, FloatArray]

    @cached_property
    def about_shares(self) -> pd.DataFrame:
        """What is told of the units' shares at any threshold.

        ``hangs_on``: what of ``moving`` goes most closely with the share covered at the ladder's widest scale (where
        that is the same in all draws, at the widest at which it is not), and ``correlation``, their rank correlation;
        '' and NaN where no share moves. ``covered_p10``, ``covered_p90``: the tenth and the ninetieth percentile of the
        share covered at all scales together.
        """
        hangs_on, correlation = closest_factor(self.cumulative, self.moving)
        # NaN, where nothing is to be met, stays NaN.
        low, high = np.quantile([*self.cumulative.values()][-1], (0.1, 0.9), axis=1)
        told = {"hangs_on": hangs_on, "correlation": correlation, "covered_p10": low, "covered_p90": high}
        return pd.DataFrame(told, index=self.units)

    def table(self, threshold: float, *, cut: Collection[str] = ()) -> pd.DataFrame:
        """Return :meth:`answers` and, in further columns, :attr:`about_shares`; errors as for the former."""
        return self.answers(threshold, cut=cut).join(self.about_shares)

    def answers(self, threshold: float, *, cut: Collection[str] = ()) -> pd.DataFrame:
        """Return how sure each unit's closing scale is at a threshold.

        Parameters
        ----------
        threshold
            Share from which a scale is named, over 0 and up to 1.
        cut
            Codes of the units that go on beyond the data.

        Returns
        -------
        Rows: the units, index ``code``. Columns: ``p_<scale>`` of the ladder and ``p_outside``, the shares of the draws
        with that answer; ``likeliest``, the answer of most draws (of equals the smaller scale), "no_demand",
        "no_supply" or "no_data" (as in :func:`geo.assessment.unit_table`); ``certainty``, 'sure', 'likely', 'open' or
        '' where no scale is judged.

        Raises
        ------
        InputError
            A threshold that cannot be.
        """
        check_settings(Settings(threshold=threshold))
        top = [*self.cumulative.values()][-1]
        judged = np.isfinite(top)
        open_still = judged.copy()
        counts = {}
        for scale, shares in self.cumulative.items():
            closes = open_still & (shares >= threshold - _SAME)
            counts[scale] = closes.sum(axis=1)
            open_still &= ~closes
        counts[OUTSIDE] = open_still.sum(axis=1)
        answers = np.column_stack([*counts.values()]) / max(top.shape[1], 1)
        names = np.array([*counts], dtype=object)
        likeliest = names[answers.argmax(axis=1)]
        likeliest = np.where(judged.any(axis=1), likeliest, self.nothing)
        not_reached = np.isin(likeliest, (OUTSIDE, self.nothing))
        likeliest = np.where(not_reached & (self.unknown >= UNKNOWN_FROM - _SAME), NO_DATA, likeliest)
        is_cut = self.units.isin(list(cut)).tolist()
        agreed = zip(answers.max(axis=1), is_cut, likeliest, strict=True)
        words = [certainty_word(p, is_cut=c) if answer in counts else "" for p, c, answer in agreed]
        table = pd.DataFrame(answers, index=self.units, columns=[f"p_{name}" for name in counts])
        return table.assign(likeliest=likeliest, certainty=words).rename_axis("code")


@dataclass(frozen=True, eq=False)
class Uncertain:
    """A resource's draws, netted for a partition when it is first asked for; made by :func:`uncertain`."""

    resource: Resource
    sample: Sample
    _prepared: PreparedFragments
    _catalogue: Catalogue
    _settings: Settings
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
            self._by[by, code] = self._drawn(by, code)
        return self._by[by, code]

    def table(self, by: str, threshold: float = 0.8, *, cut: Collection[str] = ()) -> pd.DataFrame:
        """Return how sure each unit's closing scale is; see :meth:`UnitDraws.table`, errors also of :meth:`draws`."""
        return self.draws(by).table(threshold, cut=cut)

    def _drawn(self, by: str, code: str) -> UnitDraws:
        prepared, resource = self._prepared, self.resource
        units = prepared.units(by)
        if code:
            units = _one_unit(units, code)
        sides = drawn_sides(prepared, resource, self._catalogue, self._settings, self.sample, units=units)
        steps, whole = unit_sums(sides, prepared, resource, self.sample)
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
            moving=MappingProxyType(moving),
        )


def uncertain(
    prepared: PreparedFragments,
    resource_key: str,
    catalogue: Catalogue,
    settings: Settings | None = None,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Uncertain:
    """Return how sure a resource's closing scales are under given settings.

    Parameters
    ----------
    settings
        Factors set by hand are held in every draw, measured values and changes hold; the case and the threshold count
        for nothing here.
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
    return Uncertain(get_resource(catalogue, resource_key), Sample(draws, seed), prepared, catalogue, settings)


def closest_factor(
    cumulative: Mapping[str, npt.NDArray[np.float32]], moving: Mapping[str, FloatArray]
) -> tuple[npt.NDArray[np.object_], FloatArray]:
    """Return by unit the factor whose draws go most closely with the covered share, and their rank correlation.

    Parameters
    ----------
    cumulative
        As in :class:`UnitDraws`, smallest scale first.
    moving
        What is drawn: key -> (draws,).

    Returns
    -------
    Object (u,), '' where no share moves, and float64 (u,), NaN there.
    """
    # As in geo.draws: not before it is needed.
    from scipy.stats import rankdata  # noqa: PLC0415

    wide_first = [*cumulative.values()][::-1]
    told = wide_first[0].copy()
    for shares in wide_first[1:]:
        told = np.where(_moves(told)[:, np.newaxis], told, shares)
    hangs_on = np.full(len(told), "", dtype=object)
    correlation = np.full(len(told), np.nan)
    rows = np.flatnonzero(_moves(told))
    if len(rows) and moving:
        # Rounding to the kept precision keeps equal shares equal, and ties share their rank.
        ranks = _standard(rankdata(np.round(told[rows], 6), axis=1))
        of_factors = _standard(rankdata(np.stack([*moving.values()]), axis=1))
        found = ranks @ of_factors.T
        best = np.abs(found).argmax(axis=1)
        hangs_on[rows] = np.array([*moving], dtype=object)[best]
        correlation[rows] = found[np.arange(len(rows)), best]
    return hangs_on, correlation


@lru_cache(maxsize=32)
def _one_unit(units: CodedLabels, code: str) -> CodedLabels:
    elsewhere = units.codes != units.units.get_loc(code)
    return CodedLabels(elsewhere.astype(np.int32), pd.Index([code]))


def _unknown(sides: DrawnSides, prepared: PreparedFragments) -> FloatArray:
    """Return the units' share of the area that lacks an indicator, as :func:`geo.assessment.unit_table` tells it."""
    area = prepared.columns["area_km2"]
    unknown = np.maximum(sides.central["supply"].unknown, sides.central["demand"].unknown)
    sums = sides.units.sums(np.column_stack([area, area * unknown]))[:-1]
    return np.divide(sums[:, 1], sums[:, 0], out=np.zeros(len(sums)), where=sums[:, 0] > 0)


def _moves(shares: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    """Tell for each unit whether its share differs between the draws; not where any draw has none."""
    return np.asarray(np.ptp(shares, axis=1) > _SAME)


def _standard(ranks: FloatArray) -> FloatArray:
    """Centre each row and bring it to length 1; a row of equal ranks becomes 0."""
    centred = ranks - ranks.mean(axis=1, keepdims=True)
    length = np.linalg.norm(centred, axis=1, keepdims=True)
    return np.asarray(np.divide(centred, length, out=np.zeros_like(centred), where=length > 0))
