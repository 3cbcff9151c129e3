"""Uploads that try to read another file of the server, or to open a connection: none may, all are refused or inert.

A listening socket must see no connection and a secret file no reader. That the traps work is proved first: GDAL
without our precautions walks into them.
"""

# ruff: noqa: S608 - the statements are the attack

import os
import select
import socket
import sqlite3
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.io import MemoryFile

from geo.user_layers import UploadError, check_upload
from tests.geo.user_layers.world import frame, geojson, geopackage, geoparquet, geotiff, shapefile, square

SECRET = "TOP-SECRET-4711"  # noqa: S105 - a word to look for, not a password
LONG_AGO = 1_000_000_000
SHAPES = [square(0, 0)]


class Trap:
    """A socket that listens and a file that nobody is to read."""

    def __init__(self, folder):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}/x"
        self.file = folder / "secret.csv"
        self.file.write_text(f'WKT,name\n"POINT (139.001 35.334)",{SECRET}\n')
        self.raster = folder / "secret.tif"
        self.raster.write_bytes(geotiff(np.full((4, 4), 4711.0)))

        # Where the file system keeps it, the time of the last reading tells of readers outside Python too.
        self.rest()
        self.file.read_bytes()
        self.keeps_time = self.file.stat().st_atime > LONG_AGO
        self.rest()

    def rest(self):
        for path in (self.file, self.raster):
            os.utime(path, (LONG_AGO, LONG_AGO))

    def was_read(self):
        return self.keeps_time and any(path.stat().st_atime > LONG_AGO for path in (self.file, self.raster))

    def was_called(self):
        return bool(select.select([self.socket], [], [], 0.05)[0])

    @property
    def targets(self):
        return {"url": f"/vsicurl/{self.url}.tif", "plain": f"{self.url}.geojson", "file": str(self.file)}


@pytest.fixture
def trap(tmp_path):
    made = Trap(tmp_path)
    yield made
    made.socket.close()


OPENED: list[str] = []
WATCHING: list[bool] = []


def _watch(event, arguments):
    if WATCHING and event in ("open", "socket.connect", "sqlite3.connect", "subprocess.Popen", "os.system"):
        OPENED.append(f"{event} {arguments[0] if arguments else ''}")


sys.addaudithook(_watch)


def attempt(name, content, dataset, trap, **told):
    """Upload; return (what was understood or None, error key); fail where anything was reached."""
    dataset.municipalities, dataset.fragments  # noqa: B018 - read before we watch what is opened
    OPENED.clear()
    WATCHING.append(True)
    try:
        checked, key, words = check_upload(name, content, dataset=dataset, **told), "", ""
    except UploadError as error:
        checked, key, words = None, error.key, str(error)
    finally:
        WATCHING.clear()
    assert SECRET not in words
    assert not trap.was_called(), "a connection was opened"
    assert not trap.was_read(), "another file was read"
    assert not [line for line in OPENED if "secret" in line or ("connect" in line and ":memory:" not in line)]
    if checked is not None:
        assert SECRET not in checked.table.to_csv()
        assert checked.raster is None or not (checked.raster.values == 4711).any()
    return checked, key


def overview_tiff(target):
    return geotiff(np.ones((64, 64)), tags={"OVERVIEWS": {"OVERVIEW_FILE": target}})


def test_the_trap_works_gdal_alone_calls_the_address_in_a_tiff_s_metadata(trap):
    quick = {"GDAL_HTTP_TIMEOUT": "1", "GDAL_HTTP_CONNECTTIMEOUT": "1", "GDAL_HTTP_MAX_RETRY": "0"}
    content = overview_tiff(trap.targets["url"])
    with rasterio.Env(**quick), MemoryFile(content) as memory, memory.open(driver="GTiff") as raster:
        raster.overviews(1)
    assert trap.was_called()


@pytest.mark.parametrize("target", ["url", "file"])
def test_a_tiff_that_names_an_overview_file(dataset, trap, target):
    assert attempt("a.tif", overview_tiff(trap.targets[target]), dataset, trap)[1] == "upload_refers"


def test_a_tiff_that_hides_the_name_by_letter_references(dataset, trap):
    content = overview_tiff(trap.targets["file"])
    content = content.replace(b'"OVERVIEW_FILE"', b'"&#79;VERVIEW_"').replace(b'"OVERVIEWS"', b'"&#79;VERS"')
    assert b"OVERVIEW_FILE" not in content
    assert attempt("a.tif", content, dataset, trap)[1] == "upload_refers"


def test_a_harmless_metadata_item_never_reaches_gdal_either(dataset, trap):
    checked, _ = attempt("a.tif", geotiff(np.full((4, 4), 2.0), tags={"": {"note": "http://example"}}), dataset, trap)
    assert (checked.raster.values == 2).all()


