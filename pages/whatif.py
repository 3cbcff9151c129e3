"""もしも What if: a scenario beside today or beside another, on two maps, on the ladder, in a table; and its editor."""

import streamlit as st

from layers import scale_page, session
from layers.entry import through_app
from layers.place_picker import fit_token, linked_place, place_picker
from layers.upload.dataset import catalogue_of
from layers.whatif import manage as whatif_manage
from layers.whatif import page as whatif_page
from layers.whatif.editor import editor
from layers.whatif.maps import compared_maps
from layers.whatif.sides import sides_of
from layers.whatif.start import start

through_app()
dataset = session.dataset(session.current().area)
catalogue = catalogue_of(dataset)
scale_page.check_link(catalogue)
whatif_page.check_link(dataset)
whatif_page.mount_style()
whatif_manage.notices(catalogue)

state = session.current()
sides = sides_of(state, dataset, catalogue)
if sides is None or sides.after.scenario is None:
    scale_page.say_aloud(session.say("whatif.empty.aloud"))
    start(dataset, catalogue)
else:
    place = linked_place(dataset)
    state = session.current()
    resource = catalogue.resources[state.resource]
    scenario = sides.after.scenario

    # The maps are drawn before what stands above them: they have the longest way to go in the browser.
    opening = st.container(gap="small")
    chosen = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        view = whatif_page.view_control()
        scale_page.partition_control()
    compared_maps(
        dataset,
        catalogue,
        resource,
        sides,
        by=state.by,
        view=view,
        place=place,
        lang=state.lang,
        fit_token=fit_token(),
        on_click=lambda latitude, longitude: whatif_page.pressed(dataset, latitude, longitude),
    )
    before, after = (whatif_page.rows_of(side, dataset, catalogue, place) for side in (sides.before, sides.after))
    with opening:
        scale_page.say_aloud(whatif_page.sentence(before, after, sides, dataset, catalogue, place))
        sure = st.container()
    with chosen:
        whatif_manage.choices(dataset, catalogue, sides)
        whatif_page.resource_control(catalogue)
        whatif_manage.menu(dataset, catalogue, scenario)
    left, right = st.columns([7, 5], gap="large")
    with left:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            place_picker(dataset, place)
        whatif_page.ladder(before, after, catalogue, place, scale_page.place_notes([*after.values()], place, dataset))
        whatif_page.ways_on()
    with right:
        editor(dataset, catalogue, scenario)
    whatif_page.table(dataset, catalogue, resource, sides, place)
    with sure:
        whatif_page.how_sure(before, after, sides, dataset, catalogue, place)
