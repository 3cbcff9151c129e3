"""A show of hands: the question, a number for each option, and what was counted before, under which scenario."""

from __future__ import annotations

from html import escape

import streamlit as st

from geo.meeting import MOST_HANDS_COUNTED, AgendaItem, Hands
from layers import session
from layers.meeting.act import attempt, tell_problem
from layers.meeting.current import Here, meetings
from layers.meeting.looking import query_now
from layers.meeting.notes import local_minutes
from layers.plain import plain
from layers.session import say
from layers.stored import scenario_of

_COUNTED = "meeting_hands_counted"


def hands_panel(here: Here) -> None:
    """Draw the question of the item open with the last count; a facilitator counts here."""
    with st.container(key="meeting_hands", gap="small"):
        tell_problem("hands")
        item = here.item
        if item is None or not item.options:
            st.caption(say("meeting.hands.none" if item is None else "meeting.hands.no_options"))
            return
        if item.question:
            st.html(f'<p class="meeting-question">{escape(item.question)}</p>')
        if here.can_arrange:
            _counting(here, item)
        counted = [hands for hands in here.meeting.hands if hands.item == item.key]
        if not counted:
            st.caption(say("meeting.hands.not_yet"))
            return
        st.html(count_html(counted[-1]))
        if len(counted) > 1:
            with st.expander(say("meeting.hands.earlier", count=len(counted) - 1)):
                st.html("".join(count_html(hands) for hands in reversed(counted[:-1])))


def count_html(hands: Hands) -> str:
    """Return a count as bars on one scale, with the scenario that was on the wall, who counted and when."""
    most = max([1, *(count for _, count in hands.counts)])
    rows = "".join(
        f'<li><span>{escape(option)}</span><i><b style="width:{100 * count / most:.1f}%"></b></i>'
        f"<em>{escape(say('meeting.hands.people', count=f'{count:,}'))}</em></li>"
        for option, count in hands.counts
    )
    scenario = say("meeting.hands.scenario", name=hands.scenario_name) if hands.scenario else say("meeting.hands.today")
    by = say("meeting.note.by", name=hands.author, time=local_minutes(hands.made_at))
    return f'<div class="meeting-count"><ul>{rows}</ul><small>{escape(scenario)}<br>{escape(by)}</small></div>'


def counted_hands(item: AgendaItem, numbers: list[int]) -> Hands:
    """Return a count under what this session looks at now: the scenario in force with its version, the whole view."""
    state = session.current()
    scenario = scenario_of(state.scenario) if state.scenario else None
    return Hands(
        key="",
        item=item.key,
        counts=tuple(zip(item.options, numbers, strict=True)),
        query=query_now(item),
        scenario="" if scenario is None else scenario.key,
        scenario_name="" if scenario is None else scenario.name,
        scenario_changed_at="" if scenario is None else scenario.changed_at,
    )


def _counting(here: Here, item: AgendaItem) -> None:
    # Numbers of their own after each count, and for options that were changed meanwhile.
    counted = st.session_state.get(_COUNTED, 0)
    keys = [f"meeting_hands_{item.key}_{counted}_{option}" for option in item.options]
    with st.container(key="meeting_hands_numbers", horizontal=True, gap="small"):
        for option, key in zip(item.options, keys, strict=True):
            st.number_input(
                plain(option),
                min_value=0,
                max_value=MOST_HANDS_COUNTED,
                step=1,
                value=0,
                key=key,
                format="%d",
                width=190,
            )
    st.button(
        say("meeting.hands.count"),
        key="meeting_hands_count",
        icon=":material/how_to_reg:",
        type="primary",
        on_click=_count,
        args=(here, item, keys),
    )


def _count(here: Here, item: AgendaItem, keys: list[str]) -> None:
    def keep() -> None:
        hands = counted_hands(item, [int(st.session_state.get(key) or 0) for key in keys])
        meetings().count_hands(here.meeting.key, here.token, hands)

    if attempt(keep, where="hands", said="meeting.hands.kept"):
        st.session_state[_COUNTED] = st.session_state.get(_COUNTED, 0) + 1
