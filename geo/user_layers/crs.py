"""CRS of an upload: known by its EPSG code or not at all, so that no text out of a file reaches PROJ at work.

A CRS definition can name grid files. What a file says is therefore only parsed, matched to an EPSG code, and the CRS
made anew from the code.
"""

from __future__ import annotations

import re
from typing import Any

from pyproj import CRS
from pyproj.exceptions import CRSError

from geo.user_layers.model import UploadError

# Geographic CRSs whose positions agree within metres in Japan: JGD2011, JGD2000 and WGS 84, in 2D and 3D. Tokyo's
# datum lies 400 m off and needs a grid; the rest of the world's has no business here.
_DATUMS = {6668, 6667, 6666, 4612, 4947, 4946, 4326, 4979, 4978}
_TOKYO = {4301}
_LONGEST_DEFINITION = 20_000
_NAMED = re.compile(
    r"(?:urn:ogc:def:crs:)?(EPSG|OGC)(?::[\d.]*)?:(\w+)|https?://www\.opengis\.net/def/crs/(EPSG|OGC)/[\d.]+/(\w+)"
)
_LEAST_CONFIDENCE = 25


def from_code(code: int, file: str) -> str:
    """Return 'EPSG:<code>' of the CRS's horizontal part, checked.

    Raises
    ------
    UploadError
        No such CRS, Tokyo's datum, or another that is not known to agree with Japan's.
    """
    try:
        crs = _horizontal(CRS.from_epsg(code))
    except CRSError as error:
        raise _unknown(file, f"EPSG:{code}") from error
    geodetic = crs.geodetic_crs
    datum = geodetic.to_epsg(min_confidence=_LEAST_CONFIDENCE) if geodetic is not None else None
    if datum in _TOKYO:
        message = f"{file}: its CRS is {crs.name} (Tokyo datum), 400 m off; convert it to JGD2011 (EPSG:6668) first"
        raise UploadError(message, key="upload_crs_tokyo", file=file, found=f"EPSG:{code} {crs.name}")
    if datum not in _DATUMS or not (crs.is_geographic or crs.is_projected):
        message = f"{file}: its CRS is {crs.name}; expected one on JGD2011, JGD2000 or WGS 84; convert it first"
        raise UploadError(message, key="upload_crs_other", file=file, found=f"EPSG:{code} {crs.name}")
    horizontal = crs.to_epsg(min_confidence=_LEAST_CONFIDENCE)
    if horizontal is None:
        raise _unknown(file, crs.name)
    # WGS 84 and the like in three dimensions: the same code without height.
    return f"EPSG:{horizontal}"


def from_definition(definition: str | dict[str, Any], file: str) -> str:
    """Return 'EPSG:<code>' of a WKT text or a PROJJSON table; errors as :func:`from_code`."""
    try:
        if isinstance(definition, dict):
            crs = CRS.from_json_dict(definition)
        elif len(definition) <= _LONGEST_DEFINITION:
            crs = CRS.from_wkt(definition)
        else:
            raise CRSError("too long")
        if crs.is_bound and crs.source_crs is not None:
            crs = crs.source_crs
        name = crs.name
        code = 4326 if name.startswith("WGS 84 (CRS84)") else crs.to_epsg(min_confidence=_LEAST_CONFIDENCE)
        if code is None:
            code = _horizontal(crs).to_epsg(min_confidence=_LEAST_CONFIDENCE)
    except (CRSError, TypeError, ValueError, KeyError) as error:
        raise _unknown(file, " ".join(str(definition)[:80].split())) from error
    if code is None:
        raise _unknown(file, name)
    return from_code(int(code), file)


def from_name(name: str, file: str) -> str:
    """Return 'EPSG:<code>' of a name such as ``EPSG:6668`` or ``urn:ogc:def:crs:OGC:1.3:CRS84``; errors as above."""
    found = _NAMED.fullmatch(name.strip())
    authority, code = (found.group(1) or found.group(3), found.group(2) or found.group(4)) if found else ("", "")
    if authority == "OGC" and code == "CRS84":
        return "EPSG:4326"
    if authority == "EPSG" and code.isascii() and code.isdecimal() and len(code) <= 6:
        return from_code(int(code), file)
    raise _unknown(file, name[:80])


def settled(found: str, declared: str, file: str) -> str:
    """Return the file's CRS, or the one that its owner declares where the file says none; both as 'EPSG:<code>'.

    Raises
    ------
    UploadError
        Neither says any, or they differ.
    """
    told = from_name(declared, file) if declared else ""
    if not (found or told):
        message = (
            f"{file}: it does not say its CRS; expected one, such as EPSG:6668 (JGD2011); "
            "save it with its CRS (a .prj), or say which it is"
        )
        raise UploadError(message, key="upload_crs_missing", file=file)
    if found and told and found != told:
        message = f"{file}: it says its CRS is {found}, you say {told}; leave yours out or mend the file"
        raise UploadError(message, key="upload_crs_differs", file=file, found=found, declared=told)
    return found or told


def _horizontal(crs: CRS) -> CRS:
    """Drop the height of a compound or three-dimensional CRS."""
    if crs.is_compound:
        crs = crs.sub_crs_list[0]
    return crs.to_2d()


def _unknown(file: str, found: str) -> UploadError:
    message = f"{file}: its CRS ({found}) is not one with an EPSG code; save it in EPSG:6668 (JGD2011) or EPSG:4326"
    return UploadError(message, key="upload_crs_unknown", file=file, found=found)
