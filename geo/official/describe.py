"""The description of an official build: ``dataset.toml``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from geo.official.amounts import CLIMATE
from geo.official.areas import area_names, plane_crs
from geo.official.details import community_kind
from geo.official.frame import Frame
from geo.official.inputs import OfficialInputs
from geo.official.water import Water


def describe(
    area: str,
    frame: Frame,
    inputs: OfficialInputs,
    water: Water | None,
    checks: Mapping[str, Any],
    more_layers: Sequence[Mapping[str, Any]],
    digests: Mapping[str, str],
    extensive: Sequence[str],
) -> dict[str, Any]:
    """Return what ``dataset.toml`` says.

    Parameters
    ----------
    more_layers
        Rows beside the products': rasters, and what was carried over.
    digests
        Table -> sha256 of its file.
    extensive
        The fragments' columns that add up.
    """
    ladder = ["community", "municipality", *(["basin"] if water is not None else []), "prefecture"]
    described: dict[str, Any] = {
        "area": area,
        **area_names(frame.prefectures),
        "prefecture_code": frame.prefectures[0],
        "prefecture_codes": list(frame.prefectures),
        "plane_crs": plane_crs(frame.prefectures),
        "ladder": ladder,
        "community_kind": community_kind(inputs),
        "columns": {"extensive": list(extensive), "intensive": list(CLIMATE)},
    }
    if frame.years:
        described["census_year"] = frame.years[-1]
    if water is not None:
        described["basins"] = water.notes
    described["checks"] = dict(checks)
    described["counts"] = {product: dict(counts) for product, counts in inputs.counts.items()}
    described["missing"] = [dict(row) for row in inputs.missing]
    described["layers"] = [dict(row) for row in (*inputs.layers, *more_layers)]
    described["tables"] = dict(digests)
    return described
