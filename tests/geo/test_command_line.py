"""The command line on the embedded dataset: what it prints, and one line and status 2 for a bad argument."""

import csv
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest

import geo.__main__ as command_line
from geo.dataset import DATA_DIR

ROOT = DATA_DIR.parent
SCALES = ["community", "municipality", "basin", "prefecture"]
UNIT_KEYS = [
    "code", "name_ja", "name_en", "supply", "demand", "self_sufficiency", "met", "used", "outside", "surplus",
    "met_from_inside", "met_from_other_units", "sent_out", "closing_scale",
]  # fmt: skip


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = command_line.main(arguments)
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def circulate(capsys: pytest.CaptureFixture[str], resource: str, by: str, *more: str) -> dict:
    status, out, _ = run(capsys, "circulate", "--area", "kanagawa", "--resource", resource, "--by", by, *more)
    assert status == 0
    return json.loads(out, parse_constant=pytest.fail)


def test_as_a_program_of_its_own() -> None:
    """Japanese whatever the terminal's encoding, nothing on standard error."""
    done = subprocess.run(
        [sys.executable, "-m", "geo", "resources", "--format", "json"],
        cwd=ROOT, capture_output=True, check=True, env={"PYTHONIOENCODING": "ascii", "LC_ALL": "C"},
    )  # fmt: skip
    assert done.stderr == b""
    listed = json.loads(done.stdout.decode("utf-8"))["resources"]
    assert [resource["key"] for resource in listed][:2] == ["household_electricity", "electricity"]
    water = next(resource for resource in listed if resource["key"] == "water")
    assert water["name_ja"] == "水"
    assert water["ladder"] == SCALES[1:]
    factor = next(factor for factor in water["factors"] if factor["key"] == "water.dependable_share")
    assert (factor["low"], factor["central"], factor["high"]) == (0.2, 0.29, 0.5)
    assert factor["source"]


def test_a_bad_argument_as_a_program_of_its_own() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "geo", "circulate", "--area", "kanagawa", "--resource", b"wine\xff"],
        cwd=ROOT, capture_output=True, check=False, text=True,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "unknown resource 'wine\\udcff'" in done.stderr


def test_info(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "info", "--area", "kanagawa", "--format", "json")
    assert (status, err) == (0, "")
    info = json.loads(out)
    assert list(info) == ["area", "name_ja", "name_en", "counts", "totals", "layers"]
    assert info["totals"]["population"] == pytest.approx(9_237_337, rel=1e-9)
    assert info["counts"]["municipalities"] == 33


@pytest.mark.parametrize("resource", ["household_electricity", "water", "compost"])
@pytest.mark.parametrize("by", SCALES)
def test_the_shape_of_a_circulation(capsys: pytest.CaptureFixture[str], resource: str, by: str) -> None:
    shown = circulate(capsys, resource, by)
    assert list(shown) == ["area", "resource", "unit", "perspective", "threshold", "scales", "total", "units"]
    scales = SCALES[1:] if resource == "water" else SCALES
    assert shown["scales"] == scales
    assert list(shown["total"]) == ["supply", "demand", "met", "used", "outside", "time_mismatch", "surplus"]
    codes = [unit["code"] for unit in shown["units"]]
    assert codes == sorted(codes)
    for unit in shown["units"]:
        assert list(unit) == UNIT_KEYS
        assert list(unit["met"]) == list(unit["used"]) == scales
        assert unit["name_ja"]
        assert unit["name_en"]
        met, used = sum(unit["met"].values()), sum(unit["used"].values())
        assert met + unit["outside"] == pytest.approx(unit["demand"], rel=1e-9)
        assert used + unit["surplus"] == pytest.approx(unit["supply"], rel=1e-9)
        assert unit["met_from_inside"] + unit["met_from_other_units"] == pytest.approx(met, rel=1e-9)
        assert unit["closing_scale"] in {*scales, "outside", "no_demand", "no_supply"}
        assert (unit["self_sufficiency"] is None) == (unit["demand"] == 0)
    for name in ("supply", "demand", "outside", "surplus"):
        assert sum(unit[name] for unit in shown["units"]) == pytest.approx(shown["total"][name], rel=1e-9)


def test_a_basin_that_the_data_cuts_keeps_its_mark(capsys: pytest.CaptureFixture[str]) -> None:
    names = {unit["code"]: unit for unit in circulate(capsys, "water", "basin")["units"]}
    assert names["83032"]["name_ja"] == "相模川（データのある部分）"
    assert names["83032"]["name_en"].endswith("(the part with data)")
    assert names["83031"]["name_ja"] == "鶴見川"
    assert "lowland" in names


def test_settings_case_and_threshold(capsys: pytest.CaptureFixture[str]) -> None:
    plain = circulate(capsys, "timber", "prefecture")["total"]
    doubled = circulate(capsys, "timber", "prefecture", "--set", "timber.use_per_person=1.3")["total"]
    assert doubled["demand"] == pytest.approx(2 * plain["demand"])
    assert doubled["supply"] == plain["supply"]
    both = circulate(
        capsys, "timber", "prefecture", "--set", "timber.use_per_person=1.3", "--set", "timber.forest_growth=5.4"
    )["total"]
    assert both["supply"] == pytest.approx(2 * plain["supply"])
    assert circulate(capsys, "timber", "prefecture", "--case", "low")["total"]["supply"] < plain["supply"]
    assert circulate(capsys, "water", "prefecture", "--threshold", "0.5")["units"][0]["closing_scale"] != "outside"


