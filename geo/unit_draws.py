"""The draws of a resource by the units of a partition: shares covered up to each scale, and what closes how often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.amounts import FloatArray
from geo.assessment import Settings, check_settings
from geo.coded_ladder import OUTSIDE
from geo.drawn_dependence import SAME, closest_factor
from geo.unit_figures import NO_DATA, UNKNOWN_FROM


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
    is_cut
        bool (u,): whether the unit is itself a basin that goes on beyond the data.
    cut_share
        float64 (u,): the share of the unit's central demand (perspective supply: supply) in such basins.
    moving
        What is drawn, by full key of the factor (``data.<column>`` for the data's own range): float64 (draws,).
    """

    units: pd.Index
    cumulative: Mapping[str, npt.NDArray[np.float32]]
    unknown: FloatArray
    nothing: str
    is_cut: npt.NDArray[np.bool_]
    cut_share: FloatArray
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

    def table(self, threshold: float) -> pd.DataFrame:
        """Return :meth:`answers` and, in further columns, :attr:`about_shares`; errors as for the former."""
        return self.answers(threshold).join(self.about_shares)

    def answers(self, threshold: float) -> pd.DataFrame:
        """Return what the draws say of each unit's closing scale; :func:`geo.uncertainty.judge` reads the rows.

        Parameters
        ----------
        threshold
            Share from which a scale is named, over 0 and up to 1.

        Returns
        -------
        Rows: the units, index ``code``. Columns: ``p_<scale>`` of the ladder, smallest first, and ``p_outside``, the
        shares of the draws in which this is the smallest scale that closes; ``likeliest``, the answer of most draws (of
        equals the smaller scale), "no_demand", "no_supply" or "no_data" (as in :func:`geo.unit_figures.unit_table`);
        ``is_cut`` and ``cut_share`` as of the attributes.

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
            closes = open_still & (shares >= threshold - SAME)
            counts[scale] = closes.sum(axis=1)
            open_still &= ~closes
        counts[OUTSIDE] = open_still.sum(axis=1)
        answers = np.column_stack([*counts.values()]) / max(top.shape[1], 1)
        names = np.array([*counts], dtype=object)
        likeliest = names[answers.argmax(axis=1)]
        likeliest = np.where(judged.any(axis=1), likeliest, self.nothing)
        not_reached = np.isin(likeliest, (OUTSIDE, self.nothing))
        likeliest = np.where(not_reached & (self.unknown >= UNKNOWN_FROM - SAME), NO_DATA, likeliest)
        table = pd.DataFrame(answers, index=self.units, columns=[f"p_{name}" for name in counts])
        return table.assign(likeliest=likeliest, is_cut=self.is_cut, cut_share=self.cut_share).rename_axis("code")
