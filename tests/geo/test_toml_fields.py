"""The reader of a TOML table's fields: what is right comes out, what is wrong is told with its place and kind."""

import tomllib

import pytest

from geo.toml_fields import Fields, Problem, Rules

TABLE = """
name = "水"
blank = " "
none = ""
count = 3
share = 0.5
open = false
at = "2026-01-31T09:00:00+09:00"
words = ["一", "二"]
[inner]
depth = 2
[inner.deep]
[[rows]]
size = 1
[[rows]]
size = 2
[[rows.parts]]
part = "a"
"""


class RefusedError(Exception):
    """Carries the problem that a reader told."""

    def __init__(self, problem):
        super().__init__(problem)
        self.problem = problem


def refuse(problem):
    raise RefusedError(problem)


def fields(text=TABLE, **rules):
    return Fields(tomllib.loads(text), "", Rules(refuse, **rules))


def problem_of(call, *told, **named):
    with pytest.raises(RefusedError) as caught:
        call(*told, **named)
    return caught.value.problem


def test_fields_of_the_kind_asked_for():
    table = fields()
    assert table.names == ("name", "blank", "none", "count", "share", "open", "at", "words", "inner", "rows")
    assert (table.text("name"), table.text("blank"), table.text("none")) == ("水", " ", "")
    assert table.choice("name", ("木", "水")) == "水"
    assert (table.whole("count"), table.whole("count", least=3, most=3)) == (3, 3)
    assert (table.number("count"), table.number("share", least=0.5, most=0.5)) == (3.0, 0.5)
    assert isinstance(table.number("count"), float)
    assert table.optional_number("share") == 0.5
    assert table.flag("open") is False
    assert (table.moment("at"), table.moment("none")) == ("2026-01-31T09:00:00+09:00", "")
    assert table.texts("words") == ("一", "二")
    inner = table.table("inner")
    assert (inner.where, inner.whole("depth"), inner.table("deep").where) == ("inner", 2, "inner.deep")
    first, second = table.rows("rows", most=2)
    assert (first.whole("size"), second.whole("size")) == (1, 2)
    assert [row.where for row in second.rows("parts")] == ["rows[2].parts[1]"]
    table.finish()


def test_fields_that_may_be_left_out():
    table = fields("")
    assert (table.text("a", default=""), table.choice("b", ("x",), default="y")) == ("", "y")
    assert (table.number("c", default=1.0), table.optional_number("d")) == (1.0, None)
    assert (table.flag("e", default=False), table.moment("f", default="")) == (False, "")
    assert (table.texts("g", may_lack=True), table.rows("h", may_lack=True)) == ((), ())
    assert table.optional_table("i") is None


@pytest.mark.parametrize("call", ["text", "moment", "number", "whole", "flag", "texts", "table", "rows"])
def test_a_field_that_lacks_is_named_with_what_it_should_be(call):
    problem = problem_of(getattr(fields().table("inner"), call), "gone")
    assert (problem.kind, problem.where, problem.field, problem.found) == ("missing", "inner", "gone", "nothing")
    assert problem.expected


