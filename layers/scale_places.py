"""The places that a ladder can be drawn for: names, marks, and the place of another kind that fits best."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import jaconv
import pandas as pd

from geo.dataset import LOWLAND, Dataset
from geo.readings import romaji
from geo.user_layers.own import partition_units
from layers.messages import text
from layers.partitions import brought_kinds, is_brought
from layers.unique_labels import unique_labels

KINDS = ("prefecture", "municipality", "basin", "community")
# Kind of place -> the column of the fragments that holds its codes.
COLUMNS = {
    "prefecture": "prefecture_code",
    "municipality": "municipality_code",
    "basin": "river_system_code",
    "community": "community_code",
}
# What kind of municipality it is, at the end of its English name.
_TOWN_KIND = re.compile(r" (City|Town|Village|Ward)$")


@dataclass(frozen=True)
class Place:
    """A place with a ladder.

    Attributes
    ----------
    kind
        'prefecture' (the whole area), 'municipality', 'basin', 'community', or ``partition_<key>`` of a partition that
        users brought.
    code
        Its code in that partition; a basin's is the river system's.
    name_ja, name_en
        Names as shown, told apart where two places share one.
    kana
        Reading of the Japanese name, '' where unknown; a community's is its municipality's and, where that is known,
        its river's: 'おだわらし・くのがわ'.
    is_cut
        A basin that goes on beyond the data.
    is_estimated
        A basin whose name is an estimate of the source.
    is_one_of_several
        A prefecture of an area that has several: it is not the whole area.
    """

    kind: str
    code: str
    name_ja: str
    name_en: str
    kana: str = ""
    is_cut: bool = False
    is_estimated: bool = False
    is_one_of_several: bool = False

    @property
    def key(self) -> str:
        """The place as the address bar has it; '' for the whole area."""
        return "" if self.kind == "prefecture" and not self.is_one_of_several else f"{self.kind}:{self.code}"

    def name(self, lang: str) -> str:
        """Name in 'ja' or 'en', with the mark of a basin that the data cuts."""
        name = self.name_ja if lang == "ja" else self.name_en
        return text("scale.cut_basin", lang, name=name) if self.is_cut else name

    @property
    def romaji(self) -> str:
        """Short name in romaji: 'Odawara', a basin's 'Sakawagawa', a community's 'Odawara Kunogawa'; '' if unknown."""
        if self.kind == "basin":
            return romaji(self.kana)
        town = _TOWN_KIND.sub("", self.name_en.partition(",")[0])
        river = self.kana.partition("・")[2]
        return f"{town} {romaji(river)}" if river else town

    def label(self, lang: str) -> str:
        """Name in a list that is searched by typing, which finds only what the label holds: with its readings.

        Japanese has kana and romaji beside the name, English the Japanese name and kana.
        """
        name = self.name(lang)
        if is_brought(self.kind):
            return name
        read = [self.kana] if lang == "en" else [self.kana, self.romaji]
        if self.kind == "community":
            # A community's name fills the list's width: what comes last is for the search alone.
            read.append(jaconv.hira2kata(self.kana))
        beside = " ".join(word for word in read if word)
        if lang == "en":
            return " ".join(word for word in (name, self.name_ja, beside) if word)
        marks = [beside, text("scale.estimated", lang) if self.is_estimated else ""]
        told = text("scale.label_joiner", lang).join(mark for mark in marks if mark)
        pattern = "scale.label_after" if name.endswith("）") else "scale.label_beside"
        return text(pattern, lang, name=name, beside=told) if told else name


def kinds_of(dataset: Dataset) -> tuple[str, ...]:
    """Return the kinds of place that the area has, in the order of ``KINDS``, then those that users brought."""
    return (*(kind for kind in KINDS if kind in dataset.ladder), *brought_kinds(dataset))


def places(dataset: Dataset, kind: str) -> dict[str, Place]:
    """Return every place of a kind inside the area: code -> place, in the order of a list; {} of a kind it lacks.

    Basins come by area, the largest first, the lowland last; what users brought in its own order; the others by code.
    """
    if kind not in kinds_of(dataset):
        return {}
    if is_brought(kind):
        units = partition_units(dataset)[kind][["code", "name_ja", "name_en"]].itertuples(index=False)
        return {str(code): Place(kind, str(code), str(ja), str(en)) for code, ja, en in units}
    if kind == "prefecture":
        several = len(dataset.prefecture_codes) > 1
        listed = dataset.prefecture[["code", "name_ja", "name_en"]].itertuples(index=False)
        return {str(c): Place(kind, str(c), str(ja), str(en), is_one_of_several=several) for c, ja, en in listed}
    if kind == "basin":
        return _basins(dataset)
    table = dataset.municipalities if kind == "municipality" else dataset.communities
    kana = table["name_kana"] if "name_kana" in table else [""] * len(table)
    columns = (table["code"], table["name_ja"], table["name_en"], kana)
    found = [Place(kind, str(c), str(ja), str(en), str(k)) for c, ja, en, k in zip(*columns, strict=True)]
    return {place.code: place for place in sorted(found, key=lambda place: place.code)}


def place_labels(known: Mapping[str, Place], lang: str) -> dict[str, str]:
    """Return each place's :meth:`Place.label` by code, no two alike: what users brought may name two units alike."""
    return unique_labels({code: place.label(lang) for code, place in known.items()}, lang)


