"""The command ``python -m geo allocate``: a resource's least-distance allocation as plain nested values."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import Any

import numpy as np

from geo.actuals_file import read_actuals
from geo.allocation import Allocation, allocate_resource, distance_quantile_km, fitting, flows_between
from geo.assessment import Assessment, Settings, assess, check_settings
from geo.coded_ladder import OUTSIDE
from geo.commands.units import unit_name
from geo.dataset import open_whole
from geo.errors import InputError
from geo.haul_nodes import KINDS, Nodes, nodes_of
from geo.prepared import prepare
from geo.resources import get_resource, load_catalogue_of
from geo.terms import CASES, Catalogue
from geo.user_layers.own import own_of, with_own_layers
from geo.user_layers.terms import with_user_terms


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--area", required=True)
    parser.add_argument("--resource", required=True)
    parser.add_argument(
        "--by", type=unit_name, choices=KINDS, default=KINDS[0], help="what the nodes are, each cut by river system"
    )
    parser.add_argument(
        "--set", action="append", default=[], metavar="RESOURCE.FACTOR=VALUE", dest="settings", help="may be repeated"
    )
    parser.add_argument("--case", choices=CASES, default=Settings().case)
    parser.add_argument(
        "--threshold", type=float, default=Settings().threshold, help="share from which a scale is named (default 0.8)"
    )
    parser.add_argument(
        "--estimates-only", action="store_true", help="leave the area's measured values (actuals.csv) aside"
    )
    parser.add_argument("--format", choices=("json",), default="json")


def run(arguments: argparse.Namespace, settings: Settings) -> tuple[dict[str, Any], Assessment, Catalogue]:
    """Return what is printed, the assessment and the catalogue that it stands on.

    Raises
    ------
    InputError
        The resource is not hauled (water), or as :func:`geo.assessment.assess`.
    """
    check_settings(settings)
    catalogue = load_catalogue_of(arguments.data_dir)
    resource = get_resource(catalogue, arguments.resource)
    if not resource.reach.carried:
        message = f"{resource.key} is not hauled, so there is no allocation of it: 'python -m geo circulate' nets it"
        raise InputError(message, key="not_hauled", resource=resource.key)
    dataset = with_own_layers(open_whole(arguments.area, data_dir=arguments.data_dir))
    catalogue = with_user_terms(catalogue, own_of(dataset))
    if not arguments.estimates_only:
        settings = replace(settings, actuals=read_actuals(dataset, catalogue))
    assessment = assess(prepare(dataset.fragments), resource.key, catalogue, settings)
    nodes = nodes_of(dataset.fragments, by=arguments.by, detour=catalogue.detour.central)
    allocation = allocate_resource(assessment, nodes)
    assert allocation is not None  # noqa: S101 - what is not carried was refused above
    listing = {"area": arguments.area, "case": settings.case, "threshold": settings.threshold}
    return listing | allocation_listing(allocation, settings.threshold), assessment, catalogue


def allocation_listing(allocation: Allocation, threshold: float) -> dict[str, Any]:
    """Return an allocation as it is printed; NaN is not yet null."""
    flows, nodes = allocation.flows, allocation.nodes
    scales = [*allocation.scales, *([OUTSIDE] if (allocation.scale == OUTSIDE).any() else [])]
    supply, demand = float(allocation.supply.sum()), float(allocation.demand.sum())
    sent, delivered = float(flows.amount.sum()), float(flows.delivered.sum())
    # Cells are too many to be told one by one: their figures are by municipality.
    by = "municipality" if nodes.by == "cells" else nodes.by
    units = fitting(allocation, by, threshold=threshold).reset_index()
    return {
        "resource": allocation.resource,
        "perspective": allocation.perspective,
        "by": nodes.by,
        "units_of_measure": {
            "amount": f"{allocation.unit}/yr",
            "distance_km": f"km by road (geodesic × {nodes.detour:g}, an estimate)",
        },
        "reach_km": allocation.reach_km,
        "loss_per_km": flows.loss_per_km,
        "scales": scales,
        "total": {
            "supply": supply,
            "demand": demand,
            "sent": sent,
            "delivered": delivered,
            "delivered_by_scale": {scale: float(flows.delivered[allocation.scale == scale].sum()) for scale in scales},
            "undelivered_demand": _left(demand - delivered, allocation),
            "unsent_supply": _left(supply - sent, allocation),
            "mean_distance_km": float(flows.amount @ flows.distance_km) / sent if sent else float("nan"),
            "distance_km_of_80_percent": distance_quantile_km(allocation, 0.8),
        },
        "units_by": by,
        "units": units.to_dict("records"),
        "between": flows_between(allocation, by).to_dict("records"),
        "nodes": _nodes(allocation, nodes),
        "flows": [
            {"source": nodes.codes[i], "target": nodes.codes[j], "amount": amount, "distance_km": km, "scale": scale}
            for i, j, amount, km, scale in zip(
                flows.source,
                flows.target,
                flows.amount.tolist(),
                flows.distance_km.tolist(),
                allocation.scale.tolist(),
                strict=True,
            )
        ],
    }


def _left(amount: float, allocation: Allocation) -> float:
    return amount if amount > allocation.least_amount else 0.0


def _nodes(allocation: Allocation, nodes: Nodes) -> list[dict[str, Any]]:
    """Return the nodes that supply or need anything."""
    rows = np.flatnonzero((allocation.supply > 0) | (allocation.demand > 0))
    return [
        {
            "code": nodes.codes[row],
            "community": nodes.community[row] or None,
            "municipality": nodes.municipality[row] or None,
            "river_system": nodes.basin[row],
            "latitude": round(float(nodes.latitude[row]), 6),
            "longitude": round(float(nodes.longitude[row]), 6),
            "supply": float(allocation.supply[row]),
            "demand": float(allocation.demand[row]),
        }
        for row in rows
    ]
