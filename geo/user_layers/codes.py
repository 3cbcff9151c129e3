"""Codes of municipalities and mesh cells in a table, as spreadsheets leave them, put right or refused by row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
from rapidfuzz import fuzz, process

from geo.errors import InputError
from geo.mesh import south_west_arcsec
from geo.user_layers.model import Note, UploadError

MUNICIPALITY, MESH = "municipality", "mesh"
_MUNICIPALITY_NAMES = {
    "code", "municipality", "municipality_code", "city_code", "jiscode", "jis_code", "n03_007", "市区町村コード",
    "市町村コード", "自治体コード", "団体コード", "全国地方公共団体コード", "地方公共団体コード",
    "行政区域コード", "地域コード",
}  # fmt: skip
_MESH_NAMES = {
    "mesh_code",
    "meshcode",
    "mesh",
    "メッシュコード",
    "標準地域メッシュ",
    "地域メッシュコード",
    "標準地域メッシュコード",
    "key_code",
}
LATITUDE_NAMES = {"lat", "latitude", "緯度", "y", "lat(緯度)", "緯度(度)"}
LONGITUDE_NAMES = {"lon", "lng", "long", "longitude", "経度", "x", "lon(経度)", "経度(度)"}
_CHECK_WEIGHTS = (6, 5, 4, 3, 2)


@dataclass(frozen=True, eq=False)
class Coded:
    """A table by codes, put right: ``rows`` kept and the codes in ``table[column]``; ``outside`` rows were left out."""

    table: pd.DataFrame
    rows: tuple[int, ...]
    column: str
    kind: str
    outside: int
    notes: tuple[Note, ...]


def find_column(table: pd.DataFrame, names: set[str]) -> str:
    """Return the column that has one of the names, letter case and blanks aside; '' where none has."""
    for column in table.columns:
        if str(column).replace(" ", "").casefold() in names:
            return str(column)
    return ""


def find_codes(table: pd.DataFrame, known: Mapping[str, str]) -> tuple[str, str]:
    """Return the column of codes and its kind, ('', '') where there is none; by name, else by what it holds."""
    for names, kind in ((_MESH_NAMES, MESH), (_MUNICIPALITY_NAMES, MUNICIPALITY)):
        if column := find_column(table, names):
            digits = table[column].str.fullmatch(r"\d{8,10}").mean()
            return column, MESH if kind == MESH or digits > 0.5 else MUNICIPALITY
    for column in table.columns:
        hits = table[column].map(lambda cell: _municipality(cell, known) in known)
        if len(hits) and hits.mean() >= 0.8:
            return str(column), MUNICIPALITY
    return "", ""


def settle_municipalities(table: pd.DataFrame, column: str, known: Mapping[str, str], file: str) -> Coded:
    """Put municipality codes right: lost zeros, six digits with check digit, '14201.0'.

    Parameters
    ----------
    known
        Code of each municipality of the area -> its name.

    Raises
    ------
    UploadError
        A code that is none of the area's prefecture (the nearest right one is named), or one that stands twice.
    """
    prefectures = {code[:2] for code in known}
    kept: dict[int, str] = {}
    totals = others = 0
    for row, cell in table[column].items():
        code = _municipality(cell, known)
        if code in known:
            if code in kept.values():
                message = f"{file}, row {row}: code {code} stands twice; keep one row a municipality"
                raise UploadError(message, key="upload_code_twice", file=file, row=row, code=code)
            kept[int(str(row))] = code
        elif len(code) == 5 and code.endswith("000"):
            totals += 1
        elif len(code) == 5 and code[:2] not in prefectures and "01" <= code[:2] <= "47":
            others += 1
        else:
            near = _nearest(code, known)
            message = f"{file}, row {row}: '{cell}' is no municipality code of the area; did you mean {near}?"
            raise UploadError(message, key="upload_code", file=file, row=row, found=cell, nearest=near)
    return _coded(table, column, MUNICIPALITY, kept, totals, others)


def settle_meshes(table: pd.DataFrame, column: str, known: Mapping[str, str], file: str) -> Coded:
    """Put mesh codes right: 8 digits, or 9 and 10 (half and quarter cells), which are counted to their third-mesh cell.

    Raises
    ------
    UploadError
        A code that is none (the nearest right one is named), or one that stands twice.
    """
    kept: dict[int, str] = {}
    seen: set[str] = set()
    others = finer = 0
    for row, cell in table[column].items():
        code = cell.removesuffix(".0").replace("-", "")
        if not _is_mesh(code):
            near = _nearest(code, known)
            message = f"{file}, row {row}: '{cell}' is no mesh code of 8 to 10 digits; did you mean {near}?"
            raise UploadError(message, key="upload_mesh", file=file, row=row, found=cell, nearest=near)
        if code in seen:
            message = f"{file}, row {row}: code {code} stands twice; keep one row a cell"
            raise UploadError(message, key="upload_code_twice", file=file, row=row, code=code)
        seen.add(code)
        if code[:8] in known:
            kept[int(str(row))] = code[:8]
            finer += len(code) > 8
        else:
            others += 1
    coded = _coded(table, column, MESH, kept, 0, others)
    if not finer:
        return coded
    note = Note(
        "finer_mesh", f"{finer} codes of half or quarter cells are counted to their 1 km cell", {"count": finer}
    )
    return Coded(coded.table, coded.rows, column, MESH, others, (*coded.notes, note))


def _coded(table: pd.DataFrame, column: str, kind: str, kept: dict[int, str], totals: int, others: int) -> Coded:
    result = table.loc[list(kept)].assign(**{column: list(kept.values())}).reset_index(drop=True)
    notes = []
    if totals:
        notes.append(Note("totals", f"{totals} rows of prefecture totals are left out", {"count": totals}))
    if others:
        notes.append(Note("outside", f"{others} rows lie outside the area and are left out", {"count": others}))
    return Coded(result, tuple(kept), column, kind, others, tuple(notes))


def _municipality(cell: str, known: Mapping[str, str]) -> str:
    """Return the five digits that a cell most likely stands for."""
    digits = cell.removesuffix(".0").replace(" ", "")
    if not (digits.isascii() and digits.isdecimal()):
        return digits
    tries = [digits] if len(digits) == 5 else []
    for six in (digits, f"0{digits}"):
        if len(six) == 6 and _check_digit(six[:5]) == six[5]:
            tries.append(six[:5])
    if len(digits) == 4:
        tries.append(digits.zfill(5))
    return next((code for code in tries if code in known), tries[0] if tries else digits)


def _check_digit(five: str) -> str:
    """Return the check digit of a municipality code (JIS X 0402, the Ministry's modulus 11)."""
    rest = sum(weight * int(digit) for weight, digit in zip(_CHECK_WEIGHTS, five, strict=True)) % 11
    return str((11 - rest) % 10)


def _is_mesh(code: str) -> bool:
    if not (8 <= len(code) <= 10 and code.isascii() and code.isdecimal()):
        return False
    try:
        south_west_arcsec(pd.Series([code[:8]]).to_numpy(dtype=str))
    except InputError:
        return False
    return "30" <= code[:2] <= "68" and all(digit in "1234" for digit in code[8:])


def _nearest(code: str, known: Mapping[str, str]) -> str:
    """Return the nearest code with its name; of a designated city's ward, the city."""
    for city in (f"{code[:4]}0", f"{code[:3]}00"):
        if len(code) == 5 and city in known:
            return f"{city} {known[city]}".strip()
    by_name = next((f"{key} {name}" for key, name in known.items() if name and name == code), "")
    if by_name:
        return by_name
    found = process.extractOne(code, list(known), scorer=fuzz.ratio)
    return f"{found[0]} {known[found[0]]}".strip() if found else "—"