# The call, the field's text, and the problem's kind, expected and found.
WRONG = {
    "no text": (lambda t: t.text("a"), "3", "text", "text of up to 4 letters", 3),
    "long text": (lambda t: t.text("a"), '"水水水水水"', "text", "text of up to 4 letters", "水水水水水"),
    "none of the choices": (lambda t: t.choice("a", ("x", "y")), '"z"', "choice", "one of x, y", "z"),
    "no choices": (lambda t: t.choice("a", ()), '"z"', "choice", "one of (none is defined)", "z"),
    "text for a number": (lambda t: t.number("a"), '"1"', "number", "a number", "1"),
    "true for a number": (lambda t: t.number("a"), "true", "number", "a number", True),
    "infinite": (lambda t: t.number("a"), "inf", "number", "a finite number", float("inf")),
    "beyond a float": (lambda t: t.number("a"), f"1{'0' * 400}", "number", "a finite number", 10**400),
    "below": (lambda t: t.number("a", least=0), "-1", "number", "a finite number of at least 0", -1),
    "above": (lambda t: t.number("a", least=0, most=1), "2", "number", "a finite number within 0 and 1", 2),
    "optional, below": (
        lambda t: t.optional_number("a", least=0), "-1", "number", "a finite number of at least 0", -1),
    "part of a number": (lambda t: t.whole("a"), "1.0", "number", "a whole number", 1.0),
    "true for a whole number": (lambda t: t.whole("a"), "true", "number", "a whole number", True),
    "too many counted": (
        lambda t: t.whole("a", least=1, most=2000), "2001", "number", "a whole number from 1 to 2,000", 2001),
    "no flag": (lambda t: t.flag("a"), "1", "flag", "true or false", 1),
    "no flag beside a default": (lambda t: t.flag("a", default=True), "0", "flag", "true or false", 0),
    "no list": (lambda t: t.texts("a"), '"b"', "texts", 'a list of texts, as ["a", "b"]', "b"),
    "a number among texts": (lambda t: t.texts("a"), '["b", 1]', "texts", 'a list of texts, as ["a", "b"]', ["b", 1]),
    "no table": (lambda t: t.table("a"), "3", "table", "a table [in.a]", 3),
    "no table beside a default": (lambda t: t.optional_table("a"), "[]", "table", "a table [in.a]", []),
    "no tables": (lambda t: t.rows("a"), "{}", "table", "tables [[in.a]]", {}),
    "a number among tables": (lambda t: t.rows("a"), "[{}, 1]", "table", "tables [[in.a]]", [{}, 1]),
    "too many tables": (lambda t: t.rows("a", most=1), "[{}, {}]", "many", "at most 1", 2),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_a_field_that_cannot_be_is_told_with_its_place(case):
    call, written, kind, expected, found = WRONG[case]
    # What the file writes above the table has no number, the place that is told has.
    table = Fields(tomllib.loads(f"a = {written}"), "in[7]", Rules(refuse, longest_text=4))
    problem = problem_of(call, table)
    assert problem == Problem(kind, "in[7]", "a", expected, found)
    assert type(problem.found) is type(found)


@pytest.mark.parametrize("written", ["yesterday", "2026-01-31", "2026-01-31T09:00:00", "2026-13-01T00:00:00+00:00"])
def test_a_time_without_its_zone_is_none(written):
    problem = problem_of(fields(f'at = "{written}"').moment, "at")
    assert (problem.kind, problem.field, problem.found) == ("time", "at", written)


def test_a_field_that_nothing_asked_for_is_found_at_the_end():
    table = fields("b = 1\na = 2\ntypo = 3\nworse = 4")
    table.whole("b"), table.whole("a"), table.text("c", default="")
    assert problem_of(table.finish) == Problem("unknown", "", "typo", "one of a, b, c", "typo")


def test_where_no_text_may_be_blank_only_a_default_is():
    table = fields('name = " "\nnone = ""\nwords = ["a", " "]', may_be_blank=False)
    assert problem_of(table.text, "name") == Problem("text", "", "name", "text that is not blank", " ")
    assert problem_of(table.text, "none").kind == "text"
    assert table.text("none", default="") == ""
    assert problem_of(table.texts, "words").kind == "texts"


def test_a_file_s_rules_hold_in_every_table_within():
    rows = fields("[[rows]]\n[rows.inner]\nname = '水水'", first_row=0, longest_text=1).rows("rows")
    problem = problem_of(rows[0].table("inner").text, "name")
    assert (problem.where, problem.expected) == ("rows[0].inner", "text of up to 1 letters")


def test_a_reader_s_own_refusal_has_the_table_s_place():
    row = fields().rows("rows")[1]
    assert problem_of(row.refuse, "key", "size", "odd", 2) == Problem("key", "rows[2]", "size", "odd", 2)
