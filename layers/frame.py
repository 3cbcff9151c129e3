"""What surrounds every page: its title in the navigation, the controls of language and area, and notices."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from geo.errors import MeguriError
from layers import area_picker, session
from layers.header_tools import header_guide, header_tools
from layers.kept_for_good import keep_for_good
from layers.meeting import sign_in
from layers.meeting.banner import meeting_banner
from layers.messages import LANGUAGES, error_text
from layers.print_page import print_page
from layers.whatif.banner import banner
from layers.whatif.link import complete_link

# A file, not one of Streamlit's icon names: those are fetched from the network for the tab.
ICON = Path(__file__).with_name("icon.svg")
LOGO = Path(__file__).with_name("logo.svg")
_PAGES = Path(__file__).parent.parent / "pages"
_WHATIF, _DATA, _MEETING = "whatif", "data", "meeting"
# Pages that begin with a heading of their own; the others begin with a sentence or a map.
_WITH_HEADING = ("data", "about")
# Of this session: the page shown, and the one before it (its address, '' the map's), which the next page may read.
_PAGE, CAME_FROM = "page_shown", "page_came_from"
_LANGUAGE_NAMES = {"ja": "日本語", "en": "English"}


def pages() -> list[StreamlitPage]:
    """Return the pages of the navigation, titled in the session's language; the addresses stay the same.

    The first page is served at the root; the path it is given would only keep /map from leading to it.
    """
    return [
        st.Page(_PAGES / "map.py", title=session.say("common.page.map"), url_path="start", default=True),
        st.Page(_PAGES / "scale.py", title=session.say("common.page.scale"), url_path="scale"),
        st.Page(_PAGES / "whatif.py", title=session.say("common.page.whatif"), url_path=_WHATIF),
        st.Page(_PAGES / "partners.py", title=session.say("common.page.partners"), url_path="partners"),
        st.Page(_PAGES / "basin.py", title=session.say("common.page.basin"), url_path="basin"),
        st.Page(_PAGES / "money.py", title=session.say("common.page.money"), url_path="money"),
        st.Page(_PAGES / "compare.py", title=session.say("common.page.compare"), url_path="compare"),
        st.Page(_PAGES / "meeting.py", title=session.say("common.page.meeting"), url_path="meeting"),
        st.Page(_PAGES / "data.py", title=session.say("common.page.data"), url_path="data"),
    ]


def navigation() -> StreamlitPage:
    """Draw the navigation and return the page to run; /map, a likely address of the first page, leads to it too."""
    shown = pages()

    def to_the_map() -> None:
        st.switch_page(shown[0])

    alias = st.Page(to_the_map, title=shown[0].title, url_path="map", visibility="hidden")
    return st.navigation([*shown, about_page(), alias], position="top")


def about_page() -> StreamlitPage:
    """Return the page about the app, which the header's help and the Data page lead to."""
    title = session.say("common.page.about")
    return st.Page(_PAGES / "about.py", title=title, url_path="about", visibility="hidden")


def head(page: StreamlitPage) -> None:
    """Title the tab, and draw the guide and what heads the page for a screen reader and on paper; call before it."""
    st.set_page_config(page_title=session.say("common.tab", page=page.title))
    print_page(page.title, has_heading=page.url_path in _WITH_HEADING)
    header_guide(page, about_page())


def tools(page: StreamlitPage) -> None:
    """Draw bookmarks and citing, and on the Data page the way to About; call at the end of a run."""
    if page.url_path == _DATA:
        st.page_link(about_page(), label=session.say("guide.about"), icon=":material/info:")
    header_tools(page, pages())


def page_links() -> None:
    """Draw the pages' links, which the style sheet shows only where Streamlit folds its navigation behind an arrow.

    Call last: the style sheet moves them to the top there, and everywhere else has hidden them by then.
    """
    with st.container(key="page_links", horizontal=True, gap="small"):
        for page in pages():
            st.page_link(page, label=page.title, width="content")


def language_control() -> None:
    """Draw the language control at the top of the page."""
    with st.container(key="language"):
        st.segmented_control(
            "日本語 / English",
            LANGUAGES,
            format_func=_LANGUAGE_NAMES.__getitem__,
            default=session.current().lang,
            key="language_choice",
            on_change=_change_language,
            label_visibility="collapsed",
        )


def area_control() -> None:
    """Draw the control that picks an area, beside the language control."""
    area_picker.area_control()


def refused_notice() -> None:
    """Say, once, which parts of a link could not be read."""
    names = session.refused()
    if names:
        st.info(session.say("common.refused_link", names=", ".join(names)))


def scenario_banner(page: StreamlitPage) -> None:
    """Say which meeting is open and which scenario is in force, but on the page that shows it itself."""
    # Its place is kept while it says nothing: a map under it is not made anew when a scenario comes into force.
    complete_link()
    with st.container():
        try:
            if page.url_path != _MEETING:
                meeting_banner()
            if page.url_path != _WHATIF:
                banner()
        except MeguriError as error:
            st.warning(error_text(error, session.current().lang))


def run(page: StreamlitPage) -> None:
    """Run the page; what a user can mend is said in the user's language, in place of the page."""
    sign_in.come_back()
    if st.session_state.get(_PAGE) != page.url_path:
        st.session_state[CAME_FROM], st.session_state[_PAGE] = st.session_state.get(_PAGE), page.url_path
    try:
        page.run()
    except MeguriError as error:
        st.error(error_text(error, session.current().lang))
        st.button(session.say("common.start_over"), on_click=session.reset)
    # What a page loads with its first run, and an area that it opens, stay.
    keep_for_good(f"{page.url_path} {session.current().area}")


def _change_language() -> None:
    chosen = st.session_state.get("language_choice")
    if chosen in LANGUAGES:
        session.update(lang=chosen)
    else:
        # Clicking the chosen segment again clears it: the language stays.
        st.session_state["language_choice"] = session.current().lang
