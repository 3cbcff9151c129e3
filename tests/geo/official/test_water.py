"""River systems of an official build: composites, halo, cuts."""

import pandas as pd
import pytest

from geo.official.frame import make_frame
from tests.geo.official.world import BASINS, TOWNS, basins, inputs, towns


def water_of(folder, given, prefectures=("14",)):
    _, water = make_frame(given, prefectures, folder / "frame")
    return water


def test_a_composite_code_is_one_system_a_touching_group(tmp_path):
    touching = BASINS | {"83501-0004": (38, 36, 39, 38)}
    water = water_of(tmp_path, inputs(basins=basins(touching)))
    systems = water.basins.set_index("code")["river_system_code"].to_dict()
    assert systems == {
        "83001-0001": "83001",
        "83501-0002": "83501-01",
        "83501-0003": "83501-02",
        "83501-0004": "83501-01",
    }
    assert water.basins.set_index("code")["is_estimated"].to_dict() == {
        "83001-0001": False, "83501-0002": True, "83501-0003": True, "83501-0004": True,
    }  # fmt: skip


def test_names_come_from_the_basin_mesh_and_part_composites(tmp_path):
    touching = BASINS | {"83501-0004": (38, 36, 39, 38), "83001-0002": (36, 40, 38, 44)}
    names = pd.DataFrame(
        {
            "code": ["83001-0001", "83501-0002", "83501-0004"],
            "system_name": ["大川", "小川", "細川"],
            "rivers": ["大川;枝川", "小川", "細川"],
        }
    )
    water = water_of(tmp_path, inputs(basins=basins(touching), river_names=names))
    table = water.basins.set_index("code")
    assert table.loc["83001-0002", "river_system_name"] == "大川"
    assert table.loc["83001-0001", "rivers"] == "大川;枝川"
    assert table.loc["83501-0002", "river_system_code"] != table.loc["83501-0004", "river_system_code"]
    assert table.loc["83501-0003", "river_system_name"] == ""


def test_a_system_that_barely_reaches_in_is_left_out(tmp_path):
    outside = BASINS | {"83002-0001": (44, 36, 46, 40)}
    water = water_of(tmp_path, inputs(basins=basins(outside)))
    assert water.notes["left_out"] == ["83002"]
    assert "83002-0001" not in set(water.basins["code"])


def test_the_land_outside_catchments_is_no_basin(tmp_path):
    given = basins(BASINS)
    given.loc[given["code"] == "83501-0003", "kind"] = "lowland"
    water = water_of(tmp_path, inputs(basins=given))
    assert set(water.basins["code"]) == {"83001-0001", "83501-0002"}


def test_a_basin_is_cut_where_the_neighbours_basins_are_not_given(tmp_path):
    water = water_of(tmp_path, inputs())
    assert water.basins.set_index("code")["is_cut"].to_dict() == {
        "83001-0001": True, "83501-0002": False, "83501-0003": False,
    }  # fmt: skip
    # The open edge: 4 cells' height of 0.92 km in the east, 2 cells' width of 1.13 km in the south; near the coast
    # in the north it counts for nothing.
    assert water.notes["open_edges_km"]["83001"] == pytest.approx(3.7 + 2.3, abs=0.9)
    assert water.notes["beyond_km2"]["83001"] == 0
    assert set(water.notes["cut"]) == {"83001"}


def test_a_basin_is_whole_where_the_neighbours_basins_are_given(tmp_path):
    more = BASINS | {"83002-0001": (46, 36, 48, 44), "83002-0002": (44, 36, 46, 40)}
    water = water_of(tmp_path, inputs(basins=basins(more)))
    assert not water.basins["is_cut"].any()
    assert water.notes["left_out"] == ["83002"]


def test_a_basin_is_cut_where_the_neighbours_outlines_are_not_given(tmp_path):
    more = BASINS | {"83002-0001": (46, 36, 48, 44), "83002-0002": (44, 36, 46, 40)}
    only = towns({code: box for code, box in TOWNS.items() if code < "2"})
    water = water_of(tmp_path, inputs(basins=basins(more), municipalities=only))
    assert water.basins.set_index("code").loc["83001-0001", "is_cut"]
    # 8 cells of the basin, about 1.04 km² each, lie in prefecture 22.
    assert water.notes["beyond_km2"]["83001"] == pytest.approx(8 * 1.04, rel=0.01)


def test_nothing_is_cut_in_a_whole_country(tmp_path):
    water = water_of(tmp_path, inputs(), ("14", "22"))
    assert not water.basins["is_cut"].any()
