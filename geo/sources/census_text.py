"""One e-Stat text table of the mesh statistics -> its rows, columns bound by their Japanese titles."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np
import pandas as pd

from geo.sources.archive import Source
from geo.sources.census_tables import LEVEL_OF_DIGITS, LEVEL_OF_LETTER, TABLES
from geo.sources.reading import SourceError

FILE_NAME = re.compile(r"tblT(\d{6})([A-Z])(\d{2,4})", re.IGNORECASE)
_COLUMN = re.compile(r"T(\d{6})(\d{3})")
_DIGITS_OF_PREFECTURE = 2
_MESH = {
    1000: re.compile(r"[0-9]{4}[0-7]{2}[0-9]{2}"),
    500: re.compile(r"[0-9]{4}[0-7]{2}[0-9]{2}[1-4]"),
    250: re.compile(r"[0-9]{4}[0-7]{2}[0-9]{2}[1-4]{2}"),
}
# Titles of the second row, with width and spaces put aside. Only whole titles count: the same words begin the rows of
# every age group.
_POPULATION = ("人口(総数)", "人口総数", "人口(総数)総数", "人口総数総数", "男女別人口総数", "総人口", "人口")
_HOUSEHOLDS = ("世帯総数", "世帯総数総数", "世帯数", "世帯(総数)", "世帯数(総数)", "総世帯数", "総世帯")
_HIDDEN_MARKS = ("*", "X", "x")
_NONE_MARKS = ("-",)
_ABSENT_MARKS = ("", "...", "…")
_TREATMENTS = ("0", "1", "2", "")
HIDDEN, RECEIVES = "2", "1"
REMEDY = "Download the table again from e-Stat, as text, and give it unchanged."


@dataclass(frozen=True)
class Part:
    """One file's rows.

    Attributes
    ----------
    rows
        ``mesh_code``, ``population`` and ``households`` (NaN where hidden or absent), ``treatment`` (HTKSYORI) and
        ``merged_into`` (HTKSAKI of a hidden cell, else ''), in the file's order.
    table_id
        e-Stat's, without its T; '' where nothing tells it.
    level
        Cell size in metres; 0 where there is no row and nothing tells it.
    is_prefecture
        Whether the file is one of those by prefecture, by its name.
    name
        What refusals call it.
    """

    rows: pd.DataFrame
    table_id: str
    level: int
    is_prefecture: bool
    name: str


def read_part(source: Source, member: str) -> Part:
    """Read one table.

    Raises
    ------
    SourceError
        Another encoding or layout, a page instead of a table, no such titles, a code or a figure that is none.
    """
    text = _decode(source.read(member), source.label, member)
    lines = io.StringIO(text, newline="")
    header = csv.reader(lines)
    names = [name.strip().upper() for name in next(header, [])]
    titles = [_plain(title) for title in next(header, [])]
    if "KEY_CODE" not in names or len(titles) != len(names):
        raise _refuse(source.label, member, expected="two header rows, the first with KEY_CODE", found=_start(text))
    if titles[names.index("KEY_CODE")]:
        raise _refuse(
            source.label,
            member,
            row=2,
            expected="the row of Japanese titles, nothing under KEY_CODE",
            found=f"'{titles[names.index('KEY_CODE')]}' under KEY_CODE",
        )
    # The first column of a population table is the total, whatever more its title says.
    total = next((titles[place] for place, name in enumerate(names) if re.fullmatch(r"T\d{6}001", name)), "")
    wanted = _POPULATION if any(title in _POPULATION for title in titles) or "人口" not in total else (total,)
    places = {"mesh_code": names.index("KEY_CODE"), "population": _bind(titles, wanted, source.label, member)}
    households = _bind(titles, _HOUSEHOLDS, source.label, member, is_needed=False)
    places |= {"households": households} if households >= 0 else {}
    for role, name in (("treatment", "HTKSYORI"), ("merged_into", "HTKSAKI")):
        places |= {role: names.index(name)} if name in names else {}
    try:
        raw = pd.read_csv(
            lines, header=None, dtype=str, keep_default_na=False, na_filter=False, usecols=sorted(places.values())
        )
    except pd.errors.EmptyDataError:
        raw = pd.DataFrame(columns=sorted(places.values()), dtype=str)
    except (pd.errors.ParserError, ValueError) as error:
        found = " ".join(str(error).split())
        raise _refuse(source.label, member, expected="rows as long as the headers", found=found) from error
    rows = pd.DataFrame({name: raw[place].str.strip() for name, place in places.items()})
    rows = rows.assign(**{name: "" for name in ("households", "treatment", "merged_into") if name not in rows})
    column = _COLUMN.fullmatch(names[places["population"]])
    named = FILE_NAME.search(PurePosixPath(member).name)
    table_id = column[1] if column else (named[1] if named else "")
    level = _level(rows["mesh_code"], named[2].upper() if named else "", table_id, source.label, member)
    for name in ("population", "households"):
        rows[name] = _amounts(rows[name], titles[places[name]] if name in places else name, source.label, member)
    wrong = np.flatnonzero(~rows["treatment"].isin(_TREATMENTS))
    if len(wrong):
        found = f"'{rows['treatment'].iloc[wrong[0]]}'"
        raise _refuse(source.label, member, row=int(wrong[0]) + 3, expected="HTKSYORI 0, 1 or 2", found=found)
    rows["merged_into"] = rows["merged_into"].where(rows["treatment"] == HIDDEN, "")
    is_prefecture = named is not None and len(named[3]) == _DIGITS_OF_PREFECTURE
    return Part(rows, table_id, level, is_prefecture, f"{source.label}/{member}")


def _decode(content: bytes, file: str, member: str) -> str:
    """Return the text: UTF-8 where it is well-formed (Japanese in CP932 never is), else CP932."""
    if content.lstrip()[:1] == b"<":
        raise _refuse(file, member, expected="a table", found="a web page: e-Stat has no such table for this place")
    if b"\x00" in content:
        raise _refuse(file, member, expected="a text table", found="binary data")
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _refuse(file, member, expected="text in CP932 or UTF-8", found="another encoding")


def _plain(title: str) -> str:
    """Return a title with full-width forms made half-width and every space taken out."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", title))


