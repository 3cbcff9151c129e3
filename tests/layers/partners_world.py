"""A place with two partners, and a circle, written out by hand, for the words and tables of the Partners page."""

import pandas as pd

from geo.circle import Joined
from geo.partners import Partner, Standing
from geo.resources import load_catalogue
from layers.flow_map import LINE_COLUMNS
from layers.partners.figures import Found, InCircle
from layers.scale_places import Place

CATALOGUE = load_catalogue()
ODAWARA = Place("municipality", "14206", "小田原市", "Odawara City", "おだわらし")
YAMAKITA = Place("municipality", "14364", "山北町", "Yamakita Town")
# A name as no data has it: everything shown of it has to be escaped.
ODD = Place("municipality", "14999", "<b>清川村</b>", "<b>Kiyokawa Village</b>")
NAMES = {place.code: place for place in (ODAWARA, YAMAKITA, ODD)}
BASINS = {"83268": Place("basin", "83268", "酒匂川流域", "Sakawa River basin", is_cut=True)}


def partner(code, **changes):
    """Yamakita, 16.5 km away in the same basin, with 50 left of which all could be used."""
    given = {
        "relation": "basin",
        "shared_basin": "83268",
        "distance_km": 16.5,
        "is_within_reach": True,
        "amount": 50.0,
        "could": 50.0,
        "share": 0.5,
        "sent": 12.0,
    }
    return Partner(code, **(given | changes))


def found(direction="need", partners=None, *, beyond=40.0, left=0.0, lines=(), missing=100.0, exchanged=()):
    """A place that needs 200 and lacks 100 of it, or has 100 of 200 left.

    ``exchanged`` are rows of (code, incoming, outgoing).
    """
    if partners is None:
        partners = (partner("14364"), partner("14999", relation="prefecture", shared_basin="", sent=0.0, share=0.25))
    lacking, over = (missing, left) if direction == "need" else (0.0, missing)
    both_ways = pd.DataFrame(list(exchanged), columns=["other", "incoming", "outgoing"]).set_index("other")
    amounts = pd.Series({code: 30.0 for code in NAMES if code != "14206"})
    table = pd.DataFrame(list(lines), columns=list(LINE_COLUMNS))
    standing = Standing(200.0, 200.0, lacking, over, direction)
    return Found(standing, partners, 0.75 * missing, beyond, both_ways, table, amounts)


def in_circle(key="timber", *, met=(10.0, 20.0, 5.0, 15.0), late=0.0, apart=0.3, closing="outside"):
    """Two municipalities that need 100 and meet these amounts, scale by scale."""
    resource = CATALOGUE.resources[key]
    steps = dict(zip(("community", "municipality", "basin", "circle"), met, strict=True))
    whole = 100.0 if closing not in ("no_demand", "no_supply") else 0.0
    joined = Joined(
        members=("14206", "14364"),
        supply=whole,
        demand=whole,
        met=steps,
        used=steps,
        outside=whole - sum(met),
        time_mismatch=late,
        surplus=whole - sum(met),
        closing_scale=closing,
        perspective=resource.perspective,
    )
    return InCircle(resource, joined, apart, (0.3, 0.3))
