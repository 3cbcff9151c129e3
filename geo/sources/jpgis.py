"""JPGIS documents (GML 3.2 as the National Land Numerical Information has it): features and their outlines.

GDAL's GML driver follows ``xlink`` and ``schemaLocation`` wherever they lead and writes beside what it reads, so it is
not used. Here a reference can only name an element of the same document, and a document with a DTD or an entity is
refused before anything in it is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse
from numpy.typing import NDArray

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_GML = "http://www.opengis.net/gml/3.2"
_XLINK = "{http://www.w3.org/1999/xlink}href"
# How the documents name their CRS, white space aside. TD is Tokyo's datum.
SRS_NAMES = {
    "JGD2000/(B,L)": "EPSG:4612",
    "JGD2011/(B,L)": "EPSG:6668",
    "TD/(B,L)": "EPSG:4301",
    "fguuid:jgd2000.bl": "EPSG:4612",
    "fguuid:jgd2011.bl": "EPSG:6668",
}

Ring = NDArray[np.float64]


@dataclass(frozen=True)
class Document:
    """What a JPGIS document holds.

    Attributes
    ----------
    table
        One row a feature, in the document's order: ``feature`` (its element's name) and its simple properties by
        element name, as text ('' where absent).
    outlines
        (n,) points, lines and polygons, x longitude and y latitude in degrees; None where a feature has none.
    srs_name
        The CRS as the document names it, white space taken out; '' where it does not.
    """

    table: pd.DataFrame
    outlines: NDArray[np.object_]
    srs_name: str


@dataclass
class _Parts:
    """Elements met so far, by ``gml:id``."""

    curves: dict[str, Ring] = field(default_factory=dict)
    stands_for: dict[str, str] = field(default_factory=dict)
    surfaces: dict[str, list[tuple[list[list[str]], list[list[str]]]]] = field(default_factory=dict)
    points: dict[str, Ring] = field(default_factory=dict)


def read_jpgis(path: Path) -> Document:
    """Read a JPGIS document, element by element.

    Surfaces are put together from the curves that they name. A surface that has inner rings only takes them as outer
    ones.

    Raises
    ------
    ValueError
        Not well-formed, with a DTD or entity, or with a reference to what the document does not hold.
    """
    parts = _Parts()
    features: list[tuple[dict[str, str], str]] = []
    srs_name = ""
    depth = 0
    root: Element | None = None
    try:
        for event, element in iterparse(str(path), events=("start", "end"), forbid_dtd=True):
            depth += 1 if event == "start" else -1
            root = element if root is None else root
            if event == "start" or depth != 1:
                continue
            if element.tag.startswith(f"{{{_GML}}}"):
                srs_name = srs_name or _srs_name(element)
                _take(element, parts)
            else:
                features.append(_feature(element))
            # The tree would come to hold the whole document.
            root.clear()
    except ParseError as error:
        message = f"not well-formed XML ({error})"
        raise ValueError(message) from error
    except DefusedXmlException as error:
        message = f"a DTD or an entity, which could refer to other files ({type(error).__name__})"
        raise ValueError(message) from error
    outlines = np.array([None] * len(features), dtype=object)
    for row, (_, reference) in enumerate(features):
        if reference:
            outlines[row] = _outline(reference, parts)
    table = pd.DataFrame([properties for properties, _ in features], dtype=object).fillna("")
    return Document(table, outlines, srs_name)


def _srs_name(element: Element) -> str:
    for one in element.iter():
        if "srsName" in one.attrib:
            return "".join(one.attrib["srsName"].split())
    return ""


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _identity(element: Element) -> str:
    return element.attrib.get(f"{{{_GML}}}id", "")


def _reference(element: Element) -> str:
    """Return the id that an element refers to; '' where it refers to nothing."""
    href = element.attrib.get(_XLINK, "")
    if href and not href.startswith("#"):
        message = f"a reference to another place, '{href[:80]}'"
        raise ValueError(message)
    return href[1:]


def _take(element: Element, parts: _Parts) -> None:
    """File a geometry element; whatever else the document says of itself is passed over."""
    kind, identity = _local(element), _identity(element)
    if kind == "Curve":
        parts.curves[identity] = _positions(element)
    elif kind == "OrientableCurve":
        base = next(one for one in element.iter() if _local(one) == "baseCurve")
        # Its orientation is not needed: rings are joined whichever way their curves run.
        parts.stands_for[identity] = _reference(base)
    elif kind == "Point":
        parts.points[identity] = _positions(element)
    elif kind in ("Surface", "Polygon", "MultiSurface"):
        patches = [one for one in element.iter() if _local(one) in ("PolygonPatch", "Polygon")]
        parts.surfaces[identity] = [
            (_rings(patch, "exterior", parts), _rings(patch, "interior", parts)) for patch in patches
        ]


def _rings(patch: Element, which: str, parts: _Parts) -> list[list[str]]:
    """Return each ring as the ids of its curves; a ring written out becomes a curve of its own."""
    rings = []
    for number, side in enumerate(one for one in patch.iter() if _local(one) == which):
        ids = [identity for one in side.iter() if (identity := _reference(one))]
        if not ids:
            ids = [f"{id(patch)}/{which}/{number}/{len(parts.curves)}"]
            parts.curves[ids[0]] = _positions(side)
        rings.append(ids)
    return rings


def _positions(element: Element) -> Ring:
    """Return the coordinates under an element, (n, 2) longitude and latitude; the document has latitude first."""
    texts = [one.text or "" for one in element.iter() if _local(one) in ("posList", "pos", "coordinates")]
    numbers = np.array(" ".join(texts).replace(",", " ").split(), dtype=np.float64)
    if len(numbers) % 2 or not np.isfinite(numbers).all():
        message = f"'{_identity(element)}' with coordinates that are no pairs of latitude and longitude"
        raise ValueError(message)
    return numbers.reshape(-1, 2)[:, ::-1]


def _feature(element: Element) -> tuple[dict[str, str], str]:
    """Return a feature's properties and the id of its geometry."""
    properties = {"feature": _local(element)}
    reference = ""
    for child in element:
        if target := _reference(child):
            reference = reference or target
        elif not len(child):
            properties[_local(child)] = (child.text or "").strip()
    return properties, reference


