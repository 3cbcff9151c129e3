"""Arrows on the live map."""

import json

import pandas as pd
import pytest

from layers.flow_map import LINE_COLUMNS, drawn_share, flow_extras
from layers.live import stage_script
from layers.live.extra import extra_message
from layers.palette import SCALE_COLOURS


def lines(*rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(LINE_COLUMNS))


def test_arrows_are_as_wide_as_they_are_large_and_coloured_by_scale() -> None:
    extras = flow_extras(
        lines(
            (139.0, 35.0, 139.1, 35.2, 100.0, "basin"),
            (139.0, 35.0, 139.3, 35.2, 50.0, "basin"),
            (139.5, 35.0, 139.3, 35.2, 30.0, "prefecture"),
            (139.5, 35.0, 139.6, 35.2, 5.9, "basin"),
        )
    )
    assert [(extra.kind, extra.width, extra.colour) for extra in extras] == [
        ("flow", 3.5, SCALE_COLOURS["basin"]),
        ("flow", 8.0, SCALE_COLOURS["prefecture"]),
        ("flow", 11.0, SCALE_COLOURS["basin"]),
    ]
    assert extra_message(extras[2]) == {
        "kind": "flow",
        "precision": 1e-5,
        "shapes": [
            [[13_900_000, 3_500_000, 10_000, 20_000]],
            [[13_900_000, 3_500_000, 30_000, 20_000]],
        ],
        "colour": SCALE_COLOURS["basin"],
        "width": 11.0,
    }


def test_what_stays_in_its_place_is_no_arrow() -> None:
    table = lines((139.0, 35.0, 139.0, 35.0, 9.0, "community"), (139.0, 35.0, 139.1, 35.0, 0.0, "basin"))
    assert flow_extras(table) == ()
    assert drawn_share(table) == (0, 0, 1.0)
    assert flow_extras(lines()) == ()


def test_only_the_largest_are_drawn_and_the_share_is_told() -> None:
    table = lines(*((139.0, 35.0, 139.1 + i / 100, 35.0, float(i + 1), "prefecture") for i in range(4)))
    extras = flow_extras(table, most=2)
    ends = [path[0][2] for extra in extras for path in extra_message(extra)["shapes"]]
    assert sorted(ends) == [12_000, 13_000]
    assert drawn_share(table, most=2) == (2, 4, pytest.approx(0.7))


def test_a_scale_without_a_colour_is_drawn_as_outside() -> None:
    (extra,) = flow_extras(lines((139.0, 35.0, 139.1, 35.0, 1.0, "partition_wards")))
    assert extra.colour == SCALE_COLOURS["outside"]


def test_the_message_of_150_arrows_is_small() -> None:
    rows = [(139.0 + i / 500, 35.1, 139.9 - i / 700, 35.4, float(i + 1), "prefecture") for i in range(400)]
    message = json.dumps([extra_message(extra) for extra in flow_extras(lines(*rows))])
    assert len(message) < 10_000


def test_the_stage_knows_arrows() -> None:
    script = stage_script()
    assert "function paintFlows" in script
    assert script.index("FlowArrow = L.Polygon.extend") > script.index("return exports")
