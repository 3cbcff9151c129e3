"""Tables of money made up for the tests: every amount is invented, and says so in its source."""

import csv
import io
import zipfile

import openpyxl

SOURCE = "架空の表（試験用）"
# Production 1,000 = incomes paid out here 600 + 400 = spending here 700 + 200 + 100 (100 million yen).
# Residents receive 600 - 50 and 400 + 150; they spend 850, 230 and 20, of which -150, -30 and +80 net of outside.
BALANCED = {
    "域内総生産（付加価値額）": 1000,
    "雇用者所得（地域住民）": 550,
    "雇用者所得の流出入": -50,
    "その他所得（地域住民）": 550,
    "その他所得の流出入": 150,
    "民間消費（地域住民）": 850,
    "民間消費の流出入": -150,
    "民間投資（地域企業）": 230,
    "民間投資の流出入": -30,
    "その他支出（地域住民）": 20,
    "その他支出の流出入": 80,
    "エネルギー代金の流出入": -60,
}
HEADER = ["市町村", "年", "項目", "値", "単位", "出典"]


def listed(amounts=None, *, place="小田原市", year="2018年", unit="億円", source=SOURCE):
    """Rows of the plain template, with its header."""
    return [HEADER, *([place, year, item, value, unit, source] for item, value in (amounts or BALANCED).items())]


def csv_bytes(rows, encoding="utf-8-sig"):
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode(encoding)


def xlsx_bytes(sheets):
    """A workbook of {name: rows}."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def repacked(content, *, add=None, change=None):
    """The workbook with members added ({name: bytes}) or changed ({name: function of its bytes})."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for info in old.infolist():
            data = old.read(info)
            new.writestr(info.filename, (change or {}).get(info.filename, bytes)(data))
        for name, data in (add or {}).items():
            new.writestr(name, data)
    return out.getvalue()
