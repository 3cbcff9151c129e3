"""Official downloads, fetched politely and kept whole. The network is used by nothing else."""

from __future__ import annotations

from geo.fetch.addresses import Address, Area, ByHand, Part, Product, Way
from geo.fetch.download import Downloader
from geo.fetch.errors import AbsentError, FetchError
from geo.fetch.fetching import Outcome, Result, fetch
from geo.fetch.products import BY_HAND, PRODUCTS, choose
from geo.fetch.sheets import area_of, read_municipalities
from geo.fetch.transport import Manners

__all__ = [
    "BY_HAND",
    "PRODUCTS",
    "AbsentError",
    "Address",
    "Area",
    "ByHand",
    "Downloader",
    "FetchError",
    "Manners",
    "Outcome",
    "Part",
    "Product",
    "Result",
    "Way",
    "area_of",
    "choose",
    "fetch",
    "read_municipalities",
]