@pytest.mark.parametrize("name", ["a.tif", "a.gpkg", "a.geojson", "a.csv", "a.parquet", "a.zip"])
@pytest.mark.parametrize("target", ["url", "plain", "file"])
def test_a_vrt_under_any_name(dataset, trap, name, target):
    raster = (
        '<VRTDataset rasterXSize="4" rasterYSize="4"><VRTRasterBand dataType="Float32" band="1"><SimpleSource>'
        f'<SourceFilename relativeToVRT="0">{trap.targets[target]}</SourceFilename></SimpleSource></VRTRasterBand>'
        "</VRTDataset>"
    )
    vector = (
        f'<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>{trap.targets[target]}</SrcDataSource>'
        "</OGRVRTLayer></OGRVRTDataSource>"
    )
    for text in (raster, vector, '\ufeff<?xml version="1.0"?>\n' + vector):
        assert attempt(name, text.encode(), dataset, trap)[1] == "upload_refers"


def test_a_gml_with_an_entity_or_a_link_to_elsewhere(dataset, trap):
    gml = (
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file://{trap.file}">]>'
        f'<gml:FeatureCollection xmlns:xlink="x" xlink:href="{trap.url}">&e;</gml:FeatureCollection>'
    )
    for name in ("a.gml", "a.geojson", "a.zip", "a.csv"):
        assert attempt(name, gml.encode(), dataset, trap)[1] in ("upload_xml", "upload_suffix")


def test_a_geojson_whose_crs_is_a_link(dataset, trap):
    for href in trap.targets.values():
        crs = b'{"type": "link", "properties": {"href": "' + href.encode() + b'", "type": "proj4"}}'
        content = geojson(SHAPES)[:-1] + b', "crs": ' + crs + b"}"
        assert attempt("a.geojson", content, dataset, trap)[1] == "upload_refers"


def test_a_geojson_whose_crs_name_is_a_path_or_has_a_grid(dataset, trap):
    for name in (
        f"+init={trap.file}:x",
        f"init={trap.file}:x",
        f"+proj=longlat +nadgrids={trap.file}",
        trap.url,
        str(trap.file),
        "http://www.opengis.net/def/crs/EPSG/0/../../x",
    ):
        assert attempt("a.geojson", geojson(SHAPES, crs=name), dataset, trap)[1] == "upload_crs_unknown"


@pytest.mark.parametrize("document", ['{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline read %s"}',
                                      '{"type": "Topology", "objects": {}, "href": "%s"}',
                                      '{"stac_version": "1.0.0", "assets": {"a": {"href": "%s"}}}'])  # fmt: skip
def test_json_of_other_drivers_that_read_elsewhere(dataset, trap, document):
    for target in trap.targets.values():
        assert attempt("a.json", (document % target).encode(), dataset, trap)[1] == "upload_not_geojson"


def test_a_declared_crs_is_a_code_and_nothing_else(dataset, trap):
    for declared in (f"+init={trap.file}:x", f"+proj=longlat +nadgrids={trap.file}", trap.url):
        key = attempt("a.geojson", geojson(SHAPES), dataset, trap, declared_crs=declared)[1]
        assert key == "upload_crs_unknown"


def changed(content, folder, *statements):
    """A GeoPackage with SQL run on it."""
    path = folder / "changed.gpkg"
    path.write_bytes(content)
    with sqlite3.connect(path) as database:
        for statement in statements:
            database.execute(statement)
    database.close()
    return path.read_bytes()


@pytest.fixture
def package(tmp_path):
    return geopackage(frame(SHAPES, n=[1.0]), tmp_path)


def test_a_geopackage_with_a_virtual_table_of_another_file(dataset, trap, package, tmp_path):
    for target in trap.targets.values():
        sql = (
            "PRAGMA writable_schema = ON",
            "INSERT INTO sqlite_master (type, name, tbl_name, rootpage, sql) VALUES ('table', 'v', 'v', 0, "
            f"'CREATE VIRTUAL TABLE v USING VirtualOGR(''{target}'')')",
        )
        assert attempt("a.gpkg", changed(package, tmp_path, *sql), dataset, trap)[1] == "upload_refers"


def test_a_geopackage_whose_layer_is_a_view_over_a_function(dataset, trap, package, tmp_path):
    sql = (
        "CREATE VIEW w AS SELECT fid, geom, load_extension('/tmp/x.so') AS n FROM made",
        "UPDATE gpkg_geometry_columns SET table_name = 'w'",
        "UPDATE gpkg_contents SET table_name = 'w'",
    )
    statements = ("DROP TRIGGER IF EXISTS t", "PRAGMA foreign_keys = OFF", *sql)
    assert attempt("a.gpkg", changed(package, tmp_path, *statements), dataset, trap)[1] == "upload_refers"


