"""What was removed last from a meeting: of that meeting and kind alone, had back once."""

from streamlit.testing.v1 import AppTest


def page():
    from types import SimpleNamespace

    import streamlit as st

    from layers.meeting.removed import offer_back, remember_removed, removed_from

    first, second = (SimpleNamespace(meeting=SimpleNamespace(key=key)) for key in ("a" * 12, "b" * 12))
    if "began" not in st.session_state:
        st.session_state["began"] = True
        remember_removed("note", first, "n1", "一つ目")
        remember_removed("note", first, "n2", "**二つ目**")
    st.text(f"{removed_from('item', first)} {removed_from('note', second)}")
    found = removed_from("note", first)
    if found is not None:
        offer_back("note", found.name, lambda: st.session_state.__setitem__("had_back", found.key))


def test_the_last_of_this_meeting_is_offered_and_had_back_once():
    app = AppTest.from_function(page).run()
    assert app.text[0].value == "None None"
    assert app.markdown[0].value == r"消しました：\*\*二つ目\*\*"
    app.button(key="meeting_note_back").click().run()
    assert not app.exception
    assert app.session_state["had_back"] == "n2"
    assert len(app.button) == len(app.markdown) == 0
