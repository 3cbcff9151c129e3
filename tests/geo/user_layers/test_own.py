"""An area with its users' layers: partitions to tell figures by, on the command line too, with measured values."""

import dataclasses
import json

import numpy as np
import pytest
import shapely

from geo.__main__ import main
from geo.assessment import assess
from geo.errors import InputError
from geo.prepared import prepare
from geo.resources import load_catalogue_of
from geo.unit_figures import unit_table
from geo.user_layers import Description, UploadError, add_layer, check_upload
from geo.user_layers.own import OwnDataset, own_of, partition_layers, partition_units, rungs_of, with_own_layers
from geo.user_layers.terms import with_user_terms
from tests.geo.user_layers.world import geojson, square

REGION = Description(
    "地区", "Region", "", "2024", "x", "CC0", role="partition", code_column="c", name_column="name"
)  # fmt: skip
DAM = Description(
    "ダム", "Dam", "MWh", "2024", "x", "CC0", column="n", measure="extensive", role="indicator", resource="power",
    side="supply",
)  # fmt: skip


def bring(own, description, shapes, **columns):
    return add_layer(own, check_upload("a.geojson", geojson(shapes, **columns), dataset=own), description)


@pytest.fixture
def regions(own):
    """South: the two cells of the lower row. North: the upper west cell. The upper east cell is in neither."""
    shapes = [square(0, 0, 2, 1), square(0, 1), square(5, 5)]
    bring(own, REGION, shapes, c=["南/1", "n", "far"], name=["南", "北", "外"])
    return own


def circulate(dataset, capsys, *more):
    words = ("circulate", "--area", "small", "--resource", "power", "--data-dir", str(dataset.folder.parent), *more)
    status = main(words)
    out, err = capsys.readouterr()
    return status, out, err


def test_an_area_without_layers_is_itself_and_has_no_partition(own):
    assert with_own_layers(own) is own
    assert own_of(own) == ()
    assert partition_layers(own) == {}
    with pytest.raises(InputError, match="found 'partition_region'"):
        prepare(own.fragments).units("partition_region")


def test_a_partition_has_units_cut_at_the_area_s_border(regions):
    dataset = with_own_layers(regions)
    assert isinstance(dataset, OwnDataset)
    assert list(partition_layers(dataset)) == ["partition_region"]
    units = partition_units(dataset)["partition_region"]
    # The third unit lies outside the area.
    assert units["code"].tolist() == ["南/1", "n"]
    whole = shapely.union_all([square(0, 0, 2, 1), square(0, 1)])
    assert units.union_all().symmetric_difference(whole).area < 1e-9
    coded = prepare(dataset.fragments).units("partition_region")
    assert coded.units.tolist() == ["n", "南/1"]


def test_an_error_lists_the_partitions(regions):
    with pytest.raises(InputError) as caught:
        prepare(with_own_layers(regions).fragments).units("partition_x")
    assert caught.value.params["expected"].endswith("partition_region")


def test_figures_by_partition_are_those_of_its_land(regions):
    dataset = with_own_layers(regions)
    catalogue = load_catalogue_of(regions.folder.parent)
    fragments = prepare(dataset.fragments)
    table = unit_table(assess(fragments, "power", catalogue), fragments, "partition_region")
    # One MWh a person: 100 people in the south, 300 in the north.
    assert table["demand"].to_dict() == pytest.approx({"n": 300, "南/1": 100})
    by_town = unit_table(assess(fragments, "power", catalogue), fragments, "municipality")
    plain = prepare(regions.fragments)
    before = unit_table(assess(plain, "power", catalogue), plain, "municipality")
    assert by_town["demand"].to_numpy() == pytest.approx(before["demand"].to_numpy(), rel=1e-12)


def test_circulate_counts_own_layers_and_measured_values(regions, capsys):
    bring(regions, DAM, [square(0, 1)], n=[60])
    folder = regions.folder.parent / "local" / "small"
    head = "municipality,resource,side,value,unit,year,source\n"
    (folder / "actuals.csv").write_text(f"{head}14201,power,demand,800,MWh,2022,市\n", encoding="utf-8")
    status, out, err = circulate(regions, capsys, "--by", "partition_region", "--estimates-only")
    assert (status, err) == (0, "")
    north, south = json.loads(out)["units"]
    assert (north["name_ja"], south["name_ja"]) == ("北", "南")
    assert (north["supply"], north["demand"], north["outside"]) == pytest.approx((60, 300, 240))
    assert (south["supply"], south["demand"]) == pytest.approx((0, 100))
    # Measured: town 14201, with all the 400 people, uses 800 MWh, twice the estimate.
    status, out, err = circulate(regions, capsys, "--by", "partition_region")
    assert [unit["demand"] for unit in json.loads(out)["units"]] == pytest.approx([600, 200])
    assert "1 measured values" in err