def fitting_code(fragments: pd.DataFrame, *, kind: str, code: str, to_kind: str) -> str:
    """Return the code of the ``to_kind`` place in which most people of a place live.

    Where nobody is counted, it is the one with most of the land.

    Parameters
    ----------
    fragments
        With the columns of ``COLUMNS``, ``in_area``, ``population`` and ``area_km2``.
    kind, code
        The place that is left.
    to_kind
        The kind that is wanted; the lowland counts as no basin unless there is nothing else. '' where the place is in
        no unit of a kind that users brought.
    """
    inside = fragments[fragments["in_area"] & (fragments[COLUMNS.get(kind, kind)] == code)]
    wanted = COLUMNS.get(to_kind, to_kind)
    if to_kind not in COLUMNS:
        inside = inside[inside[wanted] != ""]
        if inside.empty:
            return ""
    measure = "population" if inside["population"].sum() > 0 else "area_km2"
    people = inside.groupby(wanted)[measure].sum()
    named = people.drop(LOWLAND, errors="ignore") if to_kind in COLUMNS else people
    return str((named if len(named) else people).idxmax())


def _basins(dataset: Dataset) -> dict[str, Place]:
    inside = dataset.fragments[dataset.fragments["in_area"]]
    area = inside.groupby(["river_system_code", "municipality_code"])["area_km2"].sum()
    total = area.groupby(level=0).sum().sort_values(ascending=False)
    main = {str(code): str(area[code].idxmax()) for code in total.index}
    about = dataset.basins.groupby("river_system_code").agg(
        {"river_system_name": "first", "river_system_name_en": "first", "is_cut": "max", "is_estimated": "max"}
    )
    kana: Mapping[str, str] = (
        dataset.basins.groupby("river_system_code")["river_system_kana"].first().to_dict()
        if "river_system_kana" in dataset.basins
        else {}
    )
    # A basin without a name of its own is told by the river that is said to run in it, else by its municipality.
    listed = dataset.basins[dataset.basins["rivers"].astype(bool)].groupby("river_system_code")["rivers"].first()
    rivers = {str(code): str(names).split(";")[0] for code, names in listed.items()}
    municipalities = places(dataset, "municipality")
    named = about.loc[list(main)]
    repeated = set(named["river_system_name"][named["river_system_name"].duplicated(keep=False)])
    found = {}
    for code in sorted(main, key=lambda code: (code == LOWLAND, list(main).index(code))):
        row = named.loc[code]
        where = municipalities[main[code]]
        ja, en = str(row["river_system_name"]), str(row["river_system_name_en"])
        if code == LOWLAND:
            ja, en = text("scale.lowland", "ja"), text("scale.lowland", "en")
        elif not ja:
            ja = text("scale.unnamed_basin", "ja", code=rivers.get(code) or where.name_ja)
            en = text("scale.unnamed_basin", "en", code=where.name_en)
        else:
            ja, en = text("scale.basin_of", "ja", river=ja), text("scale.basin_of", "en", river=en)
            if row["river_system_name"] in repeated:
                ja = text("scale.told_apart", "ja", name=ja, where=where.name_ja)
                en = text("scale.told_apart", "en", name=en, where=where.name_en)
        found[code] = Place(
            "basin",
            code,
            ja,
            en,
            str(kana.get(code, "") or ""),
            is_cut=bool(row["is_cut"]),
            is_estimated=bool(row["is_estimated"]),
        )
    return found
