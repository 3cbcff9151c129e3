"""Zipped Shapefiles: only .shp, .shx, .dbf and .cpg reach GDAL, under our own names in a folder of their own."""

from __future__ import annotations

import struct
import tempfile
import zipfile
import zlib
from io import BytesIO
from pathlib import Path, PurePosixPath

import numpy as np
import pyogrio

from geo.sources.archive import UPLOAD, Source, open_source
from geo.sources.reading import SourceError
from geo.user_layers.crs import from_definition
from geo.user_layers.model import UploadError
from geo.user_layers.parts import Parts, check_count, check_names, damaged

_EXPECTED = "Shapefile"
_MAGIC = b"\x00\x00\x27\x0a"
_HEADER_BYTES = 100
_REFERRING = (".vrt", ".gml", ".xsd", ".kml", ".wfs", ".lnk", ".url", ".sql", ".qgs", ".qgz")
_BIG = 1_000_000

# Belt and braces: whatever GDAL reads in this process, it fetches nothing.
pyogrio.set_gdal_config_options({"CPL_VSIL_CURL_ALLOWED_FILENAME": "none", "GDAL_HTTP_TIMEOUT": "1"})


def read_shapefile(name: str, content: bytes, layer: str) -> Parts:
    """Read the one Shapefile of a zip.

    Parameters
    ----------
    layer
        Its name without ending where the zip has several; '' otherwise.

    Raises
    ------
    UploadError
        No zip, a bomb, a path that leads out of it, encrypted, no or several Shapefiles, parts missing or cut off,
        attributes that are neither UTF-8 nor CP932.
    """
    _check_archive(name, content)
    with tempfile.TemporaryDirectory(prefix="meguri-") as place:
        folder = Path(place)
        packed = folder / "upload.zip"
        packed.write_bytes(content)
        try:
            with open_source(packed, limits=UPLOAD) as source:
                member = _member(source, name, layer)
                crs = _crs(source, member, name)
                unpacked = folder / "parts"
                unpacked.mkdir()
                path = source.extract(member, unpacked)
        except UploadError:
            raise
        except SourceError as error:
            raise damaged(name, _EXPECTED, error.params.get("found", error)) from error
        except (ValueError, OSError, RuntimeError, zlib.error, struct.error) as error:
            raise damaged(name, "zip", error) from error
        path.with_suffix(".prj").unlink(missing_ok=True)
        _check_parts(path, name)
        return _read(path, crs, name)


