"""Reading a table of a municipality's economy into figures: whose amounts they are is settled by sums, or refused."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from geo.dataset import Dataset
from geo.economy.cells import sheets_of
from geo.economy.circle import Circle, circle_of, completed, tolerance_yen
from geo.economy.figures import FLOW, INCOME_FLOW, INCOMES, LOCAL, SPENDINGS, UNITS, EconomyError, Figure, grouped
from geo.economy.layouts import Entry, Page, Stated, entries_of, sheet_words
from geo.economy.places import Places

_SIDES = {"distribution": INCOMES, "spending": SPENDINGS}
_ONE_WAY = {"in": 1.0, "out": -1.0}


@dataclass(frozen=True)
class Decision:
    """Labels that did not say whose amount they are, and what the sums showed them to be.

    Attributes
    ----------
    municipality, year
        Of which amounts.
    side
        'distribution' or 'spending'.
    read_as
        'residents' or 'local'.
    """

    municipality: str
    year: int
    side: str
    read_as: str


@dataclass(frozen=True)
class Loaded:
    """A table read: its figures sorted, what had to be decided, and the sheets that hold no table that is known."""

    figures: tuple[Figure, ...]
    decisions: tuple[Decision, ...]
    passed_over: tuple[str, ...]


def read_economy(content: bytes, file: str, dataset: Dataset, stated: Stated | None = None) -> Loaded:
    """Read an .xlsx or a CSV.

    Parameters
    ----------
    content, file
        The bytes, and what errors call the file.
    dataset
        The area, for its municipalities.
    stated
        What the user says of a table that does not say it itself.

    Raises
    ------
    EconomyError
        The file or a row cannot be used, or it is ambiguous whose amounts they are (``economy_ambiguous_<side>``,
        ``economy_unbalanced_<side>``): nothing is guessed.
    """
    sheets = sheets_of(content, file)
    places, said = Places(dataset), stated or Stated()
    found = {sheet.name: entries_of(Page(sheet, file, places, said)) for sheet in sheets}
    entries = [entry for of_sheet in found.values() for entry in of_sheet]
    if not entries:
        message = f"{file}: no table with known items and amounts in it. Fill in the template"
        raise EconomyError(message, key="economy_layout", file=file)
    groups: dict[tuple[str, int], list[Entry]] = {}
    for entry in entries:
        groups.setdefault((entry.municipality, entry.year), []).append(entry)
    figures: list[Figure] = []
    decisions: list[Decision] = []
    for key in sorted(groups):
        told, decided = _settled(groups[key], file, f"{key[1]} {places.names[key[0]]}")
        figures += told
        decisions += decided
    passed_over = tuple(name for name, of_sheet in found.items() if not of_sheet)
    return Loaded(tuple(sorted(figures)), tuple(decisions), passed_over)


def unbalanced(figures: Sequence[Figure]) -> tuple[Circle, ...]:
    """Return the circles whose production, income and spending do not agree: their gaps say by how much."""
    circles = (circle_of(group) for group in grouped(figures).values())
    return tuple(circle for circle in circles if circle is not None and circle.gaps)


def _settled(entries: Sequence[Entry], file: str, whose: str) -> tuple[list[Figure], list[Decision]]:
    """Return the figures of one municipality and year, with every item once and its base known."""
    by_label: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        key = (entry.label.name, entry.label.kind)
        first = by_label.setdefault(key, entry)
        if first is not entry and not math.isclose(_yen(first), _yen(entry), rel_tol=1e-9, abs_tol=1e-6):
            message = f"{file}, row {entry.row}: '{entry.words}' is there twice for {whose}: see row {first.row}"
            told_first = str(first.row) + (sheet_words(first.sheet) if first.sheet != entry.sheet else "")
            raise EconomyError(message, key="economy_twice", first=told_first, item=entry.words, **_where(entry, file))
    figures = [figure for (_, kind), entry in by_label.items() if kind not in _ONE_WAY for figure in _direct(entry)]
    figures += _net(by_label, file)
    decisions = []
    for side, names in _SIDES.items():
        bare = [by_label[name, "bare"] for name in names if (name, "bare") in by_label]
        if bare:
            read_as = _base(side, bare, figures, file, whose)
            figures += [_figure(entry, entry.label.name + (LOCAL if read_as == "local" else "")) for entry in bare]
            decisions.append(Decision(bare[0].municipality, bare[0].year, side, read_as))
    twice = [item for item in {figure.item for figure in figures} if sum(f.item == item for f in figures) > 1]
    if twice:
        message = f"{file}: {', '.join(sorted(twice))} is told in two ways for {whose}"
        words = "、".join(entry.words for entry in entries if min(twice).startswith(entry.label.name))
        raise EconomyError(message, key="economy_two_ways", file=file, where=whose, item=words)
    return figures, decisions


def _direct(entry: Entry) -> list[Figure]:
    """Return the figure of a label that says what it is; none for one whose base is still open."""
    name, kind = entry.label.name, entry.label.kind
    if name.startswith("production"):
        return [_figure(entry, name)]
    ending = {"residents": "", "local": LOCAL, "flow": FLOW}.get(kind)
    return [] if ending is None else [_figure(entry, name + ending)]


def _net(by_label: Mapping[tuple[str, str], Entry], file: str) -> list[Figure]:
    """Return net flows of what is told as flowing in, out, or both."""
    ways: dict[str, list[Entry]] = {}
    for (name, kind), entry in by_label.items():
        if kind in _ONE_WAY:
            if entry.value < 0:
                # Less than nothing flowing out may be meant as flowing in, or as the sign of what is lost.
                message = f"{file}, row {entry.row}: '{entry.words}' is below zero: write it as a net flow"
                raise EconomyError(
                    message,
                    key="economy_direction",
                    item=entry.words,
                    found=f"{entry.value:g}",
                    **_where(entry, file),
                )
            ways.setdefault(name, []).append(entry)
    figures = []
    for name, entries in ways.items():
        # In the finer of the two units, so that no digit is lost.
        unit = min((entry.unit for entry in entries), key=UNITS.__getitem__)
        net = math.fsum(_ONE_WAY[entry.label.kind] * entry.value * UNITS[entry.unit] for entry in entries)
        value = round(net / UNITS[unit], 9)
        first = entries[0]
        figures.append(Figure(first.municipality, first.year, name + FLOW, value, unit, first.source))
    return figures


def _base(side: str, bare: Sequence[Entry], figures: Sequence[Figure], file: str, whose: str) -> str:
    """Tell by the sums whose the amounts of a side are that do not say it: 'residents' or 'local'.

    Residents' incomes less the net income from outside, and local incomes as they are, add up to production;
    residents' spending with the net spending from outside, and local spending as it is, likewise.
    """
    names = _SIDES[side]
    stated = {figure.item: figure.yen for figure in figures}
    grains = [figure.grain_yen for figure in figures] + [_figure(entry, "production").grain_yen for entry in bare]
    sums = {}
    for read_as, ending in (("residents", ""), ("local", LOCAL)):
        known = completed(stated | {entry.label.name + ending: _yen(entry) for entry in bare})
        sign = -1.0 if side == "distribution" else 1.0
        flow = known.get(INCOME_FLOW) if side == "distribution" else _sum(known, [name + FLOW for name in names])
        residents, local = _sum(known, names), _sum(known, [name + LOCAL for name in names])
        sums[read_as] = local if read_as == "local" or residents is None or flow is None else residents + sign * flow
    production = stated.get("production")
    labels = "、".join(entry.words for entry in bare)
    flows = [abs(stated[name + FLOW]) for name in names if name + FLOW in stated]
    if side == "distribution" and INCOME_FLOW in stated:
        flows.append(abs(stated[INCOME_FLOW]))
    if production is None or not flows or None in sums.values():
        message = f"{file}, {whose}: '{labels}' may be residents' or local amounts; say which, or add the net flows"
        raise EconomyError(message, key=f"economy_ambiguous_{side}", file=file, where=whose, item=labels)
    within = tolerance_yen(production, grains)
    fitting = [name for name, total in sums.items() if total is not None and abs(total - production) <= within]
    if not fitting:
        found = " / ".join(f"{(total or 0) / 1e8:,.1f}" for total in sums.values())
        message = f"{file}, {whose}: '{labels}' do not add up to production {production / 1e8:,.1f} (100 million yen)"
        told = {"expected": f"{production / 1e8:,.1f}", "found": found}
        raise EconomyError(message, key=f"economy_unbalanced_{side}", file=file, where=whose, item=labels, **told)
    if len(fitting) > 1 and max(flows) > max(grains):
        message = f"{file}, {whose}: '{labels}' add up as residents' and as local amounts; say which they are"
        raise EconomyError(message, key=f"economy_ambiguous_{side}", file=file, where=whose, item=labels)
    return fitting[0]


def _where(entry: Entry, file: str) -> dict[str, object]:
    return {"file": file, "sheet": sheet_words(entry.sheet), "row": entry.row}


def _sum(known: Mapping[str, float], names: Sequence[str]) -> float | None:
    return math.fsum(known[name] for name in names) if all(name in known for name in names) else None


def _yen(entry: Entry) -> float:
    return entry.value * UNITS[entry.unit]


def _figure(entry: Entry, item: str) -> Figure:
    return Figure(entry.municipality, entry.year, item, entry.value, entry.unit, entry.source)
