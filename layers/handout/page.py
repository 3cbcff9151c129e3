"""An item's page: title and question, the sentence, its maps with what was written on them, ladder, hands, sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from geo.dataset import Dataset
from geo.meeting import Hands, Meeting, Note
from geo.terms import Catalogue
from layers.handout.columns import Block, Run, poured
from layers.handout.drawing import FINE_PX, map_svg
from layers.handout.figures import Figures, figures_of
from layers.handout.front import data_told, left_out
from layers.handout.maps import Maps, maps_of
from layers.handout.paper import COLUMN_GAP_MM, Paper, px
from layers.handout.parts import (
    ASSUMPTIONS_BESIDE,
    NOTES,
    assumptions_after,
    assumptions_block,
    fitting,
    hands_block,
    heading,
    is_long,
    ladder_block,
    note_blocks,
    notes_list,
    sources_block,
    told_list,
)
from layers.handout.words import item_link, lines_of, safe, within
from layers.ladder_rows import TELLING_SHARE
from layers.messages import text
from layers.public_address import public_address

# Between two maps side by side.
_GAP_MM = 4.0
# Notes under a comparison's ladder.
_UNDER_MM = 16.0
# The code at the sources, with what is around it.
_CODE_MM = 27.0
# The heading over the notes overleaf.
_HEADING_MM = 12.0
# Letters that an address between single quotes cannot have as they are.
_IN_ADDRESS = str.maketrans({letter: f"%{ord(letter):02X}" for letter in "%#'&\n"})


@dataclass(frozen=True)
class ItemPage:
    """An item with all that is printed of it.

    Attributes
    ----------
    number
        Its place on the agenda, from 1.
    figures, maps
        What it shows.
    notes, left
        The notes that are printed, and how many are not.
    hands
        The count that holds, None where there was none.
    link
        Address that opens the view, '' where there is none to print.
    told
        What is not as it was, in words.
    """

    number: int
    figures: Figures
    maps: Maps
    notes: tuple[Note, ...]
    left: int
    hands: Hands | None
    link: str
    told: tuple[str, ...]


def item_page(
    meeting: Meeting, number: int, dataset: Dataset, catalogue: Catalogue, *, lang: str, link: str, letters: int
) -> ItemPage:
    """Return an item's page; of its notes as many as have ``letters`` letters together."""
    item = meeting.items[number - 1]
    figures = figures_of(item, dataset, catalogue, lang=lang)
    notes, left = within(meeting.notes_of(item.key), letters)
    maps = maps_of(figures, dataset, catalogue, notes)
    told = [*data_told(meeting, dataset, lang), *figures.told, *maps.told]
    if maps.beyond:
        numbers = text("handout.joiner", lang).join(str(found) for found in maps.beyond)
        told.append(text("handout.beyond", lang, numbers=numbers))
    address = item_link(link, item, area=dataset.area, lang=lang, public=public_address())
    return ItemPage(number, figures, maps, notes, left, meeting.hands_of(item.key), address, tuple(told))


def page_html(
    page: ItemPage, dataset: Dataset, paper: Paper, *, simplify_px: float = FINE_PX, has_maps: bool = True
) -> str:
    """Return an item's page as HTML; without ``has_maps`` it says that they are left out."""
    figures, lang = page.figures, page.figures.state.lang
    is_beside = _is_beside(page, paper)
    high = map_height_mm(page, paper)
    if has_maps:
        wide = paper.map_mm if is_beside else paper.width_mm
        drawn = _figure(page, dataset, wide, high, simplify_px, zoom=paper.zoom)
    else:
        drawn = f'<p class="left">{escape(text("handout.no_map", lang))}</p>'
    hands = _hands(page, lang)
    ladder, assumed = ladder_block(figures), assumptions_block(figures)
    fit = fitting(page.notes, paper, _room_mm(page, paper, high))
    said = _notes(page, fit, paper, is_beside=is_beside)
    sources = sources_block(figures, page.maps.credit, page.link)
    if paper.has_columns:
        body = _columns(f"{drawn}{ladder}", f"{said}{hands}{assumed}{sources}")
    elif is_beside:
        body = f"{_columns(drawn, said)}{ladder}{_low(hands, assumed)}{sources}"
    else:
        body = f"{drawn}{ladder}{said}{_low(hands, assumed)}{sources}"
    rest, after = _rest(page, fit, paper), assumptions_after(figures)
    overleaf = f'<div class="overleaf">{rest}{after}</div>' if rest or after else ""
    return f'<article id="item-{page.number}">{_opening(page)}{body}{overleaf}</article>'


