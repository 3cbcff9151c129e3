"""What the Partners page tells, computed once for all sessions: own netting, partners, circles, proposed groups."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from geo.allocation import flows_between
from geo.assessment import Settings
from geo.circle import CIRCLE, Balances, Joined, balances, join, neighbours
from geo.circle_search import Group, best_group, smallest_group
from geo.coded_ladder import OUTSIDE
from geo.dataset import Dataset
from geo.haul_nodes import Nodes, nodes_of
from geo.nearness import Nearness, nearness_of
from geo.partners import OwnNetting, Partner, Standing, own_netting, partners
from geo.terms import Catalogue, Resource
from geo.uncertainty import Judged
from layers.allocated import allocation_of
from layers.assessed import assessment_of, prepared, settings_for, tables_of
from layers.assumptions import Assumed
from layers.certainty import judged_in_circle

MUNICIPALITY = "municipality"


@dataclass(frozen=True, eq=False)
class Found:
    """What there is to tell of one place and resource; amounts in the resource's unit per year.

    Attributes
    ----------
    standing
        What the place lacks or has left by itself.
    partners
        As of :func:`geo.partners.partners`.
    together
        What the partners that are near enough could cover (use) together.
    beyond
        What remains for places outside the area when all of it is netted: lacking, or left (direction 'give').
    exchanged
        What the least-distance allocation sends between the place and each other one, both ways: by the other's code,
        ``incoming`` and ``outgoing``; empty where nothing is hauled.
    lines
        Arrows of the least-distance allocation to (from) the place, as of :func:`layers.flow_map.flow_extras`.
    amounts
        By code of all places of the kind: what each has left (direction 'give': lacks), for the map.
    """

    standing: Standing
    partners: tuple[Partner, ...]
    together: float
    beyond: float
    exchanged: pd.DataFrame
    lines: pd.DataFrame
    amounts: pd.Series


@dataclass(frozen=True)
class InCircle:
    """One resource in a circle.

    Attributes
    ----------
    resource
        The resource.
    joined
        The circle netted as one.
    apart
        Share that the members meet (use) when each is by itself, 0 to 1; NaN where nothing is judged.
    members_apart
        The same of each member, in the order of ``joined.members``.
    judged
        How sure the joint closing scale is; None where none is judged.
    """

    resource: Resource
    joined: Joined
    apart: float
    members_apart: tuple[float, ...]
    judged: Judged | None = None


@dataclass(frozen=True)
class Proposal:
    """The search's answer for one municipality and resource.

    Attributes
    ----------
    smallest
        The smallest connected group that closes it, None where none does.
    best
        The connected group that meets the greatest share, where none closes.
    alone, whole_area
        Share that the municipality meets by itself, and all of the area together; NaN where nothing is judged.
    judged
        How sure it is that the smallest group closes it, or that the best one does not; None where nothing is judged.
    """

    smallest: Group | None
    best: Group | None
    alone: float
    whole_area: float
    judged: Judged | None = None


def found_of(
    dataset: Dataset, catalogue: Catalogue, assumed: Assumed, resource_key: str, *, by: str, code: str
) -> Found:
    """Return what there is to tell of a place under a view's assumptions; InputError where there is no such place."""
    around = around_of(dataset, catalogue, by=by)
    netting = _netting(*_keys(dataset, catalogue, assumed, resource_key), by, dataset, catalogue, assumed)
    standing = netting.standing(code)
    needs = standing.direction == "need"
    both_ways = _flows(dataset, catalogue, assumed, resource_key, by=by, code=code)
    flows = both_ways[both_ways["direction"] == ("incoming" if needs else "outgoing")]
    reach = catalogue.resources[resource_key].reach
    sent = flows.groupby("other")["amount"].sum().to_dict()
    known = partners(
        netting,
        around,
        code,
        reach_km=reach.reach_km if reach.carried else None,
        sent={str(k): v for k, v in sent.items()},
    )
    table = tables_of(dataset, catalogue, assumed, by=by)(resource_key, "central")
    amounts = netting.left() if needs else netting.missing.sum(axis=1)
    return Found(
        standing=standing,
        partners=known,
        together=netting.together(code, [partner.code for partner in known if is_usable(partner)]) if known else 0.0,
        beyond=float(table["outside" if needs else "surplus"].to_numpy()[table.index.get_loc(code)]),
        exchanged=_exchanged(both_ways),
        lines=_lines(flows, around, code, needs=needs),
        amounts=pd.Series(amounts, index=[str(unit) for unit in netting.units]).drop(code),
    )


