"""Users' indicators as terms of the catalogue: amounts as they are (factor 1), beside the estimate or instead of it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

from geo.factor_uses import with_factors
from geo.terms import Catalogue, Resource, Term
from geo.user_layers.model import UserLayer

_PREFIX = "user_"


def with_user_terms(catalogue: Catalogue, user_layers: Sequence[UserLayer]) -> Catalogue:
    """Return the catalogue with a term for every indicator of the user's; the same catalogue where there is none.

    A term's indicator is the fragments' column ``user_<key>``, in the resource's unit per year. Where any indicator of
    a side is to replace, the estimate's terms of that side go. A view of a resource shares its new supply. Layers of
    resources that the catalogue has not are passed over.
    """
    used = [x for x in user_layers if x.role == "indicator" and x.resource in catalogue.resources]
    if not used:
        return catalogue
    resources = dict(catalogue.resources)
    for key in dict.fromkeys(layer.resource for layer in used):
        for side in ("supply", "demand"):
            own = [layer for layer in used if layer.resource == key and layer.side == side]
            if own:
                before: tuple[Term, ...] = getattr(resources[key], side)
                after = (*(() if any(x.mode == "replace" for x in own) else before), *map(_term, own))
                resources[key] = _with_terms(resources[key], side, after, catalogue)
                for view, other in resources.items():
                    if side == "supply" and other.view_of == key and other.supply == before:
                        resources[view] = _with_terms(other, side, after, catalogue)
    told = repr([(x.key, x.resource, x.side, x.mode, x.is_variable, x.title_ja, x.title_en, x.sha256) for x in used])
    digest = hashlib.sha256(f"{catalogue.content_hash}\0{told}".encode()).hexdigest()
    return replace(catalogue, resources=MappingProxyType(resources), content_hash=digest)


def is_user_term(term: Term) -> bool:
    """Return whether a term comes from a user's layer (kind 'user')."""
    return term.key.startswith(_PREFIX) and term.indicator == term.key


def layer_of(term: Term, user_layers: Sequence[UserLayer]) -> UserLayer | None:
    """Return the layer that a term comes from, for its unit, year, source and licence; None for the catalogue's own."""
    return next((layer for layer in user_layers if is_user_term(term) and layer.fragment_column == term.key), None)


def _term(layer: UserLayer) -> Term:
    return Term(
        key=layer.fragment_column,
        name_ja=layer.title_ja,
        name_en=layer.title_en,
        indicator=layer.fragment_column,
        variable=layer.is_variable,
        optional=True,
    )


def _with_terms(resource: Resource, side: str, terms: tuple[Term, ...], catalogue: Catalogue) -> Resource:
    changed = replace(resource, supply=terms) if side == "supply" else replace(resource, demand=terms)
    return with_factors(changed, catalogue.factors)