def _opening(page: ItemPage) -> str:
    figures, item, lang = page.figures, page.figures.item, page.figures.state.lang
    place = text("handout.looked_at", lang, place=figures.place.name(lang), resource=_resource(figures))
    view = text(f"handout.view.{item.kind}", lang)
    question = f'<p class="question">{safe(item.question)}</p>' if item.question else ""
    return f"""<div class="opening"><span class="no">{page.number}</span><div><h1>{safe(item.title)}</h1>
<p class="place">{escape(view)}　{escape(place)}</p></div></div>
{question}<p class="sentence">{safe(figures.sentence)}</p>{told_list(page.told)}"""


def _is_beside(page: ItemPage, paper: Paper) -> bool:
    """Tell whether words stand beside the map: two maps of a comparison need the width of the smaller paper."""
    return paper.has_columns or (bool(page.notes) and page.figures.compared is None)


def _room_mm(page: ItemPage, paper: Paper, map_mm: float) -> float:
    """Return the height that notes may take where they stand."""
    if paper.has_columns:
        others = _height_of_opening(page, paper) + _height_of_sources(page, paper) + _height_of_hands(page, paper)
        return max(paper.height_mm - others - _height_of_assumptions(page.figures, paper) - 24, 0.0)
    # Under the ladder they stand in two columns, each wider than the one beside a map.
    return map_mm + _height_around_map(page, paper) - 12 if _is_beside(page, paper) else 2 * _UNDER_MM


def map_height_mm(page: ItemPage, paper: Paper) -> float:
    """Return how high the map may be so that, as a rule, the page stays one."""
    figures = page.figures
    taken = _height_of_opening(page, paper) + _height_around_map(page, paper) + _height_of_ladder(figures, paper)
    if not paper.has_columns:
        taken += _height_of_sources(page, paper)
        low = (_height_of_hands(page, paper), _height_of_assumptions(figures, paper))
        taken += max(low)
        if page.notes and not _is_beside(page, paper):
            taken += _UNDER_MM
    return min(max(paper.height_mm - taken, paper.least_map_mm), paper.most_map_mm)


def _height_around_map(page: ItemPage, paper: Paper) -> float:
    """Return the height of a map's head and legend."""
    return paper.line_mm * (2.3 + (1.3 if paper.has_columns else 1.8) * page.maps.keys)


def _height_of_opening(page: ItemPage, paper: Paper) -> float:
    item = page.figures.item
    per_line = paper.width_mm / (paper.letter_mm * 1.2)
    line = paper.line_mm * 1.35
    taken = paper.line_mm * 4.6 + 2 * line * (lines_of(item.title, per_line * 0.52) - 1)
    taken += 2 + line * 1.1 * lines_of(item.question, per_line * 0.9) if item.question else 0
    taken += 3 + line * lines_of(page.figures.sentence, per_line)
    told = sum(lines_of(words, per_line * 1.2) for words in page.told)
    return taken + (8 + paper.line_mm * told if told else 0)


def _height_of_sources(page: ItemPage, paper: Paper) -> float:
    per_line = 48.0 if paper.has_columns else 74.0
    known = {source.attribution: source.title for source in page.figures.sources}
    rows = lines_of("　".join(f"{title} 0000：{line}" for line, title in known.items()), per_line)
    taken = 5 + 3.4 * (rows + (1.5 if page.link else 0))
    return max(taken, _CODE_MM) if is_long(page.link) else taken


