"""How sure the closing scales of a view are: kept draws, named anew for each threshold, and found again in the rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from geo.dataset import Dataset
from geo.draws import DATA, DRAWS
from geo.terms import Catalogue, Resource
from geo.uncertainty import UnitDraws, certainty_word, uncertain
from layers.assessed import Asked, prepared, settings_for, versions_of
from layers.assumptions import Assumed
from layers.kept import kept
from layers.ladder_rows import SCALES, Certainty, LadderRow
from layers.messages import text

# Of these there are few. All communities' draws take some 8 MB a resource and five times as long as those of one.
_FEW = ("municipality", "basin", "prefecture")
# Some 200 bytes a row, in each of two caches.
_MOST_ROWS = 60_000


def is_judged(by: str) -> bool:
    """Tell whether it is told of a partition's units how sure they are: of cells it is not."""
    return by != "cells"


def certainty_of(
    dataset: Dataset, catalogue: Catalogue, assumed: Assumed, resource_key: str, *, by: str
) -> pd.DataFrame:
    """Return how sure each unit's closing scale is under a view's assumptions; cached, not to be changed.

    Columns as of :meth:`geo.uncertainty.UnitDraws.table`; basins that the data cuts are never 'sure'.

    Raises
    ------
    InputError
        An unknown partition, or 'cells' (see :func:`is_judged`).
    """
    return _table(_asked(dataset, catalogue, assumed, resource_key, by), dataset, catalogue)


def answers_of(dataset: Dataset, catalogue: Catalogue, assumed: Assumed, resource_key: str, *, by: str) -> pd.DataFrame:
    """Return :func:`certainty_of` without what the answers hang on and how far the shares move: faster where not kept.

    Columns as of :meth:`geo.uncertainty.UnitDraws.answers`; errors as for :func:`certainty_of`.
    """
    return _answers(_asked(dataset, catalogue, assumed, resource_key, by), dataset, catalogue)


def with_certainty(
    rows: Sequence[LadderRow], dataset: Dataset, catalogue: Catalogue, assumed: Assumed, *, kind: str, code: str
) -> list[LadderRow]:
    """Return a place's rows, each with how sure its closing scale is."""
    found = []
    for row in rows:
        asked = _asked(dataset, catalogue, assumed, row.resource, kind)
        table = _table(asked if kind in _FEW else replace(asked, code=code), dataset, catalogue)
        unit = {str(name): value for name, value in table.loc[code].items()}
        found.append(replace(row, certainty=certainty_in(unit, row, catalogue, is_cut=code in _cut_of(dataset, kind))))
    return found


def certainty_in(unit: dict[str, object], row: LadderRow, catalogue: Catalogue, *, is_cut: bool) -> Certainty:
    """Return how sure a row's closing scale is, from its unit's row of :func:`certainty_of`.

    Judged is the answer that the row shows, by the assumptions as they are set: where most draws say another, it is
    open.
    """
    answers = tuple((str(name)[2:], float(str(share))) for name, share in unit.items() if str(name).startswith("p_"))
    share = dict(answers).get(row.closing)
    names = {lang: hangs_on_name(str(unit["hangs_on"]), catalogue, lang) for lang in ("ja", "en")}
    return Certainty(
        word="" if share is None else certainty_word(share, is_cut=is_cut),
        share=share or 0.0,
        answers=answers if share is not None else (),
        draws=DRAWS,
        is_cut=is_cut,
        hangs_on=str(unit["hangs_on"]),
        hangs_on_ja=names["ja"],
        hangs_on_en=names["en"],
        correlation=float(str(unit["correlation"])),
        covered_p10=float(str(unit["covered_p10"])),
        covered_p90=float(str(unit["covered_p90"])),
    )


