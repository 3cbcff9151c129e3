"""The build of an area: inputs -> the tables, rasters and description of ``data/<area>/``."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import tomli_w

from geo.basins import (
    AREA_TOLERANCE,
    REACHES_KM2,
    absorb_slivers,
    area_changes,
    clean_coverage,
    open_edges_km,
    river_systems,
)
from geo.build_inputs import NAMES, read_config, read_inputs, read_table, reading
from geo.carried import carried_layers
from geo.climate import climate_at
from geo.communities import community_codes, community_table
from geo.dataset import DATA_DIR, MESH_COMMUNITIES
from geo.fragments import cells_over, make_fragments
from geo.landuse import L03B_CLASSES, LandUse, share_land_use
from geo.mesh import cell_areas_km2, cell_centres
from geo.population import CensusFit, fit_to_census, share_by_land
from geo.potential import write_potentials
from geo.resources import load_catalogue_of
from geo.tables import (
    INTENSIVE,
    cell_table,
    extensive,
    municipality_table,
    surroundings,
    to_storage,
    with_lowland,
)
from geo.terms import Catalogue
from geo.writing import replace_files, write_text


def build_area(area: str, *, data_dir: Path = DATA_DIR, say: Callable[[str], None] = print) -> None:
    """Build ``data_dir/<area>`` from its ``inputs/`` folder; ``say`` is told each stage.

    Raises
    ------
    DatasetError
        An input is missing or not usable.
    CatalogueError
        The catalogue beside the area (or this checkout's) is malformed, or a potential needs a column that is not
        there.

    Whatever fails, the existing files are left as they were: all new ones are made whole before the first is put in
    place, and ``dataset.toml``, which knows every table's digest, comes last.
    """
    folder = data_dir / area
    config = read_config(folder, area)
    catalogue = load_catalogue_of(data_dir)
    say("reading inputs")
    land, basins_raw, mesh = read_inputs(folder, config)
    plane = config["plane_crs"]
    home = land[land["prefecture_code"] == config["prefecture_code"]]
    outline, coast = (
        shapely.union_all(home.geometry.to_numpy()),
        shapely.boundary(shapely.union_all(land.geometry.to_numpy())),
    )
    say("cleaning unit basins")
    basins, basin_notes = _make_basins(basins_raw, outline, coast, config)
    say("cutting fragments")
    near = land[land.intersects(shapely.union_all([outline, *basins.geometry]).buffer(2000))].reset_index(drop=True)
    cells = cells_over(gpd.GeoDataFrame(geometry=[outline, *basins.geometry], crs=plane), plane)
    fragments = make_fragments(cells, near, basins, prefecture_code=config["prefecture_code"])
    say("sharing out land use, people and climate")
    fragments, fit, landuse = _attach_amounts(fragments, mesh, folder, config)
    fragments["community_code"] = community_codes(fragments)
    communities = community_table(fragments, near, basins, config["rivers"])
    tables = {
        "cells": cell_table(fragments, plane),
        "municipalities": municipality_table(home),
        "basins": with_lowland(basins, outline),
        "communities": communities,
        "fragments": fragments.drop(columns="land_share"),
        "surroundings": surroundings(land, outline, config["prefecture_code"]),
    }
    say("writing")
    meta = _describe(area, folder, config, fragments, fit, landuse, basin_notes)
    _write(folder, meta, tables, catalogue)
    say(f"done: {len(fragments)} fragments in {folder.name}")


def _make_basins(
    raw: gpd.GeoDataFrame, outline: shapely.Geometry, coast: shapely.Geometry, config: dict[str, Any]
) -> tuple[gpd.GeoDataFrame, dict[str, Any]]:
    """Clean, group and mark the unit basins; those of systems that do not reach into the area are left out."""
    settings = config["basins"]
    basins = raw.assign(geometry=clean_coverage(raw.geometry.to_numpy()))
    changes = area_changes(basins)
    basins["cleaned_area_km2"] = [change.cleaned_km2 for change in changes]
    basins = basins.join(river_systems(basins, composite=settings["composite"], names=settings["names"]))
    inside_km2 = shapely.area(shapely.intersection(basins.geometry.to_numpy(), outline)) / 1e6
    reach = pd.Series(inside_km2).groupby(basins["river_system_code"].to_numpy()).transform("sum").to_numpy()
    basins = basins.assign(published_area_km2=basins["area_km2"], reaches_area=reach >= REACHES_KM2)
    open_edges = open_edges_km(basins, outline, coast)
    left_out = basins[~basins["reaches_area"]]
    basins = basins[basins["reaches_area"]].reset_index(drop=True)
    reaching = basins["river_system_code"]
    basins["geometry"] = absorb_slivers(basins.geometry.to_numpy(), outline, coast)
    basins["is_cut"] = basins["river_system_code"].isin(settings["cut"])
    readings = config["readings"]
    basins["river_system_name_en"] = [readings.get(name, {}).get("en", "") for name in basins["river_system_name"]]
    basins["river_system_kana"] = [readings.get(name, {}).get("kana", "") for name in basins["river_system_name"]]
    basins["is_estimated"] = ~basins["water_system_code"].isin(settings["names"])
    basins["rivers"] = basins["rivers"].fillna("")
    doubtful = basins[basins["doubt_en"] != ""]
    notes = {
        "snapping_m": 60.0,
        "gap_width_m": 300.0,
        "mean_change": float(np.mean([abs(change.relative) for change in changes])),
        "largest_change": max(abs(change.relative) for change in changes),
        "over_tolerance": [
            {
                "code": change.code,
                "published_km2": change.published_km2,
                "cleaned_km2": change.cleaned_km2,
                "change": change.relative,
                "reason_ja": "間引きで粗くなった小さな輪郭を隣と合わせたため",
                "reason_en": "a small outline, coarsened by thinning, was fitted to its neighbours",
            }
            for change in changes
            if abs(change.relative) > AREA_TOLERANCE
        ],
        "repaired_in_source": settings["repaired_in_source"],
        "doubtful_names": doubtful[["code", "river_system_name", "rivers", "doubt_ja", "doubt_en"]].to_dict("records"),
        "open_edges_km": {code: open_edges[code] for code in sorted(open_edges) if code in set(reaching)},
        "left_out": sorted(set(left_out["river_system_code"])),
        "cut": settings["cut"],
    }
    columns = [
        "code",
        "river_system_code",
        "river_system_name",
        "river_system_name_en",
        "river_system_kana",
        "rivers",
    ]
    columns += ["is_cut", "is_estimated", "reaches_area", "published_area_km2", "cleaned_area_km2", "geometry"]
    return basins[columns], notes


def _attach_amounts(
    fragments: gpd.GeoDataFrame, mesh: pd.DataFrame, folder: Path, config: dict[str, Any]
) -> tuple[gpd.GeoDataFrame, CensusFit, LandUse]:
    inputs = folder / "inputs"
    year = config["census_year"]
    census = read_table(inputs / "census_2020_by_municipality.csv", "code", (f"population_{year}",))
    classes = tuple(name for parts in L03B_CLASSES.values() for name in parts)
    counts = read_table(inputs / "landuse_2016_by_unit_basin.csv", "code", classes)
    shared = share_by_land(fragments, mesh[f"population_{year}"])
    fit = fit_to_census(fragments, shared, census[f"population_{year}"])
    centres = shapely.get_coordinates(shapely.centroid(fragments.geometry.to_numpy()))
    codes = fragments["mesh_code"].to_numpy(dtype=np.str_)
    land_km2 = fragments["area_km2"] / fragments["land_share"]
    sea_share = np.clip(1 - land_km2.to_numpy() / cell_areas_km2(codes), 0, 1)
    landuse = share_land_use(fragments, mesh, counts, config["l03b_cell_km2"], centres, sea_share)
    amounts = pd.DataFrame(
        {
            "population": fit.population,
            "population_mesh": shared,
            "population_2010": share_by_land(fragments, mesh["population_2010"]),
            "population_2015": share_by_land(fragments, mesh["population_2015"]),
        },
        index=fragments.index,
    )
    climate = inputs / "era5_climatology_2000_2025_japan_0p25.nc"
    with reading(climate):
        weather = pd.DataFrame(climate_at(climate, *cell_centres(codes)), index=fragments.index)
    known = pd.Series(fragments["mesh_code"].isin(mesh.index), name="has_mesh", index=fragments.index)
    joined = pd.concat([fragments, amounts, landuse.amounts, weather, known], axis=1)
    return gpd.GeoDataFrame(joined, geometry="geometry", crs=fragments.crs), fit, landuse


def _describe(
    area: str,
    folder: Path,
    config: dict[str, Any],
    fragments: gpd.GeoDataFrame,
    fit: CensusFit,
    landuse: LandUse,
    basin_notes: dict[str, Any],
) -> dict[str, Any]:
    change = fit.by_municipality["change"].abs()
    scale = landuse.fit["land_km2"] / landuse.fit["l03b_km2"]
    layers = [row | {"sha256": _sha256(folder / row["file"])} for row in config["layers"]]
    return {
        "area": area,
        **{name: config[name] for name in NAMES},
        "census_year": config["census_year"],
        "ladder": ["community", "municipality", "basin", "prefecture"],
        "community_kind": MESH_COMMUNITIES,
        "columns": {"extensive": extensive(fragments), "intensive": list(INTENSIVE)},
        "population_fit": {
            "mean_change": float(change.mean()),
            "largest_change": float(change.max()),
            "largest_at": str(change.idxmax()),
            "mesh_total": float(fit.by_municipality["mesh"].sum()),
            "census_total": float(fit.by_municipality["census"].sum()),
        },
        "landuse_fit": {
            "mean_change": float((scale - 1).abs().mean()),
            "largest_change": float((scale - 1).abs().max()),
            "largest_at": str(landuse.fit["code"].iloc[int((scale - 1).abs().argmax())]),
        },
        "basins": basin_notes,
        "layers": layers,
    }


def _write(folder: Path, meta: dict[str, Any], tables: dict[str, gpd.GeoDataFrame], catalogue: Catalogue) -> None:
    stored = {name: to_storage(table) for name, table in tables.items()}
    with tempfile.TemporaryDirectory(prefix=".build-", dir=folder) as name:
        made = Path(name)
        for key, table in stored.items():
            path = made / f"{key}.parquet"
            table.to_parquet(path, index=False, compression="zstd", write_covering_bbox=False)
        rasters = [row | _terms_of_land(meta) for row in write_potentials(stored["cells"], catalogue, made / "rasters")]
        digests = {key: _sha256(made / f"{key}.parquet") for key in stored}
        described = meta | {"tables": digests, "layers": [*meta["layers"], *rasters, *carried_layers(folder)]}
        write_text(made / "dataset.toml", tomli_w.dumps(described, multiline_strings=False))
        files = [*(f"{key}.parquet" for key in stored), *(row["file"] for row in rasters), "dataset.toml"]
        replace_files(made, folder, files)


def _terms_of_land(meta: dict[str, Any]) -> dict[str, str]:
    """Licence and credit of what is reckoned from land use: those of the layers that it stands on."""
    used = [row for row in meta["layers"] if row["key"] in ("landuse", "landcover")]
    return {name: " ／ ".join(row[name] for row in used) for name in ("licence", "attribution")}


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
