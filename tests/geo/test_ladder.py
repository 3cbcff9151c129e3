"""The labels of both ladders, in a world with lowland and halo."""

import numpy as np
import pandas as pd
import pytest

from geo.errors import InputError
from geo.ladder import ladder_labels

FRAGMENTS = pd.DataFrame(
    {
        "community_code": ["c1", "c2", "c3", ""],
        "municipality_code": ["m1", "m1", "m2", "m3"],
        "river_system_code": ["r1", "lowland", "r2", "r1"],
        "prefecture_code": ["14", "14", "14", "22"],
        "in_area": [True, True, True, False],
    }
)


def test_the_default_ladder() -> None:
    labels = ladder_labels(FRAGMENTS, "default")
    assert list(labels) == ["community", "municipality", "basin", "prefecture"]
    assert labels["community"].tolist() == ["c1", "c2", "c3", None]
    assert labels["municipality"].tolist() == ["m1", "m1", "m2", "m3"]
    # Lowland is in no basin; the halo is in no prefecture.
    assert labels["basin"].tolist() == ["r1", None, "r2", "r1"]
    assert labels["prefecture"].tolist() == ["14", "14", "14", None]


def test_the_ladder_of_water_never_crosses_a_divide_below_the_prefecture() -> None:
    labels = ladder_labels(FRAGMENTS, "water")
    assert list(labels) == ["municipality", "basin", "prefecture"]
    assert labels["municipality"].tolist() == ["m1|r1", "m1|lowland", "m2|r2", "m3|r1"]
    assert labels["basin"].tolist() == ["r1", None, "r2", "r1"]
    assert labels["prefecture"].tolist() == ["14", "14", "14", None]


def test_the_table_is_left_as_it_was() -> None:
    before = FRAGMENTS.copy()
    labels = ladder_labels(FRAGMENTS, "default")
    labels["municipality"][:] = None
    pd.testing.assert_frame_equal(FRAGMENTS, before)


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA, ""])
def test_a_missing_label_is_in_no_unit(missing: object) -> None:
    table = FRAGMENTS.assign(municipality_code=pd.Series(["m1", missing, "m2", "m3"], dtype=object))
    assert ladder_labels(table, "default")["municipality"].tolist() == ["m1", None, "m2", "m3"]
    assert ladder_labels(table, "water")["municipality"].tolist() == ["m1|r1", None, "m2|r2", "m3|r1"]


def test_an_unknown_kind_and_a_missing_column_are_refused() -> None:
    with pytest.raises(InputError, match="default, water"):
        ladder_labels(FRAGMENTS, "air")
    with pytest.raises(InputError, match="river_system_code"):
        ladder_labels(FRAGMENTS.drop(columns="river_system_code"), "default")


def test_an_area_without_basins_has_no_such_rung_and_water_knows_no_divides() -> None:
    table = FRAGMENTS.assign(river_system_code="")
    assert list(ladder_labels(table, "default")) == ["community", "municipality", "prefecture"]
    water = ladder_labels(table, "water")
    assert list(water) == ["municipality", "prefecture"]
    assert water["municipality"].tolist() == ["m1", "m1", "m2", "m3"]


def test_an_area_without_communities_has_no_such_rung() -> None:
    assert list(ladder_labels(FRAGMENTS.assign(community_code=""), "default")) == [
        "municipality",
        "basin",
        "prefecture",
    ]


def test_lowland_is_known_land_and_keeps_the_rung() -> None:
    labels = ladder_labels(FRAGMENTS.assign(river_system_code="lowland"), "default")
    assert labels["basin"].tolist() == [None] * 4


def test_each_of_several_prefectures_is_a_unit_of_the_rung() -> None:
    labels = ladder_labels(FRAGMENTS.assign(in_area=True), "default")
    assert labels["prefecture"].tolist() == ["14", "14", "14", "22"]


def test_a_brought_partition_stands_above_its_scale_and_not_in_water_s_ladder() -> None:
    table = FRAGMENTS.assign(partition_a=["a1", "", "a2", "a1"], partition_b=["b", "b", "b", "b"])
    rungs = (("partition_b", "basin"), ("partition_a", "community"))
    labels = ladder_labels(table, "default", rungs)
    assert list(labels) == ["community", "partition_a", "municipality", "basin", "partition_b", "prefecture"]
    # Outside every unit, and in the halo, there is none.
    assert labels["partition_a"].tolist() == ["a1", None, "a2", None]
    assert list(ladder_labels(table, "water", rungs)) == ["municipality", "basin", "prefecture"]
    # Without communities the rung stands where they would.
    bare = ladder_labels(table.assign(community_code=""), "default", rungs)
    assert list(bare) == ["partition_a", "municipality", "basin", "partition_b", "prefecture"]
    with pytest.raises(InputError, match="partition_c"):
        ladder_labels(table, "default", (("partition_c", "basin"),))