def test_a_value_beyond_its_range_is_noted(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(
        capsys, "circulate", "--area", "kanagawa", "--resource", "rice", "--by", "prefecture", "--set", "rice.yield=20"
    )
    assert status == 0
    assert json.loads(out)["resource"] == "rice"
    assert "geo: note: rice.yield = 20 is outside its range 4.8–5.9 t/ha/yr\n" in err


def test_csv_says_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    shown = circulate(capsys, "electricity", "municipality")
    status, out, _ = run(
        capsys,
        "circulate",
        "--area",
        "kanagawa",
        "--resource",
        "electricity",
        "--by",
        "municipality",
        "--format",
        "csv",
    )
    assert status == 0
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [row["code"] for row in rows] == [unit["code"] for unit in shown["units"]]
    first, unit = rows[0], shown["units"][0]
    assert first["name_ja"] == "横浜市"
    assert float(first["met_community"]) == unit["met"]["community"]
    assert float(first["used_prefecture"]) == unit["used"]["prefecture"]
    assert first["closing_scale"] == unit["closing_scale"]


CIRCULATE = ("circulate", "--area", "kanagawa", "--resource", "water")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), "COMMAND"),
        (("dance",), "'dance'"),
        (("info",), "--area"),
        (("info", "--area", "atlantis"), "atlantis"),
        (("info", "--area", "../kanagawa"), "kanagawa"),
        (("info", "--area", "kana\ngawa"), "kana gawa"),
        (("info", "--area", "kanagawa", "--format", "xml"), "xml"),
        (("circulate", "--area", "kanagawa"), "--resource"),
        (("circulate", "--area", "kanagawa", "--resource", "watr"), "did you mean 'water'"),
        ((*CIRCULATE, "--by", "village"), "village"),
        ((*CIRCULATE, "--case", "worst"), "worst"),
        ((*CIRCULATE, "--threshold", "much"), "much"),
        ((*CIRCULATE, "--threshold", "0"), "threshold"),
        ((*CIRCULATE, "--threshold", "nan"), "threshold"),
        ((*CIRCULATE, "--set", "water.dependable_share"), "RESOURCE.FACTOR=VALUE"),
        ((*CIRCULATE, "--set", "water.dependable_share=lots"), "lots"),
        ((*CIRCULATE, "--set", "water.dependable_share=inf"), "dependable_share"),
        ((*CIRCULATE, "--set", "water.dependable_share=-0.1"), "within 0 and 1"),
        ((*CIRCULATE, "--set", "water.dependable_shar=0.1"), "did you mean 'water.dependable_share'"),
        ((*CIRCULATE, "--set", "water.withdrawal_per_person=1e308"), "water.people"),
        ((*CIRCULATE, "--spin"), "--spin"),
        (("build", "atlantis"), "atlantis"),
        (("info", "--area", "kanagawa", "--data-dir", "no-such-folder"), "there is no folder 'no-such-folder'"),
        (("build", "kanagawa", "--data-dir", "no-such-folder"), "there is no folder 'no-such-folder'"),
    ],
)
def test_a_bad_argument_is_one_line_and_status_2(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], expected: str
) -> None:
    status, out, err = run(capsys, *arguments)
    assert status == 2
    assert out == ""
    assert err.count("\n") == 1
    assert expected in err


def test_build_is_told_the_folder(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked = []

    def build_area(area: str, *, data_dir: Path, say) -> None:
        asked.append((area, data_dir))
        say("cutting")

    monkeypatch.setattr("geo.build.build_area", build_area)
    status, out, err = run(capsys, "build", "somewhere", "--data-dir", str(tmp_path))
    assert (status, out, err) == (0, "", "cutting\n")
    assert asked == [("somewhere", tmp_path)]


def test_help_is_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        command_line.main(["--help"])
    assert left.value.code == 0
    assert "circulate" in capsys.readouterr().out


def test_a_factor_without_bearing_is_noted_and_one_of_a_shared_pool_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    call = ("circulate", "--area", "kanagawa", "--by", "prefecture", "--set", "timber.growth_share=0.3")
    _, _, err = run(capsys, *call, "--resource", "water")
    assert err == "geo: note: timber.growth_share has no bearing on water\n"
    _, _, err = run(capsys, *call, "--resource", "wood_heat")
    assert err == ""


def test_a_rung_that_the_area_lacks_is_refused_and_what_is_unknown_is_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = tmp_path / "bare"
    shutil.copytree(DATA_DIR / "kanagawa", folder, ignore=shutil.ignore_patterns("inputs", "rasters"))
    shutil.copy(DATA_DIR / "resources.toml", tmp_path)
    table = gpd.read_parquet(folder / "fragments.parquet")
    table["population"] = np.where(table["municipality_code"] == "14100", np.nan, table["population"])
    table.to_parquet(folder / "fragments.parquet")
    digest = hashlib.sha256((folder / "fragments.parquet").read_bytes()).hexdigest()
    text = (folder / "dataset.toml").read_text(encoding="utf-8").replace('    "basin",\n', "", 1)
    described = re.sub(r'(?m)^fragments = "\w+"', f'fragments = "{digest}"', text)
    (folder / "dataset.toml").write_text(described, encoding="utf-8")
    arguments = ("circulate", "--area", "bare", "--data-dir", str(tmp_path), "--resource", "water")
    # Singular and plural are one.
    status, out, err = run(capsys, *arguments, "--by", "basins")
    assert (status, out) == (2, "")
    assert err == "geo: --by: area 'bare' has no 'basin' rung; it has community, municipality, prefecture\n"
    status, _, err = run(capsys, *arguments, "--by", "prefecture")
    assert status == 0
    # Yokohama is 18 % of the prefecture.
    assert "18 % of the area has no data for water" in err
