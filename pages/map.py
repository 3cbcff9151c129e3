"""The map: layers at the left, the live map, and after a click the card of the place."""

from pathlib import Path

import streamlit as st

from geo.places import find_places
from geo.resources import load_catalogue
from layers import frame, map_view, session
from layers.described import layers_of
from layers.entry import through_app
from layers.layer_list import layer_list
from layers.live import MapEvent, live_map
from layers.place_card import place_card
from layers.scale_places import KINDS
from layers.take_away import take_aways, view_of

STYLE = Path(map_view.__file__).with_name("map_page.css")
BY = ("community", "municipality", "basin", "prefecture", "cells")

through_app()
state = session.current()
dataset = session.dataset(state.area)
catalogue = load_catalogue()
layers = layers_of(dataset, catalogue)


def go(hit):
    chosen = {"at": (hit.latitude, hit.longitude)}
    if hit.kind in KINDS:
        chosen["place"] = f"{hit.kind}:{hit.code}"
    else:
        after = map_view.place_after(MapEvent(hit.latitude, hit.longitude), state, dataset)
        chosen["place"] = after.place if after else ""
    session.update(**chosen)
    st.session_state["map_fit"] = (f"{hit.kind}:{hit.code}:{hit.bounds}", hit.bounds)


def clicked(event):
    st.session_state["map_view"] = event.view
    after = map_view.place_after(event, session.current(), dataset)
    if after is None:
        st.toast(session.say("map.card.outside", area=dataset.name_ja if state.lang == "ja" else dataset.name_en))
    else:
        session.update(at=after.at, place=after.place)


def find():
    query = st.session_state["map_query"].strip()
    hits = find_places(dataset, query) if query else []
    if len(hits) == 1 or (hits and hits[0].score == 100 > hits[1].score):
        go(hits[0])


def find_box():
    query = st.text_input(
        session.say("map.find.label"),
        placeholder=session.say("map.find.hint"),
        key="map_query",
        on_change=find,
        icon=":material/search:",
    ).strip()
    if not query:
        return
    hits = find_places(dataset, query, limit=6)
    if not hits:
        st.caption(session.say("map.find.none", query=query))
    for hit in hits:
        st.button(
            map_view.hit_label(hit, dataset, state.lang),
            key=f"hit_{hit.kind}_{hit.code}",
            on_click=go,
            args=(hit,),
            type="tertiary",
        )


def choices(visible):
    if "closing_scale" in dict(visible):
        for field, options, name, label in (
            ("resource", list(catalogue.resources), map_view.resource_name, "map.list.resource"),
            ("by", BY, map_view.by_name, "map.list.by"),
        ):
            chosen = getattr(state, field)
            st.selectbox(
                session.say(label),
                options,
                index=options.index(chosen) if chosen in options else 0,
                format_func=lambda key, name=name: name(key, catalogue, state.lang),
                key=f"map_{field}_{state.lang}",
                on_change=lambda field=field: session.update(**{field: st.session_state[f"map_{field}_{state.lang}"]}),
            )
    with st.popover(session.say("map.take.label"), icon=":material/download:", width="stretch"):
        if not visible:
            st.caption(session.say("map.take.none"))
            return
        view = st.session_state.get("map_view") or view_of(st.query_params.get("view"))
        for file in take_aways(state, dataset, catalogue, layers, view=view):
            st.download_button(
                session.say(f"map.take.{file.key}"),
                file.make,
                file_name=file.name,
                mime=file.mime,
                key=f"take_{file.key}",
                on_click="ignore",
                width="stretch",
            )


def card(units):
    kinds = list(units)
    chosen = map_view.looked_at(state, units)
    names = {kind: map_view.place_of(dataset, kind, code).name(state.lang) for kind, code in units.items()}
    st.selectbox(
        session.say("map.card.kind"),
        kinds,
        index=kinds.index(chosen),
        format_func=lambda kind: session.say(f"common.scale.{kind}"),
        key=f"map_kind_{state.lang}_{'_'.join(units.values())}",
        on_change=lambda: look_at(units),
    )
    rows = map_view.place_rows(state, dataset, catalogue, kind=chosen, code=units[chosen])
    is_cut = map_view.place_of(dataset, chosen, units[chosen]).is_cut
    told = map_view.told_of(state, dataset, catalogue, units)
    st.html(place_card(names, rows, chosen=chosen, lang=state.lang, is_cut=is_cut, told=told))
    others = {page.url_path: page for page in frame.pages()}
    st.page_link(others["scale"], label=session.say("map.card.to_scale"))
    st.page_link(others["data"], label=session.say("map.card.to_data"))
    st.button(
        session.say("map.card.close"),
        key="map_close",
        on_click=lambda: session.update(at=None, place=""),
        type="tertiary",
    )


def look_at(units):
    kind = st.session_state[f"map_kind_{state.lang}_{'_'.join(units.values())}"]
    session.update(place=f"{kind}:{units[kind]}")


st.html(f"<style>{STYLE.read_text(encoding='utf-8')}</style>")
units = map_view.units_at(state, dataset)
visible = map_view.visible_layers(state, layers)
with st.container(key="map_page"):
    columns = st.columns([1, 4, 1.4] if units else [1, 4])
    with columns[0], st.container(key="map_list", gap="small"):
        find_box()
        layer_list(
            layers,
            visible,
            lang=state.lang,
            key="map_layers",
            on_change=lambda chosen: session.update(layers=chosen),
            missing=map_view.missing_layers(layers, state.lang),
        )
        with st.container(key="map_choices", gap="small"):
            choices(visible)
    with columns[1]:
        scene = map_view.scene_of(state, dataset, catalogue, layers, fit=st.session_state.get("map_fit"))
        live_map(scene, key="map", height="calc(100dvh - 5.5rem)", on_click=clicked)
    if units:
        with columns[2], st.container(key="map_card", gap="small"):
            card(units)
