"""Elevation files in the GSI's own form, written by hand, and small grids to let water flow over."""

import numpy as np

from geo.sources.dem import LAND, SEA, UNKNOWN, Dem

# The second mesh 5339-45: its south-west corner is 35°20′ N, 139°37′30″ E.
SOUTH, WEST = 35 + 1 / 3, 139.625
STEP = 0.4 / 3600


def sheet_xml(
    tuples,
    *,
    rows=3,
    columns=4,
    south=SOUTH,
    west=WEST,
    step=STEP,
    start="0 0",
    srs="fguuid:jgd2011.bl",
    order="+x-y",
    head='<?xml version="1.0" encoding="UTF-8"?>',
):
    """Return one sheet as text; its north-west corner lies ``rows`` cells north of ``south``."""
    north, east = south + rows * step, west + columns * step
    return f"""{head}
<Dataset xmlns="http://fgd.gsi.go.jp/spec/2008/FGD_GMLSchema" xmlns:gml="http://www.opengis.net/gml/3.2">
<gml:description>基盤地図情報メタデータ ID=fmdid:15-3101</gml:description>
<DEM gml:id="DEM001"><fid>fgoid:10-00100-15-60101-53394500</fid><type>10mメッシュ（標高）</type>
<mesh>533945</mesh>
<coverage gml:id="DEM001-3">
<gml:boundedBy><gml:Envelope srsName="{srs}">
<gml:lowerCorner>{south:.9f} {west:.9f}</gml:lowerCorner>
<gml:upperCorner>{north:.9f} {east:.9f}</gml:upperCorner>
</gml:Envelope></gml:boundedBy>
<gml:gridDomain><gml:Grid gml:id="DEM001-4" dimension="2"><gml:limits><gml:GridEnvelope>
<gml:low>0 0</gml:low><gml:high>{columns - 1} {rows - 1}</gml:high>
</gml:GridEnvelope></gml:limits><gml:axisLabels>x y</gml:axisLabels></gml:Grid></gml:gridDomain>
<gml:rangeSet><gml:DataBlock><gml:rangeParameters><gml:QuantityList uom="DEM構成点"/></gml:rangeParameters>
<gml:tupleList>
{tuples}
</gml:tupleList></gml:DataBlock></gml:rangeSet>
<gml:coverageFunction><gml:GridFunction>
<gml:sequenceRule order="{order}">Linear</gml:sequenceRule><gml:startPoint>{start}</gml:startPoint>
</gml:GridFunction></gml:coverageFunction>
</coverage></DEM></Dataset>
"""


def tuples(elevations):
    """Return a tuple list of land with these elevations; NaN is missing."""
    values = np.asarray(elevations, dtype=float).ravel()
    return "\n".join("データなし,-9999." if np.isnan(v) else f"地表面,{v:.2f}" for v in values)


def grid(elevations, *, sea=None, step=STEP, north=SOUTH, west=WEST):
    """Return a Dem: NaN is sea where ``sea`` says so, else unknown."""
    elevation = np.array(elevations, dtype=np.float32)
    surface = np.where(np.isnan(elevation), UNKNOWN, LAND).astype(np.uint8)
    if sea is not None:
        surface[np.asarray(sea)] = SEA
        elevation[np.asarray(sea)] = np.nan
    return Dem(elevation, surface, west, north, step, step)
