"""The buttons that make the hand-out: its paper, the PDF and the pictures."""

from __future__ import annotations

import datetime
import hashlib
import math
from typing import TYPE_CHECKING

import streamlit as st

from geo.dataset import Dataset
from geo.japan_time import today_in_japan
from geo.meeting import Meeting
from geo.terms import Catalogue
from layers import session
from layers.handout.document import handout
from layers.handout.paper import PAPERS, PaperName
from layers.handout.pictures import pages_png, zipped
from layers.messages import error_text
from layers.sheet_ready import sheet_problem
from layers.stored import store

if TYPE_CHECKING:
    from layers.meeting.current import Here

_PAPER = "handout_paper"
# Of one item's page, and what comes once: the first press on a server that has just started, measured on two cores.
_SECONDS_AN_ITEM, _SECONDS_AT_FIRST = 0.7, 3.0


def handout_buttons(here: Here, dataset: Dataset, catalogue: Catalogue) -> None:
    """Draw the choice of paper and the two buttons; a file is made when its button is pressed."""
    state = session.current()
    meeting, lang = here.meeting, state.lang
    # Now: the files are made outside this run, where neither the address nor the session is at hand.
    link = session.link()
    problem = sheet_problem()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        chosen = st.segmented_control(
            session.say("handout.button.paper"), PAPERS, default=PAPERS[0], required=True, key=_PAPER
        )
        paper: PaperName = chosen if chosen in PAPERS else PAPERS[0]
        stem = f"meguri_{meeting.key}_{paper.lower()}"

        def pdf() -> bytes:
            return made(meeting, dataset, catalogue, lang=lang, paper=paper, link=link)

        is_ready = problem is None and bool(meeting.items)
        told = error_text(problem, lang) if problem else None
        st.download_button(
            session.say("handout.button.pdf"),
            pdf,
            disabled=not is_ready,
            help=told,
            file_name=f"{stem}.pdf",
            mime="application/pdf",
            icon=":material/print:",
            on_click="ignore",
            key="handout_pdf",
        )
        # The first page and one for each item: always more than one picture.
        st.download_button(
            session.say("handout.button.png"),
            lambda: zipped(pages_png(pdf()), stem),
            disabled=not is_ready,
            help=told,
            file_name=f"{stem}.zip",
            mime="application/zip",
            icon=":material/image:",
            on_click="ignore",
            key="handout_png",
        )
    if problem is not None:
        st.info(error_text(problem, lang))
    elif not meeting.items:
        st.caption(session.say("handout.button.empty"))
    else:
        seconds = math.ceil(_SECONDS_AT_FIRST + _SECONDS_AN_ITEM * len(meeting.items))
        st.caption(session.say("handout.button.takes", seconds=seconds, count=len(meeting.items)))


def made(meeting: Meeting, dataset: Dataset, catalogue: Catalogue, *, lang: str, paper: PaperName, link: str) -> bytes:
    """Return the hand-out as of today, made once for all that ask for the same; errors as for :func:`handout`."""
    today = today_in_japan()
    version = hashlib.sha256(repr(meeting).encode()).hexdigest()
    # Scenarios, measured values and layers of users' may change without the meeting.
    others = (store().stamp(), dataset.content_hash(), catalogue.content_hash)
    return _made(version, others, lang, paper, today, link, meeting, dataset, catalogue)


@st.cache_data(max_entries=8, show_spinner=False, ttl=datetime.timedelta(minutes=10))
def _made(
    version: str,
    others: tuple[str, ...],
    lang: str,
    paper: PaperName,
    today: datetime.date,
    link: str,
    _meeting: Meeting,
    _dataset: Dataset,
    _catalogue: Catalogue,
) -> bytes:
    return handout(_meeting, _dataset, _catalogue, lang=lang, paper=paper, made_on=today, link=link)
