"""Meetings to test on: a store of its own, one meeting with a facilitator and a participant, and things to write."""

from dataclasses import dataclass, replace

import pytest

from geo.meeting import AgendaItem, Hands, Meeting, MeetingError, Note
from geo.meeting_store import MeetingStore, NewMeeting
from geo.store import open_store
from layers.messages import LANGUAGES, error_text

AREA = "kanagawa"
HASH = "0123abcd"
GONE = "zzzzzzzzzzzz"


class Clock:
    """Seconds that go on only where a test lets them."""

    def __init__(self, now=1_800_000_000.0):
        self.now = now

    def __call__(self):
        return self.now


@dataclass(frozen=True)
class Council:
    """A meeting under way: its store, key, and the tokens of two people in it."""

    store: MeetingStore
    made: NewMeeting
    participant: str

    @property
    def key(self):
        return self.made.meeting.key

    @property
    def facilitator(self):
        return self.made.pass_.token

    @property
    def meeting(self):
        return self.store.meeting(self.key)

    def pin(self, title="水", **fields):
        return self.store.pin(self.key, self.facilitator, item(title, **fields))

    def note(self, words="ここ", about="", **fields):
        return self.store.note(self.key, self.participant, note(words, about, **fields))


def store_in(folder, clock=None):
    database = open_store(folder).database
    return MeetingStore(database, clock) if clock else MeetingStore(database)


def council(folder, clock=None, title="水の会議"):
    store = store_in(folder, clock)
    made = store.create(title, AREA, HASH, name="進行役")
    return Council(store, made, store.enter(made.meeting.key, made.join_code, "参加者").token)


def item(title="水", question="足りる？", options=("はい", "いいえ"), kind="map", query=(("resource", "water"),)):
    return AgendaItem("", title, question, tuple(options), kind, tuple(query))


def note(words="ここ", about="", kind="comment", points=()):
    return Note("", about, kind, words, tuple(points))


def hands(about, counts=(("はい", 3), ("いいえ", 2)), **fields):
    return Hands("", about, tuple(counts), **fields)


def refused(call, *told, **named):
    """Return the MeetingError of a call, which both languages have words for, complete with what it names."""
    with pytest.raises(MeetingError) as caught:
        call(*told, **named)
    for lang in LANGUAGES:
        words = error_text(caught.value, lang)
        assert words != str(caught.value)
        assert "{" not in words
    return caught.value


A, B, C = "aaaaaaaaaaaa", "bbbbbbbbbbbb", "cccccccccccc"
MEETING = Meeting(
    "",
    "水の会議",
    "kanagawa",
    "0123abcd",
    items=(replace(item("一"), key=A), replace(item("二"), key=B)),
    notes=(replace(note(about=A), key=A, number=1), replace(note(), key=B, number=2)),
    hands=(replace(hands(A), key=A), replace(hands(B), key=B), replace(hands(A, (("はい", 9),)), key=C)),
    current=A,
)