def is_usable(partner: Partner) -> bool:
    """Tell whether a partner is near enough and could cover (use) something."""
    return partner.is_within_reach and partner.could > 0


def around_of(dataset: Dataset, catalogue: Catalogue, *, by: str) -> Nearness:
    """Return how the places of a kind lie to each other."""
    return _around(dataset.area, dataset.content_hash(), by, catalogue.detour.central, dataset)


def circle_of(
    dataset: Dataset, catalogue: Catalogue, assumed: Assumed, members: tuple[str, ...]
) -> tuple[InCircle, ...]:
    """Return every resource in a circle, in the catalogue's order; InputError where a member is not in the area."""
    return tuple(
        _in_circle(*_keys(dataset, catalogue, assumed, key), assumed.threshold, members, dataset, catalogue, assumed)
        for key in catalogue.resources
    )


def proposal_of(dataset: Dataset, catalogue: Catalogue, assumed: Assumed, resource_key: str, code: str) -> Proposal:
    """Return the smallest connected group with a municipality that closes a resource, or the best there is."""
    keys = _keys(dataset, catalogue, assumed, resource_key)
    return _proposal(*keys, assumed.threshold, code, dataset, catalogue, assumed)


_Keys = tuple[str, str, str, str, Settings]


def _keys(dataset: Dataset, catalogue: Catalogue, assumed: Assumed, resource_key: str) -> _Keys:
    settings = settings_for(catalogue, assumed, catalogue.resources[resource_key])
    return dataset.area, dataset.content_hash(), catalogue.content_hash, resource_key, settings


@st.cache_resource(max_entries=8, show_spinner=False)
def _around(area: str, version: str, by: str, detour: float, _dataset: Dataset) -> Nearness:
    return nearness_of(prepared(area, version, _dataset), by, _nodes(area, version, detour, _dataset))


@st.cache_resource(max_entries=2, show_spinner=False)
def _nodes(area: str, version: str, detour: float, _dataset: Dataset) -> Nodes:
    # Communities, as in the allocation: what is near enough for it is near enough here.
    return nodes_of(_dataset.fragments, by="community", detour=detour)


@st.cache_resource(max_entries=64, show_spinner=False)
def _netting(
    area: str,
    version: str,
    catalogue_version: str,
    resource: str,
    settings: Settings,
    by: str,
    _dataset: Dataset,
    _catalogue: Catalogue,
    _assumed: Assumed,
) -> OwnNetting:
    assessment = assessment_of(_dataset, _catalogue, _assumed, resource)
    return own_netting(assessment, prepared(area, version, _dataset), by)


def _flows(
    dataset: Dataset, catalogue: Catalogue, assumed: Assumed, resource_key: str, *, by: str, code: str
) -> pd.DataFrame:
    """Return what the allocation sends to and from the place: other, amount, scale, direction."""
    allocation = allocation_of(dataset, catalogue, assumed, resource_key)
    if allocation is None:
        return pd.DataFrame({"other": [], "amount": [], "scale": [], "direction": []})
    flows = flows_between(allocation, by)
    ways = []
    for direction, here, there in (("incoming", "target", "source"), ("outgoing", "source", "target")):
        own = flows[(flows[here] == code) & (flows[there] != code)]
        ways.append(own.rename(columns={there: "other"})[["other", "amount", "scale"]].assign(direction=direction))
    return pd.concat(ways, ignore_index=True)


