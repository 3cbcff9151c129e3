"""Time, peak memory and growth of official builds.

``python -m tests.bench.national kanagawa`` builds Kanagawa from the test-only extracts of N03.
``python -m tests.bench.national country`` builds a made-up country of 387,000 cells, 1,900 municipalities and 3,000
basins, with land use, people and climate.
``python -m tests.bench.national growth`` builds 1, 4 and 16 prefectures' worth of it.

The made-up country exists for the bench alone: it is made in a temporary folder and removed with it.
Prints one JSON object a build: seconds, peak memory in MB (10^6 bytes; the largest process, and all together),
and what was built.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.dataset import open_dataset
from geo.official.build import build_official
from geo.official.gather import find_inputs, read_inputs
from geo.official.inputs import OfficialInputs
from geo.sources.l03b_codes import CLASSES

EXTRACTS = Path(__file__).resolve().parents[3] / "shared" / "data" / "test-only"
# A prefecture is 90 × 92 cells (8,280, of which the frame's ragged coast takes some), cut into municipalities and
# basins by Voronoi cells whose edges are made as winding as surveyed ones.
ROWS, COLUMNS = 90, 92
TOWNS, BASINS = 40, 64
COUNTRY = (8, 6)
WORKERS = 2
_WEST, _SOUTH = 130.0, 30.5


def made_up_country(down, across):
    """Return inputs of ``down`` × ``across`` prefectures, their codes, and the number of cells."""
    random = np.random.default_rng(7)
    frame = shapely.box(_WEST, _SOUTH, _WEST + across * COLUMNS / 80, _SOUTH + down * ROWS / 120)
    land = coast(frame, random)
    count = down * across
    # Codes of real prefectures, of which there are 47: the last two of a country share one.
    prefectures = [f"{min(1 + number, 47):02d}" for number in range(count)]
    towns = voronoi(land, count * TOWNS, random)
    centres = shapely.get_coordinates(shapely.centroid(towns))
    column = np.clip(((centres[:, 0] - _WEST) * 80 // COLUMNS).astype(int), 0, across - 1)
    row = np.clip(((centres[:, 1] - _SOUTH) * 120 // ROWS).astype(int), 0, down - 1)
    prefecture = np.array(prefectures)[row * across + column]
    number = pd.Series(prefecture).groupby(prefecture).cumcount().to_numpy()
    codes = [f"{code}{100 + one}" for code, one in zip(prefecture, number, strict=True)]
    names = {"name_ja": codes, "prefecture_code": prefecture, "prefecture_ja": prefecture}
    municipalities = gpd.GeoDataFrame({"code": codes, **names}, geometry=towns, crs="EPSG:6668")
    basins = voronoi(land, count * BASINS, random)
    systems = [f"83{1 + number // 40:03d}" for number in range(len(basins))]
    water = gpd.GeoDataFrame(
        {
            "code": [f"{system}-{number % 40:04d}" for number, system in enumerate(systems)],
            "water_system_code": systems,
            "kind": "basin",
        },
        geometry=basins,
        crs="EPSG:6668",
    )
    mesh = cells_on(land)
    landuse = pd.DataFrame({"mesh_code": mesh} | {name: random.integers(0, 12, len(mesh)) for name in CLASSES})
    census = pd.DataFrame({"mesh_code": mesh, "population": random.integers(0, 2000, len(mesh)).astype(float)})
    latitude, longitude = np.meshgrid(np.arange(20, 46.01, 0.25), np.arange(122, 154.01, 0.25), indexing="ij")
    climate = pd.DataFrame({"latitude": latitude.ravel(), "longitude": longitude.ravel()})
    climate = climate.assign(precipitation_mm=1500.0, temperature_c=15.0)
    japan = municipalities.assign(name_kana="", name_en="", geometry=shapely.simplify(towns, 0.01))
    row = {
        "key": "landuse", "title_ja": "作り物", "title_en": "made up", "file": "", "source": "", "year": "2020",
        "resolution": "", "licence": "", "attribution": "", "processing_ja": "", "processing_en": "", "caveats_ja": [],
        "caveats_en": [], "sha256": "",
    }  # fmt: skip
    inputs = OfficialInputs(
        municipalities=municipalities.sort_values("code", ignore_index=True), japan=japan, basins=water,
        landuse=landuse, census={2010: census, 2020: census}, climate=climate, layers=(row,),
    )  # fmt: skip
    return inputs, sorted(set(prefectures)), len(mesh)


def coast(frame, random):
    """Return the frame with a ragged edge, as long as a coast at some 50 m between corners."""
    ring = shapely.get_coordinates(shapely.segmentize(frame.exterior, 0.0005))[:-1]
    steps = random.normal(0, 1, len(ring)).cumsum()
    steps -= np.linspace(0, steps[-1], len(steps))
    inward = 0.02 * (steps - steps.max()) / np.ptp(steps)
    centre = np.array(frame.centroid.coords[0])
    direction = (ring - centre) / np.linalg.norm(ring - centre, axis=1)[:, None]
    return shapely.make_valid(shapely.Polygon(ring + direction * inward[:, None])).buffer(0)


def voronoi(land, count, random):
    """Cut the land into ``count`` parts with winding borders; a valid coverage of about 50 m between corners."""
    west, south, east, north = land.bounds
    points = np.column_stack([random.uniform(west, east, count), random.uniform(south, north, count)])
    parts = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=land))
    lines = shapely.get_parts(shapely.line_merge(shapely.union_all(shapely.boundary(parts))))
    wound = shapely.transform(shapely.segmentize(lines, 0.0005), winding)
    parts = shapely.get_parts(shapely.polygonize([shapely.node(shapely.union_all(wound))]))
    parts = parts[np.argsort(shapely.area(parts))[::-1][:count]]
    inside = shapely.intersection(parts, land)
    centres = shapely.get_coordinates(shapely.centroid(inside))
    return inside[np.lexsort((centres[:, 0].round(1), centres[:, 1].round(0)))]


def winding(points):
    """Move points by up to some 300 m, the same for the same point, so that neighbours stay together."""
    x, y = points.T
    bend_x = np.sin(900 * y) + 0.5 * np.sin(2300 * x + 5) + 0.2 * np.sin(5100 * y)
    bend_y = np.cos(900 * x) + 0.5 * np.sin(2300 * y + 3) + 0.2 * np.cos(5100 * x)
    return points + 0.0015 * np.column_stack([bend_x, bend_y])


def cells_on(land):
    """Return the codes of all third-mesh cells that touch the land."""
    from geo.official.grid import codes_of

    west, south, east, north = land.bounds
    rows = np.arange(int(south * 120), int(north * 120) + 1)
    columns = np.arange(int((west - 100) * 80), int((east - 100) * 80) + 1)
    row, column = (grid.ravel() for grid in np.meshgrid(rows, columns, indexing="ij"))
    boxes = shapely.box(column / 80 + 100, row / 120, (column + 1) / 80 + 100, (row + 1) / 120)
    shapely.prepare(land)
    touched = shapely.intersects(land, boxes)
    return codes_of(row[touched], column[touched])


class Memory(threading.Thread):
    """The largest memory of this process with its children, and of the largest of them, every 50 ms."""

    def __init__(self):
        super().__init__(daemon=True)
        self.together = self.largest = 0.0
        self.ended = threading.Event()

    def run(self):
        while not self.ended.wait(0.05):
            sizes = [private_mb(pid) for pid in family(os.getpid())]
            self.together, self.largest = max(self.together, sum(sizes)), max(self.largest, *sizes)


def family(root):
    """Return this process and all that descend from it."""
    listed = subprocess.run(["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = {int(pid): int(parent) for pid, parent in (line.split() for line in listed.splitlines())}
    found = {root}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def private_mb(pid):
    """Return a process's share of resident memory; 0 where it has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024 / 1e6
    except (OSError, StopIteration):
        return 0.0


