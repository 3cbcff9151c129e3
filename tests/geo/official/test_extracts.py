"""Kanagawa from the real extracts of N03, by the command line's own function; other products are not there."""

import argparse
from pathlib import Path

import pytest
import shapely

from geo.commands.build import add_options, is_official, run_official
from geo.dataset import open_dataset
from geo.errors import InputError, MeguriError
from geo.official.grid import EQUAL_AREA
from geo.official.tiles import BuildError
from geo.sources.n03 import read_n03
from tests.geo.official.test_gather import write_n03

EXTRACTS = Path(__file__).parents[4] / "shared" / "data" / "test-only"


def arguments(*given, data_dir):
    parser = argparse.ArgumentParser()
    parser.add_argument("area")
    parser.add_argument("--data-dir", type=Path)
    add_options(parser)
    return parser.parse_args([*given, "--data-dir", str(data_dir)])


@pytest.fixture(scope="module")
def kanagawa(tmp_path_factory):
    if not EXTRACTS.is_dir():
        pytest.skip("the extracts of N03 lie outside the project")
    data_dir = tmp_path_factory.mktemp("extracts")
    run_official(
        arguments("kanagawa2", "--prefecture", "14", "--from", str(EXTRACTS), "--workers", "2", data_dir=data_dir)
    )
    return open_dataset("kanagawa2", data_dir=data_dir)


def areas(table):
    return table[table["in_area"]].groupby("municipality_code")["area_km2"].sum()


def test_areas_are_the_dissolved_inputs(kanagawa):
    given = read_n03([EXTRACTS / "s0010_N03-21_14_210101.json"]).table.set_index("code")
    expected = shapely.area(given.to_crs(EQUAL_AREA).geometry.to_numpy()) / 1e6
    made = areas(kanagawa.fragments).reindex(given.index)
    assert len(made) == 33
    assert (abs(made / expected - 1)).max() <= 1e-6
    assert kanagawa.meta["checks"]["municipality_area_largest"] <= 1e-6


def test_areas_are_the_embedded_ones_within_4_percent(kanagawa):
    embedded = areas(open_dataset("kanagawa").fragments)
    made = areas(kanagawa.fragments)
    assert made.index.tolist() == embedded.index.tolist()
    assert (abs(made / embedded - 1)).max() <= 0.04


def test_it_opens_with_the_rungs_it_has_and_names_what_is_missing(kanagawa):
    assert kanagawa.meta["ladder"] == ["community", "municipality", "prefecture"]
    assert {"w12", "l03b", "census_mesh"} <= {row["key"] for row in kanagawa.meta["missing"]}
    assert kanagawa.basins.empty
    assert kanagawa.fragments["population"].isna().all()
    assert kanagawa.fragments["precipitation_mm"].notna().all()
    # Names and readings come from the map of Japan.
    odawara = kanagawa.municipalities.set_index("code").loc["14206"]
    assert (odawara["name_ja"], odawara["name_kana"]) == ("小田原市", "おだわらし")
    assert odawara["name_en"].startswith("Odawara")


def test_nothing_but_areas_lies_in_the_data_folder(kanagawa):
    assert [path.name for path in kanagawa.folder.parent.iterdir()] == ["kanagawa2"]


def test_without_administrative_areas_nothing_is_built(tmp_path):
    (tmp_path / "from").mkdir()
    with pytest.raises(BuildError, match="no administrative areas") as caught:
        run_official(arguments("a", "--prefecture", "14", "--from", str(tmp_path / "from"), data_dir=tmp_path))
    assert caught.value.key == "build_no_n03"


@pytest.mark.parametrize(
    ("given", "key"),
    [
        (("--from", "."), "build_which"),
        (("--from", ".", "--prefecture", "48"), "prefecture_code"),
        (("--from", ".", "--prefecture", "14", "--workers", "0"), "build_workers"),
    ],
)
def test_wrong_arguments_are_refused(given, key, tmp_path):
    with pytest.raises(MeguriError) as caught:
        run_official(arguments("a", *given, data_dir=tmp_path))
    assert caught.value.key == key


def test_options_without_a_folder_would_do_nothing_and_are_refused(tmp_path):
    assert not is_official(arguments("kanagawa", data_dir=tmp_path))
    assert is_official(arguments("a", "--prefecture", "14", "--from", ".", data_dir=tmp_path))
    with pytest.raises(InputError, match="go with --from"):
        is_official(arguments("a", "--prefecture", "14", data_dir=tmp_path))


def test_communities_go_with_a_folder_and_are_one_of_three(tmp_path):
    with pytest.raises(InputError, match="--communities"):
        is_official(arguments("a", "--communities", "schools", data_dir=tmp_path))
    (tmp_path / "from").mkdir()
    write_n03(tmp_path / "from")
    given = ("a", "--prefecture", "14", "--from", str(tmp_path / "from"), "--communities", "towns")
    with pytest.raises(BuildError, match="no small-area outlines") as caught:
        run_official(arguments(*given, data_dir=tmp_path))
    assert caught.value.key == "build_communities"
    with pytest.raises(SystemExit):
        arguments("a", "--communities", "streets", data_dir=tmp_path)


def test_an_interruption_is_told_with_what_to_do(tmp_path, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("geo.official.gather.find_inputs", interrupted)
    with pytest.raises(BuildError, match="same command goes on") as caught:
        run_official(arguments("a", "--prefecture", "14", "--from", ".", data_dir=tmp_path))
    assert caught.value.key == "build_interrupted"
