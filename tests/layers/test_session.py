"""The bridge between a view's state and the address bar, in a Streamlit session."""

import os
from types import SimpleNamespace

from streamlit.testing.v1 import AppTest

from layers import session
from tests.layers.bare_area import write_bare_area


def small_app():
    """Show the state and change it at a click: what every page does."""
    import streamlit as st

    from layers import session

    state = session.begin()
    st.button("basin", on_click=lambda: session.update(by="basin"))
    st.button("english", on_click=lambda: session.update(lang="en"))
    st.button("elsewhere", on_click=lambda: session.change_area("elsewhere-2"))
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


def come_to(app, monkeypatch, *, page="p", by_history=True, **query):
    """Run the app as the browser asks for it: another address on ``page``, after Back or Forward or not."""
    context = SimpleNamespace(is_history_navigation=by_history, page_script_hash=page)
    monkeypatch.setattr(session, "get_script_run_ctx", lambda: context)
    app.query_params.clear()
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def test_back_in_the_browser_is_followed_and_forward_too(monkeypatch):
    app = come_to(start(), monkeypatch, by_history=False)
    app.button[0].click().run()
    assert texts(app)[0] == "ja basin 0.8"
    assert texts(come_to(app, monkeypatch))[0] == "ja municipality 0.8"
    assert dict(app.query_params) == {}
    assert texts(come_to(app, monkeypatch, by="basin", lang="en"))[0] == "en basin 0.8"
    assert app.session_state["language_choice"] == "en"


def test_an_address_from_before_the_last_change_undoes_nothing(monkeypatch):
    app = start(by="basin")
    come_to(app, monkeypatch, by_history=False, by="municipality", lang="en")
    assert texts(app)[0] == "ja basin 0.8"
    assert dict(app.query_params) == {"by": "basin"}


def test_a_page_that_was_come_to_without_parameters_keeps_the_state(monkeypatch):
    app = come_to(start(by="basin"), monkeypatch, by_history=False, by="basin")
    assert texts(come_to(app, monkeypatch, page="other", view="35.3,139.4,10"))[0] == "ja basin 0.8"
    assert texts(come_to(app, monkeypatch, page="other"))[0] == "ja municipality 0.8"


def test_sessions_do_not_share_a_view():
    first, second = start(), start()
    first.button[0].click().run()
    second.run()
    assert texts(second)[0] == "ja municipality 0.8"


def test_another_area_keeps_language_and_resource_and_forgets_where_one_was():
    app = start(lang="en", resource="rice", place="municipality:14206", at="35.26,139.15", view="35.3,139.4,10")
    app.button[2].click().run()
    assert dict(app.query_params) == {"lang": "en", "resource": "rice", "area": "elsewhere-2"}


def test_a_dataset_is_opened_again_after_it_was_built_anew(tmp_path, monkeypatch):
    write_bare_area(tmp_path)
    monkeypatch.setenv("MEGURI_DATA_DIR", str(tmp_path))
    first = session.dataset("bare")
    assert session.dataset("bare") is first
    path = tmp_path / "bare" / "dataset.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("神奈川と静岡", "二つの県"), encoding="utf-8")
    os.utime(path, ns=(1, 1))
    assert session.dataset("bare").name_ja == "二つの県"
