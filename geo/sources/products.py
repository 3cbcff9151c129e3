"""The official downloads in a folder: what is there, what is missing, and what a dataset lacks without it."""

from __future__ import annotations

import zipfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from geo.prefectures import PREFECTURES
from geo.sources.product_list import PRODUCTS, Product
from geo.sources.product_names import NATION, Named, name_of
from geo.sources.reading import SourceError

__all__ = ["PRODUCTS", "Found", "Ignored", "Presence", "Product", "find_products"]

_SUFFIXES = (".zip", ".shp", ".geojson", ".json", ".gml", ".xml", ".txt", ".csv", ".tif", ".tiff", ".gpkg")
_OUTLINES = (".shp", ".geojson", ".gpkg")
_BY_PREFECTURE = ("n03", "w12", "a13", "a45", "school_districts", "small_areas")


@dataclass(frozen=True)
class Presence:
    """A product that is there.

    Attributes
    ----------
    product
        Which.
    edition
        Of the files chosen: a year or date, '' where their names do not say.
    paths
        The files, sorted by name.
    regions
        Prefecture or mesh codes that the names tell, sorted; a prefecture whose blocks or nation is there is in it.
    lacking
        Prefectures asked for that no file covers; always () for products by mesh.
    """

    product: Product
    edition: str
    paths: tuple[Path, ...]
    regions: tuple[str, ...]
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ignored:
    """A file that is not used, and why."""

    path: Path
    reason_ja: str
    reason_en: str


@dataclass(frozen=True)
class Found:
    """What a folder holds: a pure listing of names, nothing was read."""

    folder: Path
    there: Mapping[str, Presence] = field(default_factory=dict)
    missing: tuple[Product, ...] = ()
    ignored: tuple[Ignored, ...] = ()

    def paths(self, key: str) -> tuple[Path, ...]:
        """Return a product's files; () where it is missing."""
        return self.there[key].paths if key in self.there else ()

    def missing_rows(self) -> list[dict[str, str]]:
        """Return ``[[missing]]`` of ``dataset.toml``: products that are missing or do not cover all prefectures."""
        rows = []
        for product in PRODUCTS.values():
            row = {
                "key": product.key,
                "title_ja": product.title_ja,
                "title_en": product.title_en,
                "lacks_ja": product.lacks_ja,
                "lacks_en": product.lacks_en,
            }
            lacking = self.there[product.key].lacking if product.key in self.there else ()
            if lacking:
                row["lacks_ja"] += f"（{'、'.join(PREFECTURES[code][0] for code in lacking)}）"
                row["lacks_en"] += f" ({', '.join(PREFECTURES[code][1] for code in lacking)})"
            if lacking or product in self.missing:
                rows.append(row)
        return rows


def find_products(folder: Path, prefectures: Sequence[str] = (), *, nation: bool = False) -> Found:
    """List the official downloads under a folder, as downloaded or unpacked.

    Parameters
    ----------
    folder
        Searched with its sub-folders. A zip whose own name says nothing is known by its members' names.
    prefectures
        Two-digit codes of the area; of a product by prefecture the newest edition is taken that covers most of them.
        Files of other prefectures of that edition are taken too: the neighbours' land and basins.
    nation
        All 47 are asked for.

    Returns
    -------
    The newest edition of each product (one only: two editions' outlines do not fit), what is missing, and the files
    that are not used with the reason, by name.

    Raises
    ------
    SourceError
        There is no such folder.
    """
    if not folder.is_dir():
        raise SourceError.of(str(folder), expected="a folder of downloads", found="none", remedy="Check the path.")
    asked = NATION if nation else tuple(prefectures)
    ignored: list[Ignored] = []
    known: defaultdict[str, list[tuple[Named, Path]]] = defaultdict(list)
    for path in sorted(folder.rglob("*")):
        is_metadata = path.name.upper().startswith("KS-META")
        if path.suffix.lower() not in _SUFFIXES or is_metadata or not path.is_file():
            continue
        named = _named(path)
        if named is None:
            ignored.append(Ignored(path, "知られた製品の名前ではありません", "not the name of a known product"))
        elif named.refused_en:
            ignored.append(Ignored(path, named.refused_ja, named.refused_en))
        else:
            known[named.product].append((named, path))
    there: dict[str, Presence] = {}
    for key, files in known.items():
        groups = _census_years(files) if key == "census_mesh" else {key: files}
        for name, group in groups.items():
            presence = _newest(PRODUCTS[name], group, asked)
            there[name] = presence
    used = {path for presence in there.values() for path in presence.paths}
    for key, files in known.items():
        ignored += _left(files, used, there[key].edition or "–")
    return Found(
        folder=folder,
        there={key: there[key] for key in PRODUCTS if key in there},
        missing=tuple(product for key, product in PRODUCTS.items() if key not in there),
        ignored=tuple(sorted(ignored, key=lambda one: str(one.path))),
    )


