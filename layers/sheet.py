"""The Scale page as a printed A4 sheet (PDF): sentence, ladder, map, changed assumptions, sources, fingerprint."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path

from geo.terms import Catalogue
from layers.export_origin import attributed
from layers.exports import SourceLine
from layers.ladder_rows import LadderRow
from layers.ladder_view.markup import ladder_html
from layers.ladder_view.words import percent
from layers.messages import text
from layers.resource_detail import amount
from layers.sheet_pdf import check_letters, laid_out, style_of

# More changed assumptions than this go to a second page.
_BESIDE_MAP = 4


@dataclass(frozen=True)
class ChangedAssumption:
    """A factor set to another value than the catalogue's; ``unit`` in the sheet's language, '' for a share."""

    name: str
    default: float
    value: float
    unit: str


@dataclass(frozen=True)
class Sheet:
    """What stands on a sheet, in its language.

    Attributes
    ----------
    place
        Name of the place, with its marks.
    sentence
        The sentence of the Scale page.
    rows
        The ladder's rows, in order.
    map_title, map_svg
        Caption and picture (:func:`layers.sheet_map.closing_map_svg`); '' leaves the map out.
    changed
        Assumptions that differ from the catalogue.
    threshold
        Share 0..1 from which a scale closes.
    made_on
        Date printed on the sheet.
    sources
        The data's sources.
    dataset, digest
        Name of the dataset and its ``content_hash``.
    is_cut
        Whether the place is a basin that goes on beyond the data.
    notes
        Sentences under the ladder.
    link
        Address that reopens the view, '' where there is none to print.
    """

    place: str
    sentence: str
    rows: Sequence[LadderRow]
    map_title: str
    map_svg: str
    changed: Sequence[ChangedAssumption]
    threshold: float
    made_on: datetime.date
    sources: Sequence[SourceLine]
    dataset: str
    digest: str
    is_cut: bool = False
    notes: Sequence[str] = ()
    link: str = ""


def changed_assumptions(
    catalogue: Catalogue, factors: Sequence[tuple[str, float]], lang: str
) -> tuple[ChangedAssumption, ...]:
    """Return the settings (full factor key, value) that differ from the catalogue's central values."""
    known = catalogue.factors
    return tuple(
        ChangedAssumption(
            name=known[key].name_ja if lang == "ja" else known[key].name_en,
            default=known[key].central,
            value=value,
            unit="" if known[key].is_share else (known[key].unit_ja if lang == "ja" else known[key].unit),
        )
        for key, value in factors
        if key in known and value != known[key].central
    )


def scale_sheet_pdf(sheet: Sheet, *, lang: str) -> bytes:
    """Return the sheet as PDF: one A4 page, two where the list of changed assumptions is long.

    Nothing is fetched: neither the network nor a file, only what is written inside the page itself.

    Raises
    ------
    InputError
        The system's text libraries are missing, or no font has the sheet's letters; says what to install.
    """
    document = laid_out(sheet_html(sheet, lang=lang))
    wanted = 1 if len(sheet.changed) <= _BESIDE_MAP else 2
    if len(document.pages) > wanted:
        document = laid_out(sheet_html(sheet, lang=lang, is_compact=True))
    pdf = document.write_pdf(pdf_identifier=sheet.digest[:32].encode())
    check_letters(document.fonts)
    return bytes(pdf)


def sheet_html(sheet: Sheet, *, lang: str, is_compact: bool = False) -> str:
    """Return the sheet as one HTML page with its styles; all words from outside are escaped.

    ``is_compact`` sets it tighter, for a sheet whose last lines would stand alone on a second page.
    """
    made = text("sheet.date", lang, year=sheet.made_on.year, month=sheet.made_on.month, day=sheet.made_on.day)
    ladder = ladder_html(sheet.rows, lang, is_cut=sheet.is_cut, notes=sheet.notes)
    title = escape(f"{text('sheet.kicker', lang)} – {sheet.place}")
    picture = f"<figure><figcaption>{escape(sheet.map_title)}</figcaption>{sheet.map_svg}</figure>"
    body = '<body class="compact">' if is_compact else "<body>"
    return f"""<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>
<meta name="generator" content="Meguri"><meta name="dcterms.created" content="{sheet.made_on.isoformat()}"></head>
{body}<header><p class="kicker">{escape(text("common.app", lang))}<span>{escape(text("sheet.kicker", lang))}</span></p>
<p class="made">{escape(made)}</p></header>
<h1>{escape(sheet.place)}</h1>
<p class="sentence">{escape(sheet.sentence)}</p>
{ladder}<style>{_style(lang)}</style>
<p class="threshold-note">{escape(text("sheet.threshold", lang, percent=percent(sheet.threshold)))}</p>
<div class="columns">{picture if sheet.map_svg else ""}
<section class="assumptions">{_annual(sheet.rows, lang)}{_assumptions(sheet.changed, lang)}</section></div>
<section class="meaning">{_meaning(lang)}</section>
<footer>{_sources(sheet, lang)}</footer>{_second_page(sheet.changed, lang)}</body></html>"""


