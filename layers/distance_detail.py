"""What distance allows, beside what the netting says: a resource's least-distance allocation seen from one place."""

from __future__ import annotations

import math
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

import streamlit as st

from geo.allocation import Allocation, fitting
from geo.coded_ladder import OUTSIDE
from geo.dataset import Dataset
from geo.haul_nodes import UNITS
from geo.terms import Catalogue, Resource
from layers.allocated import allocation_of
from layers.assumptions import Assumed
from layers.ladder_view.markup import ground
from layers.ladder_view.words import percent
from layers.messages import text
from layers.palette import fill_css, text_on
from layers.scale_places import Place

_PARTNERS = Path(__file__).parent.parent / "pages" / "partners.py"
# A reach beyond this is no limit inside a prefecture.
_FAR_KM = 1000.0
# Narrower segments carry no figure.
_LABELLED_SHARE = 0.08


def distance_section(
    resource: Resource, place: Place, dataset: Dataset, catalogue: Catalogue, assumed: Assumed, lang: str
) -> None:
    """Draw what of the place's need the least-distance allocation delivers within each scale; call at a run's end.

    The first allocation of a resource takes a moment: all else should stand on the page already. Nothing is drawn for
    partitions that users brought, between whose units no flow is filed.
    """
    if place.kind not in UNITS:
        return
    if not resource.reach.carried:
        st.html(_framed(f"<p>{escape(text('distance.not_hauled', lang))}</p>", lang))
        return
    allocation = allocation_of(dataset, catalogue, assumed, resource.key)
    if allocation is None:
        return
    units = fitting(allocation, place.kind, threshold=assumed.threshold)
    if place.code in units.index:
        unit = {str(name): value for name, value in units.loc[place.code].items()}
        st.html(distance_html(unit, allocation, lang, threshold=assumed.threshold, detour=catalogue.detour.central))
        st.page_link(_PARTNERS, label=text("distance.partners", lang), width="content")


def distance_html(
    unit: Mapping[str, Any], allocation: Allocation, lang: str, *, threshold: float, detour: float
) -> str:
    """Return the block as markup; ``unit`` is a row of :func:`geo.allocation.fitting`."""
    side = "" if allocation.perspective == "demand" else "_supply"
    whole = float(unit["demand" if not side else "supply"])
    if whole <= allocation.least_amount or math.isnan(unit["delivered_share"]):
        return _framed(f"<p>{escape(text(f'distance.nothing{side}', lang))}</p>", lang)
    shares = {scale: float(unit[f"delivered_{scale}"]) / whole for scale in allocation.scales}
    # From another prefecture it comes, but from no scale of the ladder.
    undelivered = float(unit["undelivered"]) + float(unit.get(f"delivered_{OUTSIDE}", 0.0))
    fits, told_share = str(unit["fitting_scale"]), percent(float(unit["delivered_share"]))
    if fits == OUTSIDE:
        said = text(f"distance.open{side}", lang, percent=told_share, threshold=percent(threshold))
    else:
        within = text(f"scale.within.{fits}", lang)
        said = text(f"distance.fits{side}", lang, scale=within, threshold=percent(threshold))
    notes = (
        text("distance.central", lang),
        text("distance.note", lang, detour=f"{detour:g}"),
        text("distance.beside", lang),
    )
    lines = (said, _reach_words(allocation.reach_km, lang))
    body = _bar(shares, undelivered / whole, lang) + "".join(f"<p>{escape(words)}</p>" for words in lines)
    body += "".join(f'<p class="fine">{escape(words)}</p>' for words in notes)
    return _framed(body, lang)


def _reach_words(reach_km: float | None, lang: str) -> str:
    if reach_km is None or reach_km >= _FAR_KM:
        return text("distance.reach_none", lang)
    return text("distance.reach", lang, km=f"{reach_km:,.0f}")


def _bar(shares: Mapping[str, float], undelivered: float, lang: str) -> str:
    """Return what is delivered within each scale, and not at all, as one bar, read aloud as a sentence."""
    parts = [(scale, text(f"scale.bar.{scale}", lang), share) for scale, share in shares.items()]
    parts.append((OUTSIDE, text("distance.undelivered", lang), undelivered))
    spoken = text("scale.bar.joiner", lang).join(
        text("scale.bar.share", lang, scale=name, percent=percent(share)) for _, name, share in parts if share > 0
    )
    segments, legend = "", ""
    for key, name, share in parts:
        fill = escape(fill_css(key), quote=True)
        figure = f"<b>{percent(share)}</b>" if share >= _LABELLED_SHARE else ""
        segments += f'<i style="width:{100 * share:.2f}%;background:{fill};color:{text_on(ground(key))}">{figure}</i>'
        if share > 0:
            legend += f'<li><span style="background:{fill}"></span>{escape(name)} {percent(share)} %</li>'
    return f'<div class="bar" role="img" aria-label="{escape(spoken, quote=True)}">{segments}</div><ul>{legend}</ul>'


def _framed(body: str, lang: str) -> str:
    heading = escape(text("distance.title", lang))
    return f'<section class="detail distance" lang="{lang}"><h4>{heading}</h4>{body}</section>'
