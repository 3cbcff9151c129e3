"""Measured values: rows checked one by one, files read as offices write them, nobody's rows lost, sums worked out."""

import dataclasses
import threading
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.actuals import COLUMNS, Actual, ActualsError, check_rows, merge, overlay
from geo.actuals_file import (
    FILE,
    VERSIONS_KEPT,
    ActualsChangedError,
    actuals_csv,
    check_csv,
    local_digest,
    local_path,
    read_actuals,
    read_local,
    restore_version,
    versions,
    write_actuals,
)
from geo.assessment import Settings, assess
from geo.catalogue_reading import read_catalogue
from geo.dataset import Dataset, open_dataset
from geo.errors import InputError
from geo.resources import load_catalogue
from geo.terms import Catalogue
from geo.unit_figures import totals, unit_table
from layers.messages import LANGUAGES, error_text
from layers.messages import catalogue as messages
from tests.geo.catalogue_world import CATALOGUE, world

HEADER = ",".join(COLUMNS)
ROW = {
    "municipality": "14206",
    "resource": "power",
    "side": "supply",
    "value": "12",
    "unit": "MWh",
    "year": "2022",
    "source": "市の調べ",
}


@pytest.fixture
def dataset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Dataset:
    """An area of three municipalities, one of them with a code that begins with a zero."""
    monkeypatch.delenv("MEGURI_LOCAL_DIR", raising=False)
    area = Dataset(area="small", folder=tmp_path / "small", meta={}, layers=())
    names = {
        "14206": ("小田原市", "Odawara City"),
        "14207": ("茅ヶ崎市", "Chigasaki City"),
        "01202": ("函館市", "Hakodate"),
    }
    area.__dict__["municipalities"] = gpd.GeoDataFrame(
        {"code": list(names), "name_ja": [n[0] for n in names.values()], "name_en": [n[1] for n in names.values()]}
    )
    area.folder.mkdir()
    return area


def actual(municipality: str = "14206", side: str = "supply", value: float = 12.0, resource: str = "power") -> Actual:
    return Actual(municipality, resource, side, value, "MWh", 2022, "市の調べ")


def checked(dataset: Dataset, catalogue: Catalogue, **changes: object) -> Actual:
    result = check_rows([(2, ROW | changes)], dataset, catalogue, file=FILE)
    if result.errors:
        raise result.errors[0]
    return result.actuals[0]


def test_a_row_as_it_should_be(dataset: Dataset, catalogue: Catalogue) -> None:
    assert checked(dataset, catalogue) == Actual("14206", "power", "supply", 12.0, "MWh", 2022, "市の調べ")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"municipality": '="14206"'}, {"municipality": "14206"}),
        ({"municipality": "１４２０６"}, {"municipality": "14206"}),
        ({"municipality": " 14206 "}, {"municipality": "14206"}),
        ({"municipality": "1202"}, {"municipality": "01202"}),
        ({"municipality": 14206}, {"municipality": "14206"}),
        ({"side": "導入済み"}, {"side": "installed"}),
        ({"side": "Demand"}, {"side": "demand"}),
        ({"value": "1,234,567.5"}, {"value": 1234567.5}),
        ({"value": 0}, {"value": 0.0}),
        ({"value": 12.25}, {"value": 12.25}),
        ({"value": "１２"}, {"value": 12.0}),
        ({"value": "1e3"}, {"value": 1000.0}),
        ({"unit": "MWh/年"}, {"unit": "MWh"}),
        ({"resource": "rain", "unit": "m3/yr"}, {"unit": "m³"}),
        ({"year": 2022.0}, {"year": 2022}),
        ({"year": "2022年度"}, {"year": 2022}),
        ({"year": "FY2022"}, {"year": 2022}),
        ({"source": "「全角（ＡＢＣ）」のまま"}, {"source": "「全角（ＡＢＣ）」のまま"}),
    ],
)
def test_rows_as_spreadsheets_write_them(dataset: Dataset, catalogue: Catalogue, changes: dict, expected: dict) -> None:
    assert dataclasses.asdict(checked(dataset, catalogue, **changes)).items() >= expected.items()


