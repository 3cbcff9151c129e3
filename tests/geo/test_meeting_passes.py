"""Who may do what in a meeting, whatever they send; and how much of it."""

import contextlib
from dataclasses import replace

import pytest

from geo import meeting_passes
from geo.meeting import MeetingError
from tests.geo.meeting_world import AREA, GONE, council, hands, item, note, refused

pytestmark = pytest.mark.usefixtures("folder")


def test_a_pass_writes_thirty_things_a_minute(hall, clock):
    for _ in range(30):
        hall.note()
        clock.now += 1
    error = refused(hall.note)
    assert (error.key, error.params["seconds"]) == ("meeting_too_fast", 30)
    # Others are not held up, and what was refused is not there.
    hall.pin()
    assert len(hall.meeting.notes) == 30
    clock.now += 29
    assert refused(hall.note).params["seconds"] == 1
    # The first of the thirty is a minute old.
    clock.now += 1
    hall.note()
    assert refused(hall.note).key == "meeting_too_fast"
    # A clock that is put back keeps nobody waiting for it.
    clock.now -= 86_400
    hall.note()


def test_what_is_refused_is_not_counted(hall):
    for _ in range(40):
        assert refused(lambda: hall.note(about=GONE)).key == "meeting_item_unknown"
        assert refused(lambda: hall.note("字" * 1001)).key == "meeting_words"
    hall.note()


def test_passes_are_kept_up_to_so_many(hall, clock, monkeypatch):
    monkeypatch.setattr(meeting_passes, "PASSES_KEPT", 2)
    tokens = [hall.participant]
    for _ in range(3):
        clock.now += 1
        tokens.append(entered(hall))
    assert known(hall, tokens) == [False, False, True, True]
    assert hall.store.role_of(hall.key, hall.facilitator).role == "facilitator"


def entered(hall, name="a"):
    return hall.store.enter(hall.key, hall.made.join_code, name).token


def known(hall, tokens):
    return [hall.store.role_of(hall.key, token) is not None for token in tokens]


def test_whoever_wrote_of_late_stays_whatever_number_comes_in(hall, clock, monkeypatch):
    monkeypatch.setattr(meeting_passes, "PASSES_KEPT", 3)
    hall.note()
    others = []
    for _ in range(5):
        clock.now += 1
        others.append(entered(hall))
    # The writer came first of all; of the rest those who came last are there.
    assert known(hall, [hall.participant, *others]) == [True, False, False, False, True, True]
    for token in others[-2:]:
        clock.now += 1
        hall.store.note(hall.key, token, note())
    error = refused(lambda: entered(hall))
    assert (error.key, error.params["most"]) == ("meeting_passes_full", 3)
    assert known(hall, [hall.participant, *others[-2:]]) == [True, True, True]
    # Twelve hours after it wrote, a pass gives way again, and the one that wrote last stays longest.
    clock.now += 12 * 3600 - 1
    last = entered(hall)
    assert known(hall, [hall.participant, *others[-2:], last]) == [False, True, True, True]


def test_a_hall_comes_in_within_a_minute_and_whoever_comes_in_without_end_is_held_up(hall, clock):
    # One came in with the meeting.
    for _ in range(119):
        entered(hall)
    error = refused(lambda: entered(hall))
    assert (error.key, error.params["seconds"]) == ("meeting_enter_wait", 1)
    # Who leads comes in by another door, and so does another meeting's hall.
    assert hall.store.enter(hall.key, hall.made.facilitator_code, "副").role == "facilitator"
    entered(council(hall.store.database.path.parent.parent, clock, title="別"))
    clock.now += 1
    entered(hall)
    assert refused(lambda: entered(hall)).key == "meeting_enter_wait"
    clock.now += 3
    for _ in range(3):
        entered(hall)
    assert refused(lambda: entered(hall)).key == "meeting_enter_wait"
    # A clock that is put back keeps nobody waiting for it.
    clock.now -= 86_400
    entered(hall)


def test_coming_in_again_writes_no_more_than_all_may_together(hall, clock):
    """120 at once and two a second after that, whatever passes they are written with."""
    for _ in range(10):
        token = entered(hall)
        with contextlib.suppress(MeetingError):
            for _ in range(30):
                hall.store.note(hall.key, token, note())
    assert len(hall.meeting.notes) == 120
    error = refused(hall.note)
    assert (error.key, error.params["seconds"]) == ("meeting_busy", 1)
    # Who leads can always put it right.
    hall.store.remove_note(hall.key, hall.facilitator, hall.meeting.notes[0].key)
    clock.now += 0.5
    hall.note()
    assert refused(hall.note).key == "meeting_busy"


