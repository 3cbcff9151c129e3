"""The A4 sheet, read back from the PDF: words, pages, fonts, and that it opens nothing."""

import builtins
import datetime
import io
import math
import re
from contextlib import nullcontext
from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pypdf
import pytest

from geo.dataset import open_whole
from geo.errors import InputError
from geo.resources import load_catalogue
from layers import scale_page
from layers.assessed import tables_of
from layers.assumptions import Assumed
from layers.exports import source_lines
from layers.ladder_rows import LadderRow
from layers.messages import error_text
from layers.place_picker import all_places
from layers.sheet import ChangedAssumption, Sheet, changed_assumptions, scale_sheet_pdf, sheet_html
from layers.sheet_map import closing_map_svg
from layers.sheet_pdf import check_letters, laid_out
from layers.state import ViewState
from tests.layers.small_area import small_area

A4_POINTS = (595.3, 841.9)
SCALES = ("community", "municipality", "basin", "prefecture")


def row(key, name_ja, name_en, closing, *shares, time_mismatch=0.0):
    return LadderRow(
        resource=key,
        name_ja=name_ja,
        name_en=name_en,
        unit="t",
        perspective="demand",
        supply=1.0,
        demand=1.0,
        shares=tuple(zip(SCALES, shares, strict=True)),
        time_mismatch=time_mismatch,
        outside=1 - math.fsum(shares) - time_mismatch,
        closing=closing,
        closing_low="outside",
        closing_high=closing,
        threshold=0.8,
    )


ROWS = [
    row("water", "水", "Water", "municipality", 0.5, 0.4, 0.0, 0.0),
    row("electricity", "家庭の電気", "Household electricity", "outside", 0.2, 0.1, 0.0, 0.0, time_mismatch=0.3),
    row("rice", "米", "Rice", "no_data", 0.0, 0.0, 0.0, 0.0),
]


def sheet(lang="ja", **changes):
    dataset = small_area()
    closing = pd.Series({"14206": "municipality", "14999": "no_data"})
    is_ja = lang == "ja"
    fields = {
        "place": "小田原市" if is_ja else "Odawara",
        "sentence": "計算上、水は市の中の量で足ります。" if is_ja else "Water could close within the city.",
        "rows": ROWS,
        "map_title": "水の地図" if is_ja else "Map of water",
        "map_svg": closing_map_svg(
            dataset, closing, by="municipality", lang=lang, title="map", place="municipality:14206"
        ),
        "changed": [ChangedAssumption("頼れる水の割合" if is_ja else "Dependable share", 0.29, 0.4, "")],
        "threshold": 0.8,
        "made_on": datetime.date(2024, 11, 5),
        "sources": source_lines(dataset, ["census", "basins"], lang),
        "dataset": "小さな県" if is_ja else "Small prefecture",
        "digest": "0123456789abcdef" * 4,
    }
    return Sheet(**{**fields, **changes})


def read(pdf):
    return pypdf.PdfReader(io.BytesIO(pdf))


def words_of(reader):
    return re.sub(r"\s+", "", "".join(page.extract_text() for page in reader.pages))


@pytest.fixture(scope="module", params=["ja", "en"])
def printed(request):
    return request.param, scale_sheet_pdf(sheet(request.param), lang=request.param)


def test_it_is_one_a4_page(printed):
    reader = read(printed[1])
    assert len(reader.pages) == 1
    box = reader.pages[0].mediabox
    assert (float(box.width), float(box.height)) == pytest.approx(A4_POINTS, abs=0.2)


def test_it_says_all_that_a_reader_needs(printed):
    lang, pdf = printed
    expected = {
        "ja": [
            "小田原市", "計算上、水は市の中の量で足ります。", "家庭の電気", "米", "データ未整備",
            "時間が合わない分", "水の地図", "頼れる水の割合", "29%", "→40%", "80%",
            "2024年11月5日", "censusの資料2020", "「census」を加工して作成",
            "0123456789ab", "実際にどこから来ているか", "この場所", "km",
        ],
        "en": [
            "Odawara", "Watercouldclosewithinthecity.", "Householdelectricity", "Rice", "nodata", "Notattherighttime",
            "Mapofwater", "Dependableshare", "29%", "→40%", "80%", "2024-11-05", "censusdata,2020",
            "「census」を加工して作成", "0123456789ab", "Theydonotsay", "thisplace", "km",
        ],
    }  # fmt: skip
    words = words_of(read(pdf))
    assert [part for part in expected[lang] if part not in words] == []


def test_every_font_is_embedded_and_can_write_japanese(printed):
    fonts = [font.get_object() for font in read(printed[1]).pages[0]["/Resources"]["/Font"].values()]
    assert fonts
    names = []
    for font in fonts:
        descendant = font["/DescendantFonts"][0].get_object()
        descriptor = descendant["/FontDescriptor"].get_object()
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor), font["/BaseFont"]
        names.append(str(font["/BaseFont"]))
    assert any("CJK" in name for name in names)


