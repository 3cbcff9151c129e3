"""An assessment's figures: each unit's amounts, shares and the scale at which it closes, and the whole area's sums."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.amounts import FloatArray
from geo.assessment import Assessment
from geo.circulation import THRESHOLD_TOLERANCE, inside, name_scales
from geo.coded_ladder import NO_DEMAND, NO_SUPPLY, OUTSIDE
from geo.labels import CodedLabels
from geo.prepared import PARTITION, PreparedFragments, prepare
from geo.terms import LADDER_SCALES, Resource

NO_DATA = "no_data"
# Where at least this share of a unit is unknown, what is not reached is "no data", not "from outside".
UNKNOWN_FROM = 0.5


def unit_table(
    assessment: Assessment,
    fragments: pd.DataFrame | PreparedFragments,
    by: str,
    *,
    mark_unknown: bool = True,
) -> pd.DataFrame:
    """Return the figures of each unit, from its fragments inside the area.

    Parameters
    ----------
    by
        'community', 'municipality', 'basin', 'prefecture', 'cells', or ``partition_<key>`` of a column of that name.
    mark_unknown
        Whether ``closing_scale`` says "no_data" for a unit of which at least half is unknown and that is not reached;
        otherwise it is only what :func:`geo.circulation.closing_scale` names.

    Returns
    -------
    Indexed by the sorted unit codes. ``supply``, ``demand``, ``met_<scale>``, ``used_<scale>``, ``outside``,
    ``time_mismatch``, ``surplus``, ``met_from_inside``, ``met_from_other_units``, ``sent_out``, ``halo_supply`` and
    ``halo_demand`` (the same unit's fragments outside the area) in the resource's unit per year;
    ``self_sufficiency`` S/D (NaN where D = 0); ``closing_scale``; ``unknown_share`` 0 to 1; for basins
    ``is_single_municipality``. Columns of scales that the resource's ladder lacks are absent.

    Raises
    ------
    InputError
        An unknown partition.
    """
    amounts = unit_amounts(assessment, fragments, by)
    threshold = assessment.settings.threshold
    return with_closing(amounts, assessment.resource, threshold=threshold, mark_unknown=mark_unknown)


def unit_amounts(assessment: Assessment, fragments: pd.DataFrame | PreparedFragments, by: str) -> pd.DataFrame:
    """Return :func:`unit_table` without ``closing_scale``: what no threshold changes; errors as there."""
    prepared = prepare(fragments)
    units = prepared.units(by)
    amounts = _summed(assessment)
    area = prepared.columns["area_km2"]
    sums = units.sums(np.column_stack([*amounts.values(), area, area * assessment.unknown]))[:-1]
    found = dict(zip(amounts, sums.T, strict=False))
    supply, demand = found.pop("supply"), found.pop("demand")
    sufficiency = _share(supply, demand, empty=np.nan)
    columns = {
        "supply": supply,
        "demand": demand,
        "self_sufficiency": sufficiency,
        **found,
        **_origins(assessment, units, found),
        "unknown_share": _share(sums[:, -1], sums[:, -2], empty=0.0),
        **_halo_sums(assessment, prepared, prepared.units_with_halo(by), units.units),
    }
    table = pd.DataFrame(np.column_stack([*columns.values()]), index=units.units.rename("code"), columns=[*columns])
    if by == "basin":
        single = prepared.single_municipality_basins
        table["is_single_municipality"] = single.reindex(table.index, fill_value=False)
    return table


def with_closing(
    amounts: pd.DataFrame, resource: Resource, *, threshold: float, mark_unknown: bool = True
) -> pd.DataFrame:
    """Return a :func:`unit_amounts` with ``closing_scale`` after ``unknown_share``; errors as :func:`closing_of`."""
    table = amounts.copy(deep=False)
    closing = closing_of(amounts, resource, threshold=threshold, mark_unknown=mark_unknown)
    table.insert([*amounts.columns].index("unknown_share") + 1, "closing_scale", closing)
    return table


def closing_of(table: pd.DataFrame, resource: Resource, *, threshold: float, mark_unknown: bool = True) -> pd.Series:
    """Return ``closing_scale`` of the units of a :func:`unit_table` for another threshold, without netting again.

    Raises
    ------
    InputError
        A threshold that cannot be.
    """
    by_demand = resource.perspective == "demand"
    prefix, rest = ("met_", "outside") if by_demand else ("used_", "surplus")
    # An area may lack a rung: no basins are known in it, say.
    scales = [scale for scale in LADDER_SCALES[resource.ladder] if f"{prefix}{scale}" in table]
    if any(str(name).startswith(f"{prefix}{PARTITION}") for name in table):
        # Rungs that users brought stand between the others, in the table's order.
        names = [str(name).removeprefix(prefix) for name in table if str(name).startswith(prefix)]
        scales = [name for name in names if name in scales or name.startswith(PARTITION)]
    steps = {scale: table[f"{prefix}{scale}"].to_numpy(dtype=np.float64) for scale in scales}
    left = table[rest].to_numpy(dtype=np.float64)
    closing = name_scales(steps, left, threshold=threshold, perspective=resource.perspective)
    if mark_unknown:
        # "no_data" instead of a scale that is not reached where too much is unknown.
        not_reached = np.isin(closing, (OUTSIDE, NO_DEMAND, NO_SUPPLY))
        too_little_known = table["unknown_share"].to_numpy() >= UNKNOWN_FROM - THRESHOLD_TOLERANCE
        closing[not_reached & too_little_known] = NO_DATA
    return pd.Series(closing, index=table.index, name="closing_scale")


def totals(assessment: Assessment, fragments: pd.DataFrame | PreparedFragments) -> dict[str, Any]:
    """Return the sums inside the area: supply, demand, met and used by scale, outside, time_mismatch, surplus."""
    in_area = prepare(fragments).in_area
    circulation = assessment.circulation
    return {
        "supply": float(assessment.supply[in_area].sum()),
        "demand": float(assessment.demand[in_area].sum()),
        "met": {scale: float(amount[in_area].sum()) for scale, amount in circulation.met.items()},
        "used": {scale: float(amount[in_area].sum()) for scale, amount in circulation.used.items()},
        "outside": float(circulation.outside[in_area].sum()),
        "time_mismatch": float(assessment.time_mismatch[in_area].sum()),
        "surplus": float(circulation.surplus[in_area].sum()),
    }


def unknown_share(assessment: Assessment, fragments: pd.DataFrame | PreparedFragments) -> float:
    """Return the share of the area, 0 to 1, that lacks an indicator of the resource (and counts as 0)."""
    prepared = prepare(fragments)
    area = np.where(prepared.in_area, prepared.columns["area_km2"], 0.0)
    return float((area * assessment.unknown).sum() / area.sum()) if area.any() else 0.0


def _summed(assessment: Assessment) -> dict[str, FloatArray]:
    """Return the columns of a table that are sums of the fragments' amounts, in the table's order."""
    circulation = assessment.circulation
    return {
        "supply": assessment.supply,
        "demand": assessment.demand,
        **{f"met_{scale}": amount for scale, amount in circulation.met.items()},
        **{f"used_{scale}": amount for scale, amount in circulation.used.items()},
        "outside": circulation.outside,
        "time_mismatch": assessment.time_mismatch,
        "surplus": circulation.surplus,
    }


def _origins(assessment: Assessment, units: CodedLabels, sums: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """Return what of the units' amounts comes from inside, from other units, and is sent out; ``sums`` are theirs."""
    circulation = assessment.circulation
    own = np.asarray(inside(circulation, units), dtype=np.float64)
    met = np.sum([sums[f"met_{scale}"] for scale in circulation.met], axis=0)
    used = np.sum([sums[f"used_{scale}"] for scale in circulation.used], axis=0)
    return {
        "met_from_inside": own,
        # Rounding alone can take a difference of equal amounts below nothing.
        "met_from_other_units": np.maximum(met - own, 0.0),
        "sent_out": np.maximum(used - own, 0.0),
    }


def _halo_sums(
    assessment: Assessment, prepared: PreparedFragments, with_halo: CodedLabels, codes: pd.Index
) -> dict[str, FloatArray]:
    both = np.column_stack([assessment.supply, assessment.demand])
    outside_area = np.where(prepared.in_area[:, np.newaxis], 0.0, both)
    # Every unit inside the area is one with the halo, too.
    sums = with_halo.sums(outside_area)[with_halo.units.get_indexer(codes)]
    return {"halo_supply": sums[:, 0], "halo_demand": sums[:, 1]}


def _share(part: FloatArray, whole: FloatArray, *, empty: float) -> npt.NDArray[np.float64]:
    """Return part ÷ whole, ``empty`` where the whole is 0."""
    share = np.full(len(whole), empty)
    np.divide(part, whole, out=share, where=whole > 0)
    return share
