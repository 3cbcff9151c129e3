"""CSV as spreadsheets leave it: encodings, codes with lost zeros, numbers with commas, and what is refused by row."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.user_layers import UploadError, check_upload
from geo.user_layers.codes import _check_digit, settle_municipalities
from geo.user_layers.csv_text import read_csv, to_numbers


@pytest.fixture
def check(dataset):
    def run(text, encoding="utf-8", **told):
        return check_upload("a.csv", text.encode(encoding), dataset=dataset, **told)

    return run


@pytest.fixture
def refused(check):
    def run(text, encoding="utf-8", **told):
        with pytest.raises(UploadError) as caught:
            check(text, encoding, **told)
        return caught.value

    return run


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_encodings(check, encoding):
    found = check("市区町村コード,人口\n14201,5\n14203,7\n", encoding)
    assert (found.kind, found.key_column, found.key_kind) == ("table", "市区町村コード", "municipality")
    assert found.table["人口"].tolist() == [5, 7]


@pytest.mark.parametrize("cell", ['"=""14201"""', "１４２０１", "14201.0", " 14201 ", "142018", "'14201"])
def test_a_code_as_excel_leaves_it(check, cell):
    assert check(f"code,n\n{cell},1\n").table["code"].tolist() == ["14201"]


@pytest.mark.parametrize("cell", ["1202", "01202", "012025", "12025"])
def test_a_leading_zero_that_was_lost(cell):
    table, _ = read_csv("a.csv", f"code,n\n{cell},1\n".encode())
    assert settle_municipalities(table, "code", {"01202": "函館市"}, "a.csv").table["code"].tolist() == ["01202"]


@pytest.mark.parametrize(("five", "digit"), [("01202", "5"), ("14201", "8"), ("13101", "6"), ("14100", "3")])
def test_check_digits_are_the_ministry_s(five, digit):
    assert _check_digit(five) == digit


def test_numbers_as_offices_write_them(check):
    found = check('code,n\n14201,"１，２３４．５"\n14203,－7\n')
    assert found.table["n"].tolist() == [1234.5, -7]
    found = check("code,n\n14201,…\n14203,#N/A\n14100,\n".replace("14100,\n", ""))
    assert found.numbers() == ()
    found = check("code,n,m\n14201,3,1\n14203,***,#DIV/0!\n")
    assert found.table["n"].isna().tolist() == [False, True]
    assert [note.key for note in found.notes] == ["excel_errors"]


def test_trailing_empty_columns_and_rows_go(check):
    found = check("code,n,,\n14201,1,,\n,,,\n14203,2,,\n\n")
    assert list(found.table.columns) == ["n", "code"] or list(found.table.columns) == ["code", "n"]
    assert found.count == 2


@pytest.mark.parametrize("delimiter", ["\t", ";"])
def test_other_delimiters(check, delimiter):
    assert check(f"code{delimiter}n\n14201{delimiter}1\n").table["n"].tolist() == [1]


def test_a_wrong_code_is_refused_with_the_nearest_right_one(refused):
    error = refused("code,n\n14201,1\n14023,2\n")
    assert (error.key, error.params["row"], error.params["nearest"]) == ("upload_code", 3, "14203 東市")
    assert refused("code,n\n東市,2\n").params["nearest"] == "14203 東市"
    assert refused("code,n\n14201,1\n14201,2\n").key == "upload_code_twice"


def test_a_ward_is_led_to_its_city():
    table, _ = read_csv("a.csv", b"code,n\n14101,1\n")
    with pytest.raises(UploadError) as caught:
        settle_municipalities(table, "code", {"14100": "横浜市", "14110": "x", "14201": "y"}, "a.csv")
    assert caught.value.params["nearest"] == "14100 横浜市"


def test_other_prefectures_and_totals_are_left_out_and_counted(check, refused):
    found = check("code,n\n14000,9\n14201,1\n13101,3\n27100,4\n")
    assert (found.count, found.outside) == (1, 2)
    assert {note.key: note.params["count"] for note in found.notes} == {
        "totals": 1,
        "outside": 2,
        "municipalities_missing": 1,
    }
    assert refused("code,n\n13101,3\n").key == "upload_outside_codes"


def test_mesh_codes(check, refused):
    found = check("mesh_code,n\n53390000,1\n533900011,2\n5339000122,3\n54390000,9\n")
    assert (found.key_kind, found.count, found.outside) == ("mesh", 3, 1)
    assert found.table["mesh_code"].tolist() == ["53390000", "53390001", "53390001"]
    error = refused("mesh_code,n\n53390000,1\n5339001,2\n")
    assert (error.key, error.params["row"]) == ("upload_mesh", 3)
    assert error.params["nearest"].startswith("533900")
    assert refused("mesh_code,n\n53398000,1\n").key == "upload_mesh"
    assert refused("mesh_code,n\n5.3E+07,1\n").key == "upload_mesh"


def test_a_cell_that_is_no_number(refused):
    error = refused("code,n\n14201,1\n14203,2\n14000,3\n13101,4\n13102,abc\n")
    assert (error.key, error.params["row"], error.params["column"]) == ("upload_number", 6, "n")


def test_a_table_without_any_key(refused):
    assert refused("name,n\nx,1\n").key == "upload_no_key"


def test_a_row_that_is_cut_off(refused):
    error = refused("code,n,m\n14201,1,2\n14203,1\n")
    assert (error.key, error.params["row"]) == ("upload_row_length", 3)


def test_points_by_coordinates(check, refused):
    text = "緯度,経度,n\n35.3340,139.0010,5\n,,6\n35.3345,139.0011,7\n"
    found = check(text, declared_crs="EPSG:6668")
    assert (found.kind, found.count, found.crs) == ("points", 2, "EPSG:6668")
    assert found.table["n"].tolist() == [5, 7]
    assert found.table.geometry[0].coords[0] == (139.001, 35.334)
    assert refused("lat,lon\na,b\n", declared_crs="EPSG:6668").key == "upload_number"


@given(st.integers(-(10**9), 10**9))
def test_a_number_with_commas_is_read_as_itself(number):
    table, _ = read_csv("a.csv", f'code,n\n1,"{number:,}"\n'.encode())
    assert to_numbers(table, "a.csv", but="code")[0]["n"].tolist() == [number]
