"""Tables made from fragments in a world of two cells."""

import geopandas as gpd
import numpy as np
import pytest
from shapely import box

from geo.tables import cell_table, extensive

PLANE = "EPSG:6677"


def test_cells_sum_the_fragments_inside_and_keep_the_unknown_unknown() -> None:
    # Cell 1: 1 + 2 people inside, 5 in the halo; its paddy is known in one part. Cell 2: no paddy is known.
    fragments = gpd.GeoDataFrame(
        {
            "mesh_code": ["53390000", "53390000", "53390000", "53390001"],
            "in_area": [True, True, False, True],
            "area_km2": [0.5, 0.25, 0.25, 1.0],
            "land_share": [0.5, 0.25, 0.25, 1.0],
            "population": [1.0, 2.0, 5.0, 4.0],
            "paddy_km2": [0.1, np.nan, 0.2, np.nan],
            "precipitation_mm": [1700.0, 1700.0, 1700.0, 1800.0],
            "temperature_c": [15.0, 15.0, 15.0, 14.0],
        },
        geometry=[box(0, 0, 1, 1)] * 4,
        crs=PLANE,
    )
    assert extensive(fragments) == ["area_km2", "population", "paddy_km2"]
    cells = cell_table(fragments, PLANE).set_index("mesh_code")
    assert cells["population"].to_dict() == {"53390000": 3, "53390001": 4}
    assert cells["area_km2"].tolist() == [0.75, 1.0]
    assert cells["paddy_km2"].tolist() == [pytest.approx(0.1), pytest.approx(np.nan, nan_ok=True)]
    assert cells["precipitation_mm"].tolist() == [1700, 1800]
