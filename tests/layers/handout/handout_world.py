"""A meeting of every kind of view on the embedded area, and the scenario that one of them compares."""

from geo.changes import FactorChange
from geo.meeting import AgendaItem, Hands, Meeting, Note
from geo.meeting_checks import check_meeting
from geo.scenario import new_scenario
from layers import stored

AREA = "kanagawa"
ROOF = "electricity.usable_roof_share"
MADE_AT = "2026-11-23T05:30:00.000000+00:00"


def key(number):
    return f"{number:012d}"


def item(number, title, kind="map", query=(), *, question="", options=()):
    return AgendaItem(key(number), title, question, tuple(options), kind, tuple(query), "佐藤", MADE_AT)


def note(number, about, kind, words, points=(), author="山田"):
    return Note(key(100 + number), about, kind, words, tuple(points), author, MADE_AT, number)


def meeting_of(*items, notes=(), hands=(), title="流域の会議", dataset_hash=""):
    made = Meeting(
        "abcdefghijkl", title, AREA, dataset_hash, tuple(items), tuple(notes), tuple(hands), "", True, MADE_AT, MADE_AT
    )
    check_meeting(made)
    return made


def saved_scenario():
    change = FactorChange(ROOF, 0.8, ("14206",))
    return stored.store().save(new_scenario("屋根を倍に", AREA, factors=((ROOF, 0.6),), changes=(change,)))


def every_kind():
    """Return a meeting of a map, a ladder, a comparison and one whose scenario, place and layer are gone."""
    scenario = saved_scenario()
    town = ("place", "municipality:14206")
    items = (
        item(
            1,
            "森はどこにあるか",
            "map",
            [("view", "35.35,139.25,10.5"), ("layers", "municipality:100,forest_share:70,river_system:100"), town],
            question="どの谷から出しますか。",
            options=("小田原から", "秦野から"),
        ),
        item(2, "水はどこで足りるか", "ladder", [town, ("set", "shared.persons_per_household:2.5")]),
        item(3, "屋根を倍にしたら", "comparison", [("scenario", scenario.key), town, ("resource", "electricity")]),
        item(
            4,
            "消えたもの",
            "comparison",
            [("scenario", "zzzzzzzzzzzz"), ("place", "municipality:99999"), ("threshold", "0.7")],
        ),
    )
    notes = (
        note(1, key(1), "pin", "林道がある。", [(139.12, 35.27)]),
        note(2, key(1), "line", "", [(139.12, 35.27), (139.2, 35.3)]),
        note(3, key(1), "area", "共有林。", [(139.2, 35.4), (139.3, 35.4), (139.25, 35.5)]),
        note(4, key(1), "agreed", "年に 500 t を試す。"),
        note(5, key(2), "open", "渇水のときはどうか。", author="高橋"),
        note(6, "", "comment", "次は来月。"),
        note(7, key(1), "pin", "遠くの町。", [(0.0, 51.5)]),
    )
    hands = (
        Hands(key(51), key(1), (("小田原から", 1), ("秦野から", 2)), author="佐藤", made_at=MADE_AT),
        Hands(key(52), key(1), (("小田原から", 12), ("秦野から", 5)), author="佐藤", made_at=MADE_AT),
        Hands(
            key(53),
            key(3),
            (("目指す", 15), ("目指さない", 3)),
            scenario=scenario.key,
            scenario_name=scenario.name,
            scenario_changed_at="2020-01-01T00:00:00.000000+00:00",
        ),
    )
    return meeting_of(*items, notes=notes, hands=hands, dataset_hash="ab" * 20)
