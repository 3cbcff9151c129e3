"""Census meshes: columns bound by their titles, hidden and split cells, what is refused."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.sources.census_mesh import read_census_mesh
from geo.sources.census_tables import TABLES
from geo.sources.reading import SourceError
from tests.geo.sources.making import census_text, packed

TITLES_2020 = [
    ("T001141001", "　人口（総数）"),
    ("T001141002", "　人口（総数）　男"),
    ("T001141004", "　０～１４歳人口　総数"),
    ("T001141034", "　世帯総数"),
    ("T001141035", "　一般世帯数"),
]


def mesh(folder: Path, rows: Sequence[Sequence[str]], name: str = "tblT001141H5339", **options: object) -> Path:
    return packed(folder / f"{name}.zip", {f"{name}.txt": census_text(TITLES_2020, rows, **options)})


def row(code: str, people: str = "10", households: str = "4", treatment: str = "0", target: str = "") -> list[str]:
    hidden = treatment == "2"
    return [code, treatment, target, "", people, "*" if hidden else "5", "*" if hidden else "1", households, households]


def refusal(*paths: Path, **options: int) -> dict[str, object]:
    with pytest.raises(SourceError) as caught:
        read_census_mesh(paths, **options)
    return caught.value.params


def test_a_500_m_table_by_primary_mesh(tmp_path):
    rows = [row("533946112", "120", "50"), row("533946111", "-", "-"), row("533946113", "7", "")]
    reading = read_census_mesh([mesh(tmp_path, rows)])
    table = reading.table
    assert list(table.columns) == ["mesh_code", "level", "population", "households", "is_hidden", "merged_into"]
    assert table["mesh_code"].tolist() == ["533946111", "533946112", "533946113"]
    assert table["population"].tolist() == [0, 120, 7]
    np.testing.assert_array_equal(table["households"], [0, 50, np.nan])
    assert table["level"].tolist() == [500] * 3
    assert table["is_hidden"].dtype == bool
    assert not table["is_hidden"].any()
    assert (reading.provenance.year, reading.provenance.resolution) == ("2020", "500 m")
    assert "T001141" in reading.provenance.source


def test_hidden_cells_keep_their_people_and_name_their_target(tmp_path):
    rows = [
        row("533946111", "3", "1", "2", "533946112"),
        ["533946112", "1", "", "533946111;533946113", "90", "40", "9", "33", "33"],
        row("533946113", "2", "1", "2", "533946112"),
        row("533946114", "11", "5", "0", "533946112"),
    ]
    reading = read_census_mesh([mesh(tmp_path, rows)])
    assert reading.table["population"].sum() == 106
    assert reading.table["is_hidden"].tolist() == [True, False, True, False]
    assert reading.table["merged_into"].tolist() == ["533946112", "", "533946112", ""]
    assert (reading.counts["hidden"], reading.counts["merged"]) == (2, 1)


def test_people_who_are_hidden_themselves_are_unknown_and_never_counted_twice(tmp_path):
    rows = [row("533946111", "*", "*", "2", "533946112"), row("533946112", "90", "33", "1")]
    reading = read_census_mesh([mesh(tmp_path, rows)])
    np.testing.assert_array_equal(reading.table["population"], [np.nan, 90])
    np.testing.assert_array_equal(reading.table["households"], [np.nan, 33])
    assert reading.counts["hidden_population"] == 1


def test_a_border_cell_of_two_prefectures_is_summed(tmp_path):
    kanagawa = mesh(tmp_path, [row("533946111", "30", "12"), row("533946112", "8", "3")], "tblT001141H14")
    tokyo = mesh(
        tmp_path, [row("533946111", "5", "2", "2", "533946113"), row("533946113", "70", "30", "1")], "tblT001141H13"
    )
    reading = read_census_mesh([kanagawa, tokyo])
    table = reading.table.set_index("mesh_code")
    assert table["population"].to_dict() == {"533946111": 35, "533946112": 8, "533946113": 70}
    assert table["households"].to_dict() == {"533946111": 14, "533946112": 3, "533946113": 30}
    assert table.loc["533946111", ["is_hidden", "merged_into"]].tolist() == [True, "533946113"]
    assert reading.counts["split"] == 1
    assert any("県境" in caveat for caveat in reading.provenance.caveats_ja)
    assert read_census_mesh([tokyo, kanagawa]).table.equals(reading.table)


def test_a_part_that_is_unknown_does_not_make_the_sum_unknown(tmp_path):
    kanagawa = mesh(tmp_path, [row("533946111", "30", "12")], "tblT001141H14")
    tokyo = mesh(tmp_path, [row("533946111", "*", "*", "2", "533946113")], "tblT001141H13")
    assert read_census_mesh([kanagawa, tokyo]).table["population"].tolist() == [30]


def test_a_cell_twice_is_refused_but_for_prefectures(tmp_path):
    assert "533946111" in refusal(mesh(tmp_path, [row("533946111"), row("533946111")]))["found"]
    by_mesh = mesh(tmp_path, [row("533946111", "35")])
    by_prefecture = mesh(tmp_path, [row("533946111", "30")], "tblT001141H14")
    found = refusal(by_mesh, by_prefecture)
    assert found["expected"] == "every cell in one file only"
    assert "by prefecture" in found["remedy"]
    other = mesh(tmp_path, [row("533946111", "36")], "tblT001141H5340")
    assert "533946111" in refusal(by_mesh, other)["found"]


def test_a_file_given_twice_is_read_once(tmp_path):
    first = mesh(tmp_path, [row("533946111", "35")])
    second = tmp_path / "copy.zip"
    second.write_bytes(first.read_bytes())
    reading = read_census_mesh([first, second])
    assert reading.table["population"].tolist() == [35]
    assert reading.counts["repeated"] == 1


@pytest.mark.parametrize(
    ("encoding", "bom"), [("cp932", b""), ("utf-8", b""), ("utf-8", b"\xef\xbb\xbf")]
)  # fmt: skip
def test_encodings(tmp_path, encoding, bom):
    path = tmp_path / "tblT001141H5339.txt"
    path.write_bytes(census_text(TITLES_2020, [row("533946111", "35", "12")], encoding=encoding, bom=bom))
    table = read_census_mesh([path]).table
    assert table[["population", "households"]].to_numpy().tolist() == [[35, 12]]


def test_utf8_that_would_pass_for_cp932_too(tmp_path):
    content = census_text(
        [("T000609001", "人口総数"), ("T000609004", "世帯総数")],
        [["533946111", "0", "", "", "35", "12"]],
        encoding="utf-8",
    )
    assert content.decode("cp932")
    path = tmp_path / "tblT000609H5339.txt"
    path.write_bytes(content)
    assert read_census_mesh([path]).table[["population", "households"]].to_numpy().tolist() == [[35, 12]]


@pytest.mark.parametrize(
    ("population", "households"),
    [
        ("人口（総数）", "世帯総数"),
        ("　人口総数", "　世帯総数"),
        ("人口(総数)", "世帯数"),
        ("人 口 総 数　総数", "世帯総数　総数"),
        ("男女別人口（総数及び不詳）", "総世帯数"),
    ],
)
def test_titles_of_every_vintage_bind_the_columns(tmp_path, population, households):
    columns = [("T000608001", population), ("T000608002", "　男"), ("T000608003", "女"), ("T000608004", households)]
    rows = [["53394611", "0", "", "", "1234", "600", "634", "500"]]
    path = packed(tmp_path / "a.zip", {"tblT000608S5339.txt": census_text(columns, rows)})
    reading = read_census_mesh([path])
    assert reading.table[["level", "population", "households"]].to_numpy().tolist() == [[1000, 1234, 500]]
    assert reading.provenance.year == "2010"


def test_columns_are_bound_by_title_not_by_place(tmp_path):
    columns = [("T001140034", "世帯総数"), ("T001140019", "６５歳以上人口　総数"), ("T001140001", "人口（総数）")]
    path = packed(
        tmp_path / "a.zip",
        {"tblT001140S5339.txt": census_text(columns, [["53394611", "0", "", "", "500", "300", "1234"]])},
    )
    assert read_census_mesh([path]).table[["population", "households"]].to_numpy().tolist() == [[1234, 500]]


def test_a_table_without_households_leaves_them_unknown(tmp_path):
    content = census_text([("T001171001", "人口（総数）")], [["53394611", "0", "", "", "9"]])
    reading = read_census_mesh([packed(tmp_path / "a.zip", {"tblT001171S14.txt": content})])
    assert reading.table["households"].isna().all()
    assert reading.table["population"].tolist() == [9]


def test_titles_that_are_not_there_are_named(tmp_path):
    content = census_text([("T001141019", "６５歳以上人口　総数")], [["533946111", "0", "", "", "9"]])
    found = refusal(packed(tmp_path / "a.zip", {"tblT001141H5339.txt": content}))
    assert found["row"] == "2"
    assert "65歳以上人口総数" in found["found"]
    twice = census_text([("T001141001", "人口（総数）"), ("T001141002", "人口（総数）")], [])
    assert found["expected"] == "one column titled 人口(総数)"
    assert "2 of them" in refusal(packed(tmp_path / "b.zip", {"tblT001141H5339.txt": twice}))["found"]


def test_the_year_of_an_unlisted_table_is_asked_for(tmp_path):
    content = census_text([("T009999001", "人口（総数）")], [["5339461111", "0", "", "", "9"]])
    path = packed(tmp_path / "a.zip", {"tblT009999Q5339.txt": content})
    found = refusal(path)
    assert "T009999" in found["found"]
    assert "year=" in found["remedy"]
    reading = read_census_mesh([path], year=2025)
    assert reading.provenance.year == "2025"
    assert reading.table["level"].tolist() == [250]
    listed = mesh(tmp_path, [row("533946111")])
    assert "of 2020" in refusal(listed, year=2015)["found"]


def test_tables_and_levels_are_not_mixed(tmp_path):
    first = mesh(tmp_path, [row("533946111")])
    columns = [("T000847001", "人口総数"), ("T000847002", "世帯総数")]
    second = packed(
        tmp_path / "b.zip",
        {"tblT000847H5340.txt": census_text(columns, [["534000001", "0", "", "", "1", "1"]])},
    )
    found = refusal(first, second)
    assert "T000847" in found["expected"]
    assert "T001141" in found["found"]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("53394611", "tblT001141H5339"),  # 1 km codes in a 500 m table
        ("533946115", "tblT001141H5339"),  # 2 km mesh
        ("533986111", "tblT001141H5339"),  # second mesh digit 8
        ("53394611x", "tblT001141H5339"),
        ("５３３９４６１１１", "tblT001141H5339"),
        ("", "tblT001141H5339"),
        ("533946111", "tblT001141S5339"),  # name says 1 km
    ],
)
def test_codes_that_are_none_or_of_another_level_are_refused(tmp_path, code, name):
    assert refusal(mesh(tmp_path, [row(code)], name))["layer"] == f"{name}.txt"


def test_a_code_of_another_length_is_refused_with_its_row(tmp_path):
    found = refusal(mesh(tmp_path, [row("533946111"), row("5339461111")]))
    assert (found["row"], found["found"]) == ("4", "'5339461111'")


def test_tables_of_towns_are_refused(tmp_path):
    found = refusal(mesh(tmp_path, [row("533946111")], "tblT001082C14"))
    assert "kind C" in found["found"]


@pytest.mark.parametrize("figure", ["-3", "1.5", "1,200", "many", "＊"])
def test_a_figure_that_is_none_is_refused_with_its_row(tmp_path, figure):
    rows = [row("533946111"), row("533946112", f'"{figure}"')]
    found = refusal(mesh(tmp_path, rows))
    assert (found["row"], found["found"]) == ("4", f"'{figure}'")


def test_an_unknown_treatment_is_refused(tmp_path):
    assert refusal(mesh(tmp_path, [row("533946111", treatment="7")]))["found"] == "'7'"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<!DOCTYPE html><html>", "web page"),
        (b"\x00\x01\x02", "binary"),
        (b"\x81\xff\xfe,\n", "another encoding"),
        (b"a,b\n1,2\n", "'a,b'"),
        (b"", "''"),
        (b"KEY_CODE,T001141001\n533946111,3\n", "533946111"),
        (census_text(TITLES_2020, [["533946111", "0"]]), ""),
    ],
)
def test_what_is_no_table_is_refused(tmp_path, content, words):
    path = tmp_path / "tblT001141H5339.txt"
    path.write_bytes(content)
    found = refusal(path)
    assert words in found["found"]
    assert found["remedy"]


def test_nothing_to_read(tmp_path):
    assert refusal(packed(tmp_path / "a.zip", {"readme.pdf": b""}))["found"] == "none"


def test_a_table_of_no_cell_adds_none(tmp_path):
    reading = read_census_mesh([mesh(tmp_path, [row("533946111")]), mesh(tmp_path, [], "tblT001141H5340")])
    assert len(reading.table) == 1


def test_the_listed_tables_are_those_of_five_censuses_and_three_levels():
    assert {table.year for table in TABLES.values()} == {1995, 2000, 2005, 2010, 2015, 2020}
    assert {TABLES[name].level for name in ("001140", "001141", "001142")} == {1000, 500, 250}


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 99), st.integers(0, 5000), st.integers(0, 2000), st.booleans()),
        min_size=1,
        max_size=40,
    )
)
def test_people_add_up_over_prefectures(tmp_path_factory, drawn):
    folder = tmp_path_factory.mktemp("census")
    files: dict[str, dict[str, list[str]]] = {"13": {}, "14": {}}
    for number, people, households, is_here in drawn:
        code = f"533946{number:02d}1"
        files["14" if is_here else "13"][code] = row(code, str(people), str(households))
    paths = [mesh(folder, list(rows.values()), f"tblT001141H{name}") for name, rows in files.items()]
    table = read_census_mesh(paths).table
    every = [line for rows in files.values() for line in rows.values()]
    assert table["population"].sum() == sum(int(line[4]) for line in every)
    assert table["households"].sum() == sum(int(line[7]) for line in every)
    assert table["mesh_code"].is_unique
    assert table["mesh_code"].is_monotonic_increasing
