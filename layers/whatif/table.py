"""The What-if page's table of all municipalities: before, after and the change; on the page and as CSV."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from html import escape

import pandas as pd

from geo.dataset import Dataset
from geo.terms import Catalogue, Resource
from layers.cite.marks import cite_attributes
from layers.difference import POINT_LEVELS
from layers.export_origin import origin_columns, origin_header, row_origin
from layers.exports import Download, csv_table, per_year
from layers.ladder_view.markup import swatch
from layers.ladder_view.words import closing_name, percent
from layers.messages import text
from layers.scale_places import Place
from layers.whatif.words import points_words

_COLUMNS = ("municipality", "closing_before", "closing_after", "covered_before", "covered_after", "points")
_AMOUNTS = ("supply_before", "supply_after", "demand_before", "demand_after")
_STYLE = """<style>
.scroll { max-height: 30rem; overflow: auto; }
.matrix thead th { position: sticky; top: 0; background: var(--paper); z-index: 1; }
.matrix :is(td, thead th):is(:nth-child(2), :nth-child(3)) { text-align: left; }
.matrix td .swatch { margin-right: 7px; vertical-align: -2px; }
.matrix tr.moved td { font-weight: 600; }
.matrix td.nothing { font-weight: 400; }
/* Beside the last figure the button that copies the row has its place. */
.matrix :is(td, thead th):last-child { padding-right: 2rem; }
</style>"""


def summary(found: pd.DataFrame, lang: str) -> str:
    """Say in how many municipalities scale and share change."""
    moved = int((found["closing_before"] != found["closing_after"]).sum())
    changed = int((found["points"].abs() >= POINT_LEVELS[0]).sum())
    return text("whatif.table.summary", lang, total=len(found), moved=moved, changed=changed)


def table_body(
    found: pd.DataFrame,
    places: Mapping[str, Place],
    resource: Resource,
    lang: str,
    *,
    before: str,
    after: str,
    chosen: str = "",
) -> str:
    """Return the table's markup without the ladder's style sheet: one row a municipality, by code.

    Parameters
    ----------
    found
        Of :func:`layers.difference.differences`, by municipality.
    places
        The municipalities by code.
    before, after
        Names of the sides, with which a row is quoted.
    chosen
        Code of the municipality looked at.
    """
    name = resource.name_ja if lang == "ja" else resource.name_en
    label = escape(text("whatif.table.title", lang, name=name))
    heads = "".join(f'<th scope="col">{escape(text(f"whatif.table.{column}", lang))}</th>' for column in _COLUMNS)
    rows = ""
    for code, values in _records(found):
        town = places[code].name(lang) if code in places else code
        cited = cite_attributes(name, _cited(values, resource, lang, before, after), of=resource.key, place=town)
        rows += _row(code, town, values, lang, is_chosen=code == chosen, cited=cited)
    region = f'class="scroll" tabindex="0" role="region" aria-label="{label}" lang="{lang}"'
    return (
        f'{_STYLE}<div {region}><table class="matrix">'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def comparison_csv(
    found: Callable[[str], pd.DataFrame],
    catalogue: Catalogue,
    places: Mapping[str, Place],
    lang: str,
    *,
    before: str,
    after: str,
    threshold: float,
    dataset: Dataset,
    stem: str,
) -> Download:
    """Return the comparison of every resource in every municipality as CSV, in the user's language.

    Parameters
    ----------
    found
        Gives :func:`layers.difference.differences` by municipality for a resource's key.
    before, after
        Names of the sides, in every row.
    threshold
        Share from which a scale is named, in every row.
    dataset
        What the figures stand on.
    """
    tables = []
    for key, resource in catalogue.resources.items():
        table = found(key)
        tables.append(
            pd.DataFrame(
                {
                    "code": table.index.astype(str),
                    "municipality": [places[code].name(lang) for code in table.index],
                    "resource": resource.name_ja if lang == "ja" else resource.name_en,
                    **{side: [closing_name(scale, lang) for scale in table[side]] for side in _COLUMNS[1:3]},
                    **{side: 100 * table[side].to_numpy() for side in _COLUMNS[3:5]},
                    "points": table["points"].to_numpy(),
                    "unit": per_year(resource.unit_ja if lang == "ja" else resource.unit, lang),
                    **{side: table[side].to_numpy() for side in _AMOUNTS},
                    **row_origin(resource, dataset, lang),
                }
            )
        )
    names = ("code", "municipality", "resource", *_COLUMNS[1:], "unit", *_AMOUNTS)
    header = {name: text(f"whatif.table.{name}", lang) for name in names} | origin_header(lang)
    constants = {
        text("whatif.table.before", lang): before,
        text("whatif.table.after", lang): after,
        text("whatif.table.threshold", lang): f"{threshold:g}",
        text("whatif.table.estimate", lang): text("whatif.table.estimate_words", lang),
        **origin_columns(dataset, lang),
    }
    return csv_table(pd.concat(tables, ignore_index=True), stem=stem, header=header, constants=constants)


def _row(code: str, town: str, values: Mapping[str, object], lang: str, *, is_chosen: bool, cited: str) -> str:
    closings = [str(values[side]) for side in ("closing_before", "closing_after")]
    scales = "".join(f"<td>{swatch(scale)}{escape(closing_name(scale, lang))}</td>" for scale in closings)
    shares = "".join(_share(values[side]) for side in ("covered_before", "covered_after"))
    points = float(str(values["points"]))
    is_moved = closings[0] != closings[1] or abs(points) >= POINT_LEVELS[0]
    state = ' class="moved"' if is_moved else ""
    current = ' aria-current="true"' if is_chosen else ""
    quiet = "" if is_moved else ' class="nothing"'
    return (
        f'<tr data-key="{escape(code)}"{state}{current}{cited}><th scope="row">{escape(town)}</th>{scales}{shares}'
        f"<td{quiet}>{escape(points_words(points, lang))}</td></tr>"
    )


def _cited(values: Mapping[str, object], resource: Resource, lang: str, before: str, after: str) -> str:
    key = "cite.covered" if resource.perspective == "demand" else "cite.used"
    sides = []
    for side in ("before", "after"):
        share = float(str(values[f"covered_{side}"]))
        told = [closing_name(str(values[f"closing_{side}"]), lang)]
        told += [] if math.isnan(share) else [text(key, lang, percent=percent(share))]
        sides.append(text("cite.joiner", lang).join(told))
    points = points_words(float(str(values["points"])), lang)
    words = {"before": before, "after": after, "told_before": sides[0], "told_after": sides[1], "points": points}
    return text("whatif.table.cited", lang, **words)


def _records(found: pd.DataFrame) -> Iterator[tuple[str, dict[str, object]]]:
    columns = [str(name) for name in found.columns]
    for code, *values in found.itertuples(name=None):
        yield str(code), dict(zip(columns, values, strict=True))


def _share(value: object) -> str:
    share = float(str(value))
    return '<td class="nothing">—</td>' if math.isnan(share) else f"<td>{percent(share)}</td>"
