"""循環の規模 Scale: at which scale each resource of a place cycles, under assumptions that can be moved."""

import streamlit as st

from layers import scale_page, session
from layers.actuals.switch import actuals_switch
from layers.actuals.used import with_measured
from layers.allocated_ahead import allocate_ahead
from layers.assessed import tables_of
from layers.assumed import assumed_of
from layers.assumption_panel import assumption_panel
from layers.certainty import shown_certainty, with_certainty
from layers.closing_map import closing_map, closing_previews
from layers.distance_detail import distance_section
from layers.entry import through_app
from layers.ladder_rows import ladder_rows
from layers.place_picker import fit_token, linked_place, pick_on_map, place_picker
from layers.sentences import sentence
from layers.upload.dataset import catalogue_of

through_app()
dataset = session.dataset(session.current().area)
catalogue = catalogue_of(dataset)
scale_page.check_link(catalogue)

place = linked_place(dataset)
state = session.current()
resource = catalogue.resources[state.resource]
assumed = assumed_of(state, dataset, catalogue)
of_place, of_units = (tables_of(dataset, catalogue, assumed, by=by) for by in (place.kind, state.by))

# The map is drawn before all that stands above it: it has the longest way to go in the browser.
controls = st.container(key="scale_controls", horizontal=True, vertical_alignment="bottom", gap="small")
opening = st.container()
left, right = st.columns([5, 7], gap="large")
with right:
    by_control = st.container()
    closing = of_units(state.resource, "central")["closing_scale"]
    closing_map(
        dataset,
        catalogue,
        resource,
        closing,
        certainty=shown_certainty(dataset, catalogue, assumed, state.resource, closing, by=state.by),
        by=state.by,
        place=place,
        lang=state.lang,
        fit_token=fit_token(),
        on_click=lambda latitude, longitude: pick_on_map(dataset, latitude, longitude),
    )
with by_control:
    scale_page.partition_control()
with controls:
    place_picker(dataset, place)
    actuals_switch(dataset, catalogue, key="scale_actuals")
    downloads = scale_page.threshold_and_downloads()
rows = ladder_rows(catalogue.resources, of_place, code=place.code, threshold=state.threshold)
rows = with_measured(rows, state, dataset, catalogue, kind=place.kind, code=place.code)
rows = with_certainty(rows, dataset, catalogue, assumed, kind=place.kind, code=place.code)
with opening:
    scale_page.say_aloud(sentence(rows, place, state.lang, focus=state.resource))
    scale_page.ladder(rows, place, scale_page.place_notes(rows, place, dataset))
scale_page.fill_downloads(downloads, dataset, catalogue, rows, place, of_units)
with left:
    scale_page.detail(rows, resource, dataset, place, catalogue)
    assumption_panel(
        catalogue,
        resource,
        columns=dataset.fragments.columns,
        result=lambda: scale_page.focus_bar(rows, resource, place),
    )

left, right = st.columns([5, 7], gap="large")
with left:
    distance = st.container()
    scale_page.share_table(rows, place)
    scale_page.reading_notes(resource)
with right:
    scale_page.matrix(catalogue, of_units, dataset, assumed)
    closings = {key: of_units(key, "central")["closing_scale"] for key in catalogue.resources}
    certainties = {
        key: shown_certainty(dataset, catalogue, assumed, key, closing, by=state.by)
        for key, closing in closings.items()
    }
    closing_previews(dataset, catalogue, closings, certainties, by=state.by, lang=state.lang)
with distance:
    distance_section(resource, place, dataset, catalogue, assumed, state.lang)
if not (state.factors or state.scenario):
    # Under what everybody begins with. A move of a slider would have all resources allocated that nobody looks at.
    allocate_ahead(dataset, catalogue, assumed)
