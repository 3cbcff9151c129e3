"""The ladder as CSV: opens in Excel, one row a resource, place and threshold in every row."""

import csv
import dataclasses
import io

from layers.scale_table import table_csv
from tests.layers.ladder_world import ODAWARA, certainty, row


def read_of(made):
    return list(csv.DictReader(io.StringIO(made.data.decode("utf-8-sig"))))


def test_the_table_has_a_row_a_resource_with_shares_and_verdict():
    rows = [row("water", "municipality"), row("rice", "outside", shares={"basin": 0.35}, low="outside")]
    made = table_csv(rows, ODAWARA, "ja", stem="odawara")
    assert made.data.startswith(b"\xef\xbb\xbf")
    read = list(csv.DictReader(io.StringIO(made.data.decode("utf-8-sig"))))
    assert [line["資源"] for line in read] == ["水", "米"]
    assert [line["足りる・使いきれる規模"] for line in read] == ["市町村", "県の外"]
    assert [line["単位"] for line in read] == ["t/年", "t/年"]
    assert read[1]["流域でまかなえる・使える割合（0～1）"] == "0.35"
    assert {line["場所"] for line in read} == {"小田原市"}
    assert {line["足りるとみなす割合（0～1）"] for line in read} == {"0.8"}


def test_the_amounts_are_those_of_a_year_in_english_too():
    made = table_csv([row("water", "municipality")], ODAWARA, "en", stem="odawara")
    [line] = csv.DictReader(io.StringIO(made.data.decode("utf-8-sig")))
    assert line["unit"] == "t/yr"


def test_how_sure_it_is_stands_in_columns_of_its_own():
    rows = [row("rice", "outside", shares={"basin": 0.35}, certainty=certainty("likely", 0.8)), row("water")]
    read = list(csv.DictReader(io.StringIO(table_csv(rows, ODAWARA, "ja", stem="x").data.decode("utf-8-sig"))))
    assert read[0]["確かさ"].startswith("たぶん足りない")
    assert read[0]["答えのとおりになった仮定の割合"] == "0.8"
    assert read[0]["いちばん効く前提"] == "収量"
    assert (read[0]["まかなえる割合（10 %点）"], read[0]["まかなえる割合（90 %点）"]) == ("0.25", "0.45")
    assert read[1]["答えのとおりになった仮定の割合"] == ""


def test_room_for_what_arises_is_no_need_and_makes_no_self_sufficiency():
    waste = dataclasses.replace(
        row("compost", "community", perspective="supply"), supply=1809.0, demand=37220.0, self_sufficiency=0.0486
    )
    [line] = read_of(table_csv([waste], ODAWARA, "ja", stem="x"))
    assert (line["供給・出る量（年間・推計）"], line["必要・受け入れられる量（年間・推計）"]) == ("1809", "37220")
    assert line["見かた"] == "出る量の行き先をさがす"
    [ratio] = (title for title in line if title.startswith("自給率"))
    assert line[ratio] == ""
    [need] = read_of(table_csv([dataclasses.replace(waste, perspective="demand")], ODAWARA, "ja", stem="x"))
    assert (need[ratio], need["見かた"]) == ("0.0486", "必要な量をまかなう")


def test_a_resource_without_data_has_no_amounts():
    unknown = dataclasses.replace(row("rice", "no_data"), supply=0.0, demand=5.0)
    [line] = read_of(table_csv([unknown], ODAWARA, "en", stem="x"))
    assert {line[title] for title in ("supply or what arises (annual, estimate)", "could go to others")} == {""}


def test_what_is_left_over_beside_the_amounts_is_nothing():
    left = dataclasses.replace(row("water"), supply=9e5, demand=1e5, from_other_units=4e-5, sent_out=12.5)
    [line] = read_of(table_csv([left], ODAWARA, "en", stem="x"))
    assert line["covered by others’ surplus or received from others"] == "0"
    assert line["could go to others"] == "12.5"


def test_years_and_sources_stand_in_each_row_and_the_data_s_fingerprint_in_all():
    origins = {"water": {"years": "2020", "sources": "雨：気象庁"}, "rice": {"years": "2016", "sources": "田：国交省"}}
    rows = [row("water", "municipality"), row("rice", "outside")]
    made = table_csv(rows, ODAWARA, "ja", stem="x", origins=origins, repeated={"データの識別子": "kanagawa abc"})
    read = read_of(made)
    assert [(line["データの年"], line["出典"]) for line in read] == [("2020", "雨：気象庁"), ("2016", "田：国交省")]
    assert {line["データの識別子"] for line in read} == {"kanagawa abc"}


def test_the_table_of_no_rows_is_only_its_header():
    lines = table_csv([], ODAWARA, "en", stem="x").data.decode("utf-8-sig").strip().splitlines()
    assert len(lines) == 1