def _check_archive(name: str, content: bytes) -> None:
    """Refuse what no honest archive is, before anything is unpacked."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise damaged(name, "zip", error) from error
    if len(infos) > UPLOAD.members:
        message = f"{name}: {len(infos):,} files in the zip, more than {UPLOAD.members}"
        raise UploadError(message, key="upload_zip_members", file=name, found=len(infos), most=UPLOAD.members)
    for info in infos:
        member = info.filename.replace("\\", "/")
        if ".." in PurePosixPath(member).parts or member.startswith("/") or ":" in member:
            message = f"{name}: '{member}' leads out of the zip; pack the files anew"
            raise UploadError(message, key="upload_zip_path", file=name, member=member)
        if info.flag_bits & 1:
            message = f"{name}: '{member}' is encrypted; pack the files without a password"
            raise UploadError(message, key="upload_zip_encrypted", file=name, member=member)
        if member.lower().endswith(_REFERRING):
            message = f"{name}: '{member}' can refer to other files; pack only .shp, .shx, .dbf, .prj and .cpg"
            raise UploadError(message, key="upload_refers", file=name, found=member)
        if info.file_size > _BIG and info.file_size > UPLOAD.ratio * max(info.compress_size, 1):
            raise _bomb(name, info.file_size)
    if (unpacked := sum(info.file_size for info in infos)) > UPLOAD.total_bytes:
        raise _bomb(name, unpacked)


def _bomb(name: str, unpacked: int) -> UploadError:
    most = UPLOAD.total_bytes // 1_000_000
    message = (
        f"{name}: it unpacks to {unpacked // 1_000_000:,} MB, far beyond its size or {most:,} MB; it is not opened"
    )
    return UploadError(message, key="upload_bomb", file=name, found=unpacked // 1_000_000, most=most)


def _member(source: Source, name: str, layer: str) -> str:
    """Return the .shp to read."""
    found = source.find("*.shp")
    if not found:
        if "[Content_Types].xml" in source.names():
            message = f"{name}: it is an Office document; save the sheet as CSV (UTF-8)"
            raise UploadError(message, key="upload_office", file=name)
        message = f"{name}: the zip holds no .shp; pack .shp, .shx, .dbf and .prj of one layer"
        raise UploadError(message, key="upload_no_shapefile", file=name)
    stems = {PurePosixPath(member).stem: member for member in found}
    known = ", ".join(stems)
    if layer and layer not in stems:
        message = f"{name}: it has no layer '{layer}'; it has {known}"
        raise UploadError(message, key="upload_layer_unknown", file=name, layer=layer, known=known)
    if not layer and len(found) > 1:
        message = f"{name}: it has {len(found)} layers ({known}); say which, or pack one of them"
        raise UploadError(message, key="upload_layers", file=name, count=len(found), known=known)
    return stems[layer] if layer else found[0]


def _crs(source: Source, member: str, name: str) -> str:
    """Return what the .prj says, '' where there is none."""
    wanted = f"{member[:-4]}.prj".lower()
    for other in source.names():
        if other.lower() == wanted:
            text = source.read(other).decode("utf-8", errors="replace").strip()
            return from_definition(text, name) if text else ""
    return ""


def _check_parts(path: Path, name: str) -> None:
    """Refuse a Shapefile without its parts, or shorter than its header says."""
    for suffix in (".shx", ".dbf"):
        if not path.with_suffix(suffix).is_file():
            message = f"{name}: the {suffix} of the Shapefile is missing; pack .shp, .shx, .dbf and .prj together"
            raise UploadError(message, key="upload_shapefile_part", file=name, part=suffix)
    for suffix in (".shp", ".shx"):
        part = path.with_suffix(suffix)
        with part.open("rb") as handle:
            header = handle.read(_HEADER_BYTES)
        # Lengths are in 16-bit words (ESRI Shapefile Technical Description, 1998).
        told = 2 * int.from_bytes(header[24:28], "big")
        if header[:4] != _MAGIC or part.stat().st_size < max(told, _HEADER_BYTES):
            raise damaged(name, _EXPECTED, f"{suffix}: {part.stat().st_size:,} / {told:,} bytes")
    _check_dbf(path.with_suffix(".dbf"), name)


def _check_dbf(path: Path, name: str) -> None:
    with path.open("rb") as handle:
        header = handle.read(32)
    rows, start, width = (int.from_bytes(header[a:b], "little") for a, b in ((4, 8), (8, 10), (10, 12)))
    check_count(rows, name)
    if len(header) < 32 or path.stat().st_size < start + rows * width:
        raise damaged(name, _EXPECTED, f".dbf: {path.stat().st_size:,} / {start + rows * width:,} bytes")


def _read(path: Path, crs: str, name: str) -> Parts:
    has_cpg = path.with_suffix(".cpg").is_file()
    problem: Exception | None = None
    for encoding in ("",) if has_cpg else ("cp932", "utf-8"):
        try:
            frame = pyogrio.read_dataframe(path, **({"encoding": encoding} if encoding else {}))
        except (UnicodeDecodeError, LookupError) as error:
            problem = error
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError, RuntimeError) as error:
            raise damaged(name, _EXPECTED, error) from error
        else:
            table = frame.drop(columns="geometry") if "geometry" in frame else frame
            if "geometry" not in frame:
                raise damaged(name, _EXPECTED, ".shp")
            check_names([str(column) for column in table.columns], name)
            outlines = np.array(frame["geometry"], dtype=object)
            return Parts(table=table.reset_index(drop=True), outlines=outlines, crs=crs)
    message = f"{name}: its attributes are neither CP932 nor UTF-8; add a .cpg, or save it as GeoPackage"
    raise UploadError(message, key="upload_encoding", file=name) from problem
