"""The bridge between a view's state and the address bar, in a Streamlit session."""

from streamlit.testing.v1 import AppTest


def small_app():
    """Show the state and change it at a click: what every page does."""
    import streamlit as st

    from layers import session

    state = session.begin()
    st.button("basin", on_click=lambda: session.update(by="basin"))
    st.button("english", on_click=lambda: session.update(lang="en"))
    st.text(f"{state.lang} {state.by} {state.threshold}")
    st.text(session.say("common.scale.basin"))
    st.text(",".join(session.refused()))


def texts(app):
    return [element.value for element in app.text]


def start(**query):
    app = AppTest.from_function(small_app)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def test_the_address_is_read_at_the_start():
    assert texts(start(by="basin", threshold="0.5")) == ["ja basin 0.5", "流域", ""]


def test_a_change_goes_into_the_address_by_its_key():
    app = start()
    app.button[0].click().run()
    assert texts(app)[0] == "ja basin 0.8"
    assert dict(app.query_params) == {"by": "basin"}


def test_the_language_changes_the_words_and_keeps_the_choice():
    app = start(by="basin")
    app.button[1].click().run()
    assert texts(app)[:2] == ["en basin 0.8", "River basin"]
    assert dict(app.query_params) == {"by": "basin", "lang": "en"}


def test_the_map_s_own_parameter_survives_a_change():
    app = start(view="35.3,139.4,10")
    app.button[0].click().run()
    assert app.query_params["view"] == "35.3,139.4,10"


def test_what_could_not_be_read_is_told_once_and_leaves_the_address():
    app = start(by="ward", lang="en")
    assert texts(app)[2] == "by"
    assert dict(app.query_params) == {"lang": "en"}
    app.run()
    assert texts(app)[2] == ""


def test_sessions_do_not_share_a_view():
    first, second = start(), start()
    first.button[0].click().run()
    second.run()
    assert texts(second)[0] == "ja municipality 0.8"
