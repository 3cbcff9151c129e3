"""Three towns of four fragments (and one of halo), to test scenarios on; and scenarios drawn at random."""

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from geo.changes import FactorChange, IndicatorChange, Plant
from geo.prepared import prepare
from geo.scenario import Scenario

AREA = "kanagawa"
TOWNS = pd.DataFrame(
    {
        "code": ["14201", "14205", "14206"],
        "name_ja": ["横須賀市", "藤沢市", "小田原市"],
        "name_en": ["Yokosuka City", "Fujisawa City", "Odawara City"],
    }
)


def fragments(**columns):
    table = pd.DataFrame(
        {
            "mesh_code": ["53390000", "53390001", "53390001", "53390010", "53390011"],
            "municipality_code": ["14201", "14201", "14205", "14206", "22100"],
            "river_system_code": "83000",
            "community_code": ["a", "a", "b", "c", "d"],
            "prefecture_code": ["14", "14", "14", "14", ""],
            "in_area": [True, True, True, True, False],
            "area_km2": [1.0, 0.5, 0.5, 1.0, 1.0],
            "population": [100.0, 300.0, 50.0, 80.0, 10.0],
            "population_mesh": [90.0, 310.0, 50.0, 81.0, 10.0],
            "population_2015": [100.0, 400.0, 40.0, 100.0, 20.0],
            "forest_km2": [0.5, 0.0, 0.0, 1.0, 1.0],
        }
    )
    return table.assign(**columns)


def world(**columns):
    return prepare(fragments(**columns))


def nothing_known():
    return np.full(5, np.nan)


# Whatever can be shown, wide spaces and emoji with it; no line ends.
_LETTERS = st.characters(exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
names = st.text(_LETTERS, min_size=1, max_size=100).map(str.strip).filter(bool)
_lines = st.text(st.one_of(_LETTERS, st.just("\n")), max_size=200).map(str.strip)
_numbers = st.floats(0, 1e15, allow_nan=False) | st.integers(0, 10**15)
_codes = st.text("0123456789", min_size=5, max_size=5)
_moments = st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat())
_keys = st.from_regex(r"[a-z_]{1,9}\.[a-z_]{1,9}", fullmatch=True)
_times = st.builds(
    IndicatorChange, names, st.just("times"), _numbers, st.lists(_codes, max_size=3, unique=True).map(tuple)
)
_totals = st.builds(IndicatorChange, names, st.just("total"), _numbers, st.tuples(_codes))
_factors = st.builds(FactorChange, _keys, _numbers, st.lists(_codes, min_size=1, max_size=3, unique=True).map(tuple))
_plants = st.builds(Plant, names, _keys, st.sampled_from(["supply", "demand"]), _numbers, _codes, _codes, st.booleans())
scenarios = st.builds(
    Scenario,
    key=st.just(""),
    name=names,
    note=_lines,
    area=st.just(AREA),
    factors=st.dictionaries(_keys, _numbers, max_size=4).map(lambda found: tuple(found.items())),
    changes=st.lists(_times | _totals | _factors | _plants, max_size=5).map(tuple),
    threshold=st.none() | st.floats(0.05, 1),
    dataset_hash=st.sampled_from(["", "0af3"]),
    made_at=st.just("") | _moments,
    changed_at=st.just("") | _moments,
    sources=st.lists(st.tuples(names, _lines), max_size=3).map(tuple),
)
