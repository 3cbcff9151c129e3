"""What the kiosk tells of each municipality: where it lies, its ladder as a story, and the code to take it home."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from geo.actuals import Actual
from geo.dataset import LOWLAND, Dataset
from geo.terms import Catalogue, Resource
from geo.uncertainty import Judged, judge
from layers.assessed import tables_of
from layers.assumptions import Assumed
from layers.certainty import answers_of
from layers.kiosk.easy import SENTENCES, Words, joined, named, place_name, unit_word, words
from layers.kiosk.figures import amounts, bar, number, resource_name, share_words
from layers.kiosk.quiz import quiz
from layers.ladder_rows import SCALES, LadderRow, ladder_rows
from layers.outlines import outlines
from layers.public_address import place_address
from layers.qr import qr_modules
from layers.scale_places import Place, places

# A smaller share that comes at the wrong time is left to the bar.
_TOLD_MISMATCH = 0.05
# A basin is told of where it holds this share of the place, and of two at most.
_MAIN_BASIN = 0.1
_BASINS_AT_MOST = 2
_DEGREES = 5


def rows_of(dataset: Dataset, catalogue: Catalogue, assumed: Assumed) -> dict[str, list[LadderRow]]:
    """Return every municipality's rows, in the ladder's order, with measured values: code -> rows."""
    tables = tables_of(dataset, catalogue, assumed, by="municipality")
    found = {}
    for code in places(dataset, "municipality"):
        rows = ladder_rows(catalogue.resources, tables, code=code, threshold=assumed.threshold)
        found[code] = [replace(row, measured=_measured(assumed, row.resource, code)) for row in rows]
    return found


def certainties(dataset: Dataset, catalogue: Catalogue, assumed: Assumed, *, by: str) -> dict[str, pd.DataFrame]:
    """Return how sure every unit's answers are: resource -> table (:func:`layers.certainty.answers_of`)."""
    return {key: answers_of(dataset, catalogue, assumed, key, by=by) for key in catalogue.resources}


def sureness(table: pd.DataFrame, code: str, closing: str) -> str:
    """Return 'sure', 'likely' or 'open' for the answer that is shown; '' where no scale is judged."""
    judged = judged_of(table, code, closing)
    return judged.word if judged else ""


def judged_of(table: pd.DataFrame, code: str, closing: str) -> Judged | None:
    """Return how sure the answer is that is shown of a unit; None where no scale is judged."""
    return judge({str(name): value for name, value in table.loc[code].items()}, closing)


def place_stories(
    dataset: Dataset,
    catalogue: Catalogue,
    rows: Mapping[str, Sequence[LadderRow]],
    sure: Mapping[str, pd.DataFrame],
    *,
    public_address: str,
) -> list[dict[str, Any]]:
    """Return every municipality's story as it is sent, by code.

    Parameters
    ----------
    rows
        Of :func:`rows_of`.
    sure
        Of :func:`certainties`, of municipalities.
    public_address
        Where the codes lead, '' for none.
    """
    about = _openings(dataset)
    shapes = outlines("municipality", dataset)
    told = []
    for code, place in places(dataset, "municipality").items():
        shape = shapes.geometry.loc[code]
        west, south, east, north = (round(float(edge), _DEGREES) for edge in shape.bounds)
        inside = shape.representative_point()
        words_of_place = place_name(place)
        judged = {row.resource: judged_of(sure[row.resource], code, row.closing) for row in rows[code]}
        certain = {key: each.word if each else "" for key, each in judged.items()}
        cut = {key for key, each in judged.items() if each and each.is_cut}
        told.append(
            {
                "key": place.key,
                "code": code,
                "geometry": "municipality",
                "name": words_of_place.message(),
                "opening": about[code].message(),
                "at": [round(inside.y, _DEGREES), round(inside.x, _DEGREES)],
                "bounds": [south, west, north, east],
                "ladder": [
                    {
                        **bar(row),
                        "sentence": sentence(
                            row,
                            catalogue.resources[row.resource],
                            place,
                            certainty=certain[row.resource],
                            is_cut=row.resource in cut,
                        ).message(),
                        "amounts": amounts(row, catalogue.resources[row.resource]).message(),
                        "certainty": certain[row.resource],
                    }
                    for row in rows[code]
                ],
                "quiz": quiz(rows[code], catalogue, place, words_of_place, certain),
                "qr": _codes(public_address, dataset.area, place.key) if public_address else None,
            }
        )
    return told


