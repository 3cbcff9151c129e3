"""データ Data: where every figure comes from, how exact it is, what is missing, and the resource catalogue."""

import streamlit as st

from geo.resources import load_catalogue
from layers import data_page, session
from layers.actuals.page import measured_values
from layers.entry import through_app
from layers.session import say
from layers.upload.page import own_layers

through_app()
state = session.current()
dataset = session.dataset(state.area)

st.title(say("data.title"))
st.write(say("data.lead"))
query = st.text_input(say("data.search"), placeholder=say("data.search_hint"), key="data_search")

if query.strip():
    data_page.found(dataset, query, state.lang)
else:
    data_page.summary(dataset, state.lang)
    data_page.source_layers(dataset, dataset.layers, state.lang)
    data_page.checks(dataset, state.lang)
    data_page.missing(dataset, state.lang)
    measured_values(dataset, load_catalogue())
    own_layers(dataset, load_catalogue())
    data_page.catalogue(dataset, data_page.resources(), state.lang)
    data_page.tables(dataset, state.lang)