def test_circulate_says_which_units_there_are(regions, capsys):
    status, out, err = circulate(regions, capsys, "--by", "partition_wards")
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert "community, municipality, basin, prefecture, partition_region; found 'partition_wards'" in err


def test_a_damaged_partition_is_none(regions):
    layer = next(iter(partition_layers(with_own_layers(regions)).values()))
    layer.path.write_bytes(b"rubbish")
    dataset = with_own_layers(regions)
    assert partition_layers(dataset) == {}
    assert len(dataset.fragments) == len(regions.fragments)


def test_a_partition_as_a_rung_takes_its_turn_between_two_scales(own, capsys):
    shapes = [square(0, 0, 2, 1), square(0, 1)]
    described = dataclasses.replace(REGION, rung_after="municipality")
    bring(own, described, shapes, c=["s", "n"], name=["南", "北"])
    bring(own, DAM, [square(1, 0)], n=[60])
    by = ("--by", "partition_region", "--threshold", "0.5")
    shown = json.loads(circulate(own, capsys, *by)[1])
    assert shown["scales"] == ["community", "municipality", "partition_region", "basin", "prefecture"]
    north, south = shown["units"]
    # The dam's 60 MWh in the east of the south meet the 100 in its west, before the basin takes a share.
    assert south["met"] == pytest.approx(
        {"community": 0, "municipality": 0, "partition_region": 60, "basin": 0, "prefecture": 0}, abs=1e-6
    )
    assert (south["outside"], south["closing_scale"]) == (pytest.approx(40, rel=1e-4), "partition_region")
    assert (north["outside"], north["closing_scale"]) == (pytest.approx(300, rel=1e-4), "outside")
    printed = circulate(own, capsys, *by, "--format", "csv")[1].splitlines()[0]
    assert "met_municipality,met_partition_region,met_basin" in printed


def test_without_the_rung_the_basin_shares_out_what_the_towns_left(own, capsys):
    bring(own, REGION, [square(0, 0, 2, 1), square(0, 1)], c=["s", "n"], name=["南", "北"])
    bring(own, DAM, [square(1, 0)], n=[60])
    shown = json.loads(circulate(own, capsys, "--by", "partition_region")[1])
    assert shown["scales"] == ["community", "municipality", "basin", "prefecture"]
    # 450 MWh are wanted in the basin, 50 of them in the halo.
    assert [unit["met"]["basin"] for unit in shown["units"]] == pytest.approx(
        [60 * 300 / 450, 60 * 100 / 450], rel=1e-4
    )


@pytest.mark.parametrize("below", ["community", "municipality", "basin"])
@pytest.mark.parametrize("resource", ["power", "logs"])
def test_a_rung_loses_nothing_and_counts_nothing_twice(own, below, resource):
    described = dataclasses.replace(REGION, rung_after=below)
    bring(own, described, [square(0, 0, 1.5, 1), square(0.5, 1)], c=["s", "n"], name=["南", "北"])
    bring(own, DAM, [square(1, 0)], n=[60])
    dataset = with_own_layers(own)
    assert rungs_of(dataset) == (("partition_region", below),)
    catalogue = with_user_terms(load_catalogue_of(own.folder.parent), own_of(dataset))
    prepared = prepare(dataset.fragments, rungs=rungs_of(dataset))
    found = assess(prepared, resource, catalogue)
    scales = list(found.circulation.met)
    assert scales.index("partition_region") == scales.index(below) + 1
    assert sum(found.circulation.met.values()) + found.circulation.outside == pytest.approx(found.demand, rel=1e-12)
    assert sum(found.circulation.used.values()) + found.circulation.surplus == pytest.approx(found.supply, rel=1e-12)
    inside = prepared.units("partition_region").sums(
        np.column_stack([found.circulation.met["partition_region"], found.circulation.used["partition_region"]])
    )
    assert inside[:, 0] == pytest.approx(inside[:, 1], abs=1e-9)
    # In no unit of the rung, nothing is met there.
    assert inside[-1].tolist() == [0, 0]


def test_only_a_partition_is_a_rung_and_only_between_scales(own):
    for told in ({"role": "community", "rung_after": "basin"}, {"rung_after": "prefecture"}):
        with pytest.raises(UploadError) as caught:
            bring(own, dataclasses.replace(REGION, **told), [square(0, 0)], c=["s"], name=["南"])
        assert caught.value.params["field"] == "rung_after"
