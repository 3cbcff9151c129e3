"""Communities: small 2 km pieces join a neighbour, over a tile's edge too."""

import pandas as pd

from geo.communities import community_codes
from geo.official.frame import make_frame
from geo.official.grid import EQUAL_AREA
from geo.official.slivers import join_slivers
from geo.official.tile import compute_tile
from tests.geo.official.world import TOWNS, cell, inputs, towns


def made(folder, boxes):
    frame, _ = make_frame(inputs(municipalities=towns(boxes), basins=None), ("14",), folder / "frame")
    results = [compute_tile(tile, frame) for tile in frame.tiles]
    pieces = pd.concat([result.pieces for result in results], ignore_index=True)
    return pieces, pd.concat([result.fragments for result in results], ignore_index=True)


def test_a_strip_over_the_tiles_edge_joins_its_own_municipality(tmp_path):
    """14101 reaches 2 % of a cell over column 40: two strips of 0.04 km² in the next tile."""
    boxes = TOWNS | {"14101": (36, 36, 40.02, 40), "14103": (40.02, 36, 44, 40)}
    pieces, _ = made(tmp_path, boxes)
    joined = join_slivers(pieces)
    assert joined[f"{cell(36, 40)}5-14101"] == f"{cell(36, 38)}5-14101"
    assert joined[f"{cell(38, 40)}5-14101"] == f"{cell(38, 38)}5-14101"
    assert joined[f"{cell(36, 40)}5-14103"] == f"{cell(36, 40)}5-14103"
    assert (joined != joined.index).sum() == 2


def test_an_islet_stays(tmp_path):
    boxes = TOWNS | {"14104": (37.5, 45, 37.6, 45.1)}
    pieces, _ = made(tmp_path, boxes)
    assert join_slivers(pieces)[f"{cell(44, 36)}5-14104"] == f"{cell(44, 36)}5-14104"


def test_it_is_what_the_build_from_inputs_does(tmp_path):
    """Slanting borders, many small pieces: the same communities as over the whole area at once."""
    boxes = {
        "14101": (36, 36, 39.97, 40.03), "14102": (36, 40.03, 42.02, 44), "14103": (39.97, 36, 42.02, 40.03),
        "14104": (42.02, 36, 46, 44), "22101": (46, 36, 48, 44),
    }  # fmt: skip
    pieces, fragments = made(tmp_path, boxes)
    joined = fragments["community_code"].map(join_slivers(pieces))
    assert (joined != fragments["community_code"]).sum() >= 6
    expected = community_codes(fragments.set_crs("EPSG:6668").to_crs(EQUAL_AREA))
    assert joined.tolist() == expected.tolist()
