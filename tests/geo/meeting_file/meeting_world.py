"""A meeting by hand, and meetings drawn at random, to be written to a file and read again."""

from dataclasses import replace
from datetime import datetime

from hypothesis import strategies as st

from geo.changes import FactorChange
from geo.meeting import MOST_OPTIONS, NOTE_KINDS, POINTS_OF, VIEW_KINDS, AgendaItem, Hands, Meeting, Note
from geo.scenario import Scenario, new_scenario
from tests.geo.scenario_world import names, scenarios

AREA = "kanagawa"
ROOF = "electricity.usable_roof_share"
MOMENT = "2026-11-20T01:02:03.000004+00:00"
CHANGED = "2026-11-20T02:00:00.000000+00:00"


def a_scenario(key="scen00000001", name="屋根の案", **changes) -> Scenario:
    made = new_scenario(name, AREA, factors=((ROOF, 0.6),), changes=(FactorChange(ROOF, 0.5, ("14201",)),))
    return replace(made, key=key, made_at=MOMENT, changed_at=MOMENT, **changes)


def a_meeting(**changes) -> Meeting:
    """Two items (the first shows a scenario, compared with another), five notes, one count of hands."""
    shown = (("place", "municipality:14205"), ("scenario", "scen00000001"), ("against", "scen00000002"))
    made = Meeting(
        key="meet00000001",
        title="屋根と森の会議",
        area=AREA,
        dataset_hash="0f" * 32,
        items=(
            AgendaItem(
                "item00000001", "屋根", "どこまで載せますか？", ("半分", "全部"), "ladder", shown, "山田", MOMENT
            ),
            AgendaItem("item00000002", "森", "", (), "map", (("view", "35.4,139.4,10"),), "山田", MOMENT),
        ),
        notes=(
            Note("note00000001", "item00000001", "pin", "ここの屋根", ((139.4, 35.3),), "佐藤", MOMENT, 1),
            Note("note00000002", "", "comment", "一行目\n二行目 <b>", (), "", MOMENT, 2),
            Note("note00000003", "item00000002", "line", "", ((139.1, 35.1), (139.2, 35.2)), "佐藤", MOMENT, 3),
            Note(
                "note00000004",
                "item00000002",
                "area",
                "森",
                ((139.0, 35.0), (139.1, 35.0), (139.0, 35.1)),
                "鈴木",
                MOMENT,
                5,
            ),
            Note("note00000005", "item00000001", "agreed", "半分まで載せる", (), "山田", MOMENT, 6),
        ),
        hands=(
            Hands(
                "hand00000001",
                "item00000001",
                (("半分", 7), ("全部", 0)),
                shown,
                "scen00000001",
                "屋根の案",
                MOMENT,
                "山田",
                MOMENT,
            ),
        ),
        current="item00000002",
        is_open=True,
        made_at=MOMENT,
        changed_at=CHANGED,
    )
    return replace(made, **changes)


SCENARIOS = (a_scenario(), a_scenario("scen00000002", "もとの案"))

_keys = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=12, max_size=12)
_moments = st.datetimes(datetime(1970, 1, 2), datetime(2999, 1, 1), timezones=st.timezones()).map(datetime.isoformat)
_lines = st.one_of(st.just(""), names)
_coordinates = st.tuples(st.floats(-180, 180), st.floats(-90, 90))
_parameters = st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True).filter(
    lambda name: name not in ("scenario", "against")
)


def _queries(scenario_keys):
    free = st.dictionaries(_parameters, _lines, max_size=3)
    pointing = st.fixed_dictionaries(
        {}, optional={name: st.sampled_from([*scenario_keys, "gone00000000", ""]) for name in ("scenario", "against")}
    )
    return st.builds(lambda some, others: tuple((some | others).items()), free, pointing)


def _note_points(kind):
    least, most = POINTS_OF.get(kind, (0, 0))
    return st.lists(_coordinates, min_size=least, max_size=min(most, 5)).map(tuple)


@st.composite
def meetings(draw):
    """Draw a meeting and the scenarios that are saved beside it."""
    keys = iter(draw(st.lists(_keys, min_size=16, max_size=16, unique=True)))
    saved = [replace(draw(scenarios), key=next(keys), area=AREA) for _ in range(draw(st.integers(0, 2)))]
    queries = _queries([scenario.key for scenario in saved])
    options = st.lists(names.map(lambda words: words[:60]).filter(str.strip), max_size=MOST_OPTIONS, unique=True)
    persons = _lines.map(lambda words: words[:40])
    items = [
        AgendaItem(
            next(keys),
            draw(names),
            draw(_lines),
            tuple(draw(options)),
            draw(st.sampled_from(VIEW_KINDS)),
            draw(queries),
            draw(persons),
            draw(_moments),
        )
        for _ in range(draw(st.integers(0, 3)))
    ]
    item_keys = [item.key for item in items]
    notes = []
    for number in range(1, 1 + draw(st.integers(0, 5))):
        kind = draw(st.sampled_from(NOTE_KINDS))
        words = draw(st.lists(names, min_size=1, max_size=2).map("\n".join))
        about = draw(st.sampled_from(["", *item_keys]))
        notes.append(
            Note(next(keys), about, kind, words, draw(_note_points(kind)), draw(persons), draw(_moments), 2 * number)
        )
    hands = [
        Hands(
            next(keys),
            draw(st.sampled_from(item_keys)),
            ((draw(names)[:60], draw(st.integers(0, 100_000))),),
            draw(queries),
            draw(st.sampled_from(["", *(scenario.key for scenario in saved)])),
            draw(_lines),
            draw(_moments),
            draw(persons),
            draw(_moments),
        )
        for _ in range(draw(st.integers(0, 2)) if items else 0)
    ]
    hands = [replace(row, counts=((row.counts[0][0].strip() or "a", row.counts[0][1]),)) for row in hands]
    made = Meeting(
        next(keys),
        draw(names),
        AREA,
        draw(st.sampled_from(["", "0f"])),
        tuple(items),
        tuple(notes),
        tuple(hands),
        draw(st.sampled_from(["", *item_keys])),
        draw(st.booleans()),
        draw(_moments),
        draw(_moments),
    )
    return made, tuple(saved)
