"""お金の流れ Money: what would still be bought from outside if a place used all that it has, in yen (estimates)."""

import streamlit as st

from layers import session
from layers.actuals.switch import actuals_switch
from layers.assumed import assumed_of
from layers.economy.page import economy_section
from layers.entry import through_app
from layers.money import page as money_page
from layers.money.rows import money_of
from layers.place_picker import linked_place, place_picker
from layers.upload.dataset import catalogue_of

through_app()
dataset = session.dataset(session.current().area)
catalogue = catalogue_of(dataset)

place = linked_place(dataset)
assumed = assumed_of(session.current(), dataset, catalogue)
of_place, of_municipalities = (money_of(dataset, catalogue, assumed, by=by) for by in (place.kind, "municipality"))

with st.container(key="money_controls", horizontal=True, vertical_alignment="bottom", gap="small"):
    place_picker(dataset, place)
    actuals_switch(dataset, catalogue, key="money_actuals")
    buttons = st.container(horizontal=True, horizontal_alignment="right", gap="small", width="content")
if of_place is None or of_municipalities is None:
    money_page.missing_prices()
else:
    rows = money_page.opening(of_place, catalogue, place)
    left, right = st.columns([5, 7], gap="large")
    with right:
        money_page.map_of_municipalities(of_municipalities, dataset, catalogue, place)
    with left:
        money_page.figures(rows, of_place, dataset, catalogue, place, assumed)
    money_page.differs()
    money_page.prices(catalogue, of_place)
    money_page.cite(rows, of_place, dataset, catalogue, place)
    money_page.downloads(buttons, rows, of_place, of_municipalities, dataset, catalogue, place)
economy_section(dataset, session.current())