def test_the_same_sheet_gives_the_same_bytes():
    assert scale_sheet_pdf(sheet(), lang="ja") == scale_sheet_pdf(sheet(), lang="ja")


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_long_list_of_changed_assumptions_takes_a_second_page_and_is_complete(lang):
    changed = [ChangedAssumption(f"factor{n:02d}", 2.0, 2.5, "kW/m²") for n in range(40)]
    reader = read(scale_sheet_pdf(sheet(lang, changed=changed), lang=lang))
    assert len(reader.pages) == 2
    first, second = (page.extract_text() for page in reader.pages)
    assert "factor00" not in first
    assert re.findall(r"factor\d\d", second) == [f"factor{n:02d}" for n in range(40)]


def test_without_changes_and_without_a_map_it_says_so():
    words = words_of(read(scale_sheet_pdf(sheet(changed=[], map_svg=""), lang="ja")))
    assert "前提はすべて標準の値です。" in words
    assert "水の地図" not in words


def test_words_from_outside_are_escaped():
    page = sheet_html(sheet(place="<script>x</script>", sentence="a<b", link="http://a/?x=<i>"), lang="ja")
    assert "<script>" not in page
    assert "a&lt;b" in page
    assert "x=&lt;i&gt;" in page


def test_nothing_is_opened_even_where_the_sheet_asks_for_it(monkeypatch, tmp_path):
    secret = tmp_path / "secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text>SECRET</text></svg>', encoding="utf-8")
    opened = []
    really_open = builtins.open
    monkeypatch.setattr(
        builtins, "open", lambda file, *args, **kwargs: opened.append(str(file)) or really_open(file, *args, **kwargs)
    )
    asking = (
        f'<svg><image href="file://{secret}"/></svg><img src="file://{secret}"><img src="http://127.0.0.1:9/x.png">'
    )
    words = words_of(read(scale_sheet_pdf(sheet(map_svg=asking), lang="ja")))
    assert "SECRET" not in words
    assert str(secret) not in opened


def test_letters_without_a_font_are_an_error_that_says_what_to_install():
    fonts = {"a": SimpleNamespace(missing={ord("循"): 1, ord(" "): 2})}
    with pytest.raises(InputError, match="fonts-noto-cjk") as caught:
        check_letters(fonts)
    assert "循" in error_text(caught.value, "ja")
    check_letters({"a": SimpleNamespace(missing={})})


def test_missing_libraries_are_an_error_that_says_what_to_install(monkeypatch):
    really_import = builtins.__import__

    def without_pango(name, *args, **kwargs):
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return really_import(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without_pango)
    with pytest.raises(InputError, match="libpango") as caught:
        scale_sheet_pdf(sheet(), lang="ja")
    assert "apt install" in error_text(caught.value, "ja")


def test_only_what_differs_from_the_catalogue_counts_as_changed():
    catalogue = load_catalogue()
    factor = catalogue.factors["shared.persons_per_household"]
    share = next(item for item in catalogue.factors.values() if item.is_share)
    settings = ((factor.key, 2.5), (share.key, share.central), ("no.such", 1.0))
    assert changed_assumptions(catalogue, settings, "en") == (
        ChangedAssumption(factor.name_en, factor.central, 2.5, factor.unit),
    )
    assert changed_assumptions(catalogue, ((share.key, 0.123),), "ja")[0].unit == ""


def test_the_map_shows_the_place_and_leaves_out_what_is_not_there():
    dataset = small_area()
    closing = pd.Series({"14206": "basin", "elsewhere": "outside"})
    svg = closing_map_svg(dataset, closing, by="municipality", lang="ja", title="t", place="municipality:14206")
    assert "この場所" in svg
    assert "必要なし" not in svg
    assert closing_map_svg(dataset, closing.drop("14206"), by="municipality", lang="ja", title="t") == ""
    unknown = closing_map_svg(dataset, closing, by="municipality", lang="ja", title="t", place="municipality:999")
    assert "この場所" not in unknown


def test_the_map_names_the_place_and_the_others_as_far_as_there_is_room():
    dataset = small_area()
    dataset.municipalities["name_en"] = ["Odawara City", "Very " * 30 + "Long Town"]
    svg = closing_map_svg(
        dataset, pd.Series({"14206": "basin", "14999": "basin"}), by="municipality", lang="en", title="t"
    )
    # Once as the pale edge, once as letters; a name that would reach out of the map is left out.
    assert svg.count(">Odawara</text>") == 2
    assert "Long" not in svg


def test_the_annual_amounts_stand_on_the_sheet_with_units_and_none_without_data():
    page = sheet_html(
        replace(sheet(), rows=[replace(ROWS[0], supply=46_381_654.0, demand=22_816_638.0), ROWS[2]]), lang="ja"
    )
    assert "<td>水</td><td>4,640万 t</td><td>2,280万 t</td>" in page
    assert "<td>米</td><td>データ未整備</td><td>データ未整備</td>" in page


