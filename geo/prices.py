"""Prices of the catalogue: what a resource costs, which part of that stays near, and what is counted in a sum of money.

The parts of a price are factors of the catalogue, so that they can be set like any other, but of no resource's amounts:
they weigh amounts in yen and change none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from geo.catalogue_fields import refuse
from geo.terms import SHARE_UNIT, Catalogue, Factor, Price, Resource
from geo.toml_fields import Fields


def read_price(key: str, fields: Fields, read_factor: Callable[[str, Fields], Factor]) -> Price | None:
    """Read a resource's table ``price`` with ``price.paid`` and ``price.staying``, each written as a factor is.

    Parameters
    ----------
    key
        Of the resource; its price's keys are ``key.price_paid`` and ``key.price_staying``.
    fields
        The resource's table, of which ``unit`` and ``perspective`` are read too.
    read_factor
        Reads one factor's table.

    Returns
    -------
    The price, None where the table is left out.

    Raises
    ------
    CatalogueError
        A part is missing, the price is not in yen per unit of the resource, what stays is no share, or the resource
        asks where its supply can go: what finds a place to go is not bought.
    """
    table = fields.optional_table("price")
    if table is None:
        return None
    if fields.text("perspective") != "demand":
        refuse(table.where, "perspective", "a price only where the perspective is 'demand'", fields.text("perspective"))
    read = {}
    for name, unit in (("paid", f"yen/{fields.text('unit')}"), ("staying", SHARE_UNIT)):
        part = table.optional_table(name)
        if part is None:
            refuse(table.where, name, "a table of low, central and high", "nothing")
        read[name] = replace(read_factor(f"{key}.price_{name}", part), kind="price")
        if read[name].unit != unit:
            refuse(part.where, "unit", repr(unit), repr(read[name].unit))
    table.finish()
    return Price(**read)


def price_factors(resources: Iterable[Resource]) -> dict[str, Factor]:
    """Return the parts of all prices by full key."""
    prices = (resource.price for resource in resources)
    return {part.key: part for price in prices if price for part in (price.paid, price.staying)}


def price_under(price: Price, settings: Mapping[str, float]) -> Price:
    """Return a price with what is set by hand (full key -> value) in place of its ranges: it holds at both ends."""
    parts = {"paid": price.paid, "staying": price.staying}
    given = {name: settings[part.key] for name, part in parts.items() if part.key in settings}
    return replace(
        price,
        **{name: replace(parts[name], low=value, central=value, high=value) for name, value in given.items()},
    )


def counted_resources(catalogue: Catalogue) -> tuple[str, ...]:
    """Return the resources whose money adds up: priced, and no view of another, which would count it twice."""
    return tuple(key for key, known in catalogue.resources.items() if known.price is not None and not known.view_of)
