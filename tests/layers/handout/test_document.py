"""The hand-out read back from the PDF: pages, words, fonts, that it is drawn in vectors and opens nothing."""

import datetime
import io
import re

import pypdf
import pytest

from geo.dataset import open_whole
from geo.errors import InputError
from geo.resources import load_catalogue
from layers.handout import document, page
from layers.handout.document import handout
from tests.layers.handout.handout_world import AREA, every_kind, item, key, meeting_of, note

POINTS = {"A4": (595.3, 841.9), "A3": (1190.6, 841.9)}
LINK = "https://meguri.example.jp/town/meeting?area=kanagawa&meeting=abcdefghijkl"


@pytest.fixture(scope="module")
def dataset():
    return open_whole(AREA)


def made(meeting, dataset, *, lang="ja", paper="A4", link=LINK):
    return handout(
        meeting,
        dataset,
        load_catalogue(),
        lang=lang,
        paper=paper,
        made_on=datetime.date(2026, 11, 24),
        link=link,
    )


def read(pdf):
    return pypdf.PdfReader(io.BytesIO(pdf))


def words_of(*pages):
    # Without spaces and the places where long words may break.
    return re.sub(r"[\s\u200b]+", "", "".join(each.extract_text() for each in pages))


def runs_of(page):
    found = []
    page.extract_text(visitor_text=lambda text, matrix, at, *_: found.append((at, matrix)) if text.strip() else None)
    return found


@pytest.fixture(scope="module", params=[("ja", "A4"), ("en", "A3")])
def printed(request, dataset, tmp_path_factory):
    lang, paper = request.param
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MEGURI_LOCAL_DIR", str(tmp_path_factory.mktemp("local")))
        pdf = made(every_kind(), dataset, lang=lang, paper=paper)
    return lang, paper, pdf, [words_of(each) for each in read(pdf).pages]


def test_every_item_has_a_page_of_the_paper_asked_for(printed):
    _, paper, pdf, pages = printed
    assert [float(edge) for edge in read(pdf).pages[0].mediabox[2:]] == pytest.approx(POINTS[paper], abs=0.2)
    titles = ["流域の会議", "森はどこにあるか", "水はどこで足りるか", "屋根を倍にしたら", "消えたもの"]
    assert [title in words for title, words in zip(titles, pages, strict=True)] == [True] * 5
    assert len(pdf) < 1_500_000


def missing(words, expected):
    return [part for part in "".join(expected.split()).split("|") if part not in words]


def test_the_first_page_has_what_was_agreed_and_how_hands_were_raised(printed):
    lang, _, _, pages = printed
    said = "年に500tを試す。|渇水のときはどうか。|次は来月。|小田原から|屋根を倍に|どの谷から出しますか。"
    told = {
        "ja": """神奈川県|2026年11月23日（時刻はすべて日本時間）|佐藤、山田、高橋|12人|合計17人|合計18人|
            そのあと、このシナリオは変わっています""",
        "en": """Kanagawa|2026-11-23(alltimesareJapanStandardTime)|佐藤,山田,高橋|17handsinall|18handsinall|
            Ithasbeenchangedsince""",
    }
    assert missing(pages[0], f"{said}|{told[lang]}") == []
    # The last count of an item is the one that holds.
    assert "合計3人" not in pages[0]
    assert "3handsinall." not in pages[0].replace("18handsinall.", "")
    # Under the code that opens the meeting on a phone.
    assert {"ja": "会議を開く", "en": "Openthemeeting"}[lang] in pages[0]


def test_a_page_has_all_that_its_figures_stand_on(printed):
    lang, _, _, pages = printed
    every = {
        "ja": "推計|みなす割合：80%|資料|国勢調査|識別子|2026年11月24日作成|km|足りるとみなす割合|別の版",
        "en": "estimate|usable:80%|Data|Census|fingerprint|madeon2026-11-24|km|anotherversionofthedata",
    }[lang]
    assert [missing(words, every) for words in pages[1:4]] == [[], [], []]
    own = {
        "ja": (
            """森林の割合[%]|濃さ70%|データで切れた流域|林道がある。|地図の線|番号7は地図の外|12人|この場所|
            コードを読みとってください""",
            """1世帯の人数|2.2|→2.5|「水」が足りる規模|市町村で足りる|残った課題|データの年（水）|
            コードを読みとってください""",
            """A今の前提|B屋根を倍に|シナリオ：B屋根を倍に|45から60%|45から80%|データの年（すべての電気）|変わらない|
            コードを読みとってください""",
            """シナリオは、いまはありません|見ていた場所は、いまのデータにありません。神奈川県|比べるシナリオがない|
            みなす割合：70%""",
        ),
        "en": (
            "Forestshare[%]|opacity70%|basincutbythedata|Number7liesbeyond|thisplace",
            "Personsperhousehold|→2.5|Wherewatercloses|Yearsofthedata(Water)",
            "A:Today|B:屋根を倍に|from45to60%|from45to80%|nochange",
            "nolongerthere|KanagawaPrefectureisshown|noscenariotocompare",
        ),
    }[lang]
    assert [missing(words, expected) for words, expected in zip(pages[1:], own, strict=True)] == [[], [], [], []]


