"""The desk: a meeting prepared and taken part in, with the stage at the left and what is said about it at the right."""

from __future__ import annotations

from html import escape
from pathlib import Path

import streamlit as st

from geo.dataset import Dataset
from geo.meeting import LONGEST_TITLE, VIEW_KINDS
from geo.terms import Catalogue
from layers import scale_page
from layers.handout import handout_buttons
from layers.meeting.act import attempt, do, tell_problem
from layers.meeting.agenda import agenda, pin_form
from layers.meeting.codes import invite, meeting_link
from layers.meeting.current import KIND, Here, go_to, leave_meeting, meetings
from layers.meeting.file import file_button
from layers.meeting.hands import hands_panel
from layers.meeting.join import join_form
from layers.meeting.keep_pass import give_up_pass
from layers.meeting.notes import keep_words, notes_panel
from layers.meeting.sign_in import sign_in_control
from layers.meeting.stage import stage
from layers.meeting.sync import follow_control
from layers.meeting.wall import open_wall
from layers.place_picker import current_place, place_picker
from layers.plain import plain
from layers.read_only import is_read_only
from layers.session import current, say
from layers.whatif import page as whatif_page

_STYLE = Path(__file__).with_name("meeting.css")
_HEIGHT = "clamp(280px, 46vh, 620px)"
_TABS = ("notes", "hands", "take")
# The tab that is open, and the widgets' keys.
_TAB = "meeting_tab"
_TAB_CHOICE, _KIND_CHOICE, _SURE = "meeting_tab_choice", "meeting_kind_choice", "meeting_remove_sure"


def mount_style() -> None:
    """Put the page's own style sheet on it."""
    st.html(f"<style>{_STYLE.read_text(encoding='utf-8')}</style>")


def desk(here: Here, dataset: Dataset, catalogue: Catalogue) -> None:
    """Draw the whole of the page for an open meeting."""
    _head(here)
    tell_problem("page")
    join_form(here)
    if here.meeting.dataset_hash and here.meeting.dataset_hash != dataset.content_hash():
        st.caption(say("meeting.other_data"))
    with st.container(key="meeting_desk"):
        left, right = st.columns([8, 5], gap="large")
    with left:
        with st.container(key="meeting_view_row", horizontal=True, vertical_alignment="bottom", gap="small"):
            _kind_control(here)
            whatif_page.resource_control(catalogue)
        stage(here, dataset, catalogue, height=_HEIGHT, is_wall=False)
        with st.expander(say("meeting.view.more")):
            with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
                place_picker(dataset, current_place(dataset, current()))
            with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
                scale_page.partition_control()
                with st.container(horizontal=True, width="content"):
                    scale_page.threshold_and_downloads()
            st.caption(say("meeting.view.about"))
    with right:
        st.subheader(say("meeting.agenda.title"), anchor=False)
        agenda(here, dataset, catalogue)
        if here.can_arrange:
            with st.expander(say("meeting.pin.open"), expanded=not here.meeting.items, icon=":material/push_pin:"):
                pin_form(here, dataset, catalogue)
        _panels(here, dataset, catalogue)


def _head(here: Here) -> None:
    with st.container(key="meeting_head", horizontal=True, vertical_alignment="center", gap="small"):
        role = say(f"meeting.role.{here.role}")
        who = say("meeting.role.as", name=here.name, role=role) if here.name else role
        ended = "" if here.meeting.is_open else f" <em>{escape(say('meeting.ended'))}</em>"
        title = f'<h2 class="meeting-title">{escape(here.meeting.title)}{ended}</h2>'
        st.html(f'{title}<p class="meeting-who">{escape(who)}</p>', width="stretch")
        follow_control(here)
        sign_in_control()
        if here.can_lead:
            with st.popover(say("meeting.codes.open"), icon=":material/qr_code_2:"):
                invite(here)
        with st.popover(say("meeting.menu.open"), icon=":material/more_horiz:"):
            _menu(here)
        st.button(
            say("meeting.wall"),
            key="meeting_to_wall",
            icon=":material/present_to_all:",
            type="primary",
            on_click=_to_wall,
            args=(here,),
        )


def _to_wall(here: Here) -> None:
    """Show the wall; what is open at the desk of who leads is what everybody then follows."""
    open_wall()
    if here.item is not None:
        opened = here.item.key
        attempt(lambda: go_to(here, opened))


def _menu(here: Here) -> None:
    st.button(say("meeting.menu.leave"), key="meeting_leave", width="stretch", on_click=leave_meeting)
    st.caption(say("meeting.menu.link"))
    st.code(meeting_link(here), language=None, wrap_lines=True)
    file_button(here)
    if here.can_lead:
        _leading(here)
    if here.pass_ is not None and not is_read_only():
        st.button(
            say("meeting.menu.give_up"), key="meeting_give_up", width="stretch", on_click=give_up_pass, args=(here,)
        )


def _leading(here: Here) -> None:
    key, token = here.meeting.key, here.token
    if here.meeting.is_open:
        title_key = f"meeting_title_{here.meeting.title}"
        st.text_input(say("meeting.lobby.title"), here.meeting.title, key=title_key, max_chars=LONGEST_TITLE)

        def rename() -> None:
            typed = str(st.session_state[title_key]).strip()
            attempt(lambda: meetings().rename(key, token, typed), said="meeting.kept")

        st.button(say("meeting.menu.rename"), key="meeting_rename", width="stretch", on_click=rename)
        st.button(
            say("meeting.menu.close"),
            key="meeting_close",
            width="stretch",
            on_click=do,
            args=(lambda: meetings().close(key, token), "page", "meeting.menu.closed"),
        )
    else:
        st.button(
            say("meeting.menu.reopen"),
            key="meeting_reopen",
            width="stretch",
            on_click=do,
            args=(lambda: meetings().reopen(key, token), "page", "meeting.menu.reopened"),
        )
    is_sure = st.checkbox(say("meeting.menu.remove_sure", title=plain(here.meeting.title)), key=_SURE)

    def remove() -> None:
        if attempt(lambda: meetings().remove(key, token), said="meeting.menu.removed"):
            leave_meeting()

    st.button(say("meeting.menu.remove"), key="meeting_remove", width="stretch", disabled=not is_sure, on_click=remove)


def _kind_control(here: Here) -> None:
    st.session_state[_KIND_CHOICE] = here.kind
    st.segmented_control(
        say("meeting.kind.label"),
        VIEW_KINDS,
        format_func=lambda kind: say(f"meeting.kind.{kind}"),
        key=_KIND_CHOICE,
        required=True,
        on_change=_choose_kind,
    )


def _choose_kind() -> None:
    st.session_state[KIND] = str(st.session_state[_KIND_CHOICE])


def _panels(here: Here, dataset: Dataset, catalogue: Catalogue) -> None:
    # Kept apart from the widget, whose value is gone while the wall is up.
    st.session_state[_TAB_CHOICE] = st.session_state.get(_TAB, _TABS[0])
    st.segmented_control(
        say("meeting.tab.label"),
        _TABS,
        format_func=lambda tab: say(f"meeting.tab.{tab}"),
        key=_TAB_CHOICE,
        required=True,
        label_visibility="collapsed",
        on_change=_choose_tab,
    )
    tab = st.session_state.get(_TAB, _TABS[0])
    if tab != "notes":
        keep_words(here)
    if tab == "hands":
        hands_panel(here)
    elif tab == "take":
        handout_buttons(here, dataset, catalogue)
    else:
        notes_panel(here)


def _choose_tab() -> None:
    st.session_state[_TAB] = str(st.session_state[_TAB_CHOICE])