def _exchanged(flows: pd.DataFrame) -> pd.DataFrame:
    """Return by other place what comes and what goes, the largest exchange first."""
    sums = flows.pivot_table(index="other", columns="direction", values="amount", aggfunc="sum", fill_value=0.0)
    both = sums.reindex(columns=["incoming", "outgoing"], fill_value=0.0).astype(float)
    return both.loc[both.max(axis=1).sort_values(ascending=False, kind="stable").index]


def _lines(flows: pd.DataFrame, around: Nearness, code: str, *, needs: bool) -> pd.DataFrame:
    """Return one arrow a place and scale, between the centres of population."""
    other = around.units.get_indexer(pd.Index(flows["other"]))
    home = int(around.units.get_indexer(pd.Index([code]))[0])
    known = other >= 0
    ends: dict[str, Any] = {
        "lon": around.longitude[other[known]],
        "lat": around.latitude[other[known]],
    }
    away, own = ("from", "to") if needs else ("to", "from")
    return pd.DataFrame(
        {
            f"{away}_lon": ends["lon"],
            f"{away}_lat": ends["lat"],
            f"{own}_lon": around.longitude[home],
            f"{own}_lat": around.latitude[home],
            "amount": flows["amount"].to_numpy()[known],
            "scale": flows["scale"].to_numpy()[known],
        }
    )


@st.cache_resource(max_entries=128, show_spinner=False)
def _in_circle(
    area: str,
    version: str,
    catalogue_version: str,
    resource: str,
    settings: Settings,
    threshold: float,
    members: tuple[str, ...],
    _dataset: Dataset,
    _catalogue: Catalogue,
    _assumed: Assumed,
) -> InCircle:
    fragments = prepared(area, version, _dataset)
    assessment = assessment_of(_dataset, _catalogue, _assumed, resource)
    joined = join(assessment, fragments, members, threshold=threshold)
    own = balances(assessment, fragments)
    alone = [_only(own, code) for code in joined.members]
    whole = sum(amount for _, amount in alone)
    return InCircle(
        resource=_catalogue.resources[resource],
        joined=joined,
        apart=sum(met for met, _ in alone) / whole if whole > 0 else float("nan"),
        members_apart=tuple(met / amount if amount > 0 else float("nan") for met, amount in alone),
        judged=judged_in_circle(_dataset, _catalogue, _assumed, resource, members, joined.closing_scale),
    )


def _only(own: Balances, code: str) -> tuple[float, float]:
    """Return what a municipality meets by itself, and what of."""
    chosen = pd.Index(own.codes) == code
    return own.met(chosen), float(own.whole[chosen].sum())


@st.cache_resource(max_entries=512, show_spinner=False)
def _proposal(
    area: str,
    version: str,
    catalogue_version: str,
    resource: str,
    settings: Settings,
    threshold: float,
    code: str,
    _dataset: Dataset,
    _catalogue: Catalogue,
    _assumed: Assumed,
) -> Proposal:
    own = balances(assessment_of(_dataset, _catalogue, _assumed, resource), prepared(area, version, _dataset))
    around = around_of(_dataset, _catalogue, by=MUNICIPALITY)
    borders = neighbours(_dataset.municipalities, own.codes)
    smallest = smallest_group(own, borders, around.distance_km, code, threshold=threshold)
    best = best_group(own, borders, around.distance_km, code) if smallest is None else None
    group, closing = (best, OUTSIDE) if smallest is None else (smallest, CIRCLE)
    judged = None
    if group is not None and not math.isnan(group.share):
        judged = judged_in_circle(_dataset, _catalogue, _assumed, resource, group.codes, closing)
    return Proposal(
        smallest=smallest,
        best=best,
        alone=own.share(pd.Index(own.codes) == code),
        whole_area=own.share(pd.Index(own.codes) != ""),
        judged=judged,
    )
