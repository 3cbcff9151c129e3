"""The official downloads in a folder, read into what a build starts from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.dataset import DATA_DIR
from geo.japan import open_overview
from geo.mesh import south_west_arcsec
from geo.official.amounts import CLIMATE, LAND_USE
from geo.official.inputs import Described, OfficialInputs
from geo.official.tiles import BuildError
from geo.sources.a45 import read_a45
from geo.sources.census_mesh import read_census_mesh
from geo.sources.communities import read_school_districts, read_small_areas
from geo.sources.l03b import read_l03b
from geo.sources.n03 import read_n03
from geo.sources.products import PRODUCTS, Found, find_products
from geo.sources.reading import Reading
from geo.sources.repos import read_repos
from geo.sources.w07 import read_w07
from geo.sources.w12 import read_w12

_PREFECTURE_DIGITS = 2
_FILES_NAMED = 3
_NAMELESS = "名称不明"
_CENSUS = ("census_mesh", "census_mesh_2015", "census_mesh_2010")
# Read by the build; of the others a listing only says that they are there.
USED = ("n03", "w12", "w07", "l03b", *_CENSUS, "repos")
# What communities can be but the 2 km mesh -> the product and its reader.
_OUTLINES = {"schools": ("school_districts", read_school_districts), "towns": ("small_areas", read_small_areas)}
_NOT_USED = {
    "a13": "read by its reader, not used in figures: its classes overlap",
    "school_districts": "not used: --communities schools makes them the communities",
    "small_areas": "not used: --communities towns makes them the communities",
    "dem": "not used here: python -m geo terrain",
}
Say = Callable[[str], object]


def find_inputs(
    folder: Path, prefectures: Sequence[str], *, nation: bool, say: Say, communities: str = "mesh"
) -> Found:
    """List the products in a folder and tell what is there, what is missing and what the dataset will lack.

    Raises
    ------
    BuildError
        Without N03 nothing can be built; the outlines that the ``communities`` ('mesh', 'schools', 'towns') are to be
        are not there.
    SourceError
        There is no such folder.
    """
    found = find_products(folder, prefectures, nation=nation)
    used = {*USED, "a45", _OUTLINES[communities][0] if communities in _OUTLINES else ""}
    for key, presence in found.there.items():
        edition = f", {presence.edition}" if presence.edition else ""
        unused = "" if key in used else f" ({_NOT_USED[key]})"
        say(f"found   {presence.product.title_en}{edition}: {len(presence.paths)} file(s){unused}")
    for row in found.missing_rows():
        if row["key"] in USED:
            say(f"missing {row['title_en']}: {row['lacks_en']}")
    for ignored in found.ignored:
        say(f"ignored {ignored.path.name}: {ignored.reason_en}")
    if not found.paths("n03"):
        message = (
            f"no administrative areas (N03) in {folder.name}: nothing can be built without them; "
            "download N03 there (python -m geo fetch)"
        )
        raise BuildError(message, key="build_no_n03", folder=folder.name)
    if communities in _OUTLINES and not found.paths(_OUTLINES[communities][0]):
        product = PRODUCTS[_OUTLINES[communities][0]]
        message = (
            f"--communities {communities}: no {product.title_en} in {folder.name}; "
            "download them there, or leave the option out (squares of about 2 km)"
        )
        raise BuildError(
            message,
            key="build_communities",
            found=communities,
            folder=folder.name,
            title_ja=product.title_ja,
            title_en=product.title_en,
        )
    return found


def read_inputs(found: Found, data_dir: Path, say: Say, communities: str = "mesh") -> OfficialInputs:
    """Read the products; large ones file by file, so that only sums of them are in memory.

    Raises
    ------
    SourceError
        A file is not what its product promises.
    DatasetError
        The overview of Japan is not there.
    """
    overview = open_overview(data_dir if (data_dir / "japan" / "overview.toml").is_file() else DATA_DIR)
    say("reading administrative areas (N03)")
    n03 = read_n03(found.paths("n03"))
    layers = [_layer(n03, "municipalities", ("municipality_code",))]
    counts: dict[str, dict[str, int]] = {"n03": dict(n03.counts)}
    basins = names = landuse = None
    if found.paths("w12"):
        say("reading unit basins (W12)")
        w12 = read_w12(found.paths("w12"))
        basins = w12.table
        layers.append(_layer(w12, "basins", ("basin_code", "river_system_code")))
        counts["w12"] = dict(w12.counts)
    if found.paths("w07") and basins is not None:
        say("reading names of rivers (W07)")
        parts, readings = [], []
        for path in found.paths("w07"):
            reading = read_w07([path])
            parts.append(_named_cells(reading.table))
            # A tile of 100 m cells is large; what is wanted of it is not.
            readings.append(replace(reading, table=reading.table.iloc[:0]))
        names = _river_names(pd.concat(parts, ignore_index=True), basins)
        layers.append(_layer(_together(readings), "river_names", ()))
        counts["w07"] = _added(readings)
    if found.paths("l03b"):
        say("reading land use (L03-b)")
        readings = [read_l03b([path]) for path in found.paths("l03b")]
        tables = pd.concat([reading.table for reading in readings])
        landuse = tables.groupby("mesh_code", sort=True).sum(numeric_only=True).reset_index()
        layers.append(_layer(_together(readings), "landuse", LAND_USE))
        counts["l03b"] = _added(readings)
    census, prefectures = {}, frozenset[str]()
    for key in _CENSUS:
        if found.paths(key):
            say(f"reading census population ({key})")
            reading = read_census_mesh(found.paths(key))
            is_newest = key == _CENSUS[0]
            year = int(reading.provenance.year[:4])
            census[year] = reading.table[["mesh_code", "population"]]
            columns = ("population", "population_mesh") if is_newest else (f"population_{year}",)
            layers.append(_layer(reading, "population" if is_newest else f"population_{year}", columns))
            counts[key] = dict(reading.counts)
            if is_newest:
                regions = found.there[key].regions
                prefectures = frozenset(code for code in regions if len(code) == _PREFECTURE_DIGITS)
    whole, more_counts = _read_whole(found, communities, say)
    counts |= more_counts
    for row in overview.meta["sources"]:
        if row["key"] == "climate":
            layers.append({**row, "columns": list(CLIMATE)})
        elif row["key"] == "municipalities":
            layers.append({**row, "key": "japan", "columns": []})
    return OfficialInputs(
        municipalities=n03.table,
        japan=overview.municipalities,
        basins=basins,
        river_names=names,
        landuse=landuse,
        census=census,
        census_prefectures=prefectures,
        climate=overview.climate,
        communities=communities,
        community_outlines=next((whole[key] for key, _ in _OUTLINES.values() if key in whole), None),
        renewables=whole.get("repos"),
        national_forest=whole.get("a45"),
        layers=tuple(layers),
        counts=counts,
        missing=tuple(row for row in found.missing_rows() if row["key"] in USED),
    )


def _read_whole(found: Found, communities: str, say: Say) -> tuple[dict[str, Described], dict[str, dict[str, int]]]:
    """Read what is used once the tiles are one: by product its table, and what its reader met."""
    readers: dict[str, Callable[[Sequence[Path]], Reading]] = {"repos": read_repos, "a45": read_a45}
    if communities in _OUTLINES:
        product, reader = _OUTLINES[communities]
        readers[product] = reader
    whole, counts = {}, {}
    for product, read in readers.items():
        if found.paths(product):
            say(f"reading {PRODUCTS[product].title_en}")
            reading = read(found.paths(product))
            table = gpd.GeoDataFrame(reading.table)
            whole[product] = Described(table, _layer(reading, reading.provenance.key, ()))
            counts[product] = dict(reading.counts)
    return whole, counts


def _layer(reading: Reading, key: str, columns: Sequence[str]) -> dict[str, Any]:
    """Return a reading's row of ``[[layers]]``; of several files the digest is that of the list of their digests."""
    provenance = asdict(reading.provenance)
    names = [name for name, _ in reading.files]
    digests = [digest for _, digest in reading.files]
    listed = "".join(f"{digest}  {name}\n" for name, digest in reading.files)
    more = f" (+{len(names) - _FILES_NAMED})" if len(names) > _FILES_NAMED else ""
    kept = {name: list(value) if isinstance(value, tuple) else value for name, value in provenance.items()}
    source = f"{kept['source']} {kept.pop('url')}".strip()
    return kept | {
        "key": key,
        "source": source,
        "file": ", ".join(names[:_FILES_NAMED]) + more,
        "columns": list(columns),
        "sha256": digests[0] if len(digests) == 1 else hashlib.sha256(listed.encode()).hexdigest(),
    }