def _figure(
    page: ItemPage, dataset: Dataset, wide_mm: float, high_mm: float, simplify_px: float, *, zoom: float
) -> str:
    pictures = page.maps.pictures
    each_mm = (wide_mm - _GAP_MM * (len(pictures) - 1)) / len(pictures)
    lang = page.figures.state.lang
    size = {"width_px": px(each_mm / zoom), "height_px": px(high_mm / zoom)}
    drawn = "".join(
        f'<div class="map" style="width:{each_mm:.1f}mm"><figcaption>{safe(head)}</figcaption>'
        f"{_image(map_svg(picture, dataset, lang=lang, simplify_px=simplify_px, **size), picture.title)}</div>"
        for picture, head in zip(pictures, page.maps.heads, strict=True)
    )
    return f'<figure><div class="maps">{drawn}</div>{page.maps.legend}</figure>'


def _image(svg: str, title: str) -> str:
    """Return a drawing as an image, still of vectors: inside the page its thousand parts would be matched to styles."""
    return f"<img src='data:image/svg+xml;charset=utf-8,{svg.translate(_IN_ADDRESS)}' alt=\"{escape(title)}\">"


def _resource(figures: Figures) -> str:
    return figures.resource.name_ja if figures.state.lang == "ja" else figures.resource.name_en


def _hands(page: ItemPage, lang: str) -> str:
    if page.hands is None:
        return ""
    return f'<section class="counted">{heading("handout.hands.title", lang)}{hands_block(page.hands, lang)}</section>'


def _columns(left: str, right: str) -> str:
    return f'<div class="top"><div class="left">{left}</div><div class="right">{right}</div></div>'


def _low(hands: str, assumed: str) -> str:
    return f'<div class="low">{hands}{assumed}</div>' if hands else assumed


def _notes(page: ItemPage, fit: int, paper: Paper, *, is_beside: bool) -> str:
    """Return the notes that stand on the item's own page."""
    lang = page.figures.state.lang
    if not page.notes:
        return ""
    more = f'<p class="left">{escape(text("handout.notes_after", lang))}</p>' if fit < len(page.notes) else ""
    left = "" if more else left_out(page.left, lang)
    notes = page.notes[:fit]
    body = notes_list(notes, lang) if is_beside else _in_columns(notes, paper, lang)
    kind = "beside" if is_beside else "under"
    return f'<section class="said {kind}">{heading("handout.notes", lang)}{body}{more}{left}</section>'


def _rest(page: ItemPage, fit: int, paper: Paper) -> str:
    rest, lang = page.notes[fit:], page.figures.state.lang
    if not rest:
        return ""
    title = escape(text("handout.notes_of", lang, number=page.number))
    body = _in_columns(rest, paper, lang)
    return f'<section class="said after"><h2>{title}</h2>{body}{left_out(page.left, lang)}</section>'


def _in_columns(notes: Sequence[Note], paper: Paper, lang: str) -> str:
    """Return notes in the paper's columns, page after page."""
    text_mm = paper.text_letter_mm
    column_mm = (paper.width_mm - COLUMN_GAP_MM * (paper.columns - 1)) / paper.columns
    blocks = note_blocks(notes, lang, per_line=column_mm / text_mm, line_mm=1.5 * text_mm)
    run = Run(NOTES, "</ul>", Block("", 0.0), blocks)
    return poured([run], paper.columns, first_mm=paper.height_mm - _HEADING_MM, next_mm=paper.height_mm - 4)


def _height_of_ladder(figures: Figures, paper: Paper) -> float:
    scale = 1.27 if paper.has_columns else 1.0
    if figures.compared is not None:
        return scale * (17 + 8.2 * len(figures.rows) + 3.6 * len(figures.said))
    groups = len({row.heading for row in figures.rows})
    unsure = sum(row.unknown >= TELLING_SHARE for row in figures.rows)
    asides = len(figures.said) + 2.5
    return scale * (13 + 5.2 * len(figures.rows) + 2.0 * unsure + 5.0 * groups + 3.5 * asides)


def _height_of_hands(page: ItemPage, paper: Paper) -> float:
    return paper.line_mm * (1.35 * len(page.hands.counts) + 5) if page.hands else 0.0


def _height_of_assumptions(figures: Figures, paper: Paper) -> float:
    rows: float = len(figures.changed) if len(figures.changed) <= ASSUMPTIONS_BESIDE else 1
    rows += sum(2 + 1.5 * min(len(each.lines), ASSUMPTIONS_BESIDE) for each in figures.scenarios)
    return paper.line_mm * (5 + 1.4 * rows)
