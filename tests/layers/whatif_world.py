"""Two unit tables of one resource written out by hand, before and after a change, and what is said of them."""

from types import SimpleNamespace

import pandas as pd

WATER = SimpleNamespace(
    key="water",
    name_ja="水",
    name_en="Water",
    unit="m³",
    unit_ja="m³",
    perspective="demand",
    scales=("municipality", "basin", "prefecture"),
)
COMPOST = SimpleNamespace(
    key="compost",
    name_ja="生ごみの行き先",
    name_en="Food waste",
    unit="t",
    unit_ja="t",
    perspective="supply",
    scales=("community", "municipality", "basin", "prefecture"),
)


def table(**units):
    """A unit table of a demand resource: code -> (met in the municipality, in the basin, demand, closing scale)."""
    rows = {
        code: {
            "supply": 50.0,
            "demand": demand,
            "met_municipality": own,
            "met_basin": basin,
            "met_prefecture": 0.0,
            "closing_scale": closing,
        }
        for code, (own, basin, demand, closing) in units.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("code")


# Town a: 30 + 20 of 100, then 60 + 30. Town b stays. Town c loses 2 of 100. Town d has nobody.
BEFORE = table(
    a=(30.0, 20.0, 100.0, "outside"),
    b=(90.0, 0.0, 100.0, "municipality"),
    c=(50.0, 40.0, 100.0, "basin"),
    d=(0.0, 0.0, 0.0, "no_demand"),
)
AFTER = table(
    a=(60.0, 30.0, 100.0, "basin"),
    b=(90.0, 0.0, 100.0, "municipality"),
    c=(50.0, 38.0, 100.0, "basin"),
    d=(0.0, 0.0, 0.0, "no_demand"),
)
