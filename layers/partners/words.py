"""The Partners page in sentences: what a place lacks or has left, who could complete it, what a circle changes.

All of it by calculation: what amounts could cover, never where anything goes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from geo.circle import CIRCLE
from geo.circulation import THRESHOLD_TOLERANCE
from geo.coded_ladder import OUTSIDE
from geo.draws import DRAWS
from geo.nearness import RELATIONS
from geo.partners import Partner
from geo.terms import Resource
from geo.uncertainty import Judged
from layers.exports import per_year
from layers.ladder_view.words import closing_word, percent
from layers.messages import text
from layers.partners.figures import Found, InCircle, Proposal, is_usable
from layers.resource_detail import amount
from layers.scale_places import Place

# Longer lists of municipalities are cut short and counted.
_NAMED_AT_MOST = 8
_PROPOSED_AT_MOST = 15


def resource_name(resource: Resource, lang: str, *, inside: bool = True) -> str:
    """Return a resource's name; ``inside`` an English sentence it does not begin with a capital."""
    if lang == "ja":
        return resource.name_ja
    return resource.name_en[:1].lower() + resource.name_en[1:] if inside else resource.name_en


def annual(value: float, resource: Resource, lang: str) -> str:
    """Write an annual amount with its unit."""
    return amount(value, per_year(resource.unit_ja if lang == "ja" else resource.unit, lang), lang)


def usable_partners(found: Found) -> list[Partner]:
    """Return the partners that are near enough and could cover (use) something."""
    return [partner for partner in found.partners if is_usable(partner)]


def sentence(
    found: Found, place: Place, resource: Resource, names: Mapping[str, Place], lang: str, *, threshold: float
) -> str:
    """Say what the place lacks or has left, and who could complete it.

    From ``threshold`` on the Scale page calls a place's own amounts enough: what is lacking up to all of it is then
    told as the remainder, so that the two pages do not contradict each other.
    """
    standing = found.standing
    direction = standing.direction
    supply_side = "_supply" if resource.perspective == "supply" else ""
    words = {
        "place": place.name(lang),
        "resource": resource_name(resource, lang),
        "missing": annual(standing.missing, resource, lang),
        "left": annual(standing.left, resource, lang),
    }
    if direction not in ("need", "give"):
        return text(f"partners.say.{direction}", lang, **words)
    part, whole = (standing.missing, standing.demand) if direction == "need" else (standing.left, standing.supply)
    by_itself = 1 - part / whole
    is_judged = direction == ("give" if supply_side else "need")
    enough = "_enough" if is_judged and by_itself >= threshold - THRESHOLD_TOLERANCE else ""
    words |= {"met": percent(by_itself), "threshold": percent(threshold), "percent": percent(part / whole)}
    told = [text(f"partners.say.{direction}{supply_side}{enough}", lang, **words)]
    if direction == "need" and not supply_side and standing.left > 0.01 * standing.supply:
        told.append(text("partners.say.need_too", lang, **words))
    usable = usable_partners(found)
    asked = _asked(direction, resource)
    if usable:
        nearest = min(usable, key=lambda partner: (partner.distance_km, partner.code))
        told.append(
            text(
                f"partners.say.who_{direction}",
                lang,
                counts=_counts(usable, place.kind, lang),
                name=names[nearest.code].name(lang),
                km=f"{nearest.distance_km:,.0f}",
            )
        )
        told.append(text(f"partners.say.together_{asked}", lang, percent=percent(found.together / part)))
    else:
        told.append(text(f"partners.say.nobody_{asked}", lang))
    return _joined(told, lang)


def list_notes(found: Found, resource: Resource, lang: str, *, detour: float, has_cut: bool = False) -> list[str]:
    """Return what has to be said under the list: who is left out, what is beyond, how the figures are to be read."""
    standing, reach = found.standing, resource.reach
    direction = standing.direction
    near = [partner for partner in found.partners if partner.is_within_reach]
    told = []
    far = len(found.partners) - len(near)
    if far and reach.reach_km is not None:
        told.append(text("partners.list.too_far", lang, count=far, km=f"{reach.reach_km:,.0f}"))
    no_match = sum(partner.could <= 0 for partner in near)
    if no_match:
        told.append(text("partners.list.no_match" + ("_give" if direction == "give" else ""), lang, count=no_match))
    whole = standing.demand if direction == "need" else standing.supply
    is_worth = found.beyond > 0 and percent(found.beyond / whole) not in ("0", "<1")
    beyond = {"amount": annual(found.beyond, resource, lang), "percent": percent(found.beyond / whole)}
    told.append(
        text(f"partners.list.beyond_{_asked(direction, resource)}{'' if is_worth else '_none'}", lang, **beyond)
    )
    if has_cut:
        told.append(text("partners.list.cut", lang))
    if not reach.carried:
        told.append(text("partners.list.water", lang))
    if usable_partners(found):
        told.append(text("partners.list.each_alone", lang))
        told.append(text("partners.list.road", lang, detour=f"{detour:g}"))
    told.append(text("partners.list.claim", lang))
    return told


