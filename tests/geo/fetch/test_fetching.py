"""All files of an area: kept where they are there, told with the page where they cannot be had, recorded."""

from __future__ import annotations

import hashlib
import io
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from geo.fetch import PRODUCTS, Area, FetchError, Manners, Outcome, fetch
from geo.fetch.addresses import Product, parts_of
from geo.fetch.progress import Progress
from geo.fetch.record import only_one
from geo.sources.products import find_products
from tests.geo.fetch.bad_server import Server, answer, drop_after, drop_at_once, packed

BY_KEY = {product.key: product for product in PRODUCTS}
AREA = Area(prefectures=("14", "22"), sheets=("5238", "5239"))
PAGE = answer(200, b"<html>none</html>", kind="text/html")


class Errand:
    """A fetch from the server into a folder, with what it said."""

    def __init__(self, server: Server, folder: Path, manners: Manners) -> None:
        self.server, self.folder, self.manners = server, folder, manners
        self.said = ""

    def serve(self, *products: Product, area: Area = AREA, edition: int = 0) -> None:
        """Serve every file of the products' last way (and what goes with it)."""
        for product in products:
            for part in parts_of(product, product.ways[-1 if product.ways[0].by == "nation" else 0], area):
                address = part.addresses[edition]
                self.server.put(address.url, packed(address.name.encode()))
            for extra in product.extras:
                self.server.put(extra.url, packed(extra.name.encode()))

    def run(self, *keys: str, area: Area = AREA) -> Outcome:
        stream = io.StringIO()
        try:
            return fetch(
                [BY_KEY[key] for key in keys],
                area,
                self.folder,
                progress=Progress(stream),
                base=self.server.base,
                manners=self.manners,
            )
        finally:
            self.said = stream.getvalue()

    def files(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())

    def record(self) -> list[dict[str, object]]:
        return tomllib.loads((self.folder / "fetched.toml").read_text(encoding="utf-8"))["file"]


@pytest.fixture
def errand(server: Server, tmp_path: Path, manners: Manners) -> Errand:
    return Errand(server, tmp_path / "downloads", manners)


def statuses(outcome: Outcome) -> list[tuple[str, str]]:
    return [(result.code, result.status) for result in outcome.results]


def test_files_licence_and_record(errand: Errand) -> None:
    errand.serve(BY_KEY["W12"])
    outcome = errand.run("W12")
    assert statuses(outcome) == [("14", "fetched"), ("22", "fetched")]
    assert outcome.missing == ()
    names = ["W12-52A-14-01.0a_GML.zip", "W12-52A-22-01.0a_GML.zip"]
    assert errand.files() == [".fetching", "LICENCE-W12.txt", *names, "fetched.toml"]
    for row, name in zip(errand.record(), names, strict=True):
        content = packed(name.encode())
        assert (errand.folder / name).read_bytes() == content
        assert row == {
            "name": name,
            "product": "W12",
            "edition": "01.0a",
            "address": f"https://nlftp.mlit.go.jp/ksj/gmlold/data/W12/W12-52A/{name}",
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            "date": datetime.now(UTC).date().isoformat(),
            "last_modified": "",
        }
    licence = (errand.folder / "LICENCE-W12.txt").read_text(encoding="utf-8")
    assert "「国土数値情報（流域・非集水域データ）」（国土交通省）を加工して作成" in licence
    assert BY_KEY["W12"].page in licence
    assert "[1/2] W12-52A-14-01.0a_GML.zip  fetched: 0.0 MB\n" in errand.said


def test_what_is_there_is_not_asked_for_again(errand: Errand) -> None:
    errand.serve(BY_KEY["W12"], BY_KEY["A27"])
    errand.run("W12", "A27")
    count = len(errand.server.asked)
    assert count == 5
    again = errand.run("W12", "A27")
    assert {result.status for result in again.results} == {"kept"}
    assert len(errand.server.asked) == count


def test_the_build_finds_what_was_fetched_and_nothing_that_is_under_way(errand: Errand) -> None:
    errand.serve(*PRODUCTS, area=Area(("14",), ("5339",)))
    second = "/nlftp.mlit.go.jp/ksj/gml/data/N03/N03-2026/N03-20260101_22_GML.zip"
    errand.server.files[second] = packed(b"22")
    errand.server.bad[second] = [drop_after(30), *[drop_at_once] * 4]
    errand.run(*BY_KEY, area=Area(("14",), ("5339",)))
    errand.run("N03", area=Area(("22",), ()))
    assert "N03-20260101_22_GML.zip.part" in errand.files()
    found = find_products(errand.folder, ["14", "22"])
    assert {key: [path.name for path in presence.paths] for key, presence in found.there.items()} == {
        "n03": ["N03-20260101_14_GML.zip"],
        "w12": ["W12-52A-14-01.0a_GML.zip"],
        "w07": ["W07-09_5339-jgd_GML.zip"],
        "l03b": ["L03-b-21_5339-jgd2011_GML.zip"],
        "a13": ["A13-15_14_GML.zip"],
        "a45": ["A45-19_14_GML.zip"],
        "census_mesh": ["tblT001140S5339.zip"],
        "census_mesh_2015": ["tblT000846S5339.zip"],
        "census_mesh_2010": ["tblT000608S5339.zip"],
        "school_districts": ["A27-23_14_GML.zip"],
        "small_areas": ["A002005212020DDSWC14-JGD2011.zip"],
    }


