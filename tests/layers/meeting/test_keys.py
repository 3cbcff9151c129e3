"""The wall's keys: each does one thing, all are named in both languages, and only known presses are taken."""

import json

import pytest

from layers.meeting.keys import BUTTONS, KEYS, PANELS, Pressed, keys_message, pressed_of
from layers.messages import LANGUAGES


def message(lang="ja", **changes):
    told = {"place": 2, "total": 3, "panel": "notes", "panels": PANELS, "map_key": "m"} | changes
    return keys_message(lang, **told)


def test_no_key_does_two_things():
    keys = [key for named in KEYS.values() for key in named]
    assert len(keys) == len(set(keys))
    assert message()["keys"] == {key: action for action, named in KEYS.items() for key in named}


def test_a_presenter_s_remote_steps_blanks_begins_and_ends():
    keys = message()["keys"]
    found = [keys[key] for key in ("PageDown", "PageUp", "b", ".", "F5", "Escape")]
    assert found == ["next", "previous", "blank", "blank", "full", "leave"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_help_lists_every_key_with_what_it_does(lang):
    rows = message(lang)["help"]
    assert len(rows) == len(KEYS)
    written = {name for names, _ in rows for name in names}
    assert {
        "→",
        "PageDown",
        "←",
        "PageUp",
        "Home",
        "End",
        "M",
        "H",
        "A",
        "B",
        ".",
        "F",
        "F5",
        "+",
        "−",
        "?",
        "Esc",
    } <= written
    assert {"ja": "スペース", "en": "Space"}[lang] in written
    assert len({does for _, does in rows}) == len(rows)


def test_every_button_shows_a_key_that_does_what_it_does():
    signs = {"←": "ArrowLeft", "→": "ArrowRight", "Esc": "Escape"}
    for action, sign in BUTTONS.items():
        assert signs.get(sign, sign.lower()) in KEYS[action]


def test_without_a_meeting_there_are_no_notes_and_no_hands():
    told = message(panels=("assumptions",))
    assert {"notes", "hands"}.isdisjoint(told["keys"].values())
    assert [button["action"] for button in told["buttons"]] == [
        action for action in BUTTONS if action not in ("notes", "hands")
    ]
    assert "assumptions" in told["keys"].values()


def test_the_message_is_plain_json_and_the_same_for_the_same_wall():
    assert json.dumps(message()) == json.dumps(message())


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ({"action": "go", "place": 3}, Pressed("go", place=3)),
        ({"action": "panel", "panel": "hands"}, Pressed("panel", panel="hands")),
        ({"action": "panel", "panel": ""}, Pressed("panel")),
        ({"action": "leave"}, Pressed("leave")),
        ({"action": "go", "place": 0}, None),
        ({"action": "go", "place": True}, None),
        ({"action": "go", "place": "3"}, None),
        ({"action": "go", "place": 10**12}, None),
        ({"action": "panel", "panel": "codes"}, None),
        ({"action": "panel"}, None),
        ({"action": "remove"}, None),
        ({}, None),
        ("go", None),
        (None, None),
    ],
)
def test_only_a_press_that_there_is_is_taken(value, found):
    assert pressed_of(value) == found
