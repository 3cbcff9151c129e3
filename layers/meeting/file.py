"""A whole meeting as one file: taken away from the desk, brought into the lobby."""

from __future__ import annotations

import re

import streamlit as st

from geo.dataset import list_areas
from geo.errors import MeguriError
from geo.meeting import Meeting
from geo.meeting_file import check_area, import_meeting, meeting_zip, read_meeting_zip
from geo.meeting_file.archive import LARGEST_ZIP_BYTES
from geo.scenario import Scenario
from geo.shown import shown
from layers import session
from layers.meeting.act import attempt, tell_problem
from layers.meeting.current import Here, open_meeting, take_pass
from layers.meeting.join import name_input, typed_name
from layers.meeting.keep_pass import kept_again
from layers.meeting.pacing import paced
from layers.messages import error_text, text
from layers.plain import plain
from layers.session import say
from layers.stored import scenario_of, store

_TAKEN_IN = "meeting_files_taken"
_NOT_IN_NAMES = re.compile(r"[^\w-]+")
_LARGEST_MB = LARGEST_ZIP_BYTES // 1_000_000


def file_button(here: Here) -> None:
    """Draw the button that saves the whole meeting; codes and passes are not in the file."""
    stem = _NOT_IN_NAMES.sub("_", here.meeting.title)[:40].strip("_") or "meeting"
    # Now: the file is made outside this run, where the session is not at hand.
    meeting, scenarios = here.meeting, scenarios_of(here.meeting)
    st.download_button(
        say("meeting.file.save"),
        lambda: meeting_zip(meeting, scenarios),
        file_name=f"meguri_{stem}.zip",
        mime="application/zip",
        icon=":material/folder_zip:",
        key="meeting_file",
        on_click="ignore",
        width="stretch",
    )
    st.caption(say("meeting.file.about"))


def scenarios_of(meeting: Meeting) -> tuple[Scenario, ...]:
    """Return the saved scenarios that the agenda shows or hands were counted under, without those that are gone."""
    asked = dict.fromkeys(key for item in meeting.items for key in item.scenarios)
    asked |= dict.fromkeys(hands.scenario for hands in meeting.hands if hands.scenario)
    found = (scenario_of(key) for key in asked)
    return tuple(scenario for scenario in found if scenario is not None)


def import_control() -> None:
    """Draw the upload of a meeting's file: checked as soon as it is there, kept when the button is pressed."""
    tell_problem("file")
    taken = st.session_state.get(_TAKEN_IN, 0)
    sent = st.file_uploader(
        say("meeting.file.bring"), type=["zip"], key=f"meeting_import_{taken}", max_upload_size=_LARGEST_MB
    )
    if sent is None:
        return
    raw, name = sent.getvalue(), sent.name
    try:
        found = read_meeting_zip(raw, file=name)
        check_area(found, session.data_dir())
    except MeguriError as error:
        st.error(plain(error_text(error, session.current().lang)))
        return
    meeting = found.meeting
    known = list_areas(session.data_dir())
    if meeting.area not in known:
        # Before a name is asked for; keeping it would refuse it too.
        params = {"file": shown(name), "found": shown(meeting.area), "expected": ", ".join(known) or "—"}
        st.error(text("errors.meeting_file_area", session.current().lang, **params))
        return
    counts = {"items": len(meeting.items), "notes": len(meeting.notes), "hands": len(meeting.hands)}
    st.markdown(plain(say("meeting.file.found", title=meeting.title, **counts)))
    name_input("meeting_import_name")

    def take() -> None:
        def keep() -> None:
            who, user = typed_name("meeting_import_name")
            with paced("begin"):
                made = import_meeting(store(), found, name=who, owner=user, data_dir=session.data_dir())
            st.session_state[_TAKEN_IN] = taken + 1
            if made.meeting.area != session.current().area:
                session.change_area(made.meeting.area)
            kept_again()
            open_meeting(made.meeting.key)
            take_pass(made.pass_)

        attempt(keep, where="file", said="meeting.file.kept")

    st.button(say("meeting.file.take"), key="meeting_import_take", type="primary", on_click=take)
