"""地図 Map: layers at the left, the live map, and after a click the card of the place."""

import streamlit as st

from layers import map_page, map_view, session
from layers.actuals.switch import actuals_switch
from layers.described import layers_of
from layers.entry import through_app
from layers.live import live_map
from layers.terrain import page as terrain_page
from layers.upload.dataset import catalogue_of

through_app()
dataset = session.dataset(session.current().area)
catalogue = catalogue_of(dataset)
layers = layers_of(dataset, catalogue)
map_page.check_link(dataset, catalogue, layers)
state = session.current()
visible = map_view.visible_layers(state, layers)
units = map_view.units_at(state, dataset)

map_page.mount_style()
with st.container(key="map_page"):
    columns = st.columns([1, 4, 1.4] if units else [1, 4])
    with columns[0], st.container(key="map_list", gap="small"):
        map_page.find_box(dataset)
        map_page.layers_of_group(layers, visible, ("closing",), key="map_closing")
        with st.container(key="map_choices", gap="small"):
            if "closing_scale" in dict(visible):
                map_page.closing_choices(dataset, catalogue)
                actuals_switch(dataset, catalogue, key="map_actuals")
        missing = map_view.missing_layers(dataset, layers, state.lang)
        map_page.layers_of_group(layers, visible, map_page.OTHER_GROUPS, key="map_layers", missing=missing)
        with st.container(key="map_files", gap="small"):
            map_page.take_away(dataset, catalogue, layers, visible)
    with columns[1]:
        live_map(
            map_view.scene_of(
                state, dataset, catalogue, layers, fit=map_page.fit(), extra=terrain_page.extras(dataset)
            ),
            key="map",
            height="calc(100dvh - 5.5rem - var(--guide-room, 0px))",
            on_click=lambda event: map_page.clicked(event, dataset),
        )
    if units:
        with columns[2], st.container(key="map_card", gap="small"):
            map_page.card(dataset, catalogue, units)