@pytest.mark.parametrize(
    ("changes", "key", "said"),
    [
        ({"municipality": "14260"}, "actuals_municipality_nearest", "14206 小田原市"),
        ({"municipality": "14270"}, "actuals_municipality_nearest", "14207 茅ヶ崎市"),
        ({"municipality": "142069"}, "actuals_municipality_nearest", "14206 小田原市"),
        ({"municipality": "小田原"}, "actuals_municipality_nearest", "14206 小田原市"),
        ({"municipality": "chigasaki"}, "actuals_municipality_nearest", "14207 茅ヶ崎市"),
        ({"municipality": ""}, "actuals_municipality", "—"),
        ({"municipality": "zzz"}, "actuals_municipality", "zzz"),
        ({"resource": "powr"}, "actuals_resource_nearest", "power"),
        ({"resource": "雨"}, "actuals_resource_nearest", "rain"),
        ({"resource": ""}, "actuals_resource", "power"),
        ({"side": "use"}, "actuals_side", "supply, demand, installed"),
        ({"value": "-1"}, "actuals_value", "-1"),
        ({"value": "nan"}, "actuals_value", "nan"),
        ({"value": "inf"}, "actuals_value", "inf"),
        ({"value": "1e400"}, "actuals_value", "1e400"),
        ({"value": "1e16"}, "actuals_value", "1e16"),
        ({"value": "1,5"}, "actuals_value", "1,5"),
        ({"value": "1_000"}, "actuals_value", "1_000"),
        ({"value": "about 5"}, "actuals_value", "about 5"),
        ({"value": None}, "actuals_value", "—"),
        ({"value": float("nan")}, "actuals_value", "—"),
        ({"unit": "kWh"}, "actuals_unit", "MWh"),
        ({"unit": ""}, "actuals_unit", "MWh"),
        ({"year": "22"}, "actuals_year", "22"),
        ({"year": "2999"}, "actuals_year", "2999"),
        ({"year": "1899"}, "actuals_year", "1899"),
        ({"source": ""}, "actuals_source", "source"),
        ({"source": "=HYPERLINK(1)"}, "actuals_source", "=HYPERLINK"),
        ({"source": "two\nlines"}, "actuals_source", "two"),
        ({"source": "x" * 501}, "actuals_source", "500"),
    ],
)
def test_what_cannot_be_used_is_refused_with_row_and_remedy(
    dataset: Dataset, catalogue: Catalogue, changes: dict, key: str, said: str
) -> None:
    with pytest.raises(ActualsError) as caught:
        checked(dataset, catalogue, **changes)
    assert caught.value.key == key
    assert f"{FILE}, row 2" in str(caught.value)
    assert said in str(caught.value)
    for lang in LANGUAGES:
        words = error_text(caught.value, lang)
        assert "2" in words
        assert words != str(caught.value), "the catalogue lacks this refusal"


def test_every_faulty_row_is_told_and_the_others_kept(dataset: Dataset, catalogue: Catalogue) -> None:
    rows = [ROW, ROW | {"value": "-3"}, {}, ROW | {"side": "demand"}, ROW | {"unit": "t"}, ROW]
    result = check_rows(enumerate(rows, start=2), dataset, catalogue, file=FILE)
    assert [a.side for a in result.actuals] == ["demand", "supply"]
    assert [(e.key, e.params["row"]) for e in result.errors] == [
        ("actuals_value", 3),
        ("actuals_unit", 6),
        ("actuals_twice", 7),
    ]
    assert result.errors[2].params["first"] == 2


def test_the_local_row_wins_and_the_others_stay() -> None:
    below = (actual(value=1), actual("14207", value=2))
    above = (actual(value=9), actual("14206", "demand", 3))
    assert [(a.key, a.value) for a in overlay(below, above)] == [
        (("14206", "power", "demand"), 3),
        (("14206", "power", "supply"), 9),
        (("14207", "power", "supply"), 2),
    ]


