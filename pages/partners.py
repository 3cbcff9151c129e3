"""連携 Partners: who could complete a place, and what several municipalities could do together."""

from functools import partial

import streamlit as st

from layers import scale_page, session
from layers.actuals.switch import actuals_switch
from layers.allocated_ahead import allocate_ahead
from layers.assumed import assumed_of
from layers.entry import through_app
from layers.partners import circle as partners_circle
from layers.partners import page as partners_page
from layers.partners.figures import found_of
from layers.partners.map import partners_map
from layers.partners.table import partners_csv
from layers.partners.words import sentence
from layers.place_picker import all_places, fit_token, linked_place, place_picker
from layers.upload.dataset import catalogue_of

through_app()
dataset = session.dataset(session.current().area)
catalogue = catalogue_of(dataset)
scale_page.check_link(catalogue)
partners_page.check_circle(dataset)
place = linked_place(dataset)
state = session.current()
partners_page.mount_style()

resource = catalogue.resources[state.resource]
assumed = assumed_of(state, dataset, catalogue)
is_place = partners_page.is_place(place)
found = found_of(dataset, catalogue, assumed, resource.key, by=place.kind, code=place.code) if is_place else None

# The map is drawn before all that stands above it: it has the longest way to go in the browser.
controls = st.container(key="partners_controls", horizontal=True, vertical_alignment="bottom", gap="small")
opening = st.container()
left, right = st.columns(2, gap="large")
with right:
    press = st.container()
    partners_map(
        dataset,
        catalogue,
        place,
        resource,
        found,
        state.circle,
        lang=state.lang,
        fit_token=fit_token(),
        on_click=partial(partners_page.map_pressed, dataset, place),
    )
    if found is not None:
        partners_page.map_notes(found, place, resource)
with press:
    partners_page.press_control(place)
with controls:
    place_picker(dataset, place)
    partners_page.resource_picker(catalogue)
    actuals_switch(dataset, catalogue, key="partners_actuals")
    scale_page.threshold_and_downloads()
if found is None:
    with opening:
        partners_page.ask_for_place(place)
else:
    names, basins = all_places(dataset, place.kind), all_places(dataset, "basin")
    with opening:
        words = sentence(found, place, resource, names, state.lang, threshold=assumed.threshold)
        partners_page.opening(words)
    with left:
        partners_page.partner_list(found, place, resource, names, basins, catalogue.detour.central)
        partners_page.exchanged(found, place, resource, names)
        if found.partners:
            stem = partners_page.stem_of(dataset, "partners", [place.code, resource.key])
            make = partial(partners_csv, found, place, resource, names, basins, dataset, state.lang, stem=stem)
            partners_page.download(st.container(), make, key="partners_csv", label="partners.csv.list", stem=stem)
with left:
    partners_page.examples()
if is_place:
    partners_circle.proposal_part(dataset, catalogue, assumed, resource, place)
partners_circle.circle_part(dataset, catalogue, assumed)
allocate_ahead(dataset, catalogue, assumed)