def test_nobody_takes_a_facilitator_s_name(hall):
    hall.store.enter(hall.key, hall.made.facilitator_code, "Sato Ｋｅｎ")
    for name in ("進行役", " 進行 役 ", "sato ken", "SATOKEN", "Ｓａｔｏ　Ken"):
        error = refused(lambda name=name: entered(hall, name))
        assert (error.key, error.params["name"]) == ("meeting_name_taken", name.strip())
    # Others, also a second of the same name, come in; and whoever has the facilitators' code under any.
    assert known(hall, [entered(hall, "佐藤"), entered(hall, "佐藤"), entered(hall, "進行")]) == [True] * 3
    assert hall.store.enter(hall.key, hall.made.facilitator_code, "進行役").role == "facilitator"
    # What the office's provider calls somebody is not theirs to choose.
    signed_in = hall.store.enter(hall.key, hall.made.join_code, "進行役", user="ken@example.jp")
    assert signed_in.role == "participant"


FORGED = ["", "a", "A" * 43, "A" * 10_000, "\ud800", "トークン", "' OR 1=1 --", "../x\x00"]


def facilitators_only(hall, token):
    """Everything that only a facilitator does, in a meeting of one item and one note of the facilitator's."""
    store, key = hall.store, hall.key
    about, said = hall.pin(), store.note(key, hall.facilitator, note("進行役の"))
    return [
        lambda: store.pin(key, token, item()),
        lambda: store.change_item(key, token, about, was=about),
        lambda: store.move_item(key, token, about.key, 0),
        lambda: store.remove_item(key, token, about.key),
        lambda: store.restore_item(key, token, about.key),
        lambda: store.count_hands(key, token, hands(about.key)),
        lambda: store.show(key, token, about.key),
        lambda: store.rename(key, token, "奪った"),
        lambda: store.close(key, token),
        lambda: store.reopen(key, token),
        lambda: store.remove(key, token),
        lambda: store.codes(key, token),
        lambda: store.new_codes(key, token),
        # Another's note.
        lambda: store.change_note(key, token, replace(said, words="書きかえた"), was=said),
        lambda: store.remove_note(key, token, said.key),
        lambda: store.restore_note(key, token, said.key),
    ]


def nothing_changes(hall, calls):
    before, stamp, codes = hall.meeting, hall.store.stamp(hall.key), hall.store.codes(hall.key, hall.facilitator)
    assert {refused(call).key for call in calls} == {"meeting_not_allowed"}
    assert hall.meeting == before
    assert (hall.store.stamp(hall.key), hall.store.codes(hall.key, hall.facilitator)) == (stamp, codes)


def test_a_participant_does_nothing_of_a_facilitator_s(hall):
    nothing_changes(hall, facilitators_only(hall, hall.participant))


@pytest.mark.parametrize("token", FORGED)
def test_a_forged_pass_does_nothing(hall, token):
    assert hall.store.role_of(hall.key, token) is None
    nothing_changes(
        hall, [*facilitators_only(hall, token), lambda: hall.store.note(hall.key, token, note("忍びこんだ"))]
    )


def test_another_meeting_s_pass_and_keys_do_nothing_here(hall, folder, clock):
    other = council(folder, clock, title="別の会議")
    theirs = other.pin(), other.note()
    for token in (other.facilitator, other.participant):
        assert hall.store.role_of(hall.key, token) is None
        assert hall.store.own_notes(hall.key, token) == frozenset()
        nothing_changes(hall, [*facilitators_only(hall, token), lambda t=token: hall.store.note(hall.key, t, note())])
    # One's own pass, with the keys of what another meeting holds.
    store, key, leader = hall.store, hall.key, hall.facilitator
    before = other.meeting
    for call, error in (
        (lambda: store.change_item(key, leader, theirs[0], was=theirs[0]), "meeting_item_unknown"),
        (lambda: store.remove_item(key, leader, theirs[0].key), "meeting_item_unknown"),
        (lambda: store.show(key, leader, theirs[0].key), "meeting_item_unknown"),
        (lambda: store.note(key, leader, note(about=theirs[0].key)), "meeting_item_unknown"),
        (lambda: store.count_hands(key, leader, hands(theirs[0].key)), "meeting_item_unknown"),
        (lambda: store.change_note(key, leader, theirs[1], was=theirs[1]), "meeting_note_unknown"),
        (lambda: store.remove_note(key, leader, theirs[1].key), "meeting_note_unknown"),
        (lambda: store.restore_note(key, leader, theirs[1].key), "meeting_note_unknown"),
        (lambda: store.enter(key, other.made.join_code, "a"), "meeting_code_wrong"),
        (lambda: store.enter(key, other.made.facilitator_code, "a"), "meeting_code_wrong"),
    ):
        assert refused(call).key == error
    assert other.meeting == before


