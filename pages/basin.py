"""流域 Basin: one river system, its people and land, what its parts and other basins could exchange, its ladder."""

import streamlit as st

from layers import scale_page, session
from layers.actuals.switch import actuals_switch
from layers.allocated_ahead import allocate_ahead
from layers.area_missing import has_partition
from layers.assumed import assumed_of
from layers.basin import page as basin_page
from layers.basin.figures import figures_of
from layers.basin.flows import arrows
from layers.basin.map import basin_map, centres
from layers.basin.place import basin_picker, check_place, fit_token, looked_at, pick_on_map
from layers.basin.view import exchange_of
from layers.basin.words import sentence
from layers.entry import through_app
from layers.place_picker import all_places
from layers.upload.dataset import catalogue_of

through_app()
dataset = session.dataset(session.current().area)
catalogue = catalogue_of(dataset)
scale_page.check_link(catalogue)
check_place(dataset)
state = session.current()
basin_page.mount_style()

if not has_partition("basin", dataset):
    basin_page.without_basins(dataset)
else:
    looked = looked_at(dataset, state)
    basin = looked.basin
    places, towns = (all_places(dataset, kind) for kind in ("basin", "municipality"))
    resource = catalogue.resources[state.resource]
    assumed = assumed_of(state, dataset, catalogue)
    exchange = exchange_of(dataset, catalogue, assumed, state.resource, basin.code) if basin else None

    # The map is drawn before all that stands above it: it has the longest way to go in the browser.
    controls = st.container(key="basin_controls", horizontal=True, vertical_alignment="bottom", gap="small")
    opening = st.container()
    left, right = st.columns([6, 5], gap="large")
    with right:
        lines = arrows(exchange, basin, centres(dataset.area, dataset.content_hash(), dataset))
        basin_map(
            dataset,
            catalogue,
            basin,
            lines,
            lang=state.lang,
            fit_token=fit_token(dataset, basin),
            on_click=lambda latitude, longitude: pick_on_map(dataset, latitude, longitude),
        )
        basin_page.map_notes(resource, lines)
    with controls:
        basin_picker(dataset, basin)
        basin_page.resource_picker(catalogue)
        actuals_switch(dataset, catalogue, key="basin_actuals")
        downloads = basin_page.downloads()
    if basin is None:
        with left:
            basin_page.no_basin()
    else:
        figures = figures_of(state, dataset, catalogue, assumed, basin, places, exchange)
        with opening:
            words = sentence(figures.profile, basin, towns, figures.row, dataset, state.lang)
            basin_page.opening(words, looked.of)
        with left:
            basin_page.profile(figures.profile, basin, towns, dataset)
            basin_page.parts(figures.parts, resource, figures.row, towns)
            basin_page.flows(exchange, basin, resource, figures.row, places)
        basin_page.ladder(figures.rows, basin, scale_page.place_notes(figures.rows, basin, dataset))
        basin_page.comparison(figures.compared, basin, resource)
        basin_page.potential(figures.potential, figures.rows, catalogue)
        basin_page.sources(dataset, catalogue)
        with downloads:
            basin_page.download(figures, {"municipality": towns, "basin": places}, dataset, catalogue)
    allocate_ahead(dataset, catalogue, assumed)
