"""Census mesh (国勢調査 地域メッシュ統計): e-Stat's tables as downloaded -> people and households of every cell."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd

from geo.sources.archive import Source, open_source
from geo.sources.census_tables import TABLES, provenance
from geo.sources.census_text import FILE_NAME, HIDDEN, RECEIVES, REMEDY, Part, read_part
from geo.sources.fields import once
from geo.sources.reading import Reading, SourceError


def read_census_mesh(paths: Sequence[Path], *, year: int | None = None) -> Reading:
    """Read one table of the mesh statistics, by primary mesh or by prefecture.

    Parameters
    ----------
    paths
        Text files of one table, or zips of them: CP932 or UTF-8, a row of codes, a row of Japanese titles, then
        cells. The columns are bound by the titles. A file given twice is read once.
    year
        Census year of a table that ``geo.sources.census_tables.TABLES`` does not list.

    Returns
    -------
    ``table``, sorted by ``mesh_code``: ``mesh_code`` (8, 9 or 10 digits), ``level`` (1000, 500 or 250 m),
    ``population`` and ``households`` (float64; NaN where the table hides or lacks them), ``is_hidden`` (the cell's
    details are counted in another cell) and ``merged_into`` (that cell; several joined by ';'; '' where not hidden).
    Files by prefecture hold each its own part of a border cell: parts are summed. ``counts``: ``rows``, ``hidden``
    and ``merged`` (cells whose details went elsewhere, and that took them in), ``split`` (cells summed from several
    prefectures), ``hidden_population`` (cells whose number of people itself is hidden), ``repeated``.

    Raises
    ------
    SourceError
        Another encoding or layout, a page instead of a table, titles that are not there, a code that is none, two
        tables or two levels at once, a cell twice, an unlisted table without ``year``.

    Notes
    -----
    The number of people and of households of a hidden cell stays its own as a rule (only details move to
    ``merged_into``), so they add up over all cells. Where it is '*', the people are inside the target's figure:
    here NaN, so that nobody counts twice.
    """
    kept, digests, repeated = once(paths)
    parts: list[Part] = []
    for path in kept:
        with open_source(path) as source:
            parts += [read_part(source, member) for member in _tables(source)]
    if not parts:
        raise SourceError.of(
            ", ".join(path.name for path in paths) or "e-Stat",
            expected="at least one table tblT….txt",
            found="none",
            remedy=REMEDY,
        )
    first = parts[0]
    for part in parts[1:]:
        if (part.table_id, part.level) != (first.table_id, first.level):
            raise SourceError.of(
                part.name,
                expected=f"table T{first.table_id} at {first.level} m, as in {first.name}",
                found=f"T{part.table_id} at {part.level} m",
                remedy="Read one table at a time: years and levels must not be mixed.",
            )
    census_year = _year(first, year)
    rows = pd.concat([part.rows.assign(part=number) for number, part in enumerate(parts)], ignore_index=True)
    _check_once(rows, parts)
    table = _sum_parts(rows, first.level)
    hidden_people = int(table["population"].isna().sum())
    return Reading(
        product="census_mesh",
        table=table,
        provenance=provenance(first.table_id, census_year, first.level, any(part.is_prefecture for part in parts)),
        files=tuple(digests),
        counts={
            "rows": len(table),
            "hidden": int(table["is_hidden"].sum()),
            "merged": int(rows.loc[rows["treatment"] == RECEIVES, "mesh_code"].nunique()),
            "split": int((rows.groupby("mesh_code").size() > 1).sum()),
            "hidden_population": hidden_people,
            "repeated": repeated,
        },
    )


def _tables(source: Source) -> list[str]:
    """Return the tables in a download: those named as e-Stat names them, else every text file."""
    members = source.find("*.txt", "*.csv")
    named = [member for member in members if FILE_NAME.search(PurePosixPath(member).name)]
    return named or members


def _year(part: Part, year: int | None) -> int:
    listed = TABLES.get(part.table_id)
    if listed is None and year is None:
        raise SourceError.of(
            part.name,
            expected="a table whose census year is known",
            found=f"T{part.table_id or '?'}",
            remedy="Tell the census year (year=2020), as the page of the table says it.",
        )
    if listed is not None and year is not None and listed.year != year:
        raise SourceError.of(
            part.name,
            expected=f"a table of {year}",
            found=f"T{part.table_id}, of {listed.year}",
            remedy="Give the table of that census, or leave the year out.",
        )
    return listed.year if listed is not None else int(year or 0)


def _check_once(rows: pd.DataFrame, parts: Sequence[Part]) -> None:
    """Refuse a cell twice, but for the parts of a border cell in two prefectures' files."""
    within = rows.duplicated(["mesh_code", "part"])
    is_part = rows["part"].map({number: part.is_prefecture for number, part in enumerate(parts)}).astype(bool)
    across = rows.duplicated("mesh_code", keep=False) & ~is_part
    for wrong, expected in ((within, "every cell once in a file"), (across, "every cell in one file only")):
        if wrong.any():
            row = rows.loc[wrong].iloc[-1]
            names = [parts[number].name for number in sorted(set(rows.loc[rows.mesh_code == row.mesh_code, "part"]))]
            raise SourceError.of(
                parts[int(row.part)].name,
                expected=expected,
                found=f"cell {row.mesh_code} in {', '.join(names)}",
                remedy="Give either the files by primary mesh or those by prefecture, each once.",
            )


def _sum_parts(rows: pd.DataFrame, level: int) -> pd.DataFrame:
    marked = rows.assign(is_hidden=rows["treatment"] == HIDDEN)
    cells = marked.groupby("mesh_code", sort=True)
    table = cells[["population", "households"]].sum(min_count=1)
    table["is_hidden"] = cells["is_hidden"].any()
    targets = marked[marked["merged_into"] != ""].groupby("mesh_code")["merged_into"]
    joined = targets.agg(lambda found: ";".join(sorted(set(found))))
    table["merged_into"] = joined.reindex(table.index).fillna("").astype(str)
    table = table.reset_index()
    table.insert(1, "level", np.int64(level))
    return table