def test_the_reader_of_geopackages_may_not_attach_nor_call_functions(package, trap):
    from geo.user_layers.geopackage import _opened

    with _opened(package) as database:
        for statement in (
            f"ATTACH '{trap.file}' AS other",
            "SELECT load_extension('x')",
            "SELECT readfile('x')",
            "PRAGMA trusted_schema = ON",
            "CREATE TABLE x (a)",
            "DELETE FROM gpkg_contents",
            f"VACUUM INTO '{trap.file}x'",
        ):
            with pytest.raises(sqlite3.DatabaseError):
                database.execute(statement).fetchall()
        assert database.execute("SELECT count(*) FROM made").fetchone() == (1,)
    assert not Path(f"{trap.file}x").exists()


def test_a_geopackage_whose_extensions_and_crs_name_files_reads_only_its_own(dataset, trap, package, tmp_path):
    sql = (
        "CREATE TABLE IF NOT EXISTS gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT, "
        "definition TEXT, scope TEXT)",
        f"INSERT INTO gpkg_extensions VALUES ('made', NULL, 'x_remote', '{trap.url}', 'read-write')",
    )
    checked, key = attempt("a.gpkg", changed(package, tmp_path, *sql), dataset, trap)
    assert key == ""
    assert checked.count == 1
    grid = (
        "PRAGMA foreign_keys = OFF",
        "INSERT INTO gpkg_spatial_ref_sys VALUES ('x', 99, 'NONE', 99, "
        f'\'GEOGCS["x",DATUM["x",SPHEROID["x",6378137,298.25],EXTENSION["PROJ4_GRIDS","{trap.file}"]],'
        'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]\', \'\')',
        "UPDATE gpkg_geometry_columns SET srs_id = 99",
        "UPDATE gpkg_contents SET srs_id = 99",
    )
    assert attempt("a.gpkg", changed(package, tmp_path, *grid), dataset, trap)[1].startswith("upload_crs_")


def test_a_shapefile_zip_with_a_vrt_or_a_path_that_leads_out(dataset, trap, tmp_path):
    good = frame(SHAPES, n=[1.0])
    vrt = {"x.vrt": f"<OGRVRTDataSource>{trap.file}</OGRVRTDataSource>"}
    assert attempt("a.zip", shapefile(good, tmp_path, extra=vrt), dataset, trap)[1] == "upload_refers"
    for member in ("../../evil.shp", "/etc/evil.shp", "..\\..\\evil.shp", "C:\\evil.shp"):
        content = shapefile(good, tmp_path, extra={member: b"x"})
        assert attempt("a.zip", content, dataset, trap)[1] == "upload_zip_path"


def test_a_zip_whose_member_is_a_symbolic_link(dataset, trap, tmp_path):
    buffer = BytesIO(shapefile(frame(SHAPES, n=[1.0]), tmp_path, without=(".dbf",)))
    with zipfile.ZipFile(buffer, "a") as archive:
        link = zipfile.ZipInfo("道路.dbf")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, str(trap.file))
    # What it holds is the link's text, which is no table; what it points to is never looked at.
    assert attempt("a.zip", buffer.getvalue(), dataset, trap)[1] in ("upload_damaged", "upload_features")


def test_a_shapefile_s_prj_with_a_grid_file(dataset, trap, tmp_path):
    prj = f'GEOGCS["x",DATUM["x",SPHEROID["x",6378137,298.25],EXTENSION["PROJ4_GRIDS","{trap.file}"]],PRIMEM["G",0]]'
    content = shapefile(frame(SHAPES, n=[1.0]), tmp_path, without=(".prj",), extra={"道路.prj": prj})
    assert attempt("a.zip", content, dataset, trap)[1].startswith("upload_crs_")


def test_a_shapefile_zip_brings_only_its_own_parts_and_qgis_s_own_file_is_let_be(dataset, trap, tmp_path):
    content = shapefile(frame(SHAPES, n=[1.0]), tmp_path, extra={"道路.qpj": "x", "readme.txt": "x"})
    checked, key = attempt("a.zip", content, dataset, trap)
    assert (key, checked.count) == ("", 1)


def test_names_never_become_paths(dataset, trap):
    name = f"/vsicurl/{trap.url}/../../etc/passwd.geojson"
    checked, _ = attempt(name, geojson(SHAPES), dataset, trap)
    assert checked.name == "passwd.geojson"
    assert attempt(str(trap.file), b"\x00\x01", dataset, trap)[1] == "upload_binary"


def test_a_geoparquet_with_a_pickle_or_a_path_in_its_metadata(dataset, trap):
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.read_table(pa.BufferReader(geoparquet(frame(SHAPES, n=[1.0]))))
    evil = {
        b"ARROW:extension:name": b"arrow.py_extension_type",
        b"ARROW:extension:metadata": b"cos\nsystem\n(S'x'\ntR.",
    }
    fields = [field.with_metadata(evil) if field.name == "n" else field for field in table.schema]
    table = table.cast(pa.schema(fields, metadata={**table.schema.metadata, b"path": str(trap.file).encode()}))
    buffer = BytesIO()
    pq.write_table(table, buffer)
    checked, key = attempt("a.parquet", buffer.getvalue(), dataset, trap)
    assert key == ""
    assert checked.table["n"].tolist() == [1.0]
