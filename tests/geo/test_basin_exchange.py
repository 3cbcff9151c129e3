"""What a basin's parts could give each other, and its partners: by hand, and what always holds."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.assessment import assess
from geo.basin_exchange import OTHERS, exchange_of_parts, partners, within
from geo.catalogue_reading import read_catalogue
from geo.dataset import LOWLAND, open_dataset
from geo.errors import InputError
from geo.ladder import ladder_labels
from geo.prepared import prepare
from geo.resources import load_catalogue
from tests.geo.catalogue_world import CATALOGUE, world


def flows(*rows):
    """Rows of (source, target, scale, amount, distance_km); all that leaves arrives."""
    table = pd.DataFrame(rows, columns=["source", "target", "scale", "amount", "distance_km"])
    return table.assign(delivered=table["amount"])


def test_the_parts_by_hand():
    """Three fragments of one basin, a and b in m1, c in m2; demand 10 each, sun may meet 4 of each, b has a dam of 2.

    Before the basin's rung a has used 8 of its sun of 20 (4 itself, 4 for b), b its dam, c its 1; so m1 offers 12 and
    still wants 20 − 10. The basin passes the 3 that c's sun part lacks.
    """
    prepared = prepare(world(dam_mwh=[0.0, 2.0, 0.0]))
    found = exchange_of_parts(assess(prepared, "power", read_catalogue(CATALOGUE)), prepared, "r")
    assert list(found.index) == ["m1", "m2"]
    assert not found["is_beyond"].any()
    columns = ["supply", "demand", "offered", "wanted", "given", "taken"]
    np.testing.assert_allclose(found.loc["m1", columns].astype(float), [22, 20, 12, 10, 3, 0])
    np.testing.assert_allclose(found.loc["m2", columns].astype(float), [1, 10, 0, 9, 0, 3])


def test_the_halo_is_a_part_of_its_own_for_each_prefecture():
    prepared = prepare(world(in_area=[True, True, False], prefecture_code=["14", "14", "22"]))
    found = exchange_of_parts(assess(prepared, "power", read_catalogue(CATALOGUE)), prepared, "r")
    assert found["is_beyond"].to_dict() == {"m1": False, "22": True}
    assert found.loc["22", "taken"] == pytest.approx(3)


def test_a_basin_of_others_has_no_part_in_it():
    prepared = prepare(world(river_system_code=["r", "r", "q"]))
    found = exchange_of_parts(assess(prepared, "power", read_catalogue(CATALOGUE)), prepared, "r")
    assert list(found.index) == ["m1"]
    assert found.loc["m1", "given"] == 0


def test_without_a_basin_rung_it_is_refused():
    table = world(river_system_code=["", "", ""])
    assert "basin" not in ladder_labels(table, "default")
    prepared = prepare(table)
    with pytest.raises(InputError, match="no rung"):
        exchange_of_parts(assess(prepared, "power", read_catalogue(CATALOGUE)), prepared, "r")


def test_in_every_embedded_basin_the_parts_give_what_they_take():
    prepared, catalogue = prepare(open_dataset("kanagawa").fragments), load_catalogue()
    codes = [code for code in prepared.units("basin").units if code != LOWLAND]
    for key in catalogue.resources:
        assessment = assess(prepared, key, catalogue)
        for code in codes:
            found = exchange_of_parts(assessment, prepared, code)
            assert found["given"].sum() == pytest.approx(found["taken"].sum(), rel=1e-9, abs=1e-9)
            assert (found["given"] <= found["offered"] * (1 + 1e-9) + 1e-9).all()
            assert (found["taken"] <= found["wanted"] * (1 + 1e-9) + 1e-9).all()


def test_partners_by_hand():
    table = flows(
        ("r", "r", "community", 100.0, 0.0),
        ("q", "r", "municipality", 3.0, 2.0),
        ("q", "r", "prefecture", 1.0, 10.0),
        ("r", "p", "prefecture", 7.0, 20.0),
        ("r", "q", "prefecture", 5.0, 8.0),
        ("q", "p", "prefecture", 99.0, 1.0),
    )
    found = partners(table, "r")
    # q exchanges 9 in all, p 7; what neither end of is r is not in it.
    assert found.to_dict("records") == [
        {"partner": "q", "direction": "in", "scale": "municipality", "amount": 3.0, "distance_km": 2.0},
        {"partner": "q", "direction": "in", "scale": "prefecture", "amount": 1.0, "distance_km": 10.0},
        {"partner": "q", "direction": "out", "scale": "prefecture", "amount": 5.0, "distance_km": 8.0},
        {"partner": "p", "direction": "out", "scale": "prefecture", "amount": 7.0, "distance_km": 20.0},
    ]
    assert within(table, "r").to_dict("records") == [{"scale": "community", "amount": 100.0, "distance_km": 0.0}]


def test_what_is_lost_on_the_way_does_not_arrive():
    table = flows(("q", "r", "prefecture", 10.0, 5.0), ("r", "q", "prefecture", 20.0, 5.0))
    found = partners(table.assign(delivered=[9.0, 18.0]), "r").set_index("direction")["amount"]
    assert found.to_dict() == {"in": 9.0, "out": 20.0}


def test_partners_beyond_the_largest_are_summed_and_come_last():
    table = flows(*((f"p{n}", "r", "prefecture", float(n), 10.0 * n) for n in range(1, 6)))
    found = partners(table, "r", most=3)
    assert list(found["partner"]) == ["p5", "p4", OTHERS]
    others = found.iloc[2]
    assert others["amount"] == 6
    # (1 × 10 + 2 × 20 + 3 × 30) / 6
    assert others["distance_km"] == pytest.approx(140 / 6)


def test_a_single_partner_beyond_the_limit_does_not_become_others():
    table = flows(*((f"p{n}", "r", "prefecture", float(n), 1.0) for n in range(1, 4)))
    assert list(partners(table, "r", most=3)["partner"]) == ["p3", "p2", "p1"]


def test_a_basin_without_partners_has_an_empty_table():
    assert partners(flows(("r", "r", "community", 1.0, 0.0)), "r").empty


names = st.sampled_from(["r", "q", "p", "s", "t", "u"])
rows = st.tuples(names, names, st.sampled_from(["municipality", "prefecture"]), st.floats(0.001, 1e6), st.floats(0, 99))


@given(st.lists(rows, max_size=30), st.integers(2, 4))
def test_nothing_gets_lost_among_partners(listed, most):
    table = flows(*listed)
    found = partners(table, "r", most=most)
    into = table[(table["target"] == "r") & (table["source"] != "r")]["amount"].sum()
    out = table[(table["source"] == "r") & (table["target"] != "r")]["amount"].sum()
    own = table[(table["source"] == "r") & (table["target"] == "r")]["amount"].sum()
    assert found.loc[found["direction"] == "in", "amount"].sum() == pytest.approx(into)
    assert found.loc[found["direction"] == "out", "amount"].sum() == pytest.approx(out)
    assert within(table, "r")["amount"].sum() == pytest.approx(own)
    assert found["partner"].nunique() <= most
    assert "r" not in set(found["partner"])


def test_small_partners_are_summed_however_few_there_are():
    table = flows(*((name, "r", "prefecture", amount, 1.0) for name, amount in (("p", 989.0), ("q", 6.0), ("s", 5.0))))
    assert list(partners(table, "r", least_share=0.01)["partner"]) == ["p", OTHERS]
    # A single small one keeps its name.
    assert list(partners(table.iloc[:2], "r", least_share=0.01)["partner"]) == ["p", "q"]
