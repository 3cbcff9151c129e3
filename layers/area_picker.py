"""The control of the page header that picks an area: the list of those there are, and behind it the map of Japan."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from geo.areas import AreaEntry, fingerprint, survey
from geo.errors import MeguriError
from geo.prefectures import prefecture_names
from geo.resources import load_catalogue
from layers import session
from layers.area_missing import has_partition
from layers.described import layers_of
from layers.japan_map import japan_map, overview
from layers.live import MapEvent
from layers.messages import error_text, text
from layers.plain import plain
from layers.unique_labels import unique_labels

_CHOICE, _FOUND, _CHOSEN = "area_choice", "area_found", "area_chosen"
_MAP_HEIGHT = "clamp(300px, 72vh, 760px)"


def area_control() -> None:
    """Draw the control; call once a run, beside the language control. It opens the list and the map of Japan."""
    with st.container(key="area"):
        _opener()


# By itself: to open the list, the page behind need not be computed again.
@st.fragment
def _opener() -> None:
    state = session.current()
    shown = next((entry for entry in known_areas() if entry.area == state.area), None)
    label = session.say("areas.label", name=plain(shown.name(state.lang) if shown else state.area))
    if st.button(label, icon=":material/map:", key="area_open"):
        st.session_state.pop(_FOUND, None)
        st.dialog(session.say("areas.choose"), width="large")(_choice)()


def known_areas() -> list[AreaEntry]:
    """Return the areas of the data folder, looked at again whenever a file of theirs changes."""
    where = session.data_dir()
    return _surveyed(where, fingerprint(where))


def area_of(prefecture: str, entries: list[AreaEntry]) -> AreaEntry | None:
    """Return the area that shows a prefecture: of several the one with the fewest prefectures, by name."""
    having = [entry for entry in entries if entry.problem is None and prefecture in entry.prefecture_codes]
    return min(having, key=lambda entry: (len(entry.prefecture_codes), entry.area), default=None)


def build_command(prefecture: str) -> str:
    """Return the command that builds a prefecture's area from official data."""
    name = prefecture_names(prefecture)[1].removesuffix(" Prefecture").lower()
    return f"python -m geo build {name} --prefecture {prefecture} --from DIR"


def _choice() -> None:
    """Draw the inside of the dialog: the list, what cannot be opened, the map."""
    state = session.current()
    if st.session_state.pop(_CHOSEN, False):
        # The page behind is drawn anew, and the dialog goes.
        st.rerun()
    entries = known_areas()
    # Side by side: an answer that came above the map would push it away from under the finger.
    words, picture = st.columns([2, 5], gap="medium")
    with words:
        _list(entries)
        st.write(session.say("areas.map_lead"))
    there = {code for entry in entries if entry.problem is None for code in entry.prefecture_codes}
    own = {code for entry in entries if entry.area == state.area for code in entry.prefecture_codes}
    try:
        with picture:
            japan_map(there, own, lang=state.lang, height=_MAP_HEIGHT, on_click=_pick)
    except MeguriError as error:
        picture.warning(session.say("areas.no_overview", reason=error_text(error, state.lang)))
        return
    with words:
        _answer()


def _list(entries: list[AreaEntry]) -> None:
    state = session.current()
    names = unique_labels(
        {entry.area: entry.name(state.lang) for entry in entries if entry.problem is None}, state.lang
    )
    st.session_state[_CHOICE] = state.area if state.area in names else None
    st.selectbox(
        session.say("areas.list"),
        list(names),
        index=None,
        format_func=lambda area: names.get(str(area), str(area)),
        key=_CHOICE,
        on_change=_change_area,
    )
    broken = [entry for entry in entries if entry.problem is not None]
    if broken:
        reasons = [
            text("areas.broken_one", state.lang, area=entry.area, reason=error_text(entry.problem, state.lang))
            for entry in broken
            if entry.problem is not None
        ]
        listed = "\n".join(f"- {plain(reason)}" for reason in reasons)
        st.warning(f"**{session.say('areas.broken')}**\n\n{listed}")


def _answer() -> None:
    found = st.session_state.get(_FOUND)
    if found is None:
        return
    if not found:
        st.info(session.say("areas.sea"))
        return
    place, prefecture = found
    ja, en = prefecture_names(prefecture)
    name = ja if session.current().lang == "ja" else en
    st.info(plain(session.say("areas.nothing_there", place=place, prefecture=name)))
    st.code(build_command(prefecture), language="bash", wrap_lines=True)


def _pick(event: MapEvent) -> None:
    """Open the area under a click; where there is none, keep what was found for the answer."""
    town = overview().at(event.lat, event.lon)
    if town is None:
        st.session_state[_FOUND] = ()
        return
    prefecture = str(town["prefecture_code"])
    entry = area_of(prefecture, known_areas())
    if entry is None:
        st.session_state[_FOUND] = (str(town[f"name_{session.current().lang}"]), prefecture)
        return
    _open(entry.area)
    st.session_state[_CHOSEN] = True


def _change_area() -> None:
    chosen = st.session_state.get(_CHOICE)
    if chosen and chosen != session.current().area:
        _open(str(chosen))
        st.session_state[_CHOSEN] = True


def _open(area: str) -> None:
    """Look at an area, with the layers and the partition that it has."""
    state = session.change_area(area)
    try:
        dataset = session.dataset(area)
        there = layers_of(dataset, load_catalogue())
    except MeguriError:
        # The page says what is wrong with it.
        return
    layers = state.layers if state.layers is None else tuple(pair for pair in state.layers if pair[0] in there)
    session.update(layers=layers, by=state.by if has_partition(state.by, dataset) else "municipality")


@st.cache_resource(max_entries=2, show_spinner=False)
def _surveyed(where: Path, version: tuple[tuple[str, int, int], ...]) -> list[AreaEntry]:
    return survey(where)