def test_a_merge_keeps_their_changes_and_mine() -> None:
    """Before: a 1, b 1, c 1. I set a to 2, take b out, add d; they set c to 3, a to 4, add e."""
    a, b, c, d, e = (f"1420{number}" for number in range(5))
    before = [actual(code, value=1) for code in (a, b, c)]
    mine = [actual(a, value=2), actual(c, value=1), actual(d, value=5)]
    theirs = [actual(a, value=4), actual(b, value=1), actual(c, value=3), actual(e, value=6)]
    merged = {row.municipality: row.value for row in merge(before, mine, theirs)}
    assert merged == {a: 2, c: 3, d: 5, e: 6}


def test_both_files_are_read_and_the_local_one_wins(dataset: Dataset, catalogue: Catalogue) -> None:
    assert read_actuals(dataset, catalogue) == ()
    (dataset.folder / FILE).write_bytes(actuals_csv([actual(value=1), actual("14207", value=2)]))
    assert local_path(dataset) == dataset.folder.parent / "local" / "small" / FILE
    write_actuals(dataset, catalogue, [actual(value=9)], base="")
    assert [a.value for a in read_actuals(dataset, catalogue)] == [9, 2]
    assert [a.value for a in read_local(dataset, catalogue)] == [9]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_file_as_offices_write_it(dataset: Dataset, catalogue: Catalogue, encoding: str, newline: str) -> None:
    lines = [
        "出典,値,単位,年度,区分,資源,市町村コード,,",
        '"市の調べ、電力",1 2,MWh,2022,供給,power,14206,,',
        ",,,,,,,,",
    ]
    text = newline.join(lines).replace("1 2", '"1,200"')
    result = check_csv(text.encode(encoding), dataset, catalogue, file="電力.csv")
    assert result.errors == ()
    assert result.actuals == (Actual("14206", "power", "supply", 1200.0, "MWh", 2022, "市の調べ、電力"),)


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "actuals_column_missing"),
        (HEADER.replace("unit,", "").encode(), "actuals_column_missing"),
        (f"{HEADER},value".encode(), "actuals_column_twice"),
        (f"{HEADER},note".encode(), "actuals_column_unknown"),
        (b"PK\x03\x04" + bytes(range(256)), "actuals_text"),
        (HEADER.encode("utf-16"), "actuals_text"),
        (HEADER.encode() + b"\n\x81\x20", "actuals_text"),
        (b"x" * 5_000_001, "actuals_size"),
        (HEADER.encode() + b"\n" + b"a" * 200_000, "actuals_text"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused(
    dataset: Dataset, catalogue: Catalogue, content: bytes, key: str
) -> None:
    with pytest.raises(ActualsError) as caught:
        check_csv(content, dataset, catalogue, file="x.csv")
    assert caught.value.key == key
    assert f"errors.{key}" in messages()


def test_a_row_with_a_cell_too_many_is_refused(dataset: Dataset, catalogue: Catalogue) -> None:
    text = f"{HEADER}\n14206,power,supply,1,200,MWh,2022,office\n"
    (error,) = check_csv(text.encode(), dataset, catalogue, file="x.csv").errors
    assert (error.key, error.params["row"]) == ("actuals_cells", 2)


VALUES = st.floats(0, 1e15)
SOURCES = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20).filter(
    lambda words: not words.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
)


@given(VALUES, SOURCES, st.sampled_from(["supply", "demand", "installed"]))
def test_what_is_written_reads_back(value: float, source: str, side: str) -> None:
    area = Dataset(area="small", folder=Path("small"), meta={}, layers=())
    area.__dict__["municipalities"] = pd.DataFrame({"code": ["01202"], "name_ja": ["函館市"], "name_en": ["Hakodate"]})
    row = Actual("01202", "power", side, value, "MWh", 2022, source)
    result = check_csv(actuals_csv([row]), area, read_catalogue(CATALOGUE), file=FILE)
    assert result.errors == ()
    assert result.actuals == (row,)


