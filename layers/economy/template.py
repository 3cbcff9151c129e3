"""The empty table to fill in, as .xlsx and CSV: every item with what it means, in the user's language."""

from __future__ import annotations

import csv
import io

import openpyxl
from openpyxl.styles import Alignment, Font

from geo.economy.figures import ITEMS
from layers.messages import text

_COLUMNS = ("municipality", "year", "item", "value", "unit", "source", "meaning")
_WIDTHS = (16, 8, 34, 14, 10, 34, 90)
# What every row begins with; a value that is not known stays empty.
_UNIT = {"ja": "億円", "en": "million yen"}


def template_rows(lang: str, municipality: str = "") -> list[list[str]]:
    """Return the header and a row an item, values empty; ``municipality``: a name to put in, '' for none.

    In English an item stands by its key; in Japanese by the label that the ministry's report has for it.
    """
    header = [text(f"economy.template.{name}", lang) for name in _COLUMNS]
    rows = []
    for item in ITEMS:
        meaning = text(f"economy.explain.{item}", lang)
        label = text(f"economy.item.{item}", lang)
        named = label if lang == "ja" else item
        rows.append([municipality, "", named, "", _UNIT[lang], "", meaning if lang == "ja" else f"{label}: {meaning}"])
    return [header, *rows]


def template_csv(lang: str, municipality: str = "") -> bytes:
    """Return the table as CSV: UTF-8 with a byte-order mark, which Excel needs."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerows(template_rows(lang, municipality))
    return buffer.getvalue().encode("utf-8-sig")


def template_xlsx(lang: str, municipality: str = "") -> bytes:
    """Return the table as a workbook of one sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = text("economy.template.sheet", lang)
    for row in template_rows(lang, municipality):
        sheet.append(row)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for letter, width in zip("ABCDEFG", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    for cell in sheet["G"]:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