def _together(readings: Sequence[Reading]) -> Reading:
    """Return one reading for the files of a product read one by one; the table is the first's."""
    first = readings[0]
    files = tuple(file for reading in readings for file in reading.files)
    return Reading(first.product, first.table, first.provenance, files, _added(readings))


def _added(readings: Sequence[Reading]) -> dict[str, int]:
    keys = dict.fromkeys(key for reading in readings for key in reading.counts)
    return {key: sum(int(reading.counts.get(key, 0)) for reading in readings) for key in keys}


def _named_cells(mesh: pd.DataFrame) -> pd.DataFrame:
    """Return the 100 m cells of W07 by third mesh and names: how many (``cells``), and one in their midst."""
    known = mesh[mesh["water_system_name"] != ""].sort_values("mesh10")
    groups = known.groupby(["mesh_code", "water_system_name", "river_name", "unit_basin_code"], sort=True)["mesh10"]
    middle = groups.agg(lambda cells: cells.iloc[len(cells) // 2])
    return middle.to_frame().assign(cells=groups.size()).reset_index()


def _river_names(named: pd.DataFrame, basins: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return by unit basin the system that most of its 100 m cells name, and its rivers, the one of most cells first.

    Told by where the cells lie: W07's codes are not those of W12.
    """
    latitude, longitude = south_west_arcsec(named["mesh_code"].to_numpy(dtype=np.str_))
    row, column = (named["mesh10"].str[place].astype(int).to_numpy() for place in (8, 9))
    points = shapely.points((longitude + 4.5 * (column + 0.5)) / 3600, (latitude + 3 * (row + 0.5)) / 3600)
    outlines = basins[basins["kind"] == "basin"]
    at, basin = shapely.STRtree(outlines.geometry.to_numpy()).query(points, predicate="intersects")
    counted = named.iloc[at].assign(code=outlines["code"].to_numpy()[basin])
    counted = counted.groupby(["code", "water_system_name", "river_name"])["cells"].sum().reset_index()
    counted = counted[counted["water_system_name"] != _NAMELESS]
    by_system = counted.groupby(["code", "water_system_name"])["cells"].sum().reset_index()
    main = by_system.sort_values(["code", "cells", "water_system_name"], ascending=[True, False, True])
    system = main.drop_duplicates("code").set_index("code")["water_system_name"]
    rivers = counted[~counted["river_name"].isin(["", _NAMELESS])]
    rivers = rivers.groupby(["code", "river_name"])["cells"].sum().reset_index()
    rivers = rivers.sort_values(["code", "cells", "river_name"], ascending=[True, False, True])
    table = pd.DataFrame({"system_name": system, "rivers": rivers.groupby("code")["river_name"].agg(";".join)})
    return table.fillna("").rename_axis("code").sort_index().reset_index()
