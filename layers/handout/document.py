"""The whole hand-out: first page and items on one paper, as a PDF that stays small and opens nothing."""

from __future__ import annotations

import datetime
import unicodedata
import zlib
from collections.abc import Sequence
from html import escape
from pathlib import Path

from geo.dataset import Dataset
from geo.meeting import Meeting
from geo.terms import Catalogue
from layers.handout.drawing import COARSE_PX, FINE_PX
from layers.handout.front import front_page
from layers.handout.page import ItemPage, item_page, page_html
from layers.handout.paper import Paper, PaperName, paper_of
from layers.handout.words import cut_short, date_words
from layers.ladder_view.markup import css as ladder_css
from layers.meeting.titles import with_shown_titles
from layers.messages import text
from layers.sheet_pdf import check_letters, laid_out, missing_letters, style_of

MOST_BYTES = 5_000_000
# Letters of all notes together on the items' pages: some forty pages of A4.
_LETTERS = 60_000
_LEAST_LETTERS, _MOST_LETTERS = 1_000, 12_000
# What the maps may take of the file; letters and their fonts have the rest.
_MAP_BYTES = 3_600_000
# What stands where a letter is that no font has, as printers set it.
_GETA = "〓"
_FEW = 60


def handout(
    meeting: Meeting,
    dataset: Dataset,
    catalogue: Catalogue,
    *,
    lang: str,
    paper: PaperName,
    made_on: datetime.date,
    link: str,
) -> bytes:
    """Return the hand-out as PDF, at most ``MOST_BYTES``; it says what it leaves out.

    Nothing is fetched, and no session is needed.

    Parameters
    ----------
    lang
        'ja' or 'en'.
    paper
        'A4' (upright) or 'A3' (lying).
    made_on
        Date printed on every page.
    link
        Address of the meeting, '' where none is known; the items' addresses stand beside it.

    Raises
    ------
    InputError
        The system's text libraries are missing, or no font has Japanese letters; says what to install.
    ValueError
        Another paper.
    """
    sheet = paper_of(paper)
    meeting = with_shown_titles(meeting, dataset, catalogue, lang=lang)
    letters = min(max(_LETTERS // max(len(meeting.items), 1), _LEAST_LETTERS), _MOST_LETTERS)
    pages = [
        item_page(meeting, number, dataset, catalogue, lang=lang, link=link, letters=letters)
        for number in range(1, len(meeting.items) + 1)
    ]
    front = front_page(meeting, dataset, sheet, lang=lang, link=link)
    body = front + "".join(_drawn(pages, dataset, sheet))
    page = _html(meeting, dataset, body, lang=lang, paper=sheet, made_on=made_on)
    return _pdf(page, meeting)


def _drawn(pages: Sequence[ItemPage], dataset: Dataset, paper: Paper) -> list[str]:
    """Return the items' pages with maps as fine as the file allows; the last ones without where there are too many."""
    for simplify_px in (FINE_PX, COARSE_PX):
        drawn = [page_html(page, dataset, paper, simplify_px=simplify_px) for page in pages]
        # What is small enough as it is need not be packed to be measured.
        if sum(map(len, drawn)) <= _MAP_BYTES:
            return drawn
        sizes = [len(zlib.compress(words.encode(), 6)) for words in drawn]
        if sum(sizes) <= _MAP_BYTES:
            return drawn
    total = 0
    for number, (page, size) in enumerate(zip(pages, sizes, strict=True)):
        total += size
        if total > _MAP_BYTES:
            drawn[number] = page_html(page, dataset, paper, has_maps=False)
    return drawn


def _html(meeting: Meeting, dataset: Dataset, body: str, *, lang: str, paper: Paper, made_on: datetime.date) -> str:
    area = dataset.name_ja if lang == "ja" else dataset.name_en
    title = text("handout.title", lang, title=meeting.title)
    made = text("handout.made", lang, date=date_words(made_on, lang))
    foot = f"{text('sheet.dataset', lang, name=area, digest=dataset.content_hash()[:12])}　{made}"
    style = style_of(Path(__file__).with_name("style.css"))
    pager = text("sheet.page", lang, page='" counter(page) "', pages='" counter(pages) "')
    return f"""<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><title>{escape(title)}</title>
<meta name="generator" content="Meguri"><meta name="dcterms.created" content="{made_on.isoformat()}">
<style>{ladder_css()}{style.replace("var(--sheet-page)", f'"{pager}"')}</style></head>
<body class="{paper.name.lower()}"><p class="running-head">{escape(cut_short(title, 64))}</p>
<p class="running-foot">{escape(foot)}</p>{body}</body></html>"""


def _pdf(page: str, meeting: Meeting) -> bytes:
    """Lay the page out; letters that no font has are told and set as printers do."""
    identifier = meeting.key.encode()
    document = laid_out(page)
    pdf = document.write_pdf(pdf_identifier=identifier)
    missing = missing_letters(document.fonts)
    if not missing:
        return bytes(pdf)
    if "会" in missing or len(missing) > _FEW:
        check_letters(document.fonts)
    marks = {ord(letter): "" if unicodedata.category(letter) in ("Mn", "Me", "Cf") else _GETA for letter in missing}
    return bytes(laid_out(page.translate(marks)).write_pdf(pdf_identifier=identifier))
