"""Users' layers at work: communities and partitions of their own, indicators as terms, nothing lost."""

import dataclasses

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.assessment import Settings, assess
from geo.prepared import prepare
from geo.resources import load_catalogue_of
from geo.unit_figures import totals
from geo.user_layers import Description, add_layer, check_upload, list_user_layers
from geo.user_layers.apply import apply_user_layers
from geo.user_layers.columns import with_user_columns
from geo.user_layers.splitting import split, units_of
from geo.user_layers.terms import is_user_term, layer_of, with_user_terms
from tests.geo.user_layers.world import EXTENSIVE, frame, geojson, square

PLACE = Description("区", "Ward", "", "2024", "x", "CC0", role="community", name_column="name")
TERM = Description(
    "ダム", "Dam", "MWh", "2024", "x", "CC0", column="n", measure="extensive", role="indicator", resource="power",
    side="supply",
)  # fmt: skip


def bring(own, description, shapes, **columns):
    return add_layer(own, check_upload("a.geojson", geojson(shapes, **columns), dataset=own), description)


def sums(fragments):
    return fragments[EXTENSIVE].sum().to_numpy()


def test_without_layers_nothing_changes(own):
    applied = apply_user_layers(own)
    assert applied.fragments is own.fragments
    assert applied.communities is own.communities
    assert dict(applied.partitions) == {}


def test_own_communities_replace_the_default_where_they_reach(own):
    bring(own, PLACE, [square(0, 0, 1, 1.5), square(1, 0)], name=["浜", "森"])
    applied = apply_user_layers(own)
    people = applied.fragments.groupby("community_code")["population"].sum()
    # The polygon 浜 takes cell (0, 0) with 100 people and the lower half of (0, 1) with 300.
    assert people["ward-1-14201"] == pytest.approx(250, rel=1e-4)
    assert people["c2-14201"] == pytest.approx(150, rel=1e-4)
    assert people["ward-2-14203"] == 0
    assert sums(applied.fragments) == pytest.approx(sums(own.fragments), rel=1e-12)
    names = applied.communities.set_index("code")["name_ja"]
    assert (names["ward-1-14201"], names["ward-2-14203"], names["c2-14201"]) == ("浜", "森", "場所")
    assert "c0-14201" not in names.index
    assert set(names.index) == set(applied.fragments[applied.fragments["in_area"]]["community_code"])
    assert applied.communities.union_all().area == pytest.approx(own.communities.union_all().area)
    assert applied.communities.geometry.area.sum() == pytest.approx(own.communities.geometry.area.sum())


def test_a_community_over_a_border_becomes_one_on_either_side_but_not_for_a_stray(own):
    bring(own, PLACE, [square(0.5, 0, 1, 1), square(0, 1, 1.001, 1)], name=["橋", "丘"])
    codes = set(apply_user_layers(own).communities["code"])
    assert {"ward-1-14201", "ward-1-14203", "ward-2-14201"} <= codes
    assert "ward-2-14203" not in codes


def test_a_partition_is_a_column_and_a_table(own):
    description = dataclasses.replace(PLACE, role="partition", code_column="c", title_en="Region")
    shapes = [square(0, 0), square(0.5, 1, 1, 1), square(1, 0)]
    bring(own, description, shapes, name=["南", "北", "南"], c=["s", "n", "s"])
    applied = apply_user_layers(own)
    area = applied.fragments[applied.fragments["in_area"]].groupby("partition_region")["area_km2"].sum()
    assert area.to_dict() == pytest.approx({"s": 2, "n": 1, "": 1}, abs=1e-9)
    assert applied.partitions["region"]["code"].tolist() == ["s", "n"]
    assert applied.partitions["region"]["name_ja"].tolist() == ["南", "北"]
    assert sums(applied.fragments) == pytest.approx(sums(own.fragments), rel=1e-12)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.floats(-0.5, 2), st.floats(-0.5, 2), st.floats(0.0001, 2), st.floats(0.0001, 2)),
        min_size=1,
        max_size=4,
    )
)
def test_splitting_loses_nothing(dataset, boxes):
    taken = shapely.Polygon()
    shapes = []
    for box in boxes:
        shape = shapely.difference(square(*box), taken)
        if shape.area > 0:
            shapes.append(shape)
            taken = shapely.union(taken, shape)
    pieces, position = split(dataset.fragments, units_of(frame(shapes), "", ""), EXTENSIVE)
    assert len(pieces) == len(position)
    keys = ["mesh_code", "municipality_code"]
    before, after = dataset.fragments.set_index(keys), pieces.groupby(keys)
    for name in ("area_km2", "population", "forest_km2"):
        found = after[name].sum(min_count=1).reindex(before.index).to_numpy()
        assert found == pytest.approx(before[name].to_numpy(), rel=1e-9, nan_ok=True)
    assert pieces.geometry.area.sum() == pytest.approx(dataset.fragments.geometry.area.sum(), rel=1e-6)
    assert (pieces.geometry.area > 0).all()


def test_an_indicator_is_added_to_the_estimate_or_replaces_it(own):
    catalogue = load_catalogue_of(own.folder.parent)
    assert with_user_terms(catalogue, ()) is catalogue
    before = totals(assess(prepare(own.fragments), "power", catalogue, Settings()), prepare(own.fragments))
    layer = bring(own, TERM, [square(0, 0), square(1, 0)], n=[7, 5])
    for mode, supply in (("add", before["supply"] + 12), ("replace", 12)):
        layers = [dataclasses.replace(layer, mode=mode)]
        changed = with_user_terms(catalogue, layers)
        fragments = prepare(with_user_columns(own.fragments, own))
        assert totals(assess(fragments, "power", changed, Settings()), fragments)["supply"] == pytest.approx(supply)
        assert totals(assess(fragments, "home_power", changed, Settings()), fragments)["supply"] == pytest.approx(
            supply
        )
        assert changed.content_hash != catalogue.content_hash
        term = changed.resources["power"].supply[-1]
        assert is_user_term(term)
        assert layer_of(term, layers) == layers[0]
    assert not any(is_user_term(term) for term in catalogue.resources["power"].supply)


def test_replacing_takes_the_estimate_s_share_out_of_its_pool(own):
    catalogue = load_catalogue_of(own.folder.parent)
    layer = bring(own, dataclasses.replace(TERM, resource="logs", unit="m³", mode="replace"), [square(0, 0)], n=[7])
    changed = with_user_terms(catalogue, [layer])
    assert [term.key for term in changed.resources["logs"].supply] == ["user_dam"]
    assert "logs.share" not in {factor.key for factor in changed.resources["logs"].factors}
    assert changed.resources["chips"] == catalogue.resources["chips"]


def test_a_lost_layer_leaves_its_column_unknown(own):
    layer = bring(own, TERM, [square(0, 0)], n=[7])
    layer.path.unlink()
    assert np.isnan(with_user_columns(own.fragments, own)["user_dam"]).all()
    bring(own, PLACE, [square(0, 0)], name=["x"]).path.unlink()
    assert len(apply_user_layers(own).fragments) == len(own.fragments)


def test_an_indicator_by_code_goes_by_people_where_told(own):
    description = dataclasses.replace(TERM, share_by="population", title_en="By people")
    add_layer(own, check_upload("a.csv", b"code,n\n14201,8\n", dataset=own), description)
    found = with_user_columns(own.fragments, own)["user_by_people"].to_numpy()
    assert found[[0, 2]].tolist() == [2, 6]
    assert np.isnan(found[[1, 3, 4]]).all()
    assert [layer.key_kind for layer in list_user_layers(own.area, own.folder.parent)] == ["municipality"]
