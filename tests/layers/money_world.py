"""The money of two towns written out by hand: a row of all together, rice and water."""

from types import SimpleNamespace

import pandas as pd

from layers.money.rows import TOTAL, Money, MoneyRow, Span

ODAWARA, HAKONE = "14206", "14382"


def span(central, low=None, high=None):
    return Span(central * 0.5 if low is None else low, central, central * 2 if high is None else high)


def row(resource, *, value, outside, met=(), mismatch=0.0, inside=0.0, other=0.0, unknown=0.0):
    """A row whose price stays to a quarter."""
    names = {"rice": ("米", "Rice"), "water": ("水", "Water"), TOTAL: ("", "")}[resource]
    return MoneyRow(
        resource=resource,
        name_ja=names[0],
        name_en=names[1],
        value=span(value),
        met=met,
        time_mismatch=mismatch,
        from_inside=span(inside),
        from_other_units=other,
        outside=span(outside),
        staying=span(outside * 0.25),
        leaving=span(outside * 0.75),
        unknown=unknown,
    )


def total(**changes):
    """1,000 million yen: 300 in the community, 100 in the town, 50 in the basin; 550 from outside, 50 of them late."""
    fields = {
        "value": 10e8,
        "outside": 5.5e8,
        "met": (("community", 3e8), ("municipality", 1e8), ("basin", 0.5e8)),
        "mismatch": 0.5e8,
        "inside": 4e8,
        "other": 0.5e8,
    }
    return row(TOTAL, **{**fields, **changes})


def table(value, met, outside):
    """A table of :mod:`geo.money` for two towns."""
    columns = {
        "value": value,
        "met_municipality": met,
        "from_inside": met,
        "from_other_units": [0.0, 0.0],
        "time_mismatch": [0.0, 0.0],
        "outside": outside,
        "staying": [amount * 0.25 for amount in outside],
        "leaving": [amount * 0.75 for amount in outside],
    }
    for name in ("value", "from_inside", "outside", "staying", "leaving"):
        columns[f"{name}_low"] = [amount * 0.5 for amount in columns[name]]
        columns[f"{name}_high"] = [amount * 2 for amount in columns[name]]
    return pd.DataFrame(columns, index=pd.Index([ODAWARA, HAKONE], name="code"))


def money():
    """Rice is worth 600 and 200 yen, water 400 and 100; nobody lives in the second town."""
    rice, water = table([600.0, 200.0], [200.0, 0.0], [400.0, 200.0]), table([400.0, 100.0], [400.0, 100.0], [0.0, 0.0])
    codes = pd.Index([ODAWARA, HAKONE], name="code")
    return Money(
        by_resource={"rice": rice, "water": water},
        total=rice + water,
        population=pd.Series([20.0, 0.0], index=codes),
        unknown={"rice": pd.Series([0.0, 0.6], index=codes), "water": pd.Series([0.0, 0.0], index=codes)},
    )


CATALOGUE = SimpleNamespace(
    resources={
        "rice": SimpleNamespace(key="rice", name_ja="米", name_en="Rice"),
        "water": SimpleNamespace(key="water", name_ja="水", name_en="Water"),
    }
)
