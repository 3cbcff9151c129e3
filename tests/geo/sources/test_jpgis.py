"""JPGIS documents: outlines put together from curves, and nothing outside the document looked at."""

import socket
import threading
import tracemalloc

import numpy as np
import pytest
import shapely

from geo.sources.archive import open_source
from geo.sources.jpgis import read_jpgis
from geo.sources.vector import fields_of, read_vector
from tests.geo.sources.jpgis_making import curve, document, feature, surface

# A square of 0.1 degrees in two halves, and a smaller one inside it.
SOUTH_EAST = [(139.0, 35.0), (139.1, 35.0), (139.1, 35.1)]
NORTH_WEST = [(139.1, 35.1), (139.0, 35.1), (139.0, 35.0)]
HOLE = [(139.04, 35.04), (139.04, 35.06), (139.06, 35.06), (139.06, 35.04), (139.04, 35.04)]
SQUARE = shapely.box(139.0, 35.0, 139.1, 35.1)


@pytest.fixture
def saved(tmp_path):
    def save(content):
        path = tmp_path / "W12-52A-14.xml"
        path.write_bytes(content)
        return path

    return save


def read(path):
    with open_source(path) as source:
        return read_vector(source, path.name, columns={"name": ("name",)})


def one_square(reference="#s", **options):
    return document(
        curve("c", [*SOUTH_EAST, *NORTH_WEST[1:]]),
        surface("s", ["c"]),
        feature("Area", {"name": "多摩川"}, reference),
        **options,
    )


def test_a_surface_of_one_curve_becomes_a_polygon_with_longitude_first(saved):
    table, repaired = read(saved(one_square()))
    assert repaired == 0
    assert table["name"].tolist() == ["多摩川"]
    assert table.crs == "EPSG:6668"
    assert table.geometry[0].equals_exact(SQUARE, 1e-12, normalize=True)


@pytest.mark.parametrize("turned", [(), ("a",), ("b",), ("a", "b")])
def test_curves_are_joined_whichever_way_they_run(saved, turned):
    first = SOUTH_EAST[::-1] if "a" in turned else SOUTH_EAST
    second = NORTH_WEST[::-1] if "b" in turned else NORTH_WEST
    path = saved(document(curve("a", first), curve("b", second), surface("s", ["a", "b"]), feature("Area", {}, "#s")))
    outline = read_jpgis(path).outlines[0]
    assert outline.equals(SQUARE)
    assert shapely.get_num_coordinates(outline) == 5


@pytest.mark.parametrize("turned", range(8))
def test_three_curves_are_joined_whichever_way_they_run(saved, turned):
    corners = [(139.0, 35.0), (139.1, 35.0), (139.1, 35.1), (139.0, 35.1), (139.0, 35.0)]
    pieces = [corners[0:2], corners[1:4], corners[3:5]]
    curves = [curve(f"c{n}", piece[::-1] if turned & 2**n else piece) for n, piece in enumerate(pieces)]
    path = saved(document(*curves, surface("s", ["c0", "c1", "c2"]), feature("Area", {}, "#s")))
    outline = read_jpgis(path).outlines[0]
    assert outline.equals(SQUARE)
    assert shapely.get_num_coordinates(outline) == 5


def test_an_orientable_curve_is_the_curve_that_it_stands_for(saved):
    turned = '<gml:OrientableCurve gml:id="_b" orientation="-"><gml:baseCurve xlink:href="#b"/></gml:OrientableCurve>'
    path = saved(
        document(
            curve("a", SOUTH_EAST),
            curve("b", NORTH_WEST[::-1]),
            turned,
            surface("s", ["a", "_b"]),
            feature("Area", {}, "#s"),
        )
    )
    assert read_jpgis(path).outlines[0].equals(SQUARE)


def test_inner_rings_are_holes_and_stand_for_the_outer_one_where_it_is_missing(saved):
    curves = curve("c", [*SOUTH_EAST, *NORTH_WEST[1:]]) + curve("h", HOLE)
    parts = [surface("s", ["c"], [["h"]]), surface("t", [], [["h"]])]
    path = saved(document(curves, *parts, feature("Area", {}, "#s"), feature("Area", {}, "#t")))
    with_hole, inner_only = read_jpgis(path).outlines
    # 0.1 × 0.1 − 0.02 × 0.02 square degrees
    assert with_hole.area == pytest.approx(0.0096, rel=1e-9)
    assert inner_only.area == pytest.approx(0.0004, rel=1e-9)


def test_a_ring_written_out_and_several_patches(saved):
    def patch(west):
        ring = "35.0 {0} 35.0 {1} 35.1 {1} 35.1 {0} 35.0 {0}".format(west, west + 0.1)
        return (
            f"<gml:PolygonPatch><gml:exterior><gml:LinearRing><gml:posList>{ring}</gml:posList></gml:LinearRing>"
            "</gml:exterior></gml:PolygonPatch>"
        )

    whole = f'<gml:Surface gml:id="s"><gml:patches>{patch(139.0)}{patch(140.0)}</gml:patches></gml:Surface>'
    outline = read_jpgis(saved(document(whole, feature("Area", {}, "#s")))).outlines[0]
    assert outline.equals(shapely.MultiPolygon([SQUARE, shapely.box(140.0, 35.0, 140.1, 35.1)]))