def test_a_file_that_changed_on_the_disk_is_fetched_again(errand: Errand) -> None:
    errand.serve(BY_KEY["W12"])
    errand.run("W12")
    path = errand.folder / "W12-52A-22-01.0a_GML.zip"
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert statuses(errand.run("W12")) == [("14", "kept"), ("22", "fetched")]
    assert path.read_bytes() == content
    path.unlink()
    assert statuses(errand.run("W12")) == [("14", "kept"), ("22", "fetched")]
    assert len(errand.server.asked) == 4


def test_a_file_put_there_by_hand_is_kept_and_not_recorded(errand: Errand) -> None:
    errand.serve(BY_KEY["W12"])
    errand.folder.mkdir()
    (errand.folder / "W12-52A-14-01.0a_GML.zip").write_bytes(packed(b"by hand"))
    assert statuses(errand.run("W12")) == [("14", "kept"), ("22", "fetched")]
    assert (errand.folder / "W12-52A-14-01.0a_GML.zip").read_bytes() == packed(b"by hand")
    assert [row["name"] for row in errand.record()] == ["W12-52A-22-01.0a_GML.zip"]


def test_a_damaged_file_put_there_by_hand_is_told_and_left(errand: Errand) -> None:
    errand.serve(BY_KEY["W12"])
    errand.folder.mkdir()
    (errand.folder / "W12-52A-14-01.0a_GML.zip").write_bytes(packed(b"by hand")[:40])
    outcome = errand.run("W12")
    assert statuses(outcome) == [("14", "failed"), ("22", "fetched")]
    assert "remove it" in outcome.lines[0]
    assert len((errand.folder / "W12-52A-14-01.0a_GML.zip").read_bytes()) == 40


def test_an_older_edition_where_the_newest_is_not_there(errand: Errand) -> None:
    """A13 differs by prefecture; what is had of it is kept the next time."""
    errand.serve(BY_KEY["A13"], area=Area(("14",), ()))
    errand.serve(BY_KEY["A13"], area=Area(("22",), ()), edition=1)
    outcome = errand.run("A13")
    assert [result.name for result in outcome.results] == ["A13-15_14_GML.zip", "A13-11_22_GML.zip"]
    assert [row["edition"] for row in errand.record()] == ["11", "15"]
    assert len(errand.server.asked) == 3
    errand.run("A13")
    assert len(errand.server.asked) == 3


def test_a_missing_prefecture_is_told_with_the_page_and_the_others_come(errand: Errand) -> None:
    errand.serve(BY_KEY["A45"], area=Area(("22",), ()))
    outcome = errand.run("A45")
    assert statuses(outcome) == [("14", "absent"), ("22", "fetched")]
    assert [result.name for result in outcome.missing] == ["A45-19_14_GML.zip"]
    assert outcome.lines == (
        "A45: A45-19_14_GML.zip: 404. By hand from https://nlftp.mlit.go.jp/ksj/gml/datalist/KsjTmplt-A45.html",
    )
    assert "[1/2] A45-19_14_GML.zip  absent: 404\n" in errand.said


def test_a_sheet_of_sea_is_no_missing_file(errand: Errand) -> None:
    errand.serve(BY_KEY["L03-b"], area=Area((), ("5239",)))
    outcome = errand.run("L03-b")
    assert statuses(outcome) == [("5238", "absent"), ("5239", "fetched")]
    assert outcome.missing == ()
    assert outcome.lines == ("L03-b: note: no file for sheet 5238 (sea, or nobody there; ask again to be sure)",)


def test_no_sheet_at_all_means_that_the_address_changed(errand: Errand) -> None:
    outcome = errand.run("L03-b")
    assert [result.code for result in outcome.missing] == ["5238", "5239"]
    assert all("KsjTmplt-L03-b-2021.html" in line for line in outcome.lines)
    assert errand.files() == [".fetching"]


def test_a_sheet_with_nobody_is_a_page_at_e_stat(errand: Errand) -> None:
    product = BY_KEY["census-2020"]
    errand.serve(product)
    path = "/" + product.ways[0].addresses[0].of("5238").url.removeprefix("https://")
    errand.server.bad[path] = [PAGE]
    outcome = errand.run("census-2020")
    assert statuses(outcome) == [("5238", "absent"), ("5239", "fetched")]
    assert outcome.missing == ()
    assert errand.files() == [".fetching", "LICENCE-census-2020.txt", "fetched.toml", "tblT001140S5239.zip"]


def test_prefecture_files_where_there_are_no_sheets_any_more(errand: Errand) -> None:
    product = BY_KEY["census-2020"]
    for code in AREA.prefectures:
        address = product.ways[1].addresses[0].of(code)
        errand.server.put(address.url, packed(address.name.encode()))
    outcome = errand.run("census-2020")
    assert statuses(outcome) == [("14", "fetched"), ("22", "fetched")]
    assert outcome.missing == ()
    assert [row["name"] for row in errand.record()] == ["tblT001140S14.zip", "tblT001140S22.zip"]
    assert len(errand.server.asked) == 4


