"""Rows and tables written out by hand, for the tests of the ladder, the matrix and the sentence."""

from types import SimpleNamespace

import pandas as pd

from layers.ladder_rows import Certainty, LadderRow
from layers.scale_places import Place

WATER = SimpleNamespace(key="water", name_ja="水", name_en="Water", unit="m³", perspective="demand")
COMPOST = SimpleNamespace(
    key="compost", name_ja="生ごみの行き先（たい肥）", name_en="Food waste to compost", unit="t", perspective="supply"
)
ODAWARA = Place("municipality", "14206", "小田原市", "Odawara City", "おだわらし")
SAKAWA = Place("basin", "83268", "酒匂川流域", "Sakawa River basin", is_cut=True)
KANAGAWA = Place("prefecture", "14", "神奈川県", "Kanagawa Prefecture")
COMMUNITY = Place("community", "x-14206", "小田原市・久野川のあたり", "Odawara City, near Kuno River")


def unit(**changes):
    """A unit of a demand resource on the default ladder: needs 100, meets 10 + 20 + 30 + 5, 15 at the wrong time."""
    row = {
        "supply": 80.0,
        "demand": 100.0,
        "self_sufficiency": 0.8,
        "met_community": 10.0,
        "met_municipality": 20.0,
        "met_basin": 30.0,
        "met_prefecture": 5.0,
        "used_community": 10.0,
        "used_municipality": 20.0,
        "used_basin": 30.0,
        "used_prefecture": 10.0,
        "outside": 35.0,
        "time_mismatch": 15.0,
        "surplus": 10.0,
        "met_from_inside": 40.0,
        "met_from_other_units": 25.0,
        "sent_out": 30.0,
        "halo_supply": 7.0,
        "halo_demand": 8.0,
        "unknown_share": 0.25,
        "closing_scale": "outside",
    }
    return row | changes


def tables_of(closing):
    """Tables of one unit 'u' whose closing scale by (resource, case) is given."""

    def table(resource, case):
        return pd.DataFrame([unit(closing_scale=closing[resource, case])], index=["u"])

    return table


def certainty(word, share=0.8, **changes):
    """How sure a row is, most of it told of prefecture and outside."""
    fields = {
        "answers": (("community", 0.0), ("prefecture", 0.2), ("outside", 0.8)),
        "draws": 500,
        "hangs_on": "rice.yield",
        "hangs_on_ja": "収量",
        "hangs_on_en": "Yield",
        "correlation": 0.9,
        "covered_p10": 0.25,
        "covered_p90": 0.45,
    }
    return Certainty(word=word, share=share, **{**fields, **changes})


def row(key="water", closing="municipality", *, shares=None, perspective="demand", low=None, high=None, **changes):
    """A row whose shares default to all of it at its closing scale."""
    scales = ("community", "municipality", "basin", "prefecture")
    given = shares if shares is not None else {closing: 1.0}
    told = tuple((scale, given.get(scale, 0.0)) for scale in scales)
    mismatch = changes.pop("time_mismatch", 0.0)
    outside = max(0.0, 1 - sum(given.get(scale, 0.0) for scale in scales) - mismatch)
    names = {
        "water": ("水", "Water"),
        "rice": ("米", "Rice"),
        "timber": ("木材", "Timber"),
        "wood_heat": ("木の熱", "Wood heat"),
        "vegetables": ("野菜", "Vegetables"),
        "electricity": ("すべての電気", "All electricity"),
        "compost": ("生ごみの行き先（たい肥）", "Food waste to compost"),
    }
    name_ja, name_en = names.get(key, (key, key))
    fields = {
        "resource": key,
        "name_ja": name_ja,
        "name_en": name_en,
        "unit": "t",
        "perspective": perspective,
        "supply": 80.0,
        "demand": 100.0,
        "shares": told,
        "time_mismatch": mismatch,
        "outside": outside,
        "closing": closing,
        "closing_low": low or closing,
        "closing_high": high or closing,
        "threshold": 0.8,
    }
    return LadderRow(**{**fields, **changes})
