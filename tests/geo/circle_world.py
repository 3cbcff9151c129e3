"""Six fragments in three municipalities and two basins, and amounts given by hand, for circles and partners."""

from types import SimpleNamespace

import numpy as np
import pandas as pd

from geo.prepared import prepare

# name, mesh cell, municipality, system, community, in area: m1 and m2 share s1, m3 lies in s2, m2 has lowland too.
ROWS = [
    ("a", "52391100", "m1", "s1", "m1-x", True),
    ("b", "52391101", "m1", "s1", "m1-y", True),
    ("c", "52391102", "m2", "s1", "m2-x", True),
    ("d", "52391103", "m2", "lowland", "m2-x", True),
    ("e", "52391104", "m3", "s2", "m3-x", True),
    ("halo", "52391105", "m9", "s1", "m9-x", False),
]


DETOUR = 1.35
# 45 arc-seconds of longitude at 34°45′15″: 6,385.1 km (the ellipsoid's radius across the meridian) × cos × 45″.
STEP_KM = 1.1445


def nodes(of_fragment=(0, 1, 2, 3, 4, -1)):
    """One node a fragment in the area, the cells' centres apart."""
    place = np.arange(5) * STEP_KM * DETOUR
    return SimpleNamespace(
        of_fragment=np.array(of_fragment), distance_km=np.abs(place[:, None] - place[None, :]), detour=DETOUR
    )


def fragments(**columns):
    """The fragments prepared, 1 km² and 10 people each; columns replace or add."""
    names = ("name", "mesh_code", "municipality_code", "river_system_code", "community_code", "in_area")
    table = pd.DataFrame(ROWS, columns=list(names)).assign(prefecture_code="14", area_km2=1.0, population=10.0)
    return prepare(table.assign(**columns))


def assessed(supply, demand, *, variable=None, at_its_time=1.0, perspective="demand", ladder="default"):
    """What is read of an assessment, with these amounts, one a fragment."""
    given = np.array(supply, dtype=np.float64)
    resource = SimpleNamespace(
        key="given", perspective=perspective, ladder=ladder, reach=SimpleNamespace(carried=ladder == "default")
    )
    return SimpleNamespace(
        resource=resource,
        supply=given,
        demand=np.array(demand, dtype=np.float64),
        variable=np.zeros(len(given)) if variable is None else np.array(variable, dtype=np.float64),
        at_its_time=at_its_time,
    )