@pytest.mark.parametrize(
    "key", ["", "a", "../../etc/x", "\ud800" * 12, "aaaaaaaaaaaa\n", "' OR '1'='1", "A" * 12, "%" * 12]
)
def test_a_key_that_cannot_be_is_none_that_is_there(hall, key):
    store, leader = hall.store, hall.facilitator
    assert (store.meeting(key), store.stamp(key), store.role_of(key, leader)) == (None, 0, None)
    for call in (
        lambda: store.note(key, leader, note()),
        lambda: store.enter(key, hall.made.join_code, "a"),
        lambda: store.enter_as(key, "user", "a", "participant"),
        lambda: store.codes(key, leader),
    ):
        assert refused(call).key == "meeting_unknown"
    assert refused(lambda: store.remove_item(hall.key, leader, key)).key == "meeting_item_unknown"
    assert refused(lambda: store.remove_note(hall.key, leader, key)).key == "meeting_note_unknown"
    if key:
        assert refused(lambda: hall.note(about=key)).key == "meeting_item_unknown"


def test_what_cannot_be_shown_or_is_too_much_is_not_kept(hall):
    about = hall.pin()
    before = hall.meeting
    for wrong in ("字" * 1001, "字" * 1_000_000, "a\x00b", "\x1b[2J", "\ud800", "\u202e", "  \n "):
        assert refused(lambda words=wrong: hall.note(words)).key == "meeting_words"
        assert refused(lambda words=wrong: hall.pin(words)).key == "meeting_title"
        assert refused(lambda words=wrong: hall.store.rename(hall.key, hall.facilitator, words)).key == "meeting_title"
        assert refused(lambda words=wrong: hall.store.enter(hall.key, hall.made.join_code, words)).key == "meeting_name"
    lines = [(139.0, 35.0)] * 201
    assert refused(lambda: hall.note(kind="line", points=lines)).key == "meeting_points"
    assert refused(
        lambda: hall.store.count_hands(hall.key, hall.facilitator, hands(about.key, (("はい", -1),)))
    ).key == ("meeting_counts")
    assert hall.meeting == before


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script>", "'; DROP TABLE meetings; --", "{0} %s $x$ **a**", "｟水｠🌊"]
)
def test_whatever_else_is_typed_is_kept_as_it_is(hall, words):
    assert hall.note(words).words == words
    assert hall.pin(words).title == words
    assert (hall.meeting.notes[0].words, hall.meeting.items[0].title) == (words, words)


def test_a_code_lets_in_under_the_name_given(hall):
    join, lead = hall.made.join_code, hall.made.facilitator_code
    one = hall.store.enter(hall.key, join.lower().replace("-", " "), " 山田 ")
    assert (one.meeting, one.role, one.name) == (hall.key, "participant", "山田")
    assert hall.store.role_of(hall.key, one.token) == one
    two = hall.store.enter(hall.key, lead, "副")
    assert two.role == "facilitator"
    assert hall.store.codes(hall.key, two.token) == (join, lead)
    # Entered twice, they are two: nobody takes over another's notes by giving the same name.
    again = hall.store.enter(hall.key, join, "山田")
    said = hall.store.note(hall.key, one.token, note())
    assert said.author == "山田"
    assert refused(lambda: hall.store.remove_note(hall.key, again.token, said.key)).key == "meeting_not_allowed"


def test_guessing_keeps_nobody_out_and_lets_nobody_in(hall, clock):
    told = []
    for number in range(50):
        told.append(refused(lambda n=number: hall.store.enter(hall.key, f"AAAA-{n:04}", "a")))
        clock.now += 1
    assert [error.key for error in told] == ["meeting_code_wrong"] * 10 + ["meeting_code_wait"] * 40
    assert all(0 < error.params["seconds"] <= 60 for error in told[10:])
    assert hall.store.enter(hall.key, hall.made.join_code, "a").role == "participant"
    assert len(hall.store.codes(hall.key, hall.facilitator)) == 2


