"""Free shapes over the live map: an area or a line that is no unit of the dataset."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

# Degrees, about a metre.
_PRECISION = 1e-5


@dataclass(frozen=True)
class Extra:
    """A shape drawn above the fills and below the marks of what is chosen.

    Attributes
    ----------
    kind
        'area' (a polygon, filled thinly), 'outline' (its edge, marked as a chosen unit is), 'line', 'flow': arrows,
        each a line of two points, from the first to the second; or 'pin': a point with its ``label`` on it.
    geometry
        Longitude and latitude in degrees.
    colour, width
        Of arrows: '#rrggbb' and pixels.
    label
        Of a pin: a number or a sign or two, shown as text.
    """

    kind: str
    geometry: shapely.Geometry
    colour: str = ""
    width: float = 0.0
    label: str = ""


def extra_message(extra: Extra) -> dict[str, Any]:
    """Return the shape as plain JSON values: rings (of an area) or paths as steps of whole units, lon and lat."""
    if extra.kind == "pin":
        return {"kind": "pin", "at": [round(extra.geometry.y, 5), round(extra.geometry.x, 5)], "label": extra.label}
    parts = [part for part in shapely.get_parts(extra.geometry) if not part.is_empty]
    if extra.kind == "outline":
        parts = [part for part in parts if part.geom_type == "Polygon"]
    if extra.kind in ("area", "outline"):
        shapes = [[_steps(ring) for ring in (part.exterior, *part.interiors)] for part in parts]
    else:
        shapes = [[_steps(part)] for part in parts]
    message = {"kind": extra.kind, "precision": _PRECISION, "shapes": shapes}
    return message | {"colour": extra.colour, "width": extra.width} if extra.kind == "flow" else message


def _steps(path: shapely.Geometry) -> list[int]:
    whole = np.rint(np.asarray(path.coords)[:, :2] / _PRECISION).astype(np.int64)
    steps = np.diff(whole, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    return [int(step) for step in steps.ravel()]
