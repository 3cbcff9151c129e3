"""The empty table of a projection of the population: a row a municipality, a column a year, in the user's language."""

from __future__ import annotations

import csv
import io

from geo.dataset import Dataset
from layers.messages import text

YEARS = (2030, 2040, 2050)


def projection_template(dataset: Dataset, lang: str) -> bytes:
    """Return the table as CSV: UTF-8 with a byte-order mark, which Excel needs; what is not known stays empty."""
    table = dataset.municipalities
    names = table["name_ja" if lang == "ja" else "name_en"]
    header = [text("whatif.template.code", lang), text("whatif.template.name", lang)]
    header += [text("whatif.template.year", lang, year=year) for year in YEARS]
    rows = [[code, name, *("" for _ in YEARS)] for code, name in zip(table["code"], names, strict=True)]
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerows([header, *rows])
    return buffer.getvalue().encode("utf-8-sig")
