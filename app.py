"""Meguri: page configuration, language, navigation. Everything else is in pages/, layers/ and geo/."""

import streamlit as st

from layers import frame, session, theme
from layers.kiosk import mode as kiosk

st.set_page_config(page_title="めぐり Meguri", page_icon=frame.ICON, layout="wide", initial_sidebar_state="collapsed")
session.begin()
theme.mount()
if kiosk.is_on():
    kiosk.run()
else:
    st.logo(frame.LOGO, size="large")
    page = frame.navigation()
    frame.head(page)
    frame.language_control()
    frame.area_control()
    frame.refused_notice()
    frame.scenario_banner(page)
    frame.run(page)
    frame.page_links()
    frame.tools(page)