def sentence(row: LadderRow, resource: Resource, place: Place, *, certainty: str, is_cut: bool = False) -> Words:
    """Say at which scale a resource of a place closes, or how much the prefecture covers; that it is open, if it is.

    ``is_cut`` says that the answer stands on a basin that goes on beyond the data.
    """
    told = [_answer(row, place_name(place), resource_name(resource).spoken, unit_word(place), is_cut=is_cut)]
    if row.closing == "outside" and row.time_mismatch >= _TOLD_MISMATCH:
        told.append(words("kiosk.place.mismatch", share=share_words(row.time_mismatch)))
    if certainty == "open":
        told.append(words("kiosk.place.open"))
    return joined(told, SENTENCES)


def _answer(row: LadderRow, place: Words, name: Words, unit: Words, *, is_cut: bool) -> Words:
    is_demand = row.perspective == "demand"
    if row.closing in SCALES:
        cut = "_cut" if is_cut and row.closing == "basin" else ""
        inside = words(f"kiosk.inside.{row.closing}{cut}", unit=unit)
        return words(f"kiosk.place.{'closes' if is_demand else 'used'}", place=place, name=name, inside=inside)
    if row.closing == "outside":
        key = "short" if is_demand else "short_used"
        return words(f"kiosk.place.{key}", place=place, name=name, share=share_words(row.covered))
    return words(f"kiosk.place.{row.closing}", place=place, name=name)


def _measured(assumed: Assumed, resource: str, code: str) -> tuple[Actual, ...]:
    return tuple(a for a in assumed.actuals if a.resource == resource and a.municipality == code)


def _openings(dataset: Dataset) -> dict[str, Words]:
    """Return one or two sentences on each municipality: its main basins, cut ones marked, and its people."""
    inside = dataset.fragments[dataset.fragments["in_area"]]
    people = inside.groupby("municipality_code")["population"].sum()
    year = next((info.year for key in ("census", "population") for info in dataset.layers if info.key == key), "")
    basins = _main_basins(dataset)
    found = {}
    for code, place in places(dataset, "municipality").items():
        name, told = place_name(place), []
        if basins.get(code):
            listed = joined(basins[code], words("kiosk.between.items"))
            told.append(words("kiosk.place.lies", place=name, basins=listed))
        if people.get(code, 0) > 0 and year:
            told.append(words("kiosk.place.people", people=number(float(people[code])), year=year))
        found[code] = joined(told, SENTENCES) if told else words("kiosk.place.here", place=name)
    return found


def _main_basins(dataset: Dataset) -> dict[str, list[Words]]:
    """Return the basins that each municipality mainly lies in, by area, the largest first; the lowland is none."""
    if "basin" not in dataset.ladder:
        return {}
    inside = dataset.fragments[dataset.fragments["in_area"]]
    areas = inside.groupby(["municipality_code", "river_system_code"])["area_km2"].sum()
    known = places(dataset, "basin")
    names = dataset.basins.groupby("river_system_code")[["river_system_name", "river_system_name_en"]].first()
    found: dict[str, list[Words]] = {}
    for code, part in areas.groupby(level=0):
        shares = (part / part.sum()).droplevel(0).sort_values(ascending=False, kind="stable")
        main = [str(system) for system, share in shares.items() if share >= _MAIN_BASIN and system != LOWLAND]
        told = [_basin(known[system], *names.loc[system]) for system in main if names.loc[system].iloc[0]]
        found[str(code)] = told[:_BASINS_AT_MOST]
    return found


def _basin(place: Place, ja: str, en: str) -> Words:
    key = "basin" + ("_cut" if place.is_cut else "") + ("_estimated" if place.is_estimated else "")
    return words(f"kiosk.place.{key}", river=named(str(ja), str(en), place.kana))


def _codes(public: str, area: str, place: str) -> dict[str, Any]:
    found = {}
    for lang in ("ja", "en"):
        address = place_address(public, area=area, place=place, lang=lang)
        size, rows = qr_modules(address)
        found[lang] = {"address": address, "size": size, "rows": rows}
    return found
