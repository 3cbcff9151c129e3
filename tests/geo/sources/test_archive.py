"""Archives are opened without trusting a name or a size in them."""

import io
import stat
import struct
import zipfile

import pytest

from geo.sources.archive import UPLOAD, Limits, open_source


def zipped(members, *, compression=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.fixture
def saved(tmp_path):
    def save(content, name="download.zip"):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return save


def opened(path, **options):
    with open_source(path, **options) as source:
        return source.names()


def in_cp437(content, name):
    """Write the name's CP932 bytes into both headers, without the flag for UTF-8, as Japanese Windows does."""
    stand_in = b"x" * len(name.encode("cp932"))
    assert content.count(stand_in) == 2
    return content.replace(stand_in, name.encode("cp932"))


def test_a_zip_and_one_inside_it_are_read(saved):
    inner = zipped([("deep/b.txt", b"inner")])
    path = saved(zipped([("a.txt", b"outer"), ("inner.zip", inner), ("empty/", b"")]))
    with open_source(path) as source:
        assert source.label == "download.zip"
        assert source.names() == ["a.txt", "inner.zip/deep/b.txt"]
        assert source.read("a.txt") == b"outer"
        assert source.read("inner.zip/deep/b.txt") == b"inner"
        assert source.find("B.*") == ["inner.zip/deep/b.txt"]


def test_a_zip_two_levels_down_stays_closed(saved):
    third = zipped([("c.txt", b"c")])
    path = saved(zipped([("1.zip", zipped([("2.zip", third)]))]))
    with open_source(path) as source:
        assert source.names() == ["1.zip/2.zip"]
        assert source.read("1.zip/2.zip") == third


@pytest.mark.parametrize("name", ["行政区域.txt", "土地利用表.txt", "ソ/構能.txt"])
def test_a_name_from_japanese_windows_is_put_right(saved, name):
    content = zipped([("x" * len(name.encode("cp932")), b"text")])
    assert opened(saved(in_cp437(content, name))) == [name]


def test_a_name_in_utf_8_stays(saved):
    assert opened(saved(zipped([("流域界.shp", b"")]))) == ["流域界.shp"]


def test_a_windows_path_is_taken_apart(saved):
    content = zipped([("folder/a.txt", b"x")]).replace(b"folder/a.txt", b"folder\\a.txt")
    assert opened(saved(content)) == ["folder/a.txt"]


@pytest.mark.parametrize(
    "name", ["../up.txt", "a/../../up.txt", "/etc/passwd", "..\\up.txt", "C:\\up.txt", "\\\\host\\x"]
)
def test_a_path_that_leads_out_is_refused(saved, refused, name):
    stand_in = "y" * len(name)
    content = zipped([(stand_in, b"x")]).replace(stand_in.encode(), name.encode())
    refused(opened, saved(content), match="leads out of the archive")


def test_a_path_that_leads_out_of_the_inner_archive_is_refused(saved, refused):
    inner = zipped([("yyyyyyyyy", b"x")]).replace(b"yyyyyyyyy", b"../up.txt")
    refused(opened, saved(zipped([("inner.zip", inner)])), match=r"download\.zip/inner\.zip.*leads out")


def test_an_encrypted_member_is_refused(saved, refused):
    content = bytearray(zipped([("a.txt", b"secret")]))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.index(signature) + offset
        content[at : at + 2] = struct.pack("<H", 1)
    refused(opened, saved(bytes(content)), match="encrypted")


def test_a_bomb_is_refused_by_its_ratio_before_it_is_unpacked(saved, refused):
    path = saved(zipped([("zeros.csv", bytes(20_000_000))]))
    refused(opened, path, match="unpacks to 9.. times its size|unpacks to 10.. times", limits=UPLOAD)
    # An elevation tile that is all sea is as repetitive: official downloads are held by the bytes in all.
    assert opened(path) == ["zeros.csv"]


@pytest.mark.parametrize(
    ("limits", "match"),
    [
        (Limits(members=2), "3 members, more than 2"),
        (Limits(total_bytes=2_000_000), "more than 2 MB unpacked"),
    ],
)
def test_more_than_the_limits_is_refused(saved, refused, limits, match):
    path = saved(zipped([(f"{number}.txt", bytes(900_000)) for number in range(3)]))
    refused(opened, path, match=match, limits=limits)


def test_the_limits_count_what_lies_in_inner_archives_too(saved, refused):
    inner = zipped([(f"{number}.txt", b"x") for number in range(3)])
    path = saved(zipped([("1.zip", inner), ("2.zip", inner.replace(b"0.txt", b"9.txt"))]))
    refused(opened, path, match="6 members, more than 5", limits=Limits(members=5))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_refused(saved, refused):
    refused(opened, saved(zipped([("a.txt", b"1"), ("a.txt", b"2")])), match=r"'a\.txt' twice")


def test_a_member_that_holds_more_than_it_says_is_refused(saved, refused):
    content = bytearray(zipped([("a.txt", bytes(5_000))], compression=zipfile.ZIP_STORED))
    at = content.index(b"PK\x01\x02") + 24
    content[at : at + 4] = struct.pack("<I", 10)
    with open_source(saved(bytes(content))) as source:
        refused(source.read, "a.txt", match="a whole file")


@pytest.mark.parametrize("cut", [0.3, 0.9])
def test_a_truncated_archive_is_refused(saved, refused, cut):
    content = zipped([("a.txt", bytes(range(256)) * 40)])
    refused(opened, saved(content[: int(len(content) * cut)]), match="a zip archive")


def test_a_damaged_member_is_refused_when_it_is_read(saved, refused):
    content = bytearray(zipped([("a.txt", b"text" * 100)], compression=zipfile.ZIP_STORED))
    content[60] ^= 0xFF
    with open_source(saved(bytes(content))) as source:
        refused(source.read, "a.txt", match=r"download\.zip, layer a\.txt.*a whole file.*CRC")


def test_a_damaged_inner_archive_is_refused(saved, refused):
    inner = zipped([("a.txt", b"text")])
    content = bytearray(zipped([("inner.zip", inner)], compression=zipfile.ZIP_STORED))
    content[content.index(b"PK\x03\x04", 4) + 2] ^= 0xFF
    refused(opened, saved(bytes(content)), match="inner")


def test_what_is_no_archive_or_not_there_is_refused(saved, tmp_path, refused):
    refused(opened, saved(b"<html>not found</html>"), match="a zip archive")
    refused(opened, tmp_path / "absent.zip", match="expected a file; found none")


def test_a_folder_and_a_bare_file_are_sources_too(tmp_path):
    (tmp_path / "sub").mkdir()
    for name in ("sub/a.shp", "sub/a.dbf", "sub/a.PRJ", "sub/ab.dbf", "sub/a.vrt", "b.geojson"):
        (tmp_path / name).write_bytes(name.encode())
    assert opened(tmp_path) == ["b.geojson", "sub/a.PRJ", "sub/a.dbf", "sub/a.shp", "sub/a.vrt", "sub/ab.dbf"]
    assert opened(tmp_path / "b.geojson") == ["b.geojson"]
    # Beside a bare Shapefile its other parts, and nothing else.
    assert opened(tmp_path / "sub" / "a.shp") == ["a.PRJ", "a.dbf", "a.shp"]


def test_extracting_uses_names_of_its_own(saved, tmp_path):
    members = [("界/W12 x.SHP", b"shp"), ("界/w12 X.dbf", b"dbf"), ("界/W12 x.prj", b"prj"), ("W12 x.shx", b"other")]
    out = tmp_path / "out"
    out.mkdir()
    with open_source(saved(zipped(members))) as source:
        assert source.extract("界/W12 x.SHP", out) == out / "member.shp"
    assert {path.name: path.read_bytes() for path in out.iterdir()} == {
        "member.shp": b"shp",
        "member.dbf": b"dbf",
        "member.prj": b"prj",
    }


def test_a_link_in_an_archive_is_only_a_text(saved, tmp_path):
    info = zipfile.ZipInfo("link.txt")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(info, "/etc/hostname")
    with open_source(saved(buffer.getvalue())) as source:
        path = source.extract("link.txt", tmp_path)
    assert not path.is_symlink()
    assert path.read_text() == "/etc/hostname"


def test_a_member_that_is_not_there_is_named(saved, refused):
    with open_source(saved(zipped([("a.txt", b"")]))) as source:
        refused(source.read, "b.txt", match=r"layer b\.txt")