def test_new_codes_end_the_old_ones_and_every_pass_but_the_one_they_were_asked_with(hall):
    old = hall.made.join_code, hall.made.facilitator_code
    second = hall.store.enter(hall.key, old[1], "副")
    viewer = hall.store.enter_as(hall.key, "c@x", "見る人", "viewer")
    new = hall.store.new_codes(hall.key, hall.facilitator)
    assert len({*old, *new}) == 4
    for code in old:
        assert refused(lambda code=code: hall.store.enter(hall.key, code, "a")).key == "meeting_code_wrong"
    assert refused(hall.note).key == "meeting_not_allowed"
    assert hall.store.role_of(hall.key, viewer.token) is None
    assert hall.store.role_of(hall.key, second.token) is None
    assert refused(lambda: hall.store.remove(hall.key, second.token)).key == "meeting_not_allowed"
    assert hall.store.codes(hall.key, hall.facilitator) == new
    assert hall.store.enter(hall.key, new[0], "a").role == "participant"
    assert hall.store.enter(hall.key, new[1], "副").role == "facilitator"
    # Whoever leads by having signed in does so again.
    assert hall.store.enter_as(hall.key, "lead@example.jp", "長", "facilitator").role == "facilitator"


def test_whoever_signed_in_comes_in_by_the_code_as_themselves(hall):
    store = hall.store
    one = store.enter(hall.key, hall.made.join_code, "太郎", user="taro@example.jp")
    said = store.note(hall.key, one.token, note())
    again = store.enter_as(hall.key, "taro@example.jp", "太郎", "participant")
    assert store.own_notes(hall.key, again.token) == {said.key}
    owned = store.create("二", AREA, "", name="持ち主", owner="taro@example.jp")
    assert store.enter(owned.meeting.key, owned.join_code, "太郎", user="taro@example.jp").role == "facilitator"
    assert refused(lambda: store.enter(hall.key, hall.made.join_code, "a", user="a" * 301)).key == "meeting_user"


def test_who_is_signed_in_keeps_what_is_theirs_from_pass_to_pass(hall):
    one, two = (hall.store.enter_as(hall.key, "taro@example.jp", "太郎", "participant") for _ in range(2))
    other = hall.store.enter_as(hall.key, "hana@example.jp", "太郎", "participant")
    said = hall.store.note(hall.key, one.token, note())
    assert hall.store.own_notes(hall.key, two.token) == {said.key}
    hall.store.remove_note(hall.key, two.token, said.key)
    assert refused(lambda: hall.store.restore_note(hall.key, other.token, said.key)).key == "meeting_not_allowed"
    hall.store.restore_note(hall.key, two.token, said.key)


def test_a_viewer_only_reads(hall):
    viewer = hall.store.enter_as(hall.key, "c@x", "見る人", "viewer")
    assert hall.store.role_of(hall.key, viewer.token).role == "viewer"
    nothing_changes(
        hall, [*facilitators_only(hall, viewer.token), lambda: hall.store.note(hall.key, viewer.token, note())]
    )


def test_the_owner_leads_and_nobody_owns_what_was_made_without_signing_in(hall):
    made = hall.store.create("二", AREA, "", name="持ち主", owner="taro@example.jp")
    key = made.meeting.key
    assert hall.store.enter_as(key, "taro@example.jp", "太郎", "participant").role == "facilitator"
    assert hall.store.enter_as(key, "hana@example.jp", "花", "participant").role == "participant"
    for user in ("", "taro@example.jp"):
        assert hall.store.enter_as(hall.key, user, "太郎", "participant").role == "participant"
    assert refused(lambda: hall.store.enter_as(key, "a", "a", "king")).key == "meeting_role"
    assert refused(lambda: hall.store.enter_as(key, "a" * 301, "a", "viewer")).key == "meeting_user"
    assert refused(lambda: hall.store.enter_as(key, "a", "", "viewer")).key == "meeting_name"


def test_the_file_holds_no_pass_and_no_user_s_id(hall):
    signed_in = hall.store.enter_as(hall.key, "taro@example.jp", "太郎", "participant")
    hall.store.create("二", AREA, "", name="太郎", owner="taro@example.jp")
    content = hall.store.database.path.read_bytes()
    for token in (hall.facilitator, hall.participant, signed_in.token):
        assert token.encode() not in content
    assert b"taro@example.jp" not in content
