"""A small catalogue and a world of three fragments whose every amount can be worked out by hand."""

from pathlib import Path

import numpy as np
import pandas as pd

CATALOGUE = Path(__file__).with_name("small_catalogue.toml").read_text(encoding="utf-8")


def world(**columns: list[float]) -> pd.DataFrame:
    """Three fragments a, b (municipality m1) and c (m2); one river system; ``columns`` replace or add columns."""
    table = pd.DataFrame(
        {
            "mesh_code": ["53391000", "53391001", "53391002"],
            "community_code": ["a", "b", "c"],
            "municipality_code": ["m1", "m1", "m2"],
            "river_system_code": ["r", "r", "r"],
            "prefecture_code": ["14", "14", "14"],
            "in_area": [True, True, True],
            "area_km2": [1.0, 1.0, 2.0],
            "population": [10.0, 10.0, 10.0],
            "forest_km2": [4.0, 0.0, 2.0],
            "built_km2": [10.0, 0.0, 0.5],
            "precipitation_mm": [1600.0, 1600.0, 500.0],
        }
    )
    return table.assign(**{name: np.asarray(values) for name, values in columns.items()})
