"""A place's measured values in words: beside their estimates, and what is installed inside what is possible."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd

from geo.actuals import Actual
from geo.dataset import Dataset
from geo.terms import Catalogue, Resource
from layers import session
from layers.actuals.used import known_actuals, municipalities_of
from layers.assessed import tables, usable
from layers.ladder_rows import LadderRow
from layers.ladder_view.words import percent
from layers.messages import text
from layers.resource_detail import amount

# As many municipalities as are named one by one.
_NAMED = 4


def told_of_place(
    row: LadderRow, resource: Resource, dataset: Dataset, catalogue: Catalogue, *, kind: str, code: str
) -> list[tuple[str, str]]:
    """Return :func:`measured_lines` of a place under the view's assumptions; [] where the area has none of them."""
    actuals = known_actuals(dataset, catalogue).actuals
    if not any(actual.resource == resource.key for actual in actuals):
        return []
    state = session.current()
    factors, _ = usable(catalogue, state.factors)
    estimates = tables(dataset, catalogue, by="municipality", factors=factors, threshold=state.threshold)
    names = dataset.municipalities.set_index("code")["name_ja" if state.lang == "ja" else "name_en"]
    return measured_lines(
        row,
        resource,
        actuals,
        estimates(resource.key, "central"),
        {str(known): str(name) for known, name in names.items()},
        state.lang,
        kind=kind,
        inside=municipalities_of(dataset, kind, code),
    )


def measured_lines(
    row: LadderRow,
    resource: Resource,
    actuals: Sequence[Actual],
    estimates: pd.DataFrame,
    names: dict[str, str],
    lang: str,
    *,
    kind: str,
    inside: Collection[str],
) -> list[tuple[str, str]]:
    """Return labels and words of what is measured in a place for a resource.

    Parameters
    ----------
    row
        The place's row; its ``measured`` are the values that its figures contain.
    actuals
        All measured values of the area.
    estimates
        The resource's unit table by municipality without measured values: what is possible.
    names
        Names of the municipalities by code, in ``lang``.
    kind, inside
        The place's kind and the codes of its municipalities.

    Notes
    -----
    A municipality's value is told beside its estimate, whether or not it is in use; of a larger or smaller place it is
    told which municipalities' values its figures contain. What is installed is told of a municipality, and of the
    prefecture as the sum of the municipalities that tell it, held against what is possible in those.
    """
    own = [actual for actual in actuals if actual.resource == resource.key]
    lines = []
    if kind == "municipality":
        for actual in own:
            if actual.municipality in inside and actual.side != "installed":
                lines.append(_beside(actual, resource, estimates, lang, is_used=actual in row.measured))
    elif row.measured:
        codes = list(dict.fromkeys(actual.municipality for actual in row.measured))
        said = text("actuals.joiner", lang).join(names.get(found, found) for found in codes[:_NAMED])
        key = "actuals.contains_more" if len(codes) > _NAMED else "actuals.contains"
        lines.append((text("actuals.mark", lang), text(key, lang, names=said, count=len(codes))))
    installed = [actual for actual in own if actual.side == "installed" and actual.municipality in inside]
    if installed and kind in ("municipality", "prefecture"):
        lines.append((text("actuals.side.installed", lang), _installed(installed, resource, estimates, lang)))
    return lines


def _beside(
    actual: Actual, resource: Resource, estimates: pd.DataFrame, lang: str, *, is_used: bool
) -> tuple[str, str]:
    unit = resource.unit_ja if lang == "ja" else resource.unit
    estimate = float(estimates[actual.side].get(actual.municipality, 0.0))
    label = text("actuals.label", lang, side=text(f"actuals.side.{actual.side}", lang))
    words = text(
        "actuals.beside" if is_used else "actuals.beside_unused",
        lang,
        amount=amount(actual.value, unit, lang),
        estimate=amount(estimate, unit, lang),
        year=actual.year,
        source=actual.source,
    )
    return label, words


def _installed(installed: Sequence[Actual], resource: Resource, estimates: pd.DataFrame, lang: str) -> str:
    unit = resource.unit_ja if lang == "ja" else resource.unit
    whole = sum(actual.value for actual in installed)
    possible = float(estimates["supply"].reindex([actual.municipality for actual in installed]).fillna(0.0).sum())
    years = text("actuals.joiner", lang).join(str(year) for year in sorted({actual.year for actual in installed}))
    sources = text("actuals.joiner", lang).join(dict.fromkeys(actual.source for actual in installed))
    told = {"amount": amount(whole, unit, lang), "years": years, "sources": sources, "count": len(installed)}
    several = "_of" if len(installed) > 1 else ""
    if possible <= 0:
        return text(f"actuals.installed{several}", lang, **told)
    return text(f"actuals.installed_share{several}", lang, percent=percent(whole / possible), **told)
