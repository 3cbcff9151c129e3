"""JPGIS documents as the National Land Numerical Information has them, latitude before longitude."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>{before}
<ksj:Dataset gml:id="D" xmlns:ksj="http://nlftp.mlit.go.jp/ksj/schemas/ksj-app"
 xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:xlink="http://www.w3.org/1999/xlink"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xsi:schemaLocation="http://nlftp.mlit.go.jp/ksj/schemas/ksj-app {schema}">
<gml:description>国土数値情報</gml:description>
"""
_BOUNDS = """<gml:boundedBy><gml:EnvelopeWithTimePeriod srsName="{srs}" frame="GC / JST">
<gml:lowerCorner>20.0 123.0</gml:lowerCorner><gml:upperCorner>46.0 154.0</gml:upperCorner>
</gml:EnvelopeWithTimePeriod></gml:boundedBy>
"""


def positions(ring: Sequence[tuple[float, float]]) -> str:
    """Longitude and latitude -> the document's text."""
    return "\n".join(f"{latitude} {longitude}" for longitude, latitude in ring)


def curve(identity: str, ring: Sequence[tuple[float, float]]) -> str:
    return (
        f'<gml:Curve gml:id="{identity}"><gml:segments><gml:LineStringSegment><gml:posList>\n{positions(ring)}\n'
        "</gml:posList></gml:LineStringSegment></gml:segments></gml:Curve>\n"
    )


def surface(identity: str, exterior: Sequence[str], interiors: Sequence[Sequence[str]] = ()) -> str:
    """Rings as lists of curves' ids; no exterior where it is empty."""

    def side(name: str, ids: Sequence[str]) -> str:
        members = "".join(f'<gml:curveMember xlink:href="#{one}"/>' for one in ids)
        return f"<gml:{name}><gml:Ring>{members}</gml:Ring></gml:{name}>"

    rings = (side("exterior", exterior) if exterior else "") + "".join(side("interior", ids) for ids in interiors)
    return (
        f'<gml:Surface gml:id="{identity}"><gml:patches><gml:PolygonPatch>{rings}</gml:PolygonPatch></gml:patches>'
        "</gml:Surface>\n"
    )


def feature(kind: str, properties: Mapping[str, str], reference: str, *, by: str = "bounds") -> str:
    tags = "".join(f"<ksj:{name}>{value}</ksj:{name}>" for name, value in properties.items())
    return f'<ksj:{kind} gml:id="f-{reference}"><ksj:{by} xlink:href="{reference}"/>{tags}</ksj:{kind}>\n'


def document(*parts: str, srs: str = "JGD2000 / (B, L)", before: str = "", schema: str = "KsjAppSchema.xsd") -> bytes:
    """Put the parts together."""
    bounds = _BOUNDS.format(srs=srs) if srs else ""
    return (_HEAD.format(before=before, schema=schema) + bounds + "".join(parts) + "</ksj:Dataset>\n").encode()
