"""くらべる Compare: two places, of one area or of two, side by side under the same assumptions."""

import streamlit as st

from layers import scale_page, session
from layers.actuals.switch import actuals_switch
from layers.compare import page as compare_page
from layers.compare.sides import beside_of, place_of, side_of
from layers.entry import through_app
from layers.place_picker import linked_place
from layers.upload.dataset import catalogue_of

through_app()
dataset = session.dataset(session.current().area)
catalogue = catalogue_of(dataset)
scale_page.check_link(catalogue)
compare_page.mount_style()

place = linked_place(dataset)
chosen = beside_of(session.current())
compare_page.check_beside(chosen is not None)
beside = session.dataset(chosen[0]) if chosen else dataset
other = place_of(beside, chosen[1]) if chosen else None
compare_page.pickers((dataset, place), (beside, other))
if other is None:
    compare_page.empty(dataset, place)
else:
    state = session.current()
    resource = catalogue.resources[state.resource]
    left, right = side_of(state, dataset, place), side_of(state, beside, other)
    with st.container(key="compare_controls", horizontal=True, vertical_alignment="bottom", gap="small"):
        actuals_switch(dataset, catalogue, key="compare_actuals")
        downloads = scale_page.threshold_and_downloads()
    compare_page.openings(left, right)
    compare_page.ladders(left, right)
    compare_page.maps(left, right)
    compare_page.differences(left, right)
    compare_page.assumptions(left, right, catalogue, resource)
    compare_page.sources(left, right, state.resource)
    with downloads:
        compare_page.download(left, right)
