"""The circle's part of the Partners page: who is in it, its joint ladder, the smallest one proposed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from html import escape

import numpy as np
import streamlit as st

from geo.dataset import Dataset
from geo.draws import DRAWS
from geo.terms import Catalogue, Resource
from layers import session
from layers.assumptions import Assumed
from layers.ladder_view.component import mount
from layers.partners.figures import InCircle, around_of, circle_of, proposal_of
from layers.partners.ladder import circle_ladder
from layers.partners.page import download, stem_of
from layers.partners.table import circle_csv
from layers.partners.words import circle_sentence, listed, proposal_words, resource_name
from layers.place_picker import all_places
from layers.plain import plain
from layers.scale_places import Place, place_labels

_MEMBERS = "partners_members"
# One municipality is no circle yet.
_LEAST = 2


def circle_part(dataset: Dataset, catalogue: Catalogue, assumed: Assumed) -> None:
    """Draw the circle: its members, what joining changes, the joint ladder."""
    state = session.current()
    names = all_places(dataset, "municipality")
    st.header(session.say("partners.circle.title"), anchor=False)
    controls = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
    with controls:
        _members(names)
    if len(state.circle) < _LEAST:
        st.info(session.say("partners.circle.empty"))
        return
    with controls:
        st.button(session.say("partners.circle.clear"), key="partners_clear", on_click=_clear)
    members = tuple(sorted(state.circle))
    rows = circle_of(dataset, catalogue, assumed, members)
    focus = next(row for row in rows if row.resource.key == state.resource)
    stem = stem_of(dataset, "circle", members)
    make = partial(circle_csv, rows, names, dataset, state.lang, threshold=assumed.threshold, stem=stem)
    download(controls, make, key="partners_circle_csv", label="partners.csv.circle", stem=stem)
    said = circle_sentence(focus, rows, names, state.lang, threshold=assumed.threshold)
    st.html(f'<p class="aloud" role="status" lang="{state.lang}">{escape(said)}</p>')
    place = session.say("partners.circle.cited_place", names=listed(members, names, state.lang))
    body = circle_ladder(rows, state.lang, place=place, focus=state.resource, threshold=assumed.threshold)
    mount(body, key="partners_ladder", on_pick=_focus)
    notes = [*_certainty_notes(rows), *_notes(focus, members, dataset, catalogue)]
    st.html(f'<ul class="partners-notes">{"".join(f"<li>{escape(note)}</li>" for note in notes)}</ul>')


def proposal_part(dataset: Dataset, catalogue: Catalogue, assumed: Assumed, resource: Resource, place: Place) -> None:
    """Draw the smallest connected group that closes the resource in focus for the place, or how far the best comes."""
    lang = session.current().lang
    st.header(session.say("partners.group.title"), anchor=False)
    if place.kind != "municipality":
        st.html(f'<p class="partners-fine">{escape(session.say("partners.group.municipality_only"))}</p>')
        return
    names = all_places(dataset, "municipality")
    found = proposal_of(dataset, catalogue, assumed, resource.key, place.code)
    said = proposal_words(found, place, resource, names, lang, threshold=assumed.threshold)
    st.html(f'<p class="partners-said" lang="{lang}">{escape(said)}</p>')
    group = found.smallest or found.best
    if group is not None and len(group.codes) >= _LEAST:
        st.button(
            session.say("partners.group.use"),
            key="partners_use",
            help=session.say("partners.group.how"),
            disabled=set(group.codes) == set(session.current().circle),
            on_click=_use,
            args=(group.codes,),
        )


def _members(names: Mapping[str, Place]) -> None:
    labels = place_labels(names, session.current().lang)
    st.session_state[_MEMBERS] = list(session.current().circle)
    st.multiselect(
        session.say("partners.circle.members"),
        list(labels),
        format_func=lambda code: labels.get(code, plain(str(code))),
        placeholder=session.say("partners.circle.members_hint"),
        key=_MEMBERS,
        on_change=_change_members,
    )


def _certainty_notes(rows: Sequence[InCircle]) -> list[str]:
    """Return what the words for how sure a row is mean, where any row has them."""
    judged = [row.judged for row in rows if row.judged is not None]
    notes = [session.say("certainty.legend", draws=DRAWS)] if judged else []
    return [*notes, *([session.say("certainty.cut")] if any(each.is_cut for each in judged) else [])]


def _notes(focus: InCircle, members: Sequence[str], dataset: Dataset, catalogue: Catalogue) -> list[str]:
    lang = session.current().lang
    told = [session.say("partners.circle.measure"), session.say("partners.circle.part_with_data")]
    reach = focus.resource.reach
    if not reach.carried:
        told.append(session.say("partners.circle.water_note"))
    elif reach.reach_km is not None:
        around = around_of(dataset, catalogue, by="municipality")
        rows = np.flatnonzero(around.units.isin(list(members)))
        widest = float(around.distance_km[np.ix_(rows, rows)].max())
        if widest > reach.reach_km:
            words = {"resource": resource_name(focus.resource, lang), "reach": f"{reach.reach_km:,.0f}"}
            told.append(session.say("partners.circle.wide", km=f"{widest:,.0f}", **words))
    return told


def _change_members() -> None:
    session.update(circle=tuple(map(str, st.session_state.get(_MEMBERS, ()))))


def _clear() -> None:
    session.update(circle=())


def _use(codes: Sequence[str]) -> None:
    session.update(circle=tuple(codes))


def _focus(resource: str) -> None:
    session.update(resource=resource)
