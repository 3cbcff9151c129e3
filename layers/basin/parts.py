"""What a basin's parts could give each other, in a sentence."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from geo.terms import Resource
from layers.basin.words import amount, annual_unit, listed, prefecture_name, prefecture_side
from layers.ladder_rows import LadderRow
from layers.messages import text
from layers.scale_places import Place

# Parts named in the sentence, each side; together they are at least this share of what passes.
_NAMED = 3
_TELLING = 0.05
# Slivers below this share of the amount are no 'others': their figures would read as nothing.
_SEEN = 1e-3
_ROUNDING = 1e-9


def told_of_parts(
    parts: pd.DataFrame, resource: Resource, row: LadderRow, names: Mapping[str, Place], lang: str
) -> str:
    """Say how much could pass within the basin and between which parts, or why nothing can.

    Parameters
    ----------
    parts
        Of :func:`geo.basin_exchange.exchange_of_parts`.
    row
        The basin's ladder row of the resource.
    names
        Municipalities by code.
    """
    passed = float(parts["given"].sum())
    if passed <= _least(parts):
        ending = "" if resource.perspective == "demand" else "_supply"
        return text(f"basin.parts.{_reason(parts, row)}{ending}", lang)
    unit = annual_unit(resource, lang)
    key = "told" if resource.perspective == "demand" else "supply_told"
    sides = {side: _names(parts, column, names, lang) for side, column in (("givers", "given"), ("takers", "taken"))}
    return text(f"basin.parts.{key}", lang, amount=amount(passed, unit, lang), **sides)


def told_of_beyond(parts: pd.DataFrame, lang: str) -> str:
    """Say that the parts outside the area are counted here, and which they are; '' where there are none to tell."""
    columns = ["supply", "demand", "offered", "wanted"]
    beyond = parts.loc[parts["is_beyond"], columns]
    telling = ((beyond > 0) & (beyond >= _SEEN * parts[columns].max())).any(axis=1)
    names = [prefecture_name(str(code), lang) for code in beyond.index[telling]]
    return text("basin.parts.beyond", lang, prefectures=listed(names, lang)) if names else ""


def has_both_sides(parts: pd.DataFrame) -> bool:
    """Tell whether some part has anything over and some part lacks anything."""
    return all(float(parts[column].sum()) > _least(parts) for column in ("offered", "wanted"))


def _least(parts: pd.DataFrame) -> float:
    """Return what is nothing but rounding beside these amounts."""
    return _ROUNDING * max(float(parts[["supply", "demand"]].to_numpy().sum()), 1.0)


def _reason(parts: pd.DataFrame, row: LadderRow) -> str:
    has_over, has_short = (float(parts[column].sum()) > _least(parts) for column in ("offered", "wanted"))
    if has_over and has_short:
        return "time"
    if row.is_single_municipality:
        return "one"
    return "all_over" if has_over or not has_short else "all_short"


def _names(parts: pd.DataFrame, column: str, names: Mapping[str, Place], lang: str) -> str:
    amounts = parts[column].sort_values(ascending=False, kind="stable")
    amounts = amounts[amounts >= _TELLING * amounts.sum()]
    told = [_name(str(place), bool(parts.loc[place, "is_beyond"]), names, lang) for place in amounts.index[:_NAMED]]
    listed = text("scale.sentence.list_joiner", lang).join(told)
    is_all = int((parts[column] > _SEEN * parts[column].sum()).sum()) <= len(told)
    return listed if is_all else text("basin.parts.and_others", lang, names=listed)


def _name(place: str, is_beyond: bool, names: Mapping[str, Place], lang: str) -> str:
    if not is_beyond:
        return names[place].name(lang) if place in names else place
    return prefecture_side(place, lang)
