"""The list of partners and a circle's figures as CSV."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from geo.circle import CIRCLE
from geo.dataset import Dataset
from geo.terms import Resource
from layers.export_origin import origin_columns
from layers.exports import Download, csv_table, per_year
from layers.messages import text
from layers.partners.figures import Found, InCircle
from layers.partners.ladder import certainty_word, scale_name, shares, verdict
from layers.partners.list import relation_words, titles
from layers.scale_places import Place

_SCALES = ("community", "municipality", "basin", CIRCLE)


def partners_csv(
    found: Found,
    place: Place,
    resource: Resource,
    names: Mapping[str, Place],
    basins: Mapping[str, Place],
    dataset: Dataset,
    lang: str,
    *,
    stem: str,
) -> Download:
    """Return every partner, also those too far and those whose amounts do not match, with units in the titles."""
    unit = per_year(resource.unit_ja if lang == "ja" else resource.unit, lang)
    keys, direction = titles(found, resource), found.standing.direction

    def titled(key: str) -> str:
        return text("partners.csv.with_unit", lang, title=text(key, lang), unit=unit)

    header = {
        "code": text("partners.csv.code", lang),
        "name": text("partners.list.name", lang),
        "relation": text("partners.list.relation", lang),
        "basin": text("partners.csv.basin", lang),
        "distance": text("partners.csv.distance", lang),
        "reach": text("partners.csv.reach", lang),
        "amount": titled(keys["amount"]),
        "could": text(f"partners.csv.could_{direction}", lang, unit=unit),
        "share": text(keys["share"], lang),
        "sent": titled("partners.list.sent"),
    }
    rows = [
        {
            "code": partner.code,
            "name": names[partner.code].name(lang),
            "relation": text(f"partners.list.same_{partner.relation}", lang, basin="")
            if partner.relation != "basin"
            else relation_words(partner, basins, lang),
            "basin": basins[partner.shared_basin].name(lang) if partner.shared_basin in basins else "",
            "distance": partner.distance_km,
            "reach": text("partners.csv.yes" if partner.is_within_reach else "partners.csv.no", lang),
            "amount": partner.amount,
            "could": partner.could,
            "share": partner.share,
            "sent": partner.sent,
        }
        for partner in found.partners
    ]
    constants = {text("partners.csv.place", lang): place.name(lang)}
    constants[text("partners.resource", lang)] = resource.name_ja if lang == "ja" else resource.name_en
    constants |= _notes([resource], dataset, lang)
    return csv_table(pd.DataFrame(rows, columns=list(header)), stem=stem, header=header, constants=constants)


def circle_csv(
    rows: Sequence[InCircle],
    names: Mapping[str, Place],
    dataset: Dataset,
    lang: str,
    *,
    threshold: float,
    stem: str,
) -> Download:
    """Return the circle's figures, one row a resource."""
    header = {
        "resource": text("partners.resource", lang),
        "unit": text("partners.csv.unit", lang),
        "supply": text("partners.csv.supply", lang),
        "demand": text("partners.csv.demand", lang),
        **{s: text("partners.csv.share", lang, scale=scale_name(s, lang)) for s in _SCALES},
        "time_mismatch": text("partners.csv.time_mismatch", lang),
        "outside": text("partners.csv.outside", lang),
        "apart": text("partners.csv.apart", lang),
        "together": text("partners.csv.together", lang),
        "closing": text("partners.csv.closing", lang),
        "certainty": text("scale.table.certainty", lang),
        "certainty_share": text("certainty.table.share", lang),
    }
    records = [
        {
            "resource": row.resource.name_ja if lang == "ja" else row.resource.name_en,
            "unit": per_year(row.resource.unit_ja if lang == "ja" else row.resource.unit, lang),
            "supply": row.joined.supply,
            "demand": row.joined.demand,
            **dict(shares(row)),
            "apart": _known(row.apart),
            "together": _known(row.joined.share),
            "closing": verdict(row, lang),
            "certainty": certainty_word(row, lang),
            "certainty_share": row.judged.share if row.judged else None,
        }
        for row in rows
    ]
    members = text("partners.joiner", lang).join(names[code].name(lang) for code in rows[0].joined.members)
    constants = {
        text("partners.csv.members", lang): members,
        text("partners.csv.threshold", lang): f"{threshold:g}",
        **_notes([row.resource for row in rows], dataset, lang),
    }
    return csv_table(pd.DataFrame(records, columns=list(header)), stem=stem, header=header, constants=constants)


def _notes(resources: Sequence[Resource], dataset: Dataset, lang: str) -> dict[str, str]:
    note = {text("partners.csv.note", lang): text("partners.csv.estimate", lang)}
    return note | origin_columns(dataset, lang, resources=resources)


def _known(share: float) -> float | None:
    return None if math.isnan(share) else share
