"""Fragments in a row on the equator, where a degree of longitude is known: GRS80's radius × π / 180."""

import geopandas as gpd
import numpy as np
import shapely

from tests.geo.catalogue_world import world

# Moritz (2000), Geodetic Reference System 1980: the semi-major axis is 6,378.137 km.
DEGREE_KM = 6378.137 * np.pi / 180
STEP = 0.1
STEP_KM = DEGREE_KM * STEP


def row_of_fragments(**columns):
    """Return the catalogue world's fragments a, b (m1) and c (m2) as squares whose centres are 0.1° apart."""
    table = world(**columns)
    west = np.arange(len(table)) * STEP - 0.005
    squares = shapely.box(west, -0.005, west + 0.01, 0.005)
    return gpd.GeoDataFrame(table, geometry=squares, crs="EPSG:6668")