def _outline(reference: str, parts: _Parts) -> shapely.Geometry:
    if reference in parts.points:
        return shapely.Point(parts.points[reference][0])
    if reference in parts.surfaces:
        polygons = []
        for exterior, interior in parts.surfaces[reference]:
            outer = [_ring(ids, parts) for ids in exterior]
            inner = [_ring(ids, parts) for ids in interior]
            polygons += [shapely.Polygon(outer[0], inner)] if outer else [shapely.Polygon(ring) for ring in inner]
        return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)
    return shapely.LineString(_curve(reference, parts))


def _curve(identity: str, parts: _Parts) -> Ring:
    base = parts.stands_for.get(identity, identity)
    if base not in parts.curves:
        message = f"a reference to '{identity}', which the document does not hold"
        raise ValueError(message)
    return parts.curves[base]


def _ring(ids: list[str], parts: _Parts) -> Ring:
    """Join a ring's curves end to end, turning one round that runs the other way; (n, 2)."""
    joined = _curve(ids[0], parts)
    for number, identity in enumerate(ids[1:], start=1):
        piece = _curve(identity, parts)
        if number == 1 and not _meets(joined, piece) and _meets(joined[::-1], piece):
            joined = joined[::-1]
        if not np.array_equal(joined[-1], piece[0]) and np.array_equal(joined[-1], piece[-1]):
            piece = piece[::-1]
        joined = np.concatenate([joined, piece[1:] if np.array_equal(joined[-1], piece[0]) else piece])
    if len(joined) < 3:
        message = f"a ring of {len(joined)} points ('{ids[0]}')"
        raise ValueError(message)
    return joined


def _meets(curve: Ring, other: Ring) -> bool:
    """Tell whether ``other`` begins or ends where ``curve`` ends."""
    return bool(np.array_equal(curve[-1], other[0]) or np.array_equal(curve[-1], other[-1]))
