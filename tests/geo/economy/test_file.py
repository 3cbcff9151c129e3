"""Where loaded tables are kept: read back, replaced by place and year, taken out, taken back, broken by hand."""

import pytest

from geo.dataset import open_dataset
from geo.economy.figures import ITEMS, EconomyError, Figure
from geo.economy.file import (
    can_take_back,
    economy_csv,
    economy_path,
    read_stored,
    take_back,
    take_out,
    take_over,
)
from geo.economy.table import read_economy
from tests.geo.economy_files import csv_bytes, listed


@pytest.fixture(scope="module")
def dataset():
    return open_dataset("kanagawa")


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("MEGURI_LOCAL_DIR", str(tmp_path))
    return tmp_path


def loaded(dataset, **changes):
    return read_economy(csv_bytes(listed(**changes)), "表.csv", dataset).figures


def test_nothing_is_there_before_anything_is_loaded(dataset):
    assert read_stored(dataset) == ()
    assert not can_take_back(dataset)
    with pytest.raises(EconomyError, match="no version"):
        take_back(dataset)


def test_what_is_stored_reads_back(dataset):
    figures = loaded(dataset)
    assert take_over(dataset, figures) == figures
    assert read_stored(dataset) == figures
    assert economy_path(dataset).read_bytes().startswith("\ufeffmunicipality,year,item".encode())


def test_every_item_of_any_value_reads_back(dataset):
    values = (0.0, 1.0, 12345.678, 0.1, 1e6)
    figures = [
        Figure("14206", 2000 + at, item, value, "百万円", 'a "b", c')
        for item in ITEMS
        for at, value in enumerate(values)
    ]
    take_over(dataset, figures)
    assert read_stored(dataset) == tuple(sorted(figures))


def test_a_place_and_year_is_replaced_as_a_whole_and_others_stay(dataset):
    first = take_over(dataset, loaded(dataset))
    take_over(dataset, loaded(dataset, place="平塚市"))
    part = loaded(dataset, amounts={"域内総生産": 999})
    now = take_over(dataset, part)
    assert [one for one in now if one.municipality == "14206"] == list(part)
    assert len([one for one in now if one.municipality == "14203"]) == len(first)


def test_a_change_is_taken_back_and_that_too(dataset):
    first = take_over(dataset, loaded(dataset))
    both = take_over(dataset, loaded(dataset, year="2015"))
    assert take_back(dataset) == first == read_stored(dataset)
    assert take_back(dataset) == both == read_stored(dataset)


def test_a_place_and_year_is_taken_out(dataset):
    take_over(dataset, loaded(dataset))
    both = take_over(dataset, loaded(dataset, year="2015"))
    left = take_out(dataset, "14206", 2018)
    assert {one.year for one in left} == {2015}
    assert take_back(dataset) == both


def test_the_same_again_keeps_the_version_before(dataset):
    take_over(dataset, loaded(dataset))
    take_over(dataset, loaded(dataset))
    assert take_back(dataset) == ()


@pytest.mark.parametrize(
    ("before", "after", "key"),
    [
        (b"production", b"wealth", "economy_item"),
        (b"production,1000", b"production,-1000", "economy_amount"),
        (b"14206", b"99999", "economy_municipality"),
        (b"production", b"employee_income", "economy_twice"),
    ],
)
def test_a_file_broken_by_hand_is_told_and_never_written_over(dataset, before, after, key):
    take_over(dataset, loaded(dataset))
    path = economy_path(dataset)
    broken = path.read_bytes().replace(before, after, 1)
    path.write_bytes(broken)
    for act in (read_stored, lambda area: take_over(area, loaded(area, year="2015"))):
        with pytest.raises(EconomyError) as caught:
            act(dataset)
        assert caught.value.key.startswith(key)
    assert path.read_bytes() == broken


def test_a_figure_that_cannot_be_is_not_stored(dataset):
    with pytest.raises(EconomyError):
        take_over(dataset, [Figure("14206", 2018, "production", -1.0, "億円", "架空")])
    assert not economy_path(dataset).exists()


def test_a_csv_of_nothing_is_its_header():
    assert economy_csv(()).decode("utf-8-sig") == "municipality,year,item,value,unit,source\r\n"