def processor_seconds():
    """Return the processor time of this process and of its ended children, which other load does not change."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def timed(name, build, data_dir):
    """Build, and print what it took."""
    memory = Memory()
    memory.start()
    start, used = time.perf_counter(), processor_seconds()
    build(data_dir)
    seconds, used = time.perf_counter() - start, processor_seconds() - used
    memory.ended.set()
    memory.join()
    info = open_dataset(name, data_dir=data_dir).info()["counts"]
    took = {
        "seconds": round(seconds, 1),
        "processor_s": round(used, 1),
        "together_mb": round(memory.together),
        "largest_mb": round(memory.largest),
    }
    print(json.dumps({"build": name, **took, **info}), flush=True)


def kanagawa(data_dir):
    def build(folder):
        found = find_inputs(EXTRACTS, ["14"], nation=False, say=lambda _: None)
        inputs = read_inputs(found, folder, lambda _: None)
        build_official("kanagawa", inputs, ["14"], data_dir=folder, workers=WORKERS)

    timed("kanagawa", build, data_dir)


def country(data_dir, down=COUNTRY[0], across=COUNTRY[1], name="country"):
    start = time.perf_counter()
    inputs, prefectures, cells = made_up_country(down, across)
    made = {"municipalities": len(inputs.municipalities), "basins": len(inputs.basins), "cells": cells}
    vertices = int(shapely.get_num_coordinates(inputs.municipalities.geometry.to_numpy()).sum())
    print(json.dumps({"made": name, **made, "corners": vertices, "s": round(time.perf_counter() - start, 1)}))
    timed(name, lambda folder: build_official(name, inputs, prefectures, data_dir=folder, workers=WORKERS), data_dir)


def growth(data_dir):
    for down, across in ((1, 1), (2, 2), (4, 4)):
        country(data_dir, down, across, f"prefectures-{down * across}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="meguri-bench-") as folder:
        {"kanagawa": kanagawa, "country": country, "growth": growth}[sys.argv[1]](Path(folder))
