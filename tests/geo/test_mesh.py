"""Mesh codes, cells and areas against values worked out by hand."""

import jismesh.utils
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from geo import mesh
from geo.errors import InputError


def test_corner_of_a_cell_worked_out_by_hand() -> None:
    # 5339-35-99: row 53 -> 53 * 40' = 35 deg 20'; second row 3 -> + 15'; third row 9 -> + 4' 30" = 35 deg 39' 30".
    # Column 39 -> 139 deg; second column 5 -> + 37' 30"; third column 9 -> + 6' 45" = 139 deg 44' 15".
    latitude, longitude = mesh.south_west_arcsec(np.array(["53393599"]))
    assert latitude.tolist() == [35 * 3600 + 39 * 60 + 30]
    assert longitude.tolist() == [139 * 3600 + 44 * 60 + 15]


def test_area_matches_the_geodesic_polygon() -> None:
    code = np.array(["53393599"])
    polygon = mesh.cell_polygons(code)[0]
    # Edges along the parallel are cut finely: a geodesic between two corners is not the parallel itself.
    area_m2, _ = Geod(ellps="GRS80").geometry_area_perimeter(polygon.segmentize(1e-4))
    assert mesh.cell_areas_km2(code)[0] == pytest.approx(abs(area_m2) / 1e6, rel=1e-9)


@given(st.floats(24.1, 45.9), st.floats(122.1, 153.9))
def test_a_cells_centre_has_its_code(latitude: float, longitude: float) -> None:
    codes = mesh.codes_of_points(np.array([latitude]), np.array([longitude]))
    assert mesh.codes_of_points(*mesh.cell_centres(codes)).tolist() == codes.tolist()


def test_codes_and_points_agree_with_jismesh() -> None:
    latitude, longitude = np.array([35.31, 24.41, 43.91]), np.array([139.21, 123.91, 145.31])
    codes = mesh.codes_of_points(latitude, longitude)
    assert codes.tolist() == jismesh.utils.to_meshcode(latitude, longitude, 3).astype(str).tolist()
    expected = jismesh.utils.to_meshpoint(codes.astype(np.int64), 0.5, 0.5)
    np.testing.assert_allclose(mesh.cell_centres(codes), expected, rtol=1e-12)
    double = jismesh.utils.to_meshcode(latitude, longitude, 2000).astype(str)
    assert mesh.double_mesh_codes(codes).tolist() == double.tolist()


def test_double_mesh_takes_even_row_and_column_and_five() -> None:
    codes = mesh.double_mesh_codes(np.array(["53393599", "53393588", "53393589", "53393577"]))
    assert codes.tolist() == ["533935885", "533935885", "533935885", "533935665"]


def test_codes_covering_a_box_of_two_by_two_cells() -> None:
    codes = mesh.codes_covering(139.7375 + 1e-6, 35.658334, 139.7375 + 2 / 80 - 1e-6, 35.658333 + 2 / 120 - 1e-6)
    assert codes.tolist() == ["53393599", "53393690", "53394509", "53394600"]


@pytest.mark.parametrize("code", ["5339359", "533935999", "5339x599", "53398599", "53393899", ""])
def test_a_wrong_code_is_refused_with_its_text(code: str) -> None:
    with pytest.raises(InputError, match=f"'{code}'"):
        mesh.south_west_arcsec(np.array([code]))