def _left(files: list[tuple[Named, Path]], used: set[Path], edition: str) -> list[Ignored]:
    """Say of a product's files that are not used why."""
    editions = {named.edition for named, path in files if path in used}
    reasons = {
        "twin": ("同じ内容のファイルがほかにあります", "the same is in another file"),
        "variant": (
            "同じ年の別の版です（測地系・大きさ・区域）",
            "another edition of that year (datum, cell size or region)",
        ),
        "other": (f"別の版です（使うのは {edition}）", f"another edition (the one used is {edition})"),
    }

    def reason(one: str) -> str:
        return "twin" if one in editions else "variant" if one.startswith(edition) else "other"

    return [Ignored(path, *reasons[reason(named.edition)]) for named, path in files if path not in used]


def _named(path: Path) -> Named | None:
    named = name_of(path.name)
    if named is None and path.suffix.lower() in _OUTLINES:
        # Unpacked: the layer may have a name of its own, the folder has the archive's.
        named = name_of(path.parent.name)
    if named is not None or path.suffix.lower() != ".zip":
        return named
    try:
        with zipfile.ZipFile(path) as archive:
            members = sorted(archive.namelist())
    except (OSError, zipfile.BadZipFile):
        return None
    inside = [found for member in members if (found := name_of(PurePosixPath(member).name)) and not found.refused_en]
    if not inside:
        return None
    same = [found for found in inside if found.product == inside[0].product]
    regions = sorted({region for found in same for region in found.regions})
    return Named(same[0].product, max(found.edition for found in same), tuple(regions))


def _census_years(files: list[tuple[Named, Path]]) -> dict[str, list[tuple[Named, Path]]]:
    """Sort mesh censuses by year: the newest, and those of 2015 and 2010 for the change."""
    newest = max(named.edition[:4] for named, _ in files)
    years = {"census_mesh": newest, "census_mesh_2015": "2015", "census_mesh_2010": "2010"}
    groups = {key: [(named, path) for named, path in files if named.edition[:4] == year] for key, year in years.items()}
    return {key: group for key, group in groups.items() if group}


def _newest(product: Product, files: list[tuple[Named, Path]], asked: tuple[str, ...]) -> Presence:
    """Choose one edition."""
    by_edition: defaultdict[str, list[tuple[Named, Path]]] = defaultdict(list)
    for named, path in files:
        by_edition[named.edition].append((named, path))
    is_by_prefecture = product.key in _BY_PREFECTURE

    def covered(edition: str) -> set[str]:
        return {region for named, _ in by_edition[edition] for region in named.regions} - {""}

    def prefectures(edition: str) -> set[str]:
        return {region[:2] for region in covered(edition)}

    def newest(edition: str) -> tuple[int, str]:
        return (len(prefectures(edition) & set(asked)) if is_by_prefecture else 0), edition

    def fullest(edition: str) -> tuple[int, int, list[str]]:
        # Files by prefecture repeat what files by mesh hold: never both. Then the most tiles, JGD2011, the larger cell.
        is_whole = bool(asked) and set(asked) <= covered(edition)
        kind = (2 if is_whole else 0) if edition.endswith("/2") else 1
        return kind, len(covered(edition)), edition.split("/")[1:]

    edition = max(by_edition, key=fullest if product.key.startswith("census_mesh") else newest)
    says_regions = all("" not in named.regions for named, _ in by_edition[edition])
    lacking = [code for code in asked if code not in prefectures(edition)] if is_by_prefecture and says_regions else []
    return Presence(
        product,
        edition.partition("/")[0].partition("-")[0],
        tuple(sorted(_once(by_edition[edition]))),
        () if product.key == "repos" else tuple(sorted(covered(edition))),
        tuple(lacking),
    )


def _once(files: list[tuple[Named, Path]]) -> list[Path]:
    """Leave out a file that an archive beside it or one of more regions covers, and a twin in another format."""
    order = {".zip": 0, ".shp": 1, ".gpkg": 2, ".geojson": 3, ".json": 4}
    # Of an elevation tile twice the later date, which ends the name.
    ranked = sorted(files, key=lambda one: one[1].name, reverse=files[0][0].product == "dem")
    ranked.sort(key=lambda one: (-len(one[0].regions), order.get(one[1].suffix.lower(), 5)))
    kept: list[tuple[set[str], Path]] = []
    for named, path in ranked:
        regions = set(named.regions) - {""}
        if not any(
            all(region in larger or region[:2] in larger for region in regions)
            and (
                other.suffix.lower() == ".zip"
                or len(larger) > len(regions)
                or other.stem == path.stem
                or named.product == "dem"
            )
            for larger, other in kept
            if regions and larger
        ):
            kept.append((regions, path))
    return [path for _, path in kept]