def test_a_basin_that_the_data_cuts_is_dashed_and_the_legend_says_so():
    dataset = small_area()
    drawn = {
        by: closing_map_svg(dataset, pd.Series(closing), by=by, lang="ja", title="t")
        for by, closing in (
            ("basin", {"83268": "basin", "lowland": "outside"}),
            ("municipality", {"14206": "basin"}),
        )
    }
    # Once on the map, once in the legend.
    assert drawn["basin"].count('stroke-dasharray="5 3.5"') == 2
    assert "データで切れた流域" in drawn["basin"]
    assert "stroke-dasharray" not in drawn["municipality"]
    assert "データで切れた流域" not in drawn["municipality"]


def test_the_place_of_a_cut_basin_keeps_its_mark():
    assert "データのある部分" in sheet_html(
        replace(sheet(), place="酒匂川流域（データのある部分）", is_cut=True), lang="ja"
    )


def test_the_legend_has_only_the_rungs_of_the_resource():
    dataset = small_area()
    closing = pd.Series({"14206": "municipality"})
    labels = {"municipality": "市町村で足りる", "outside": "県の中だけでは足りない"}
    svg = closing_map_svg(dataset, closing, by="municipality", lang="ja", title="t", labels=labels)
    assert "市町村で足りる" in svg
    assert "コミュニティで足りる" not in svg


@pytest.mark.parametrize(("lang", "words"), [("ja", "まだ決められない"), ("en", "still open")])
def test_the_map_marks_the_units_whose_answer_is_open_over_their_colours(lang, words):
    dataset = small_area()
    closing = pd.Series({"14206": "municipality", "14999": "basin"})

    def drawn(sure):
        return closing_map_svg(dataset, closing, by="municipality", lang=lang, title="t", certainty=sure)

    def areas(svg, fill):
        return re.findall(rf'<path d="([^"]+)" fill="{re.escape(fill)}"', svg)

    marked = drawn(pd.Series({"14999": "open", "14206": "likely"}))
    # The town keeps the colour of its closing scale, and the mark has its shape.
    assert areas(marked, "url(#undecided)") == areas(marked, "#3a7aac") != []
    assert marked.count("url(#undecided)") == 2
    assert f">{words}</text>" in marked
    for sure in (None, pd.Series({"14206": "sure", "14999": "likely"}), pd.Series("", index=closing.index)):
        assert "url(#undecided)" not in drawn(sure)
        assert words not in drawn(sure)


def test_the_sheet_of_the_page_marks_what_the_page_s_map_marks(monkeypatch):
    dataset, catalogue = open_whole("kanagawa"), load_catalogue()
    buttons = {}
    monkeypatch.setattr(scale_page, "scale_sheet_pdf", lambda sheet, lang: sheet.map_svg)
    monkeypatch.setattr(scale_page.st, "download_button", lambda _, make, key, **options: buttons.update({key: make}))
    monkeypatch.setattr(scale_page.session, "link", lambda: "")

    def printed(**view):
        state = ViewState(place="municipality:14206", resource="water", **view)
        monkeypatch.setattr(scale_page.session, "current", lambda: state)
        place = all_places(dataset, "municipality")["14206"]
        of_units = tables_of(dataset, catalogue, Assumed(threshold=state.threshold), by=state.by)
        scale_page.fill_downloads(nullcontext(), dataset, catalogue, ROWS, place, of_units)
        return buttons["scale_print"]()

    # Water is open in some municipalities of Kanagawa; of cells nothing is judged.
    assert printed(by="municipality").count("url(#undecided)") == 2
    assert "url(#undecided)" not in printed(by="cells")


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_last_lines_that_would_stand_alone_on_a_second_page_are_drawn_onto_the_first(lang):
    # As many words and rows as a real sheet has: eight resources, a long sentence, four changed assumptions.
    rows = [row(f"r{i}", "すべての電気", "All electricity", "outside", 0.2, 0.1, 0.1, 0.1) for i in range(8)]
    changed = [ChangedAssumption(f"頼れる水の割合 {i}", 0.29, 0.4, "m³/人・年") for i in range(4)]
    long = sheet(
        lang, rows=rows, changed=changed, sentence="計算上、水は市の中の量で足ります。" * 24, notes=["推定です。" * 12]
    )
    assert len(read(scale_sheet_pdf(long, lang=lang)).pages) == 1


@pytest.mark.parametrize("width_px", range(40, 120, 5))
def test_no_line_begins_with_a_percent_sign(width_px):
    style = f"<style>@page {{ size: {width_px}px 400px; margin: 0 }} p {{ font-size: 10px }}</style>"
    pdf = pypdf.PdfReader(io.BytesIO(laid_out(f"{style}<p>必要な量の95 %以上</p>").write_pdf()))
    lines = [line.strip() for each in pdf.pages for line in each.extract_text().splitlines()]
    assert "95" in "".join(lines)
    assert not [line for line in lines if line.startswith("%")]
