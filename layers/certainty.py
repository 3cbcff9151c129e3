"""How sure the closing scales of a view are: kept draws, named anew for each threshold, and found again in the rows."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from geo.circle import CIRCLE
from geo.dataset import Dataset
from geo.draws import DATA, DRAWS
from geo.terms import Catalogue, Resource
from geo.uncertainty import Judged, judge, judge_all, uncertain
from geo.unit_draws import UnitDraws
from layers.assessed import Asked, prepared, settings_for, versions_of
from layers.assumptions import Assumed
from layers.kept import kept
from layers.ladder_rows import Certainty, LadderRow, in_order
from layers.ladder_view.words import closing_word
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

    Columns as of :meth:`geo.unit_draws.UnitDraws.table`; :func:`geo.uncertainty.judge` says how sure an answer is.

    Raises
    ------
    InputError
        An unknown partition, or 'cells' (see :func:`is_judged`).
    """
    return _table(_asked(dataset, catalogue, assumed, resource_key, by), dataset, catalogue)


def answers_of(dataset: Dataset, catalogue: Catalogue, assumed: Assumed, resource_key: str, *, by: str) -> pd.DataFrame:
    """Return :func:`certainty_of` without what the answers hang on and how far the shares move: faster where not kept.

    Columns as of :meth:`geo.unit_draws.UnitDraws.answers`; errors as for :func:`certainty_of`.
    """
    return _answers(_asked(dataset, catalogue, assumed, resource_key, by), dataset, catalogue)


def with_certainty(
    rows: Sequence[LadderRow], dataset: Dataset, catalogue: Catalogue, assumed: Assumed, *, kind: str, code: str
) -> list[LadderRow]:
    """Return a place's rows, each with how sure its closing scale is, in the ladder's order."""
    found = []
    for row in rows:
        asked = _asked(dataset, catalogue, assumed, row.resource, kind)
        table = _table(asked if kind in _FEW else replace(asked, code=code), dataset, catalogue)
        unit = {str(name): value for name, value in table.loc[code].items()}
        found.append(replace(row, certainty=certainty_in(unit, row, catalogue)))
    return in_order(found)


def certainty_in(unit: dict[str, object], row: LadderRow, catalogue: Catalogue) -> Certainty:
    """Return how sure a row's closing scale is, from its unit's row of :func:`certainty_of`.

    Judged is the answer that the row shows, by the assumptions as they are set, whatever most draws say.
    """
    answers = tuple((str(name)[2:], float(str(share))) for name, share in unit.items() if str(name).startswith("p_"))
    judged = judge(unit, row.closing)
    names = {lang: hangs_on_name(str(unit["hangs_on"]), catalogue, lang) for lang in ("ja", "en")}
    return Certainty(
        word=judged.word if judged else "",
        share=judged.share if judged else 0.0,
        answers=answers if judged else (),
        draws=DRAWS,
        smaller=judged.smaller if judged else "",
        smaller_share=judged.smaller_share if judged else 0.0,
        is_cut=judged.is_cut if judged else False,
        cut_share=float(str(unit["cut_share"])),
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
    Rows: the units of ``closing``. Columns: ``certainty`` (the word), ``share`` (of the draws that bear it out),
    ``hangs_on`` (the name of what moves the covered share most); '', NaN and '' where no scale is judged.
    """
    table = certainty_of(dataset, catalogue, assumed, resource.key, by=by).loc[closing.index]
    records = []
    for answer, judged, hangs_on in zip(closing, judge_all(table, closing), table["hangs_on"], strict=True):
        if judged is None:
            records.append(("", math.nan, ""))
            continue
        word = closing_word(str(answer), judged.word, resource.perspective, lang)
        records.append((word, judged.share, hangs_on_name(str(hangs_on), catalogue, lang)))
    return pd.DataFrame(records, index=closing.index, columns=["certainty", "share", "hangs_on"])


def shown_certainty(
    dataset: Dataset, catalogue: Catalogue, assumed: Assumed, resource_key: str, closing: pd.Series, *, by: str
) -> pd.Series:
    """Return how sure each unit's closing scale is: 'sure', 'likely', 'open', or '' where none is judged.

    ``closing`` is what the view's assumptions say in their central case, by unit code. Of cells nothing is told: ''.
    """
    if not is_judged(by):
        return pd.Series("", index=closing.index)
    return _shown(_asked(dataset, catalogue, assumed, resource_key, by), dataset, catalogue, closing)


def judged_in_circle(
    dataset: Dataset,
    catalogue: Catalogue,
    assumed: Assumed,
    resource_key: str,
    members: Collection[str],
    closing: str,
) -> Judged | None:
    """Return how sure an answer of some municipalities netted among themselves is; None where none is judged.

    ``closing`` is one of the scales of :mod:`geo.circle` or 'outside'; InputError for a member that the area lacks.
    """
    asked = _asked(dataset, catalogue, assumed, resource_key, CIRCLE)
    draws = _draws_of_circle(replace(asked, code=" ".join(sorted(members)), threshold=0.0), dataset, catalogue)
    return judge_all(draws.answers(assumed.threshold), [closing])[0]


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
    return _drawn(asked, dataset, catalogue).answers(asked.threshold)


# Hangs on the settings as the closing scales do.
@kept(max_entries=512, max_rows=_MOST_ROWS)
def _shown(asked: Asked, dataset: Dataset, catalogue: Catalogue, closing: pd.Series) -> pd.Series:
    judged = judge_all(_answers(asked, dataset, catalogue).loc[closing.index], closing)
    return pd.Series([each.word if each else "" for each in judged], index=closing.index)


def _drawn(asked: Asked, dataset: Dataset, catalogue: Catalogue) -> UnitDraws:
    keeping = _draws if asked.by in _FEW or asked.code else _draws_of_many
    return keeping(replace(asked, threshold=0.0), dataset, catalogue)


@kept(max_entries=96)
def _draws(asked: Asked, dataset: Dataset, catalogue: Catalogue) -> UnitDraws:
    return _netted(asked, dataset, catalogue)


@kept(max_entries=12)
def _draws_of_many(asked: Asked, dataset: Dataset, catalogue: Catalogue) -> UnitDraws:
    return _netted(asked, dataset, catalogue)


# Every proposal that is looked at asks for one.
@kept(max_entries=256)
def _draws_of_circle(asked: Asked, dataset: Dataset, catalogue: Catalogue) -> UnitDraws:
    return _netted(asked, dataset, catalogue)


def _netted(asked: Asked, dataset: Dataset, catalogue: Catalogue) -> UnitDraws:
    area, version, _ = asked.versions
    fragments, cut = prepared(area, version, dataset), cut_basins(dataset)
    found = uncertain(fragments, asked.resource, catalogue, asked.settings, cut=cut)
    return found.in_circle(asked.code.split()) if asked.by == CIRCLE else found.draws(asked.by, code=asked.code)


def cut_basins(dataset: Dataset) -> frozenset[str]:
    """Return the codes of the river systems that go on beyond the data."""
    return _cut_basins(dataset.area, dataset.content_hash(), dataset)


@st.cache_resource(max_entries=8, show_spinner=False)
def _cut_basins(area: str, version: str, _dataset: Dataset) -> frozenset[str]:
    cut = _dataset.basins.loc[_dataset.basins["is_cut"].astype(bool), "river_system_code"]
    return frozenset(map(str, cut))
