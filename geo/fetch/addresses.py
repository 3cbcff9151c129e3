"""What an official product is to fetch: its files, the ways they cover an area, and its terms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

OFFICIAL_HOSTS = frozenset({"nlftp.mlit.go.jp", "www.e-stat.go.jp"})
ALL_PREFECTURES = tuple(f"{number:02d}" for number in range(1, 48))

Coverage = Literal["nation", "prefecture", "sheet"]


@dataclass(frozen=True)
class Address:
    """One edition's file: ``url`` and file ``name``, with ``{code}`` where the prefecture or the sheet goes."""

    edition: str
    url: str
    name: str

    def of(self, code: str) -> Address:
        """Return the address of one prefecture (2 digits) or sheet (primary mesh, 4 digits)."""
        return Address(self.edition, self.url.replace("{code}", code), self.name.replace("{code}", code))


@dataclass(frozen=True)
class Way:
    """A way to cover an area: one file for the nation, for each prefecture or for each sheet; editions newest first."""

    by: Coverage
    addresses: tuple[Address, ...]


@dataclass(frozen=True)
class Product:
    """An official product.

    Attributes
    ----------
    key
        What ``--product`` calls it.
    title_ja, title_en, publisher, page
        Its name, who publishes it, and the page where a person finds it.
    licence_ja, licence_en, credit
        Terms of use, and the line that they ask for.
    ways
        Ways to cover an area; the next one is tried where one finds no file at all.
    extras
        Files that go with it whatever the area.
    crosses_borders
        Wanted of the neighbouring prefectures too, where basins are to stay whole.
    page_when_empty
        The server answers with a page (status 200) where there is no data.
    """

    key: str
    title_ja: str
    title_en: str
    publisher: str
    page: str
    licence_ja: str
    licence_en: str
    credit: str
    ways: tuple[Way, ...]
    extras: tuple[Address, ...] = ()
    crosses_borders: bool = False
    page_when_empty: bool = False


@dataclass(frozen=True)
class ByHand:
    """A product that only a person can fetch."""

    key: str
    title_ja: str
    title_en: str
    page: str
    reason_en: str


@dataclass(frozen=True)
class Area:
    """What is asked for: prefectures (2 digits), the primary meshes they touch (4 digits), and their neighbours."""

    prefectures: tuple[str, ...]
    sheets: tuple[str, ...]
    neighbours: tuple[str, ...] = ()
    nation: bool = False


@dataclass(frozen=True)
class Part:
    """One file to have; ``addresses`` are its editions, newest first; ``code`` is '' for the nation and for extras."""

    code: str
    addresses: tuple[Address, ...]


def parts_of(product: Product, way: Way, area: Area) -> tuple[Part, ...]:
    """Return the files that cover the area in this way, ordered by code; none where the way is not for this area."""
    if way.by == "nation":
        return (Part("", way.addresses),) if area.nation else ()
    codes = area.sheets if way.by == "sheet" else area.prefectures
    if way.by == "prefecture" and product.crosses_borders:
        codes = codes + area.neighbours
    return tuple(Part(code, tuple(address.of(code) for address in way.addresses)) for code in sorted(set(codes)))
