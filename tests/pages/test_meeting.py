"""The Meeting page through AppTest: lobby, agenda, notes, hands, roles, following the wall, files, a reading server."""

import io
import re
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from geo.meeting import AgendaItem, Hands, Note
from geo.meeting_file import meeting_zip
from geo.meeting_pace import Pace
from geo.scenario import new_scenario
from geo.store import open_store
from layers.meeting import pacing, sign_in
from tests.source import ROOT

PATIENCE_S = 60
SCRIPT = "<script>alert(1)</script>**[x](javascript:y)**"
OPTIONS = ("賛成", "反対")


@pytest.fixture(autouse=True)
def store(monkeypatch, tmp_path):
    """The store of this test's server."""
    monkeypatch.setenv("MEGURI_LOCAL_DIR", str(tmp_path))
    return open_store()


@pytest.fixture
def made(store):
    """A meeting with two items, made by 進行."""
    made = store.meetings.create("第3回", "kanagawa", "", name="進行")
    for place, kind in (("14206", "ladder"), ("14382", "map")):
        query = (("place", f"municipality:{place}"), ("resource", "electricity"))
        item = AgendaItem("", f"議題{place}", f"問い{place}", OPTIONS, kind, query)
        store.meetings.pin(made.meeting.key, made.pass_.token, item)
    return made


def meeting_page(**query):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE_S)
    for name, value in query.items():
        app.query_params[name] = value
    app.switch_page("pages/meeting.py").run()
    assert not app.exception
    return app


