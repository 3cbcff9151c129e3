"""会議 Meeting: a lobby, a desk to prepare an agenda at, and the wall that it is shown on."""

from dataclasses import replace

import streamlit as st

from layers import scale_page, session
from layers.entry import through_app
from layers.meeting.desk import desk, mount_style
from layers.meeting.keep_pass import keep_pass
from layers.meeting.lobby import lobby
from layers.meeting.opening import opened
from layers.meeting.titles import shown_titles
from layers.meeting.wall import is_wall, open_wall, wall
from layers.upload.dataset import catalogue_of
from layers.whatif import page as whatif_page

through_app()
on_wall = is_wall()
here = opened()
dataset = session.dataset(session.current().area)
catalogue = catalogue_of(dataset)
scale_page.check_link(catalogue)
whatif_page.check_link(dataset)
mount_style()
if here is not None:
    titles = shown_titles(here.meeting, dataset, catalogue, lang=session.current().lang)
    here = replace(here, titles=titles)

if on_wall:
    wall(here, dataset, catalogue)
elif here is None:
    scale_page.say_aloud(session.say("meeting.lobby.aloud"))
    lobby(dataset)
    st.button(session.say("meeting.wall_alone"), key="meeting_wall_alone", type="tertiary", on_click=open_wall)
else:
    desk(here, dataset, catalogue)
if here is not None:
    keep_pass(here)
