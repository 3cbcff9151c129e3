"""The ladder as a table to take away: one row a resource, figures with units, as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from layers.actuals.words import measured_words
from layers.export_origin import origin_header
from layers.exports import Download, csv_table, per_year
from layers.ladder_rows import SCALES, LadderRow
from layers.ladder_view.words import certainty, certainty_range, closing_name
from layers.messages import text
from layers.scale_places import Place

_DRAWN = ("share", "hangs_on", "covered_p10", "covered_p90")
_PARTS = ("from_inside", "from_other_units", "sent_out")
_AMOUNTS = ("supply", "demand", "self_sufficiency", *_PARTS)
# A part under this share of the larger side is what is left over by floats where amounts cancel out.
_ROUNDING = 1e-9


def table_csv(
    rows: Sequence[LadderRow],
    place: Place,
    lang: str,
    *,
    stem: str,
    scenario: str = "",
    origins: Mapping[str, Mapping[str, str]] | None = None,
    repeated: Mapping[str, str] | None = None,
) -> Download:
    """Return the rows as CSV in the user's language; place, threshold and (where given) scenario stand in every row.

    Parameters
    ----------
    origins
        Resource key -> years and sources of its figures (:func:`layers.export_origin.row_origin`).
    repeated
        Title -> what every row says beside (:func:`layers.export_origin.origin_columns`).
    """
    first = ("resource", "kind", "unit", "supply", "demand", "self_sufficiency")
    header = {name: text(f"scale.table.{name}", lang) for name in first}
    for key in SCALES:
        header[f"share_{key}"] = text("scale.table.share", lang, scale=text(f"scale.bar.{key}", lang))
    for key in ("time_mismatch", "outside"):
        header[f"share_{key}"] = text(f"scale.table.share_{key}", lang)
    header |= {name: text(f"scale.table.{name}", lang) for name in ("closing", "certainty")}
    header |= {name: text(f"certainty.table.{name}", lang) for name in _DRAWN}
    header |= {name: text(f"scale.table.{name}", lang) for name in _PARTS}
    if any(row.measured for row in rows):
        header["measured"] = text("actuals.csv_measured", lang)
    header |= origin_header(lang)
    constants = {
        text("scale.table.place", lang): place.name(lang),
        text("scale.table.threshold", lang): f"{rows[0].threshold:g}" if rows else "",
    }
    if scenario:
        constants[text("common.scenario", lang)] = scenario
    constants |= repeated or {}
    return csv_table(_table(rows, header, lang, origins or {}), stem=stem, header=header, constants=constants)


def _table(
    rows: Sequence[LadderRow], columns: Iterable[str], lang: str, origins: Mapping[str, Mapping[str, str]]
) -> pd.DataFrame:
    records = []
    for row in rows:
        shares = {f"share_{scale}": share for scale, share in row.shares}
        records.append(
            {
                "resource": row.name(lang),
                "kind": text(f"scale.table.kind_{row.perspective}", lang),
                "unit": per_year(row.unit, lang),
                **_amounts(row),
                **{f"share_{scale}": shares.get(f"share_{scale}") for scale in SCALES},
                "share_time_mismatch": row.time_mismatch,
                "share_outside": row.outside,
                "closing": closing_name(row.closing, lang),
                "certainty": text("scale.table.joiner", lang).join(
                    part for part in (certainty(row, lang), certainty_range(row, lang)) if part
                ),
                **_drawn(row, lang),
                "measured": measured_words(row.measured, row.unit, lang),
                **origins.get(row.resource, {}),
            }
        )
    return pd.DataFrame(records, columns=list(columns))


def _amounts(row: LadderRow) -> dict[str, float]:
    """Return the amounts that are known; the parts of a whole lose what the split's floats leave over.

    Without data there is no sum to tell. Where a supply looks for a place, what there is room for is no need, and
    supply over it no self-sufficiency.
    """
    if row.closing == "no_data":
        return {}
    least = _ROUNDING * max(row.supply, row.demand)
    found = {name: getattr(row, name) for name in _AMOUNTS}
    found |= {name: found[name] if found[name] > least else 0.0 for name in _PARTS}
    if row.perspective == "supply":
        del found["self_sufficiency"]
    return found


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