def test_letters_are_embedded_and_pictures_are_vectors(printed):
    reader = read(printed[2])
    names = set()
    for each in reader.pages:
        for font in each["/Resources"]["/Font"].values():
            descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor)
            names.add(str(font.get_object()["/BaseFont"]))
    assert any("CJK" in name for name in names)
    assert b"/Subtype /Image" not in printed[2]
    assert sum(len(each.images) for each in reader.pages) == 0


def test_what_people_typed_is_shown_and_never_read_as_markup(dataset, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET", encoding="utf-8")
    asking = f'</style><img src="file://{secret}"><script>x</script>'
    styling = "x} body{display:none} </p><style>*{display:none}</style>"
    long = "長" * 100
    meeting = meeting_of(
        item(1, asking[:100], question=styling, options=("<b>a</b>",)),
        item(2, long, question="W" * 300),
        notes=[
            note(1, key(1), "agreed", f"{asking}\n2 行目 & 終わり", author="<i>名</i>"),
            note(2, key(2), "comment", "W" * 1000, author="M" * 40),
            note(3, key(2), "pin", "ピン\"'><svg onload=x>", [(139.3, 35.4)]),
        ],
        title="<u>会議</u>",
    )
    reader = read(made(meeting, dataset, link="javascript:alert(1)"))
    words = words_of(*reader.pages)
    ends = [(*position[4:5], *matrix[4:5]) for position, matrix in runs_of(reader.pages[2])]
    # Where each run of letters begins, in points from the left edge.
    assert ends
    assert max(position * 0.75 if matrix == 0 else matrix for position, matrix in ends) < POINTS["A4"][0]
    shown = ["<u>会議</u>", "<script>x</script>", "2行目&終わり", "<i>名</i>", "body{display:none}", "<svgonload=x>"]
    assert [part for part in (*shown, long, "W" * 300, "W" * 1000) if part not in words] == []
    assert "SECRET" not in words
    assert "javascript" not in words
    links = [a.get_object() for each in reader.pages for a in each.get("/Annots", [])]
    assert all("/URI" not in link.get("/A", {}) for link in links)


def test_maps_that_would_make_the_file_too_large_are_left_out_and_that_is_said(dataset, monkeypatch):
    meeting = meeting_of(item(1, "一"), item(2, "二"))
    simple = []
    drawn = page.map_svg
    monkeypatch.setattr(
        page, "map_svg", lambda *args, **more: simple.append(more["simplify_px"]) or drawn(*args, **more)
    )
    # One page is some 20 kB when it is packed, also with the coarser map.
    monkeypatch.setattr(document, "_MAP_BYTES", 30_000)
    first, second = (words_of(each) for each in read(made(meeting, dataset)).pages[1:])
    assert document.COARSE_PX in simple
    assert "地図は省きました" not in first
    assert "地図は省きました" in second


def test_more_notes_than_fit_go_overleaf_and_more_than_are_printed_are_counted(dataset, monkeypatch):
    monkeypatch.setattr(document, "_MOST_LETTERS", 1_200)
    said = [note(n, key(1), "comment", f"意見{n:03d}。" + "あ" * 33) for n in range(1, 41)]
    pages = [words_of(each) for each in read(made(meeting_of(item(1, "一"), notes=said), dataset)).pages]
    # A note of 40 letters counts 60: twenty are printed.
    found = [n for n in range(1, 41) if any(f"意見{n:03d}。" in words for words in pages[1:])]
    assert found == list(range(1, 21))
    assert "つづきは次のページ" in pages[1]
    assert "ほかに20件あります" in pages[2]


def test_letters_that_no_font_has_are_set_as_printers_do(dataset, monkeypatch):
    monkeypatch.setattr(document, "missing_letters", lambda fonts: "犬")
    words = words_of(*read(made(meeting_of(item(1, "山の犬")), dataset)).pages)
    assert "山の〓" in words
    assert "犬" not in words


def test_without_japanese_letters_it_says_what_to_install(dataset, monkeypatch):
    def refused(fonts):
        raise InputError("no font", key="sheet_font", sample="会")

    monkeypatch.setattr(document, "missing_letters", lambda fonts: "会議")
    monkeypatch.setattr(document, "check_letters", refused)
    with pytest.raises(InputError, match="no font"):
        made(meeting_of(), dataset)


def test_an_agenda_without_items_is_one_page_that_says_so(dataset):
    pages = read(made(meeting_of(), dataset, link="")).pages
    assert len(pages) == 1
    assert "議題はまだありません" in words_of(*pages)
    assert "会議を開く" not in words_of(*pages)


def test_another_paper_is_refused(dataset):
    with pytest.raises(ValueError, match="A4 or A3; found 'B5'"):
        made(meeting_of(), dataset, paper="B5")