def test_the_last_to_save_does_not_lose_the_others_rows(dataset: Dataset, catalogue: Catalogue) -> None:
    mine = theirs = local_digest(dataset)
    assert mine == ""
    write_actuals(dataset, catalogue, [actual(value=1)], base=theirs)
    with pytest.raises(ActualsChangedError) as caught:
        write_actuals(dataset, catalogue, [actual(value=2)], base=mine)
    assert [a.value for a in caught.value.theirs] == [1]
    assert [a.value for a in read_local(dataset, catalogue)] == [1]
    write_actuals(dataset, catalogue, [*caught.value.theirs, actual("14207", value=2)], base=caught.value.digest)
    assert [a.value for a in read_local(dataset, catalogue)] == [1, 2]


def test_of_sessions_that_save_at_once_one_wins_and_the_others_are_told(dataset: Dataset, catalogue: Catalogue) -> None:
    start, results = threading.Barrier(8), []

    def save(value: float) -> None:
        start.wait()
        try:
            write_actuals(dataset, catalogue, [actual(value=value)], base="")
            results.append(value)
        except ActualsChangedError as error:
            results.append(error)

    threads = [threading.Thread(target=save, args=(float(i),)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    won = [result for result in results if isinstance(result, float)]
    assert len(results) == 8
    assert len(won) == 1
    assert [a.value for a in read_local(dataset, catalogue)] == won


def test_a_value_that_cannot_be_read_back_is_not_written(dataset: Dataset, catalogue: Catalogue) -> None:
    base = write_actuals(dataset, catalogue, [actual(value=1)], base="")
    for wrong in (actual(value=-1), actual("99999"), dataclasses.replace(actual(), unit="t")):
        with pytest.raises(ActualsError):
            write_actuals(dataset, catalogue, [wrong], base=base)
    assert local_digest(dataset) == base


def test_every_save_can_be_taken_back_and_taking_back_too(dataset: Dataset, catalogue: Catalogue) -> None:
    def now() -> list[float]:
        return [a.value for a in read_local(dataset, catalogue)]

    base = ""
    for value in (1.0, 2.0):
        base = write_actuals(dataset, catalogue, [actual(value=value)], base=base)
    assert [(v.number, v.rows) for v in versions(dataset)] == [(1, 1), (2, 0)]
    base = restore_version(dataset, catalogue, 1, base=base)
    assert now() == [1.0]
    base = restore_version(dataset, catalogue, 1, base=base)
    assert now() == [2.0]
    base = restore_version(dataset, catalogue, 4, base=base)
    assert now() == []
    with pytest.raises(ActualsError, match="no version 9"):
        restore_version(dataset, catalogue, 9, base=base)
    for value in range(20):
        base = write_actuals(dataset, catalogue, [actual(value=value)], base=base)
    assert len(versions(dataset)) == VERSIONS_KEPT
    assert sorted(p.name for p in local_path(dataset).parent.iterdir()) == [
        FILE, *(f"{FILE}.{number}" for number in range(1, 10))
    ]  # fmt: skip


def test_saving_the_same_makes_no_version(dataset: Dataset, catalogue: Catalogue) -> None:
    base = write_actuals(dataset, catalogue, [actual()], base="")
    assert write_actuals(dataset, catalogue, [actual()], base=base) == base
    assert len(versions(dataset)) == 1


def measured(*rows: tuple[str, str, float], resource: str = "logs") -> Settings:
    return Settings(actuals=tuple(Actual(m, resource, side, value, "m³", 2022, "x") for m, side, value in rows))


def test_the_measured_supply_is_spread_as_the_estimate_was(catalogue: Catalogue) -> None:
    """Logs are estimated at 16, 0 (m1) and 8 (m2). m1 has measured 40: 40, 0; m2 stays."""
    result = assess(world(), "logs", catalogue, measured(("m1", "supply", 40)))
    np.testing.assert_allclose(result.supply, [40, 0, 8])
    np.testing.assert_allclose(result.demand, 20)
    np.testing.assert_allclose(result.circulation.met["community"], [20, 0, 8])
    np.testing.assert_allclose(result.circulation.met["municipality"], [0, 20, 0])


def test_an_estimate_of_nothing_is_spread_by_people_or_by_area(catalogue: Catalogue) -> None:
    """m1 has no forest and no fields of known people: demand 6 by 1 : 2 people, supply 6 by 1 : 2 km²."""
    table = world(forest_km2=[0.0, 0.0, 2.0], area_km2=[1.0, 2.0, 2.0])
    result = assess(table, "logs", catalogue, measured(("m1", "supply", 6)))
    np.testing.assert_allclose(result.supply, [2, 4, 8])
    rain = assess(
        world(population=[0.0, 0.0, 1.0], area_km2=[1.0, 2.0, 2.0]), "rain", catalogue,
        measured(("m1", "demand", 6), resource="rain"),
    )  # fmt: skip
    np.testing.assert_allclose(rain.demand, [2, 4, 100])
    chips = world(population=[1.0, 2.0, 1.0])
    logs = Settings(factors=(("logs.use", 0.0),), actuals=measured(("m1", "demand", 6)).actuals)
    np.testing.assert_allclose(assess(chips, "logs", catalogue, logs).demand, [2, 4, 0])


def test_what_was_unknown_is_known_once_measured(catalogue: Catalogue) -> None:
    table = world(forest_km2=[np.nan, np.nan, np.nan])
    before = unit_table(assess(table, "logs", catalogue), table, "municipality")
    assert before["closing_scale"].tolist() == ["no_data", "no_data"]
    after = unit_table(assess(table, "logs", catalogue, measured(("m1", "supply", 40))), table, "municipality")
    assert after["closing_scale"].tolist() == ["community", "no_data"]
    assert after["unknown_share"].tolist() == [0, 1]


def test_sun_keeps_its_part_of_a_measured_supply(catalogue: Catalogue) -> None:
    """m1: sun 20 in a, a dam of 20 in b, measured 80: 40 of each.

    Sun goes first: 4 of a's 10 at home, 4 of b's within m1; the dam gives b the other 6, and a its 6 within m1.
    """
    table = world(dam_mwh=[0.0, 20.0, 0.0])
    result = assess(table, "power", catalogue, measured(("m1", "supply", 80), resource="power"))
    np.testing.assert_allclose(result.supply, [40, 40, 1])
    np.testing.assert_allclose(result.circulation.met["community"], [4, 6, 1])
    np.testing.assert_allclose(result.circulation.met["municipality"], [6, 4, 0])


def test_supply_of_nothing_but_sun_stays_sun(catalogue: Catalogue) -> None:
    """No roofs in m1 and no dam layer: 100 measured is sun, which meets at most 4 of 10."""
    table = world(built_km2=[0.0, 0.0, 0.5])
    result = assess(table, "power", catalogue, measured(("m1", "supply", 100), resource="power"))
    np.testing.assert_allclose(result.circulation.met["community"], [4, 4, 1])


def test_it_holds_in_every_case(catalogue: Catalogue) -> None:
    for case in ("low", "central", "high"):
        settings = dataclasses.replace(measured(("m1", "supply", 40), ("m1", "demand", 7)), case=case)
        table = unit_table(assess(world(), "logs", catalogue, settings), world(), "municipality")
        assert table.loc["m1", ["supply", "demand"]].tolist() == pytest.approx([40, 7])


def test_halo_of_the_same_code_is_left_as_it_is(catalogue: Catalogue) -> None:
    table = world(in_area=[True, False, True]).assign(in_area=[True, False, True], forest_km2=[4.0, 4.0, 2.0])
    result = assess(table, "logs", catalogue, measured(("m1", "supply", 40)))
    np.testing.assert_allclose(result.supply, [40, 16, 8])


@pytest.mark.parametrize(
    ("rows", "key"),
    [
        ((("m9", "supply", 1.0),), "actuals_place"),
        ((("m1", "supply", -1.0),), "actuals_amount"),
        ((("m1", "supply", np.nan),), "actuals_amount"),
        ((("m1", "supply", np.inf),), "actuals_amount"),
        ((("m1", "supply", 1.0), ("m1", "supply", 2.0)), "actuals_amount"),
    ],
)
def test_values_that_cannot_be_are_refused(catalogue: Catalogue, rows: tuple, key: str) -> None:
    with pytest.raises(InputError) as caught:
        assess(world(), "logs", catalogue, measured(*rows))
    assert caught.value.key == key


def test_what_is_installed_and_other_resources_change_nothing(catalogue: Catalogue) -> None:
    plain = assess(world(), "logs", catalogue)
    rows = (*measured(("m1", "installed", 99.0)).actuals, *measured(("m1", "supply", 5), resource="chips").actuals)
    result = assess(world(), "logs", catalogue, Settings(actuals=rows))
    np.testing.assert_array_equal(result.supply, plain.supply)
    np.testing.assert_array_equal(result.demand, plain.demand)


AMOUNTS = st.one_of(st.just(0.0), st.floats(1e-6, 1e9))


@given(
    st.lists(AMOUNTS, min_size=3, max_size=3),
    st.lists(AMOUNTS, min_size=3, max_size=3),
    st.lists(AMOUNTS, min_size=3, max_size=3),
    AMOUNTS,
    AMOUNTS,
)
def test_nothing_is_lost_or_made(
    forest: list[float], people: list[float], built: list[float], supply: float, demand: float
) -> None:
    words = read_catalogue(CATALOGUE)
    table = world(forest_km2=forest, population=people, built_km2=built)
    for resource in ("logs", "power"):
        settings = measured(("m1", "supply", supply), ("m2", "demand", demand), resource=resource)
        result = assess(table, resource, words, settings)
        plain = assess(table, resource, words)
        np.testing.assert_allclose(result.supply[:2].sum(), supply, rtol=1e-9)
        np.testing.assert_allclose(result.demand[2], demand, rtol=1e-9)
        np.testing.assert_array_equal(result.supply[2], plain.supply[2])
        np.testing.assert_array_equal(result.demand[:2], plain.demand[:2])
        met, used = (sum(part.values()) for part in (result.circulation.met, result.circulation.used))
        tolerance = 1e-9 * max(result.supply.max(), result.demand.max(), 1)
        np.testing.assert_allclose(met + result.circulation.outside, result.demand, atol=tolerance)
        np.testing.assert_allclose(used + result.circulation.surplus, result.supply, atol=tolerance)
        assert totals(result, table)["supply"] == pytest.approx(supply + plain.supply[2])


def test_without_measured_values_every_figure_of_kanagawa_is_what_it_was() -> None:
    """Not a bit changes: an empty tuple is the path that was there before."""
    dataset, words = open_dataset("kanagawa"), load_catalogue()
    assert not (dataset.folder / FILE).exists()
    for key in words.resources:
        plain = assess(dataset.fragments, key, words)
        row = Actual("14206", "water" if key != "water" else "rice", "supply", 1.0, "t", 2022, "x")
        other = assess(dataset.fragments, key, words, Settings(actuals=(row,)))
        for name in ("supply", "demand", "unknown", "time_mismatch"):
            np.testing.assert_array_equal(getattr(plain, name), getattr(other, name))


def test_one_measured_municipality_moves_only_its_own_sum_in_kanagawa() -> None:
    dataset, words = open_dataset("kanagawa"), load_catalogue()
    plain = unit_table(assess(dataset.fragments, "rice", words), dataset.fragments, "municipality")
    rows = (Actual("14206", "rice", "supply", 1234.5, "t", 2022, "x"),)
    moved = unit_table(
        assess(dataset.fragments, "rice", words, Settings(actuals=rows)), dataset.fragments, "municipality"
    )
    assert moved.loc["14206", "supply"] == pytest.approx(1234.5, rel=1e-12)
    others = plain.index != "14206"
    np.testing.assert_array_equal(moved["supply"][others], plain["supply"][others])
    np.testing.assert_array_equal(moved["demand"], plain["demand"])