def test_a_page_from_a_publisher_that_has_the_file_is_a_failure(errand: Errand) -> None:
    errand.serve(BY_KEY["W12"])
    for path in list(errand.server.files):
        errand.server.bad[path] = [PAGE]
    outcome = errand.run("W12")
    assert {result.status for result in outcome.results} == {"failed"}
    assert len(outcome.missing) == 2
    assert "maintenance" in outcome.lines[0]
    # The next day it is there.
    assert {result.status for result in errand.run("W12").results} == {"fetched"}


def test_one_bad_file_does_not_stop_the_others(errand: Errand) -> None:
    errand.serve(BY_KEY["W12"], BY_KEY["A13"])
    first = "/nlftp.mlit.go.jp/ksj/gmlold/data/W12/W12-52A/W12-52A-14-01.0a_GML.zip"
    errand.server.bad[first] = [answer(500)] * 4
    outcome = errand.run("W12", "A13")
    assert [result.status for result in outcome.results] == ["failed", "fetched", "fetched", "fetched"]
    assert [result.name for result in outcome.missing] == ["W12-52A-14-01.0a_GML.zip"]


def test_a_host_that_does_not_answer_is_not_asked_for_every_file(errand: Errand) -> None:
    errand.serve(BY_KEY["W12"], BY_KEY["A13"], BY_KEY["small-areas"])
    for path in list(errand.server.files):
        if "nlftp" in path:
            errand.server.bad[path] = [drop_at_once] * 4
    outcome = errand.run("W12", "A13", "small-areas")
    assert [result.status for result in outcome.results] == ["failed"] * 4 + ["fetched"] * 2
    # Four tries of the first file, then one each of e-Stat's two.
    assert len(errand.server.asked) == 6
    assert "nlftp.mlit.go.jp does not answer" in outcome.lines[1]


def test_the_nation_s_outlines_in_one_file_else_by_prefecture(errand: Errand) -> None:
    product = BY_KEY["N03"]
    nation = Area(("14", "22"), (), nation=True)
    address = product.ways[0].addresses[1]
    errand.server.put(address.url, packed(b"nation"))
    assert [result.name for result in errand.run("N03", area=nation).results] == ["N03-20250101_GML.zip"]
    (errand.folder / "N03-20250101_GML.zip").unlink()
    errand.server.files.clear()
    errand.serve(product, area=nation)
    names = [result.name for result in errand.run("N03", area=nation).results]
    assert names == ["N03-20260101_14_GML.zip", "N03-20260101_22_GML.zip"]


def test_the_terms_of_the_school_districts_come_with_them(errand: Errand) -> None:
    errand.serve(BY_KEY["A27"])
    errand.run("A27")
    assert "R5_Terms_of_use_municipality_data.xlsx" in errand.files()
    errand.server.files.clear()
    (errand.folder / "R5_Terms_of_use_municipality_data.xlsx").unlink()
    outcome = errand.run("A27")
    assert [result.name for result in outcome.missing] == ["R5_Terms_of_use_municipality_data.xlsx"]


def test_retries_are_said(errand: Errand) -> None:
    errand.serve(BY_KEY["W12"])
    path = next(iter(errand.server.files))
    errand.server.bad[path] = [drop_after(60)]
    errand.run("W12")
    assert "the connection broke (ProtocolError); trying again in 2 s from byte 60\n" in errand.said


def test_a_full_disk_stops_everything(errand: Errand, monkeypatch: pytest.MonkeyPatch) -> None:
    errand.serve(BY_KEY["W12"])
    monkeypatch.setattr("geo.fetch.download.shutil.disk_usage", lambda _: type("Usage", (), {"free": 0})())
    with pytest.raises(FetchError) as caught:
        errand.run("W12")
    assert caught.value.key == "fetch_disk"
    assert len(errand.server.asked) == 1


def test_a_record_that_cannot_be_read_stops_before_any_request(errand: Errand) -> None:
    errand.folder.mkdir()
    for text in ("file = [", "file = [1]", '[[file]]\nname = "a"', "file = 3"):
        (errand.folder / "fetched.toml").write_text(text, encoding="utf-8")
        with pytest.raises(FetchError, match="Move it away") as caught:
            errand.run("W12")
        assert caught.value.key == "fetch_record"
        assert (errand.folder / "fetched.toml").read_text(encoding="utf-8") == text
    assert errand.server.asked == []


def test_two_fetches_into_one_folder(errand: Errand) -> None:
    with only_one(errand.folder), pytest.raises(FetchError, match="another fetch") as caught:
        errand.run("W12")
    assert caught.value.key == "fetch_busy"
    assert errand.server.asked == []


def test_a_folder_that_cannot_be_made(errand: Errand) -> None:
    errand.folder.write_text("a file stands there", encoding="utf-8")
    with pytest.raises(FetchError) as caught:
        errand.run("W12")
    assert caught.value.key == "fetch_disk"
