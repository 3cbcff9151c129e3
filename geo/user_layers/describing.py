"""What an owner says of an upload, checked against what it is."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import shapely

from geo.dataset import Dataset
from geo.resources import load_catalogue_of
from geo.terms import Resource
from geo.user_layers.model import (
    MEASURES,
    MODES,
    ROLES,
    RUNGS_AFTER,
    SHARED_BY,
    SIDES,
    Checked,
    Description,
    UploadError,
)
from geo.user_layers.sharing import EQUAL_AREA

_TEXTS = ("title_ja", "title_en", "year", "source", "licence")
_LONGEST = 400
_PER_YEAR = re.compile(r"\s*(/|per)?\s*(yr|year|a|年)$|^年間?")
# Two units of a partition may overlap by this share of the smaller (digitising), not by more.
_OVERLAP = 1e-3


def check_description(dataset: Dataset, checked: Checked, description: Description) -> None:
    """Refuse a description that does not fit the upload or the area.

    Raises
    ------
    UploadError
        Names the field, what was expected and what was found.
    """
    if checked.area != dataset.area:
        raise _field("area", dataset.area, checked.area)
    for name in _TEXTS:
        value = getattr(description, name)
        if not value.strip() or len(value) > _LONGEST or not _is_one_line(value):
            raise _field(name, f"1–{_LONGEST} letters", value[:40] or "—")
    if not _is_one_line(description.unit) or len(description.unit) > _LONGEST:
        raise _field("unit", f"0–{_LONGEST} letters", description.unit[:40])
    choices = {"measure": MEASURES, "mode": MODES, "share_by": SHARED_BY, "role": checked.roles}
    choices["rung_after"] = RUNGS_AFTER if description.role == "partition" else ("",)
    for name, allowed in choices.items():
        found = getattr(description, name)
        if found not in allowed:
            known = ROLES if name == "role" and found not in ROLES else allowed
            raise _field(name, ", ".join(known), found)
    _check_value(checked, description)
    if description.role == "indicator":
        _check_indicator(dataset, checked, description)
    elif description.resource or description.side:
        raise _field("role", "indicator", description.role)
    if description.role in ("community", "partition"):
        _check_units(checked, description)


def _check_value(checked: Checked, description: Description) -> None:
    """The value column must be one of numbers, and must go with a unit and a measure."""
    names = {column.name for column in checked.columns}
    if description.column and (checked.kind == "raster" or description.column not in checked.numbers()):
        raise _field("column", ", ".join(checked.numbers()) or "—", description.column)
    has_value = bool(description.column) or checked.kind == "raster"
    if checked.kind == "table" and not has_value:
        raise _field("column", ", ".join(checked.numbers()) or "—", "—")
    if has_value and not description.unit.strip():
        raise _field("unit", "kWh, t, % …", "—")
    if description.measure != "none" and not has_value:
        raise _field("column", ", ".join(checked.numbers()) or "—", "—")
    if description.measure == "intensive" and checked.kind in ("lines", "points"):
        raise _field("measure", "extensive, none", description.measure)
    for name in ("code_column", "name_column"):
        if (value := getattr(description, name)) and value not in names:
            raise _field(name, ", ".join(sorted(names)) or "—", value)


def _check_indicator(dataset: Dataset, checked: Checked, description: Description) -> None:
    catalogue = load_catalogue_of(dataset.folder.parent)
    if description.resource not in catalogue.resources:
        raise _field("resource", ", ".join(catalogue.resources), description.resource or "—")
    if description.side not in SIDES:
        raise _field("side", ", ".join(SIDES), description.side or "—")
    if description.measure != "extensive":
        message = (
            "an indicator needs amounts (extensive): a rate would have to be multiplied by something first; "
            f"found measure '{description.measure}'"
        )
        raise UploadError(message, key="upload_rate", found=description.measure)
    if description.is_variable and description.side != "supply":
        raise _field("is_variable", "side = supply", description.side)
    resource = catalogue.resources[description.resource]
    if description.is_variable and not resource.time_factor:
        raise _field("is_variable", "false", "true")
    if resource.view_of and description.side == "supply":
        raise _field("resource", resource.view_of, resource.key)
    if not is_unit_of(resource, description.unit):
        message = f"unit: the amounts of {resource.key} are in {resource.unit} per year; found '{description.unit}'"
        raise UploadError(
            message, key="upload_unit", resource=resource.key, expected=resource.unit, found=description.unit
        )
    low = _least(checked, description.column)
    if low < 0:
        message = f"column '{description.column}': amounts of at least 0 are expected; found {low:g}"
        raise UploadError(message, key="upload_negative", column=description.column or "raster", found=f"{low:g}")


def is_unit_of(resource: Resource, unit: str) -> bool:
    """Return whether a unit as written is the resource's, 'per year' or not."""
    return _unit(unit) in {_unit(resource.unit), _unit(resource.unit_ja)}


def _unit(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).strip()
    return _PER_YEAR.sub("", plain).replace("^", "").replace(" ", "")


def _least(checked: Checked, column: str) -> float:
    if checked.raster is not None:
        return float(np.nanmin(checked.raster.values))
    found = next((entry.minimum for entry in checked.columns if entry.name == column), None)
    return 0.0 if found is None else found


def _check_units(checked: Checked, description: Description) -> None:
    """Units of a partition have codes of their own and do not overlap."""
    table = checked.table
    if description.code_column:
        codes = table[description.code_column]
        if codes.isna().any() or (codes.astype(str).str.strip() == "").any():
            row = int(np.argmax((codes.isna() | (codes.astype(str).str.strip() == "")).to_numpy())) + 1
            raise _field(f"{description.code_column} ({row})", "1", "—")
    outlines = np.asarray(table.geometry.to_crs(EQUAL_AREA).to_numpy(), dtype=object)
    labels = table[description.code_column].astype(str).to_numpy() if description.code_column else np.arange(len(table))
    left, right = shapely.STRtree(outlines).query(outlines, predicate="intersects")
    pairs = (left < right) & (labels[left] != labels[right])
    left, right = left[pairs], right[pairs]
    common = shapely.area(shapely.intersection(outlines[left], outlines[right]))
    least = np.minimum(shapely.area(outlines[left]), shapely.area(outlines[right]))
    over = common > _OVERLAP * least
    if over.any():
        first, second = int(left[np.argmax(over)]) + 1, int(right[np.argmax(over)]) + 1
        message = f"{checked.name}: features {first} and {second} overlap; units of a partition must not"
        raise UploadError(message, key="upload_overlap", file=checked.name, first=first, second=second)


def _is_one_line(text: str) -> bool:
    return all(letter.isprintable() for letter in text)


def _field(name: str, expected: str, found: object) -> UploadError:
    message = f"{name}: expected {expected}; found {found}"
    return UploadError(message, key="upload_field", field=name, expected=expected, found=found)


__all__ = ["check_description", "is_unit_of"]