def _bind(titles: Sequence[str], wanted: Sequence[str], file: str, member: str, *, is_needed: bool = True) -> int:
    """Return the place of the one column with a wanted title; -1 where there is none and none is needed."""
    places = [place for place, title in enumerate(titles) if title in wanted]
    if len(places) == 1 or (not places and not is_needed):
        return places[0] if places else -1
    found = [title for title in titles if title][:12]
    raise _refuse(
        file,
        member,
        row=2,
        expected=f"one column titled {wanted[0]}",
        found=f"{len(places)} of them among: {', '.join(found) or 'no title'}",
    )


def _level(codes: pd.Series, letter: str, table_id: str, file: str, member: str) -> int:
    """Return the cells' size in metres, which digits, letter and table must agree on."""
    told = {LEVEL_OF_LETTER.get(letter), TABLES[table_id].level if table_id in TABLES else None} - {None}
    sizes = codes.str.len()
    level = LEVEL_OF_DIGITS.get(int(sizes.iloc[0]), 0) if len(codes) else next(iter(sorted(filter(None, told))), 0)
    if letter and letter not in LEVEL_OF_LETTER:
        found = f"a table of kind {letter} (tblT{table_id}{letter}…)"
        raise _refuse(file, member, expected="a mesh table of 1 km (S), 500 m (H) or 250 m (Q)", found=found)
    if level and told - {level}:
        found = f"codes of {level} m"
        raise _refuse(file, member, expected=f"codes of {min(filter(None, told))} m", found=found)
    wrong = np.flatnonzero(~codes.str.fullmatch(_MESH[level].pattern)) if level else np.arange(min(len(codes), 1))
    if len(wrong):
        raise _refuse(
            file,
            member,
            row=int(wrong[0]) + 3,
            expected="a mesh code of 8, 9 or 10 digits, all of one length",
            found=f"'{codes.iloc[wrong[0]]}'",
        )
    return level


def _amounts(column: pd.Series, title: str, file: str, member: str) -> pd.Series:
    is_number = column.str.fullmatch(r"[0-9]+(\.0+)?").to_numpy(dtype=bool)
    values = np.full(len(column), np.nan)
    values[is_number] = column[is_number].astype(float)
    values[column.isin(_NONE_MARKS)] = 0.0
    known = is_number | column.isin((*_HIDDEN_MARKS, *_NONE_MARKS, *_ABSENT_MARKS)).to_numpy()
    if not known.all():
        row = int(np.flatnonzero(~known)[0])
        raise _refuse(
            file,
            member,
            row=row + 3,
            expected=f"in {title} a whole number, zero or more, or {' '.join((*_HIDDEN_MARKS[:2], *_NONE_MARKS))} ...",
            found=f"'{column.iloc[row]}'",
        )
    return pd.Series(values, index=column.index)


def _start(text: str) -> str:
    return repr(text.split("\n", 1)[0][:60])


def _refuse(file: str, member: str, *, expected: str, found: str, row: int | str = "") -> SourceError:
    return SourceError.of(file, layer=member, row=row, expected=expected, found=found, remedy=REMEDY)