def certainty_columns(
    dataset: Dataset,
    catalogue: Catalogue,
    assumed: Assumed,
    closing: pd.Series,
    *,
    resource: Resource,
    by: str,
    lang: str,
) -> pd.DataFrame:
    """Return how sure each unit's closing scale is, in words.

    Parameters
    ----------
    closing
        The closing scales shown, by unit code of the partition ``by``.

    Returns
    -------
    Rows: the units of ``closing``. Columns: ``certainty`` (the word), ``share`` (of the draws with the same answer),
    ``hangs_on`` (the name of what moves the covered share most); '', NaN and '' where no scale is judged.
    """
    table, cut = certainty_of(dataset, catalogue, assumed, resource.key, by=by), _cut_of(dataset, by)
    units = table.to_dict("index")
    records = []
    for code, answer in closing.items():
        unit = units[code]
        if f"p_{answer}" not in unit:
            records.append(("", math.nan, ""))
            continue
        share = float(unit[f"p_{answer}"])
        kind = "closes" if answer in SCALES else f"short_{resource.perspective}"
        word = text(f"certainty.{kind}.{certainty_word(share, is_cut=code in cut)}", lang)
        records.append((word, share, hangs_on_name(str(unit["hangs_on"]), catalogue, lang)))
    return pd.DataFrame(records, index=closing.index, columns=["certainty", "share", "hangs_on"])


def hangs_on_name(key: str, catalogue: Catalogue, lang: str) -> str:
    """Return the name of what an answer hangs on: a factor, or the range of the data's own column; '' for ''."""
    if key.startswith(DATA):
        return text("certainty.data_range", lang, column=text(f"data.column.{key.removeprefix(DATA)}", lang))
    if not key:
        return ""
    factor = catalogue.factors[key]
    return factor.name_ja if lang == "ja" else factor.name_en


def _asked(dataset: Dataset, catalogue: Catalogue, assumed: Assumed, resource_key: str, by: str) -> Asked:
    # The draws hang on no case: those of the central case's settings are everybody's.
    settings = settings_for(catalogue, assumed, catalogue.resources[resource_key])
    return Asked(versions_of(dataset, catalogue), resource_key, settings, by, threshold=assumed.threshold)


@kept(max_entries=512, max_rows=_MOST_ROWS)
def _table(asked: Asked, dataset: Dataset, catalogue: Catalogue) -> pd.DataFrame:
    return _answers(asked, dataset, catalogue).join(_drawn(asked, dataset, catalogue).about_shares)


@kept(max_entries=512, max_rows=_MOST_ROWS)
def _answers(asked: Asked, dataset: Dataset, catalogue: Catalogue) -> pd.DataFrame:
    return _drawn(asked, dataset, catalogue).answers(asked.threshold, cut=_cut_of(dataset, asked.by))


def _drawn(asked: Asked, dataset: Dataset, catalogue: Catalogue) -> UnitDraws:
    keeping = _draws if asked.by in _FEW or asked.code else _draws_of_many
    return keeping(replace(asked, threshold=0.0), dataset, catalogue)


@kept(max_entries=96)
def _draws(asked: Asked, dataset: Dataset, catalogue: Catalogue) -> UnitDraws:
    return _netted(asked, dataset, catalogue)


@kept(max_entries=12)
def _draws_of_many(asked: Asked, dataset: Dataset, catalogue: Catalogue) -> UnitDraws:
    return _netted(asked, dataset, catalogue)


def _netted(asked: Asked, dataset: Dataset, catalogue: Catalogue) -> UnitDraws:
    area, version, _ = asked.versions
    found = uncertain(prepared(area, version, dataset), asked.resource, catalogue, asked.settings)
    return found.draws(asked.by, code=asked.code)


def _cut_of(dataset: Dataset, kind: str) -> frozenset[str]:
    """Return the codes of a kind's units that go on beyond the data: of basins only."""
    return _cut_basins(dataset.area, dataset.content_hash(), dataset) if kind == "basin" else frozenset()


@st.cache_resource(max_entries=8, show_spinner=False)
def _cut_basins(area: str, version: str, _dataset: Dataset) -> frozenset[str]:
    cut = _dataset.basins.loc[_dataset.basins["is_cut"].astype(bool), "river_system_code"]
    return frozenset(map(str, cut))
