"""Reading and checking the resource catalogue: TOML text -> Catalogue, or a refusal that says where and why."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from geo.catalogue_fields import catalogue_fields, different_texts, keyed_tables, refuse
from geo.errors import CatalogueError
from geo.factor_uses import SIDES, check_pools, described, with_factors
from geo.prices import price_factors, read_price
from geo.terms import (
    BASES,
    DETOUR,
    LADDER_SCALES,
    PERSPECTIVES,
    SHARE_UNIT,
    SHARED,
    Catalogue,
    Factor,
    Pool,
    Potential,
    Reach,
    Resource,
    Term,
)
from geo.toml_fields import Fields


def read_catalogue(text: str) -> Catalogue:
    """Read a catalogue.

    Raises
    ------
    CatalogueError
        Names the resource (and term or factor), the field and what was expected: TOML that cannot be read, a field
        that is missing, unknown or of the wrong kind, low > central > high, an unknown ladder, perspective, pool,
        factor or view_of, a name that stands twice, a factor that nothing uses, a pool that is overdrawn.
    """
    try:
        parsed = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        message = f"resources.toml: cannot be read as TOML: {error}"
        raise CatalogueError(message, key="catalogue_toml", detail=str(error)) from error
    top = catalogue_fields(parsed)
    pools = {key: _pool(key, fields) for key, fields in keyed_tables(top, "pools").items()}
    resource_fields = keyed_tables(top, "resources")
    if SHARED in resource_fields or not resource_fields:
        refuse("top level", "resources", f"at least one resource, none called '{SHARED}'", list(resource_fields))
    factors = {f"{SHARED}.{name}": fields for name, fields in keyed_tables(top, "factors").items()}
    for key, fields in resource_fields.items():
        factors |= {f"{key}.{name}": table for name, table in keyed_tables(fields, "factors").items()}
    read_factors = {key: _factor(key, fields) for key, fields in factors.items()}
    names = _Names(read_factors)
    drafts = {key: _resource(key, fields, names, pools) for key, fields in resource_fields.items()}
    potentials = {
        key: _potential(key, fields, names, drafts) for key, fields in keyed_tables(top, "potentials").items()
    }
    detour = _detour(top.optional_table("haulage"))
    top.finish()
    _check_no_name_twice(drafts.values())
    resources = {key: _with_view(resource, drafts) for key, resource in drafts.items()}
    known = described(read_factors, factors, resources, potentials.values()) | price_factors(resources.values())
    finished = {key: with_factors(resource, known) for key, resource in resources.items()}
    check_pools(finished, known, pools)
    return Catalogue(
        resources=MappingProxyType(finished),
        factors=MappingProxyType(known),
        pools=MappingProxyType(pools),
        potentials=MappingProxyType(potentials),
        content_hash=hashlib.sha256(text.encode()).hexdigest(),
        detour=detour,
    )


class _Names:
    """Looks factors up: by a resource's own name for one, by a shared one's, or in full."""

    def __init__(self, factors: Mapping[str, Factor]) -> None:
        self._factors = factors

    def full(self, name: str, resource: str, fields: Fields, field: str, *, share: bool = False) -> str:
        found = [key for key in (name, f"{resource}.{name}", f"{SHARED}.{name}") if key in self._factors]
        if not found:
            known = [key for key in self._factors if key.startswith((f"{resource}.", f"{SHARED}."))]
            refuse(fields.where, field, f"a factor, one of {', '.join(known) or '(none is defined)'}", repr(name))
        if share and not self._factors[found[0]].is_share:
            refuse(fields.where, field, f"a factor of the unit '{SHARE_UNIT}'", repr(name))
        return found[0]

    def many(self, resource: str, fields: Fields, field: str, *, share: bool = False) -> tuple[str, ...]:
        return tuple(self.full(name, resource, fields, field, share=share) for name in different_texts(fields, field))

    def one(self, resource: str, fields: Fields, field: str, *, share: bool = False) -> str:
        name = fields.text(field, default="")
        return self.full(name, resource, fields, field, share=share) if name else ""

    def __getitem__(self, key: str) -> Factor:
        return self._factors[key]


def _pool(key: str, fields: Fields) -> Pool:
    pool = Pool(key=key, name_ja=fields.text("name_ja"), name_en=fields.text("name_en"))
    fields.finish()
    return pool


def _factor(key: str, fields: Fields) -> Factor:
    unit = fields.text("unit")
    most = 1.0 if unit == SHARE_UNIT else float("inf")
    low, central, high = (fields.number(name, least=0.0, most=most) for name in ("low", "central", "high"))
    for smaller, greater, field in ((low, central, "low"), (central, high, "high")):
        if smaller > greater:
            refuse(fields.where, field, "low ≤ central ≤ high", f"{low:g}, {central:g}, {high:g}")
    factor = Factor(
        key=key,
        name_ja=fields.text("name_ja"),
        name_en=fields.text("name_en"),
        low=low,
        central=central,
        high=high,
        unit=unit,
        unit_ja=fields.text("unit_ja", default=unit),
        basis=fields.choice("basis", BASES),
        source=fields.text("source"),
        source_en=fields.text("source_en"),
        year=fields.text("year"),
        note_ja=fields.text("note_ja", default=""),
        note_en=fields.text("note_en", default=""),
        effect=fields.choice("effect", ("increasing", "decreasing", "mixed"), default=""),
    )
    fields.finish()
    return factor


def _resource(key: str, fields: Fields, names: _Names, pools: Mapping[str, Pool]) -> Resource:
    unit = fields.text("unit")
    supply, demand = (_terms(key, fields, side, names, pools) for side in SIDES)
    view_of = fields.text("view_of", default="")
    resource = Resource(
        key=key,
        name_ja=fields.text("name_ja"),
        name_en=fields.text("name_en"),
        unit=unit,
        unit_ja=fields.text("unit_ja", default=unit),
        description_ja=fields.text("description_ja"),
        description_en=fields.text("description_en"),
        caveats_ja=different_texts(fields, "caveats_ja"),
        caveats_en=different_texts(fields, "caveats_en"),
        ladder=fields.choice("ladder", LADDER_SCALES),
        perspective=fields.choice("perspective", PERSPECTIVES),
        view_of=view_of,
        time_factor=names.one(key, fields, "time_factor", share=True),
        reach=_reach(fields.optional_table("reach")),
        supply=supply,
        demand=demand,
        factors=(),
        directions={},
        price=read_price(key, fields, _factor),
    )
    fields.finish()
    if len(resource.caveats_ja) != len(resource.caveats_en):
        refuse(
            fields.where,
            "caveats_en",
            f"as many texts as caveats_ja, {len(resource.caveats_ja)}",
            len(resource.caveats_en),
        )
    if not demand:
        refuse(fields.where, "demand", "at least one term", "none")
    if not supply and not view_of:
        refuse(fields.where, "supply", "at least one term (only a view_of another resource may go without)", "none")
    return resource


def _terms(resource: str, fields: Fields, side: str, names: _Names, pools: Mapping[str, Pool]) -> tuple[Term, ...]:
    terms: dict[str, Term] = {}
    for row in fields.rows(side, may_lack=True):
        term = _term(resource, row, names, pools)
        if term.key in terms:
            refuse(row.where, "key", "a key that no other term of this side has", repr(term.key))
        if side == "demand" and (term.pool or term.variable):
            refuse(row.where, "pool" if term.pool else "variable", "this only on a supply term", "it on a demand term")
        terms[term.key] = term
    return tuple(terms.values())


def _term(resource: str, fields: Fields, names: _Names, pools: Mapping[str, Pool]) -> Term:
    conversion = fields.number("conversion", default=1.0, least=0.0)
    excess = fields.optional_table("excess")
    term = Term(
        key=fields.text("key"),
        name_ja=fields.text("name_ja"),
        name_en=fields.text("name_en"),
        indicator=fields.text("indicator"),
        times=names.many(resource, fields, "times"),
        per=names.many(resource, fields, "per"),
        reduced_by=names.many(resource, fields, "reduced_by", share=True),
        excess_of=excess.text("of") if excess else "",
        excess_over=names.full(excess.text("over"), resource, excess, "over") if excess else "",
        conversion=conversion,
        # A constant without its arithmetic is a number without a source.
        conversion_note=fields.text("conversion_note", default="" if conversion == 1 else None),
        pool=fields.choice("pool", pools, default=""),
        share=names.one(resource, fields, "share", share=True),
        pool_weight=names.many(resource, fields, "pool_weight", share=True),
        variable=fields.flag("variable", default=False),
        optional=fields.flag("optional", default=False),
    )
    if excess:
        excess.finish()
    fields.finish()
    if bool(term.pool) != bool(term.share) or (term.pool_weight and not term.pool):
        refuse(fields.where, "share" if term.pool else "pool", "pool and share together", "one without the other")
    for key in term.per:
        if names[key].low <= 0:
            refuse(fields.where, "per", "factors above 0 to divide by", f"{key} with low {names[key].low:g}")
    return term


def _reach(fields: Fields | None) -> Reach:
    if fields is None:
        return Reach()
    reach = Reach(
        carried=fields.flag("carried", default=True),
        value_yen_per_unit=fields.optional_number("value_yen_per_unit", least=0.0),
        haulage_yen_per_unit_km=fields.optional_number("haulage_yen_per_unit_km", least=0.0),
        loss_per_km=fields.number("loss_per_km", default=0.0, least=0.0, most=1.0),
        limit_km=fields.optional_number("limit_km", least=0.0),
        note_ja=fields.text("note_ja", default=""),
        note_en=fields.text("note_en", default=""),
    )
    fields.finish()
    return reach


def _detour(fields: Fields | None) -> Factor:
    """Read ``haulage.detour``, written as a factor is; it weighs distances and no amount, so no term uses it."""
    if fields is None:
        return DETOUR
    table = fields.optional_table("detour")
    fields.finish()
    if table is None:
        return DETOUR
    detour = replace(_factor(DETOUR.key, table), kind=DETOUR.kind, effect=DETOUR.effect)
    if detour.low < 1:
        refuse(table.where, "low", "at least 1, no road is shorter than the straight line", f"{detour.low:g}")
    return detour


def _potential(key: str, fields: Fields, names: _Names, resources: Mapping[str, Resource]) -> Potential:
    conversion = fields.number("conversion", default=1.0, least=0.0)
    resource = resources[fields.choice("resource", resources)]
    known = [term.key for term in resource.supply]
    potential = Potential(
        key=key,
        name_ja=fields.text("name_ja"),
        name_en=fields.text("name_en"),
        unit=fields.text("unit"),
        resource=resource.key,
        terms=different_texts(fields, "terms"),
        times=names.many(resource.key, fields, "times"),
        conversion=conversion,
        conversion_note=fields.text("conversion_note", default="" if conversion == 1 else None),
        year=fields.text("year"),
        note_ja=fields.text("note_ja", default=""),
        note_en=fields.text("note_en", default=""),
    )
    fields.finish()
    unknown = [name for name in potential.terms if name not in known]
    if unknown or not potential.terms:
        refuse(fields.where, "terms", f"supply terms of {resource.key}, of {', '.join(known)}", unknown or "none")
    return potential


def _check_no_name_twice(resources: Iterable[Resource]) -> None:
    seen: dict[str, str] = {}
    for resource in resources:
        for field in ("name_ja", "name_en"):
            name = getattr(resource, field)
            if name in seen:
                refuse(f"resources.{resource.key}", field, "a name of its own", f"{name!r}, which {seen[name]} has")
        seen |= {resource.name_ja: resource.key, resource.name_en: resource.key}


def _with_view(resource: Resource, resources: Mapping[str, Resource]) -> Resource:
    """Give a view the supply of what it is a view of, unless it has terms of its own."""
    where = f"resources.{resource.key}"
    if resource.view_of:
        others = [key for key, other in resources.items() if key != resource.key and not other.view_of]
        if resource.view_of not in others:
            refuse(where, "view_of", f"one of {', '.join(others)}", repr(resource.view_of))
        if resources[resource.view_of].unit != resource.unit:
            refuse(where, "unit", f"the unit of {resource.view_of}, {resources[resource.view_of].unit}", resource.unit)
        if not resource.supply:
            resource = replace(resource, supply=resources[resource.view_of].supply)
    if any(term.variable for term in resource.supply) and not resource.time_factor:
        refuse(where, "time_factor", "a factor, since the supply has variable terms (sun, wind)", "nothing")
    return resource