def circle_sentence(
    focus: InCircle, rows: Sequence[InCircle], names: Mapping[str, Place], lang: str, *, threshold: float
) -> str:
    """Say what joining changes for the resource in focus, and what closes only by it."""
    joined = focus.joined
    words = {
        "count": len(joined.members),
        "names": listed(joined.members, names, lang),
        "resource": resource_name(focus.resource, lang),
    }
    told = []
    if math.isnan(joined.share):
        told.append(text("partners.circle.say_nothing", lang, **words))
    else:
        apart, together = percent(focus.apart), percent(joined.share)
        key = "say_same" if apart == together else "say"
        told.append(text(f"partners.circle.{key}", lang, apart=apart, together=together, **words))
    if focus.judged is not None:
        told.append(_sure_words("partners.circle", joined.closing_scale, focus.judged, joined.perspective, lang))
    newly = [row for row in rows if _closes(row.joined.closing_scale) and row.apart < threshold - THRESHOLD_TOLERANCE]
    if newly:
        listing = text("partners.joiner", lang).join(_newly(row, lang) for row in newly)
        told.append(text("partners.circle.newly", lang, percent=percent(threshold), names=listing))
    return _joined(told, lang)


def proposal_words(
    proposal: Proposal, place: Place, resource: Resource, names: Mapping[str, Place], lang: str, *, threshold: float
) -> str:
    """Say which group closes the resource, or how far the best one comes."""
    words = {
        "place": place.name(lang),
        "resource": resource_name(resource, lang),
        "threshold": percent(threshold),
    }
    smallest, best = proposal.smallest, proposal.best
    if smallest is not None and len(smallest.codes) == 1:
        # Told above is what each basin nets by itself; a group is netted as a whole, over its divides.
        alone = "alone" if resource.reach.carried else "alone_transfer"
        key = alone if resource.perspective == "demand" else "alone_supply"
        told = [text(f"partners.group.{key}", lang, percent=percent(proposal.alone), **words)]
        return _joined([*told, *_proposal_sure(proposal, resource, lang)], lang)
    if smallest is not None:
        group = text(
            "partners.group.found",
            lang,
            count=len(smallest.codes),
            names=listed(smallest.codes, names, lang, most=_PROPOSED_AT_MOST),
            percent=percent(smallest.share),
            **words,
        )
        return _joined([group, *_proposal_sure(proposal, resource, lang)], lang)
    told = [text("partners.group.none", lang, **words)]
    if best is not None and not math.isnan(best.share):
        key = "best" if len(best.codes) > 1 else "best_alone"
        told.append(
            text(
                f"partners.group.{key}",
                lang,
                count=len(best.codes),
                names=listed(best.codes, names, lang, most=_PROPOSED_AT_MOST),
                place=place.name(lang),
                percent=percent(best.share),
                whole=percent(proposal.whole_area),
            )
        )
        told += _proposal_sure(proposal, resource, lang)
    return _joined(told, lang)


def listed(codes: Sequence[str], names: Mapping[str, Place], lang: str, *, most: int = _NAMED_AT_MOST) -> str:
    """Name places, a list of more than ``most`` cut short and counted."""
    known = [names[code].name(lang) for code in codes]
    if len(known) > most:
        rest = text("partners.group.more_names", lang, count=len(known) - most + 1)
        known = [*known[: most - 1], rest]
    return text("partners.joiner", lang).join(known)


def _newly(row: InCircle, lang: str) -> str:
    """Name a resource that closes by joining, with how sure that is."""
    name = resource_name(row.resource, lang)
    if row.judged is None:
        return name
    word = closing_word("prefecture", row.judged.word, row.joined.perspective, lang)
    return text("partners.circle.newly_one", lang, name=name, word=word)


def _proposal_sure(proposal: Proposal, resource: Resource, lang: str) -> list[str]:
    """Return the sentence on how sure a proposal is; none where nothing is judged."""
    if proposal.judged is None:
        return []
    closing = CIRCLE if proposal.smallest is not None else OUTSIDE
    return [_sure_words("partners.group", closing, proposal.judged, resource.perspective, lang)]


def _sure_words(table: str, closing: str, judged: Judged, perspective: str, lang: str) -> str:
    word = closing_word("prefecture" if _closes(closing) else closing, judged.word, perspective, lang)
    key = "sure_reached" if _closes(closing) else "sure_missed"
    return text(f"{table}.{key}", lang, draws=DRAWS, percent=percent(judged.share), word=word)


def _joined(sentences: Sequence[str], lang: str) -> str:
    return ("" if lang == "ja" else " ").join(sentences)


def _asked(direction: str, resource: Resource) -> str:
    """Return the ending of words on who could help: where waste could be taken in, nothing is lacking."""
    return "need_supply" if direction == "need" and resource.perspective == "supply" else direction


def _counts(partners: Sequence[Partner], kind: str, lang: str) -> str:
    found = [(relation, sum(partner.relation == relation for partner in partners)) for relation in RELATIONS]
    told = [
        text(f"partners.say.in_{relation}", lang, counted=text(f"partners.say.counted.{kind}", lang, count=count))
        for relation, count in found
        if count
    ]
    return text("partners.counts_joiner", lang).join(told)


def _closes(scale: str) -> bool:
    return scale not in ("outside", "no_demand", "no_supply")
