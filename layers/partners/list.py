"""The list of partners as an accessible table: relation, distance, what is left, what it could cover."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from html import escape

from geo.partners import Partner
from geo.terms import Resource
from layers.cite.marks import cite_attributes
from layers.exports import per_year
from layers.ladder_view.words import percent
from layers.messages import text
from layers.partners.figures import Found
from layers.partners.words import annual, resource_name, usable_partners
from layers.resource_detail import amount
from layers.scale_places import Place

# What the table shows at first; the rest is folded, and beyond these only in the file.
FIRST = 8
FOLDED = 40
_STYLE = """
.matrix.partners th, .matrix.partners td { padding: 7px 6px; vertical-align: middle; }
.matrix.partners thead th { line-height: 1.35; }
.matrix.partners tbody th { min-width: 7.5em; line-height: 1.4; }
.matrix.partners .relation { display: block; font-size: 0.875rem; color: var(--muted); font-weight: 400; }
.matrix.partners .figure, .matrix.partners .could { white-space: nowrap; }
.matrix.partners .could i { display: block; height: 6px; margin: 3px 0 0 auto; background: var(--accent);
  border-radius: 2px; }
.matrix.partners button { border: 1px solid var(--rule); border-radius: 6px; padding: 4px 9px; min-height: 36px;
  white-space: nowrap; background: var(--paper); }
.matrix.partners button:hover { border-color: var(--accent); color: var(--accent); }
.matrix.partners tr.inside button { border-color: var(--accent); font-weight: 600; }
@container (max-width: 560px) {
  .matrix.partners button span { display: none; }
  .matrix.partners button { min-width: 40px; }
  .matrix.partners tbody th { min-width: 6em; }
}
@media (pointer: coarse) { .matrix.partners button { min-height: 44px; } }
"""


def partners_body(
    found: Found,
    place: Place,
    resource: Resource,
    names: Mapping[str, Place],
    basins: Mapping[str, Place],
    lang: str,
    *,
    circle: Collection[str] | None,
    rest: bool = False,
) -> str:
    """Return the table's markup of the first partners, or of the ``rest``; '' where there is nobody.

    Parameters
    ----------
    names, basins
        Places of the partners' kind, and river systems, by code.
    circle
        Codes of the circle; None where the partners are not municipalities and cannot join one.
    """
    known = listed_partners(found, names)
    shown = known[FIRST : FIRST + FOLDED] if rest else known[:FIRST]
    if not shown:
        return ""
    head = _head(found, resource, lang, has_circle=circle is not None)
    rows = ""
    for partner in shown:
        cited = _cited(partner, found, place, resource, names, basins, lang)
        rows += _row(partner, names, basins, lang, circle, cited)
    words = {
        "place": place.name(lang),
        "resource": resource_name(resource, lang),
        "order": text(f"partners.list.order.{place.kind}", lang),
    }
    caption = escape(text("partners.list.caption_rest" if rest else "partners.list.caption", lang, **words))
    aside = ""
    if rest and len(known) > FIRST + FOLDED:
        told = text("partners.list.shown", lang, shown=FIRST + FOLDED, count=len(known))
        aside = f'<p class="aside">{escape(told)}</p>'
    return (
        f'<style>{_STYLE}</style><div class="scroll" tabindex="0" role="region" lang="{lang}" aria-label="{caption}">'
        f'<table class="matrix partners"><caption>{caption}</caption><thead>{head}</thead><tbody>{rows}</tbody></table>'
        f"</div>{aside}"
    )


def listed_partners(found: Found, names: Mapping[str, Place]) -> list[Partner]:
    """Return the partners in the list's order; basins that the data cuts after the whole ones."""
    return sorted(usable_partners(found), key=lambda partner: names[partner.code].is_cut)


def titles(found: Found, resource: Resource) -> dict[str, str]:
    """Return the catalogue keys of the columns that hang on the direction."""
    direction = found.standing.direction
    is_supply = resource.perspective == "supply"
    side = "_supply" if direction == "give" and is_supply else ""
    room = "_supply" if direction == "need" and is_supply else ""
    return {
        "amount": f"partners.list.amount_{direction}{side}",
        "share": f"partners.list.share_{direction}{room}",
    }


def relation_words(partner: Partner, basins: Mapping[str, Place], lang: str) -> str:
    """Say which institution holds both, the shared basin by name."""
    if partner.relation == "basin" and partner.shared_basin in basins:
        return text("partners.list.same_basin", lang, basin=basins[partner.shared_basin].name(lang))
    return text(f"partners.list.same_{partner.relation}", lang)


def _head(found: Found, resource: Resource, lang: str, *, has_circle: bool) -> str:
    keys = titles(found, resource)
    unit = per_year(resource.unit_ja if lang == "ja" else resource.unit, lang)
    names = [("partners.list.name", ""), ("partners.list.distance", ""), (keys["amount"], unit), (keys["share"], "")]
    names += [("partners.list.circle", "")] if has_circle else []
    cells = "".join(
        f'<th scope="col">{escape(text(name, lang))}<span class="relation">{escape(below)}</span></th>'
        for name, below in names
    )
    return f"<tr>{cells}</tr>"


def _row(
    partner: Partner,
    names: Mapping[str, Place],
    basins: Mapping[str, Place],
    lang: str,
    circle: Collection[str] | None,
    cited: str,
) -> str:
    name = names[partner.code].name(lang)
    km = _km(partner, lang)
    share = min(partner.share, 1.0)
    cells = [
        f'<th scope="row"><span class="name">{escape(name)}</span>'
        f'<span class="relation">{escape(relation_words(partner, basins, lang))}</span></th>',
        f'<td class="figure">{escape(km)}</td>',
        f'<td class="figure">{escape(amount(partner.amount, "", lang))}</td>',
        f'<td class="could">{percent(share)} %<i style="width:{100 * share:.1f}%"></i></td>',
    ]
    inside = circle is not None and partner.code in circle
    if circle is not None:
        verb = "leave" if inside else "join"
        label = escape(text(f"partners.list.{verb}_label", lang, name=name))
        words = f"{'✓' if inside else '＋'}<span> {escape(text(f'partners.list.{verb}', lang))}</span>"
        button = f'<button type="button" data-resource="{escape(partner.code)}" aria-label="{label}">{words}</button>'
        cells.append(f"<td>{button}</td>")
    own = ' class="inside"' if inside else ""
    return f'<tr data-key="{escape(partner.code)}"{own}{cited}>{"".join(cells)}</tr>'


def _cited(
    partner: Partner,
    found: Found,
    place: Place,
    resource: Resource,
    names: Mapping[str, Place],
    basins: Mapping[str, Place],
    lang: str,
) -> str:
    keys = titles(found, resource)
    figures = [
        (keys["amount"], annual(partner.amount, resource, lang)),
        (keys["share"], f"{percent(min(partner.share, 1.0))} %"),
        ("partners.list.distance", _km(partner, lang)),
    ]
    told = [text("partners.list.cited_figure", lang, title=text(key, lang), value=value) for key, value in figures]
    label = text(
        "partners.list.cited",
        lang,
        resource=resource_name(resource, lang),
        name=names[partner.code].name(lang),
        relation=relation_words(partner, basins, lang),
    )
    return cite_attributes(label, text("cite.joiner", lang).join(told), of=resource.key, place=place.name(lang))


def _km(partner: Partner, lang: str) -> str:
    return text("partners.list.km", lang, km=f"{partner.distance_km:,.0f}")