def _annual(rows: Sequence[LadderRow], lang: str) -> str:
    """Return what there is and what is needed in a year, with units; where data lack, that and no sum."""
    heading = f"<h2>{escape(text('sheet.annual.title', lang))}</h2>"
    titles = "".join(
        f"<th>{escape(text(f'sheet.annual.{key}', lang))}</th>" for key in ("resource", "supply", "demand")
    )
    lines = ""
    for row in rows:
        unknown = escape(text("scale.verdict.no_data", lang)) if row.closing == "no_data" else ""
        cells = "".join(
            f"<td>{unknown or escape(amount(value, row.unit, lang))}</td>" for value in (row.supply, row.demand)
        )
        lines += f"<tr><td>{escape(row.name(lang))}</td>{cells}</tr>"
    return f'{heading}<table class="annual"><thead><tr>{titles}</tr></thead><tbody>{lines}</tbody></table>'


def _assumptions(changed: Sequence[ChangedAssumption], lang: str) -> str:
    """Return the changed assumptions, or, where they do not fit beside the map, where they stand."""
    heading = f"<h2>{escape(text('sheet.assumptions', lang))}</h2>"
    if not changed:
        return f"{heading}<p>{escape(text('sheet.assumptions_none', lang))}</p>"
    if len(changed) > _BESIDE_MAP:
        return f"{heading}<p>{escape(text('sheet.assumptions_overleaf', lang, count=len(changed)))}</p>"
    return heading + assumptions_table(changed, lang)


def _second_page(changed: Sequence[ChangedAssumption], lang: str) -> str:
    """Return the list of changed assumptions in two columns on a page of its own; '' where it fits the first."""
    if len(changed) <= _BESIDE_MAP:
        return ""
    half = (len(changed) + 1) // 2
    columns = "".join(f"<div>{assumptions_table(part, lang)}</div>" for part in (changed[:half], changed[half:]))
    heading = f"<h2>{escape(text('sheet.assumptions', lang))}</h2>"
    return f'<section class="overleaf assumptions">{heading}<div class="halves">{columns}</div></section>'


def assumptions_table(changed: Sequence[ChangedAssumption], lang: str) -> str:
    """Return changed assumptions as a table: name with unit, the standard value, the sheet's."""
    titles = "".join(f"<th>{escape(text(f'sheet.{key}', lang))}</th>" for key in ("assumption", "default", "value"))
    rows = "".join(
        f"<tr><td>{escape(item.name)} <small>{escape(item.unit)}</small></td>"
        f"<td>{_amount(item.default, item.unit)}</td><td>→ {_amount(item.value, item.unit)}</td></tr>"
        for item in changed
    )
    return f"<table><thead><tr>{titles}</tr></thead><tbody>{rows}</tbody></table>"


def _amount(value: float, unit: str) -> str:
    return f"{value:,.10g}" if unit else f"{100 * value:.4g} %"


def _meaning(lang: str) -> str:
    told = [text(f"sheet.meaning.{key}", lang) for key in ("does", "not")]
    words = "".join(f"<li>{escape(line)}</li>" for line in told)
    return f"<h2>{escape(text('sheet.meaning.title', lang))}</h2><ul>{words}</ul>"


def _sources(sheet: Sheet, lang: str) -> str:
    told = [text("sheet.dataset", lang, name=sheet.dataset, digest=sheet.digest[:12])]
    if sheet.link:
        told.append(text("sheet.reopen", lang, link=sheet.link))
    lines = "".join(f"<p>{escape(line)}</p>" for line in told)
    return f"<h2>{escape(text('sheet.sources', lang))}</h2>{sources_list(sheet.sources, lang)}{lines}"


def sources_list(sources: Sequence[SourceLine], lang: str) -> str:
    """Return data, years and attribution lines as a list; a line that two sources share stands once."""
    return f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in attributed(sources, lang))}</ul>"


@lru_cache(maxsize=2)
def _style(lang: str) -> str:
    template = style_of(Path(__file__).with_name("sheet.css"))
    page = text("sheet.page", lang, page='" counter(page) "', pages='" counter(pages) "')
    return template.replace("var(--sheet-page)", f'"{page}"')