def test_points_and_lines_are_read_and_a_feature_may_have_none(saved):
    point = '<gml:Point gml:id="p"><gml:pos>35.5 139.5</gml:pos></gml:Point>'
    bare = "<ksj:Note><ksj:name>x</ksj:name></ksj:Note>"
    parts = [
        feature("Stop", {}, "#p", by="position"),
        feature("River", {}, "#a", by="location"),
        bare,
    ]
    found = read_jpgis(saved(document(point, curve("a", SOUTH_EAST), *parts)))
    assert found.outlines[0].equals(shapely.Point(139.5, 35.5))
    assert found.outlines[1].equals(shapely.LineString(SOUTH_EAST))
    assert found.outlines[2] is None
    assert found.table["feature"].tolist() == ["Stop", "River", "Note"]
    assert found.table["name"].tolist() == ["", "", "x"]


@pytest.mark.parametrize(
    ("srs", "match"),
    [("TD / (B, L)", "Tokyo"), ("", "a CRS.*found none"), ("EPSG:3857", "found EPSG:3857")],
)
def test_a_datum_that_is_tokyos_missing_or_unknown_is_refused(saved, refused, srs, match):
    refused(read, saved(one_square(srs=srs)), match=match)


def test_the_name_of_the_crs_is_read_with_any_white_space(saved):
    assert read(saved(one_square(srs="JGD2011/(B,L)")))[0].crs == "EPSG:6668"


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (one_square("#absent"), "a reference to 'absent'"),
        (one_square()[:-40], "not well-formed"),
        (b"", "not well-formed"),
        (one_square().replace(b"35.0 139.0\n", b"35.0\n", 1), "no pairs"),
        (one_square().replace(b"35.0 139.0\n", b"nan 139.0\n", 1), "no pairs"),
        (document(curve("c", SOUTH_EAST[:2]), surface("s", ["c"]), feature("A", {}, "#s")), "a ring of 2 points"),
    ],
)
def test_a_document_that_is_not_whole_is_refused(saved, refused, content, match):
    refused(read, saved(content), match=match)


HIDDEN = "the-secret-of-another-file"


@pytest.fixture
def trap(tmp_path):
    """A secret file, and a server that must get no connection; yields its folder and port."""
    (tmp_path / "secret.txt").write_text(HIDDEN)
    (tmp_path / "secret.xml").write_bytes(one_square())
    calls = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        done = threading.Event()

        def listen():
            while not done.is_set():
                try:
                    connection, address = server.accept()
                except TimeoutError:
                    continue
                calls.append(address)
                connection.close()

        thread = threading.Thread(target=listen)
        thread.start()
        yield tmp_path, server.getsockname()[1]
        done.set()
        thread.join()
    assert calls == [], "a connection was opened"


ATTACKS = {
    "entity of a file": ('<!DOCTYPE d [<!ENTITY x SYSTEM "file://{folder}/secret.txt">]>', "&x;", "#s"),
    "entity of a server": ('<!DOCTYPE d [<!ENTITY x SYSTEM "http://127.0.0.1:{port}/x">]>', "&x;", "#s"),
    "parameter entity": ('<!DOCTYPE d [<!ENTITY % x SYSTEM "http://127.0.0.1:{port}/x"> %x;]>', "", "#s"),
    "document type elsewhere": ('<!DOCTYPE d SYSTEM "http://127.0.0.1:{port}/x.dtd">', "", "#s"),
    "entities that grow": ('<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY x "&a;&a;&a;&a;">]>', "&x;", "#s"),
    "reference to a file": ("", "", "file://{folder}/secret.xml#s"),
    "reference beside it": ("", "", "secret.xml#s"),
    "reference to a server": ("", "", "http://127.0.0.1:{port}/secret.xml#s"),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_outside_the_document_is_read(saved, refused, trap, attack):
    folder, port = trap
    before, value, reference = (text.format(folder=folder, port=port) for text in ATTACKS[attack])
    content = document(
        curve("c", [*SOUTH_EAST, *NORTH_WEST[1:]]),
        surface("s", ["c"]),
        feature("Area", {"name": value}, reference),
        before=before,
    )
    path = saved(content)
    error = refused(read, path, match="a DTD or an entity|a reference to another place")
    assert HIDDEN not in str(error)
    with open_source(path) as source:
        refused(fields_of, source, path.name, match="a DTD or an entity|a reference to another place")


def test_the_schema_that_a_document_names_is_not_fetched(saved, trap):
    folder, port = trap
    table, _ = read(saved(one_square(schema=f"http://127.0.0.1:{port}/KsjAppSchema.xsd")))
    assert len(table) == 1
    assert not [path for path in folder.iterdir() if path.suffix == ".gfs"]


def test_a_document_is_read_in_pieces(saved):
    """Only what is wanted of it stays: the tree of the whole would take several times the file's size."""
    squares = 3_000
    ring = np.array([*SOUTH_EAST, *NORTH_WEST[1:]])
    noise = "".join(f"<ksj:note>{n}</ksj:note>" for n in range(20))
    parts = [
        curve(f"c{n}", (ring + n * 1e-4).tolist())
        + surface(f"s{n}", [f"c{n}"])
        + feature("A", {"name": str(n)}, f"#s{n}").replace("</ksj:A>", f"{noise}</ksj:A>")
        for n in range(squares)
    ]
    path = saved(document(*parts))
    tracemalloc.start()
    found = read_jpgis(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.table["name"].tolist() == [str(n) for n in range(squares)]
    assert shapely.area(found.outlines) == pytest.approx(np.full(squares, 0.01), rel=1e-9)
    assert peak < 2.5 * path.stat().st_size
