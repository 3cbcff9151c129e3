"""The ladder as a table to take away: one row a resource, figures with units, as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from layers.actuals.words import measured_words
from layers.exports import Download, csv_table, per_year
from layers.ladder_rows import SCALES, LadderRow
from layers.ladder_view.words import certainty, certainty_range, closing_name
from layers.messages import text
from layers.scale_places import Place

_DRAWN = ("share", "hangs_on", "covered_p10", "covered_p90")
_AMOUNTS = ("supply", "demand", "self_sufficiency", "from_inside", "from_other_units", "sent_out")


def table_csv(rows: Sequence[LadderRow], place: Place, lang: str, *, stem: str, scenario: str = "") -> Download:
    """Return the rows as CSV in the user's language; place, threshold and (where given) scenario stand in every row."""
    header = {
        name: text(f"scale.table.{name}", lang) for name in ("resource", "unit", "supply", "demand", "self_sufficiency")
    }
    for key in (*SCALES, "time_mismatch", "outside"):
        header[f"share_{key}"] = text("scale.table.share", lang, scale=text(f"scale.bar.{key}", lang))
    for key in ("time_mismatch", "outside"):
        header[f"share_{key}"] = text(f"scale.bar.{key}", lang)
    header |= {name: text(f"scale.table.{name}", lang) for name in ("closing", "certainty")}
    header |= {name: text(f"certainty.table.{name}", lang) for name in _DRAWN}
    header |= {name: text(f"scale.table.{name}", lang) for name in _AMOUNTS[3:]}
    if any(row.measured for row in rows):
        header["measured"] = text("actuals.csv_measured", lang)
    constants = {
        text("scale.table.place", lang): place.name(lang),
        text("scale.table.threshold", lang): f"{rows[0].threshold:g}" if rows else "",
    }
    if scenario:
        constants[text("common.scenario", lang)] = scenario
    return csv_table(_table(rows, header, lang), stem=stem, header=header, constants=constants)


def _table(rows: Sequence[LadderRow], columns: Iterable[str], lang: str) -> pd.DataFrame:
    records = []
    for row in rows:
        shares = {f"share_{scale}": share for scale, share in row.shares}
        records.append(
            {
                "resource": row.name(lang),
                "unit": per_year(row.unit, lang),
                **{name: getattr(row, name) for name in _AMOUNTS},
                **{f"share_{scale}": shares.get(f"share_{scale}") for scale in SCALES},
                "share_time_mismatch": row.time_mismatch,
                "share_outside": row.outside,
                "closing": closing_name(row.closing, lang),
                "certainty": text("scale.table.joiner", lang).join(
                    part for part in (certainty(row, lang), certainty_range(row, lang)) if part
                ),
                **_drawn(row, lang),
                "measured": measured_words(row.measured, row.unit, lang),
            }
        )
    return pd.DataFrame(records, columns=list(columns))


def _drawn(row: LadderRow, lang: str) -> dict[str, object]:
    """Return what the draws say of a row; nothing where no scale is judged."""
    found = row.certainty
    if not found or not found.word:
        return {}
    return {
        "share": found.share,
        "hangs_on": found.hangs_on_name(lang),
        "covered_p10": found.covered_p10,
        "covered_p90": found.covered_p90,
    }
