"""Elevation tiles: the colour rule, their place on the globe, and what is refused."""

import io
import math
import zipfile

import numpy as np
import pytest
from PIL import Image

from geo.sources.dem import LAND, UNKNOWN
from geo.sources.dem_tiles import decode_tile, read_tiles
from geo.sources.reading import SourceError

# Zoom 14 over Odawara.
Z, X, Y = 14, 14524, 6478


def png(heights, mode="RGB", size=256):
    """A tile of these heights (a number or (256, 256)), NaN being no data."""
    values = np.broadcast_to(np.asarray(heights, dtype=float), (size, size))
    number = np.where(np.isnan(values), 2**23, np.rint(np.nan_to_num(values) * 100).astype(int) % 2**24)
    pixels = np.stack([number >> 16, number >> 8 & 255, number & 255], axis=-1).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(buffer, "PNG")
    return buffer.getvalue()


def tile_files(folder, tiles):
    for (z, x, y), content in tiles.items():
        path = folder / str(z) / str(x) / f"{y}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def decoded(*rgb):
    pixels = np.broadcast_to(np.array(rgb, dtype=np.uint8), (256, 256, 3))
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return decode_tile(buffer.getvalue(), file="f", name="n")[0, 0]


def test_a_colour_is_a_height_in_centimetres():
    """Worked out by hand from the rule: x = 65536 R + 256 G + B."""
    assert decoded(0, 0, 0) == 0
    assert decoded(0, 1, 0) == pytest.approx(2.56)
    assert decoded(5, 195, 80) == pytest.approx(3776.80)
    assert decoded(255, 255, 255) == pytest.approx(-0.01)
    assert decoded(255, 255, 0) == pytest.approx(-2.56)
    assert math.isnan(decoded(128, 0, 0))


def test_tiles_lie_where_their_numbers_say(tmp_path):
    tiles = {(Z, X, Y): png(10.0), (Z, X + 1, Y): png(20.0), (Z, X, Y + 1): png(np.nan)}
    dem = read_tiles([tile_files(tmp_path, tiles)])
    west = X / 2**Z * 360 - 180
    north = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * Y / 2**Z))))
    assert (dem.west, dem.north) == (pytest.approx(west), pytest.approx(north))
    assert dem.elevation_m.shape[1] == 512
    assert dem.elevation_m[5, 5] == 10
    assert dem.elevation_m[5, 500] == 20
    assert dem.step_lon == pytest.approx(360 / 2**Z / 256)
    assert np.isnan(dem.elevation_m[-5, 5])
    assert (dem.surface[-5, 5], dem.surface[5, 5]) == (UNKNOWN, LAND)


def test_a_slope_is_warped_to_its_place(tmp_path):
    """Heights that fall with the tile's row: at a latitude, the Mercator row can be worked out."""
    rows = np.broadcast_to(np.arange(256.0)[:, np.newaxis], (256, 256))
    dem = read_tiles([tile_files(tmp_path, {(Z, X, Y): png(rows)})])
    row = dem.elevation_m.shape[0] // 2
    latitude = math.radians(dem.north - (row + 0.5) * dem.step_lat)
    place = (0.5 - math.asinh(math.tan(latitude)) / (2 * math.pi)) * 2**Z
    assert dem.elevation_m[row, 100] == pytest.approx((place - Y) * 256 - 0.5, abs=0.05)


def test_a_folder_from_its_zoom_level_on_and_a_zip_are_read_alike(tmp_path):
    whole = read_tiles([tile_files(tmp_path / "tiles", {(Z, X, Y): png(7.0)})])
    part = read_tiles([tmp_path / "tiles" / str(Z)])
    path = tmp_path / "tiles.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"dem_png/{Z}/{X}/{Y}.png", png(7.0))
    packed = read_tiles([path])
    for dem in (part, packed):
        np.testing.assert_array_equal(dem.elevation_m, whole.elevation_m)
        assert (dem.west, dem.north) == (whole.west, whole.north)


def test_of_two_zoom_levels_one_must_be_chosen(tmp_path):
    folder = tile_files(tmp_path, {(Z, X, Y): png(1.0), (Z - 1, X // 2, Y // 2): png(2.0)})
    with pytest.raises(SourceError, match="zoom levels 13, 14"):
        read_tiles([folder])
    assert read_tiles([folder], zoom=13).elevation_m[9, 9] == 2
    with pytest.raises(SourceError, match="zoom level 15"):
        read_tiles([folder], zoom=15)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"not a picture", "UnidentifiedImageError"),
        (png(1.0)[:200], "Error"),
        (png(1.0, size=128), "128 × 128"),
        (png(1.0, mode="L"), "L"),
        (png(1.0, mode="P"), "P"),
    ],
)
def test_a_picture_that_is_no_tile_is_refused(tmp_path, content, found):
    with pytest.raises(SourceError, match=found) as caught:
        read_tiles([tile_files(tmp_path, {(Z, X, Y): content})])
    assert caught.value.params["layer"].endswith(f"{Y}.png")


def test_names_that_do_not_say_where_the_tile_lies_are_refused(tmp_path):
    (tmp_path / "odawara.png").write_bytes(png(1.0))
    with pytest.raises(SourceError, match=r"zoom/x/y\.png"):
        read_tiles([tmp_path])


def test_a_tile_beyond_the_map_is_refused(tmp_path):
    with pytest.raises(SourceError, match="beyond"):
        read_tiles([tile_files(tmp_path, {(3, 9, 1): png(1.0)})])


def test_no_tile_at_all_is_refused(tmp_path):
    with pytest.raises(SourceError, match="no tile"):
        read_tiles([tmp_path])