def opened(made, pass_=None, **query):
    """Open a meeting, with a pass where one is given."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE_S)
    app.query_params["meeting"] = made.meeting.key
    for name, value in query.items():
        app.query_params[name] = value
    if pass_ is not None:
        app.session_state["meeting_passes"] = {made.meeting.key: pass_.token}
    app.switch_page("pages/meeting.py").run()
    assert not app.exception
    return app


def press(app, key):
    """Press the button whose key begins so."""
    [button] = [button for button in app.button if button.key and re.fullmatch(key, button.key)]
    button.click().run()
    assert not app.exception
    return app


def words(app):
    return "\n".join(str(block.proto.body) for block in app.get("html"))


def keys(app):
    return {button.key for button in app.button}


def joined(store, made, name="住民"):
    return store.meetings.enter(made.meeting.key, made.join_code, name)


@pytest.mark.parametrize(("lang", "opening"), [("ja", "地図や「循環の規模」を壁に"), ("en", "Put maps and ladders")])
def test_the_lobby_says_what_the_page_is_for(lang, opening):
    app = meeting_page(lang=lang)
    assert opening in words(app)
    assert "meeting_start_button" in keys(app)


def test_a_meeting_is_started_and_led(store):
    app = meeting_page()
    app.text_input(key="meeting_start_title").set_value(SCRIPT)
    app.text_input(key="meeting_start_name").set_value("佐藤")
    press(app, "meeting_start_button")
    [entry] = store.meetings.meetings("kanagawa")
    assert entry.title == SCRIPT
    assert app.query_params["meeting"] in (entry.key, [entry.key])
    assert "<script" not in words(app).replace("&lt;script", "")
    assert "佐藤（進行役）" in words(app)


@pytest.mark.parametrize(("title", "name"), [("", "佐藤"), ("会議", ""), ("  ", "佐藤")])
def test_a_meeting_without_title_or_name_is_refused_and_what_was_typed_stays(store, title, name):
    app = meeting_page()
    app.text_input(key="meeting_start_title").set_value(title)
    app.text_input(key="meeting_start_name").set_value(name)
    press(app, "meeting_start_button")
    assert len(app.error) == 1
    assert store.meetings.meetings("kanagawa") == ()
    assert app.text_input(key="meeting_start_title").value == title
    assert app.text_input(key="meeting_start_name").value == name


def test_the_lobby_opens_a_meeting_to_be_read(made):
    app = press(meeting_page(), "meeting_enter_.*")
    assert "見るだけ" in words(app)
    assert "meeting_join_enter" in keys(app)
    assert not [key for key in keys(app) if key and re.match("meeting_(pin_keep|note_keep|hands_count|up|close)", key)]


def test_of_two_meetings_of_one_title_the_one_that_was_chosen_is_entered(store, made):
    other = store.meetings.create("第3回", "kanagawa", "", name="進行")
    app = meeting_page()
    which = app.selectbox(key="meeting_lobby_which")
    assert sorted(which.options) == ["第3回", "第3回（2）"]
    which.set_value(other.meeting.key)
    app.text_input(key="meeting_lobby_code").set_value(other.join_code)
    app.text_input(key="meeting_lobby_name").set_value("住民")
    press(app, "meeting_lobby_enter")
    assert not app.error
    assert app.query_params["meeting"] == other.meeting.key


def test_a_link_of_no_meeting_says_so_and_leads_to_the_lobby():
    app = meeting_page(meeting="abcdefghijkl")
    assert any("このサーバーにありません" in info.value for info in app.info)
    assert "meeting_start_button" in keys(app)


def test_the_join_link_fills_the_code_in_and_leaves_the_address(store, made):
    app = opened(made, join=made.join_code)
    assert "join" not in app.query_params
    assert app.text_input(key="meeting_join_code_typed").value == made.join_code
    app.text_input(key="meeting_join_name").set_value(SCRIPT)
    press(app, "meeting_join_enter")
    assert "参加者" in words(app)
    assert "<script" not in words(app)


@pytest.mark.parametrize("code", ["WRONG-CODE", "", "x" * 500, "' OR 1=1 --", SCRIPT])
def test_a_wrong_code_lets_nobody_in(made, code):
    app = opened(made)
    app.text_input(key="meeting_join_code_typed").set_value(code)
    app.text_input(key="meeting_join_name").set_value("誰か")
    press(app, "meeting_join_enter")
    assert len(app.error) == 1
    assert "見るだけ" in words(app)
    assert app.text_input(key="meeting_join_name").value == "誰か"


def test_a_forged_pass_and_one_of_another_meeting_only_read(store, made):
    other = store.meetings.create("別", "kanagawa", "", name="他")
    for token in ("forged", other.pass_.token):
        app = opened(made, replace(made.pass_, token=token))
        assert "見るだけ" in words(app)
        assert "meeting_join_enter" in keys(app)


def test_the_facilitators_code_leads(made):
    app = opened(made)
    app.text_input(key="meeting_join_code_typed").set_value(made.facilitator_code.lower())
    app.text_input(key="meeting_join_name").set_value("司会")
    press(app, "meeting_join_enter")
    assert "司会（進行役）" in words(app)


def test_a_view_is_pinned_with_a_title_that_is_proposed(store, made):
    app = opened(made, made.pass_, place="municipality:14206", resource="water")
    app.session_state["meeting_kind"] = "ladder"
    app.run()
    press(app, "meeting_pin_keep_0")
    item = store.meetings.meeting(made.meeting.key).items[-1]
    assert (item.title, item.kind, item.options) == ("小田原市の循環の規模", "ladder", ("賛成", "反対", "保留"))
    assert dict(item.query)["place"] == "municipality:14206"
    assert "meeting" not in dict(item.query)


def test_opening_an_item_opens_its_view(store, made):
    second = store.meetings.meeting(made.meeting.key).items[1]
    app = press(opened(made, made.pass_), f"meeting_open_{second.key}")
    assert app.session_state["view_state"].place == "municipality:14382"
    assert app.session_state["view_state"].resource == "electricity"
    # Looked at, and shown to nobody.
    assert store.meetings.meeting(made.meeting.key).current == ""
    press(app, f"meeting_show_{second.key}")
    assert store.meetings.meeting(made.meeting.key).current == second.key


def test_a_view_that_was_changed_takes_the_items_place_when_asked(store, made):
    first = store.meetings.meeting(made.meeting.key).items[0]
    app = press(opened(made, made.pass_), f"meeting_open_{first.key}")
    app.selectbox(key="whatif_resource").select("water").run()
    press(app, f"meeting_renew_{first.key}")
    # Water is what a view has by itself: it stands in no address.
    assert dict(store.meetings.meeting(made.meeting.key).items[0].query).keys() == {"place"}


def test_items_are_moved_changed_removed_and_had_back(store, made):
    first, second = store.meetings.meeting(made.meeting.key).items
    app = press(opened(made, made.pass_), f"meeting_open_{first.key}")
    press(app, f"meeting_down_{first.key}")
    assert [item.key for item in store.meetings.meeting(made.meeting.key).items] == [second.key, first.key]
    press(app, f"meeting_item_edit_{first.key}")
    app.text_input(key=f"meeting_edit_title_{first.key}").set_value("別の題")
    app.text_area(key=f"meeting_edit_options_{first.key}").set_value("A\nB\nB")
    press(app, f"meeting_item_keep_{first.key}")
    changed = store.meetings.meeting(made.meeting.key).item(first.key)
    assert (changed.title, changed.options, changed.query) == ("別の題", ("A", "B"), first.query)
    press(app, f"meeting_item_drop_{first.key}")
    assert [item.key for item in store.meetings.meeting(made.meeting.key).items] == [second.key]
    press(app, "meeting_item_back")
    assert [item.key for item in store.meetings.meeting(made.meeting.key).items] == [second.key, first.key]


def test_a_note_is_written_edited_removed_and_had_back(store, made):
    app = opened(made, joined(store, made))
    app.text_area(key="meeting_note_words_0").set_value(SCRIPT)
    press(app, "meeting_note_keep_0")
    [note] = store.meetings.meeting(made.meeting.key).notes
    assert (note.words, note.author, note.item, note.kind) == (SCRIPT, "住民", "", "comment")
    assert "<script" not in words(app)
    press(app, f"meeting_edit_{note.key}")
    app.text_area(key=f"meeting_note_edit_{note.key}").set_value("直した")
    press(app, f"meeting_note_edit_{note.key}_keep")
    assert [note.words for note in store.meetings.meeting(made.meeting.key).notes] == ["直した"]
    press(app, f"meeting_drop_{note.key}")
    assert store.meetings.meeting(made.meeting.key).notes == ()
    press(app, "meeting_note_back")
    assert [note.words for note in store.meetings.meeting(made.meeting.key).notes] == ["直した"]


def test_what_another_facilitator_changed_meanwhile_is_told_and_not_undone(store, made):
    first = store.meetings.meeting(made.meeting.key).items[0]
    second = store.meetings.enter(made.meeting.key, made.facilitator_code, "副**").token
    app = press(opened(made, made.pass_), f"meeting_open_{first.key}")
    press(app, f"meeting_item_edit_{first.key}")
    app.text_input(key=f"meeting_edit_question_{first.key}").set_value("打った問い")
    theirs = replace(first, title="副の題", options=("一", "二"))
    store.meetings.change_item(made.meeting.key, second, theirs, was=first)
    press(app, f"meeting_item_keep_{first.key}")
    assert store.meetings.meeting(made.meeting.key).items[0] == theirs
    [error], [warning] = app.error, app.warning
    assert "副\\*\\* さんがこの間に直した" in error.value
    assert "副の題" in warning.value
    assert "一／二" in warning.value
    # What was typed stays; pressed once more it is meant.
    assert app.text_input(key=f"meeting_edit_question_{first.key}").value == "打った問い"
    press(app, f"meeting_item_keep_{first.key}")
    assert store.meetings.meeting(made.meeting.key).items[0] == replace(first, question="打った問い")
    assert not app.error
    assert not app.warning


def test_a_note_that_a_facilitator_put_right_meanwhile_is_not_undone(store, made):
    pass_ = joined(store, made)
    note = store.meetings.note(made.meeting.key, pass_.token, Note("", "", "comment", "はじめ"))
    app = press(opened(made, pass_), f"meeting_edit_{note.key}")
    app.text_area(key=f"meeting_note_edit_{note.key}").set_value("自分で直した")
    theirs = replace(note, words="司会が直した")
    store.meetings.change_note(made.meeting.key, made.pass_.token, theirs, was=note)
    press(app, f"meeting_note_edit_{note.key}_keep")
    assert store.meetings.meeting(made.meeting.key).notes == (theirs,)
    assert "進行 さんが" in app.error[0].value
    assert "司会が直した" in app.warning[0].value
    assert app.text_area(key=f"meeting_note_edit_{note.key}").value == "自分で直した"
    press(app, f"meeting_note_edit_{note.key}_keep")
    assert store.meetings.meeting(made.meeting.key).notes == (replace(note, words="自分で直した"),)


def test_coming_in_again_lets_a_session_write_no_more(store, made, monkeypatch):
    monkeypatch.setitem(pacing._PACES, "write", (Pace(1, 600), "meeting_too_fast"))
    app = opened(made, joined(store, made))
    for number, words_typed in enumerate(("一つめ", "二つめ")):
        app.text_area(key=f"meeting_note_words_{number}").set_value(words_typed)
        press(app, f"meeting_note_keep_{number}")
        app.session_state["meeting_passes"] = {made.meeting.key: joined(store, made).token}
    assert [note.words for note in store.meetings.meeting(made.meeting.key).notes] == ["一つめ"]
    assert len(app.error) == 1
    assert app.text_area(key="meeting_note_words_1").value == "二つめ"


def test_a_session_begins_so_many_meetings_an_hour(store, monkeypatch):
    monkeypatch.setitem(pacing._PACES, "begin", (Pace(1, 720), "meeting_begin_wait"))

    def begin(app):
        app.text_input(key="meeting_start_title").set_value("会議")
        app.text_input(key="meeting_start_name").set_value("佐藤")
        return press(app, "meeting_start_button")

    app = begin(press(begin(meeting_page()), "meeting_leave"))
    assert len(store.meetings.meetings("kanagawa")) == 1
    assert "12 分" in app.error[0].value
    assert app.text_input(key="meeting_start_title").value == "会議"


def test_a_participant_takes_no_facilitator_s_name(store, made):
    app = opened(made)
    app.text_input(key="meeting_join_code_typed").set_value(made.join_code)
    app.text_input(key="meeting_join_name").set_value("進 行")
    press(app, "meeting_join_enter")
    assert "進行役の名前です" in app.error[0].value
    app.text_input(key="meeting_join_name").set_value("住民")
    press(app, "meeting_join_enter")
    assert "住民（参加者）" in words(app)


def test_nothing_is_written_into_a_meeting_that_ended_meanwhile(store, made):
    app = opened(made, joined(store, made))
    app.text_area(key="meeting_note_words_0").set_value("大事なこと")
    store.meetings.close(made.meeting.key, made.pass_.token)
    # The form was on the screen when the meeting ended.
    press(app, "meeting_note_keep_0")
    assert len(app.error) == 1
    assert store.meetings.meeting(made.meeting.key).notes == ()


def test_who_writes_too_fast_is_told_and_keeps_what_was_typed(store, made):
    pass_ = joined(store, made)
    for number in range(30):
        store.meetings.note(made.meeting.key, pass_.token, Note("", "", "comment", str(number)))
    app = opened(made, pass_)
    app.text_area(key="meeting_note_words_0").set_value("大事なこと")
    press(app, "meeting_note_keep_0")
    assert len(app.error) == 1
    assert app.text_area(key="meeting_note_words_0").value == "大事なこと"
    assert len(store.meetings.meeting(made.meeting.key).notes) == 30


def test_a_pin_without_a_point_is_refused_and_with_one_is_kept(store, made):
    app = opened(made, joined(store, made))
    app.segmented_control(key="meeting_note_kind").set_value("pin").run()
    app.text_area(key="meeting_note_words_0").set_value("ここ")
    press(app, "meeting_note_keep_0")
    assert len(app.error) == 1
    shape = app.session_state["meeting_drawing"]
    app.session_state["meeting_drawing"] = replace(shape, points=((139.15, 35.25),))
    app.run()
    press(app, "meeting_note_keep_0")
    [note] = store.meetings.meeting(made.meeting.key).notes
    assert (note.kind, note.points) == ("pin", ((139.15, 35.25),))


def test_only_ones_own_notes_have_tools_and_a_facilitator_has_all(store, made):
    mine, theirs = joined(store, made), joined(store, made, "別の人")
    for pass_ in (mine, theirs):
        store.meetings.note(made.meeting.key, pass_.token, Note("", "", "comment", pass_.name))
    notes = {note.author: note.key for note in store.meetings.meeting(made.meeting.key).notes}
    tools = {key for key in keys(opened(made, mine)) if key and key.startswith("meeting_edit_")}
    assert tools == {f"meeting_edit_{notes['住民']}"}
    tools = {key for key in keys(opened(made, made.pass_)) if key and key.startswith("meeting_edit_")}
    assert tools == {f"meeting_edit_{key}" for key in notes.values()}


def test_a_long_list_of_notes_stays_and_shows_more(store, made):
    for number in range(25):
        store.meetings.note(made.meeting.key, made.pass_.token, Note("", "", "comment", f"書きこみ{number}。"))
    app = opened(made, joined(store, made)).run()
    assert "書きこみ24。" in words(app)
    assert "書きこみ4。" not in words(app)
    press(app, "meeting_note_more")
    assert "書きこみ0。" in words(app)


def test_the_forms_stay_through_hands_the_end_and_others_notes(store, made):
    """The browser keeps what is typed as long as the form is there."""
    pass_ = joined(store, made)
    note = store.meetings.note(made.meeting.key, pass_.token, Note("", "", "comment", "直すもの"))
    app = press(opened(made, pass_), f"meeting_edit_{note.key}")
    for number in range(21):
        store.meetings.note(made.meeting.key, made.pass_.token, Note("", "", "comment", f"書きこみ{number}。"))
    app.run()
    assert app.text_area(key=f"meeting_note_edit_{note.key}").value == "直すもの"
    app.session_state["meeting_tab"] = "hands"
    app.run()
    assert "meeting_note_words_0" in [area.key for area in app.text_area]
    app.session_state["meeting_tab"] = "notes"
    store.meetings.close(made.meeting.key, made.pass_.token)
    app.run()
    assert "meeting_note_words_0" in [area.key for area in app.text_area]
    # Somebody who never was given the form sees none.
    assert not opened(made).text_area


def test_what_the_facilitator_puts_on_the_wall_is_what_everybody_follows(store, made):
    second = store.meetings.meeting(made.meeting.key).items[1]
    app = press(opened(made, made.pass_), f"meeting_open_{second.key}")
    assert store.meetings.meeting(made.meeting.key).current != second.key
    press(app, "meeting_to_wall")
    assert store.meetings.meeting(made.meeting.key).current == second.key


def test_hands_are_counted_with_the_scenario_in_force(store, made):
    item = store.meetings.meeting(made.meeting.key).items[0]
    scenario = store.save(new_scenario("屋根 <b>", "kanagawa"))
    app = press(opened(made, made.pass_), f"meeting_open_{item.key}")
    app.session_state["view_state"] = replace(app.session_state["view_state"], scenario=scenario.key)
    app.session_state["meeting_tab"] = "hands"
    app.run()
    for option, count in zip(OPTIONS, (12, 3), strict=True):
        app.number_input(key=f"meeting_hands_{item.key}_0_{option}").set_value(count)
    press(app, "meeting_hands_count")
    [hands] = store.meetings.meeting(made.meeting.key).hands
    assert hands.counts == (("賛成", 12), ("反対", 3))
    assert (hands.scenario, hands.scenario_name) == (scenario.key, "屋根 <b>")
    assert hands.scenario_changed_at == scenario.changed_at
    assert dict(hands.query)["scenario"] == scenario.key
    assert "屋根 &lt;b&gt;" in words(app)


def test_a_participant_sees_the_count_and_counts_nothing(store, made):
    item = store.meetings.meeting(made.meeting.key).items[0]
    store.meetings.show(made.meeting.key, made.pass_.token, item.key)
    store.meetings.count_hands(made.meeting.key, made.pass_.token, Hands("", item.key, (("賛成", 4), ("反対", 0))))
    app = opened(made, joined(store, made))
    app.session_state["meeting_tab"] = "hands"
    app.run()
    assert "4 人" in words(app)
    assert "meeting_hands_count" not in keys(app)


def test_who_follows_moves_with_the_wall_and_who_does_not_stays(store, made):
    first, second = store.meetings.meeting(made.meeting.key).items
    store.meetings.show(made.meeting.key, made.pass_.token, first.key)
    pass_ = joined(store, made)
    follows, stays = opened(made, pass_), opened(made, pass_)
    assert follows.session_state["view_state"].place == "municipality:14206"
    stays.toggle(key="meeting_follow_switch").set_value(False).run()
    store.meetings.show(made.meeting.key, made.pass_.token, second.key)
    follows.run()
    stays.run()
    assert follows.session_state["view_state"].place == "municipality:14382"
    assert stays.session_state["view_state"].place == "municipality:14206"
    stays.toggle(key="meeting_follow_switch").set_value(True).run()
    assert stays.session_state["view_state"].place == "municipality:14382"


def test_the_meeting_is_carried_to_other_pages_and_back_with_the_view(store, made):
    app = opened(made, made.pass_)
    app.switch_page("pages/scale.py").run()
    app.selectbox(key="scale_place").select("14206").run()
    app.switch_page("pages/meeting.py").run()
    assert not app.exception
    press(app, "meeting_pin_keep_0")
    item = store.meetings.meeting(made.meeting.key).items[-1]
    assert (item.kind, dict(item.query)["place"]) == ("ladder", "municipality:14206")


def test_an_ended_meeting_is_read_and_reopened_by_who_leads(store, made):
    pass_ = joined(store, made)
    press(opened(made, made.pass_), "meeting_close")
    app = opened(made, pass_)
    assert not [key for key in keys(app) if key and key.startswith("meeting_note_keep")]
    assert "終了" in words(app)
    press(opened(made, made.pass_), "meeting_reopen")
    assert store.meetings.meeting(made.meeting.key).is_open


def test_new_codes_put_everybody_else_out(store, made):
    pass_ = joined(store, made)
    second = store.meetings.enter(made.meeting.key, made.facilitator_code, "副")
    press(opened(made, made.pass_), "meeting_new_codes")
    assert "見るだけ" in words(opened(made, pass_))
    assert "見るだけ" in words(opened(made, second))
    assert store.meetings.codes(made.meeting.key, made.pass_.token)[0] != made.join_code


def test_who_leads_by_signing_in_goes_on_after_new_codes(store, made, monkeypatch):
    monkeypatch.setattr(sign_in, "person", lambda: sign_in.Person("https://id.example.jp|u-1", "長", leads=True))
    app = opened(made)
    assert "長（進行役）" in words(app)
    before = app.session_state["meeting_passes"][made.meeting.key]
    store.meetings.new_codes(made.meeting.key, made.pass_.token)
    assert store.meetings.role_of(made.meeting.key, before) is None
    app.run()
    assert "長（進行役）" in words(app)
    assert app.session_state["meeting_passes"][made.meeting.key] != before
    # Who gives the pass up in this tab reads on.
    press(app, "meeting_give_up")
    assert "見るだけ" in words(app.run())


def test_codes_are_shown_to_who_leads_alone(store, made):
    def shown(app):
        return words(app) + "".join(code.value for code in app.code)

    assert made.join_code in shown(opened(made, made.pass_))
    for pass_ in (None, joined(store, made)):
        told = shown(opened(made, pass_))
        assert made.join_code not in told
        assert made.facilitator_code not in told


def test_a_meeting_is_removed_only_when_one_is_sure(store, made):
    app = opened(made, made.pass_)
    assert app.button(key="meeting_remove").disabled
    app.checkbox(key="meeting_remove_sure").check().run()
    press(app, "meeting_remove")
    assert store.meetings.meeting(made.meeting.key) is None
    assert "meeting_start_button" in keys(app)


def test_a_server_that_only_reads_shows_the_meeting_and_why_nothing_is_written(made, monkeypatch):
    monkeypatch.setenv("MEGURI_READ_ONLY", "1")
    lobby = meeting_page()
    assert "meeting_start_button" not in keys(lobby)
    assert any("表示専用" in info.value for info in lobby.info)
    app = opened(made, made.pass_)
    assert "議題14206" in "".join(button.label for button in app.button)
    assert any("表示専用" in info.value for info in app.info)
    assert not [key for key in keys(app) if key and re.match("meeting_(pin|note|hands|up|close|join|new)_?", key)]


def test_a_file_of_a_meeting_comes_back_as_another_meeting(store, made):
    raw = meeting_zip(store.meetings.meeting(made.meeting.key), ())
    app = meeting_page()
    app.file_uploader(key="meeting_import_0").upload("m.zip", io.BytesIO(raw).getvalue(), "application/zip").run()
    app.text_input(key="meeting_import_name").set_value("別の町").run()
    press(app, "meeting_import_take")
    taken = [entry for entry in store.meetings.meetings("kanagawa") if entry.key != made.meeting.key]
    assert [(entry.title, entry.items) for entry in taken] == [("第3回", 2)]
    assert "別の町（進行役）" in words(app)


def test_a_file_about_an_area_that_is_not_here_is_refused_when_it_is_read(store):
    other = store.meetings.create("よそ", "elsewhere", "", name="他")
    raw = meeting_zip(other.meeting, ())
    app = meeting_page()
    app.file_uploader(key="meeting_import_0").upload("m.zip", raw, "application/zip").run()
    assert "elsewhere" in app.error[0].value
    assert "meeting_import_take" not in keys(app)


def test_a_file_that_is_none_is_refused_with_words():
    app = meeting_page()
    app.file_uploader(key="meeting_import_0").upload("m.zip", b"no zip", "application/zip").run()
    assert len(app.error) == 1
    assert "meeting_import_take" not in keys(app)


def test_a_long_list_of_meetings_is_shown_in_parts(store):
    for number in range(32):
        store.meetings.create(f"会議{number}", "kanagawa", "", name="進行")
    app = meeting_page()
    assert len([key for key in keys(app) if key and key.startswith("meeting_enter_")]) == 30
    press(app, "meeting_list_more")
    assert len([key for key in keys(app) if key and key.startswith("meeting_enter_")]) == 32


def test_a_meeting_of_an_area_that_is_not_here_says_so(store):
    other = store.meetings.create("よそ", "elsewhere", "", name="進行")
    app = opened(other)
    assert any("elsewhere" in info.value for info in app.info)
    assert "meeting_start_button" in keys(app)


def test_a_token_that_the_browser_kept_is_checked(store, made):
    pass_ = joined(store, made)
    app = AppTest.from_function(tokens, kwargs={"key": made.meeting.key, "offered": ["forged", "", pass_.token]}).run()
    assert not app.exception
    assert [text.value for text in app.text] == ["0 forged", "0 forged", "1 forged"]


def tokens(key, offered):
    import streamlit as st

    from layers import session
    from layers.meeting.current import passes
    from layers.meeting.keep_pass import take_token

    session.begin()
    for token in offered:
        take_token(key, token)
        st.text(f"{len(passes())} {st.session_state.get('meeting_pass_refused', '')}")
