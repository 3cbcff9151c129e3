"""How the official downloads are named: which product, edition and region a file's name stands for."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

# Regional blocks by the two digits that stand in a file's name for a prefecture's (51 Hokkaido, 52 Tohoku ...).
_BLOCKS: dict[str, tuple[int, ...]] = {
    "51": (1,),
    "52": (2, 3, 4, 5, 6, 7),
    "53": (8, 9, 10, 11, 12, 13, 14, 19, 20),
    "54": (15, 16, 17),
    "55": (21, 22, 23, 24),
    "56": (18, 25, 26, 27, 28, 29, 30),
    "57": (31, 32, 33, 34, 35),
    "58": (36, 37, 38, 39),
    "59": (40, 41, 42, 43, 44, 45, 46),
}
NATION = tuple(f"{number:02d}" for number in range(1, 48))

# e-Stat's table ids of the mesh census: id -> (census year, side of the cell in metres, preference among equals).
CENSUS_TABLES: dict[str, tuple[int, int, int]] = {
    "001140": (2020, 1000, 1),
    "001141": (2020, 500, 1),
    "001142": (2020, 250, 1),
    "001100": (2020, 1000, 0),
    "001101": (2020, 500, 0),
    "001102": (2020, 250, 0),
    "000846": (2015, 1000, 1),
    "000847": (2015, 500, 1),
    "000876": (2015, 250, 1),
    "000608": (2010, 1000, 1),
    "000609": (2010, 500, 1),
    "000649": (2010, 250, 1),
    "000387": (2005, 500, 1),
    "000148": (2005, 1000, 1),
    "000652": (2005, 250, 1),
    "000146": (2000, 1000, 1),
    "000386": (2000, 500, 1),
    "000751": (1995, 1000, 1),
    "000752": (1995, 500, 1),
}


@dataclass(frozen=True)
class Named:
    """What a file's name says.

    Attributes
    ----------
    product
        Key in :data:`geo.sources.products.PRODUCTS`.
    edition
        Text that sorts by age ('2024-01-01', '2016'); '' where the name does not say.
    regions
        Prefecture codes ('14'), municipality codes, mesh codes ('5339') or what else tells two files of one edition
        apart; ('',) where the name does not say.
    refused_ja, refused_en
        Why the file cannot be used although it is known; '' where it can.
    """

    product: str
    edition: str
    regions: tuple[str, ...]
    refused_ja: str = ""
    refused_en: str = ""


_Reader = Callable[[re.Match[str]], Named]

_TOKYO_DATUM = (
    "日本測地系のメッシュは新しいデータと重なりません",
    "its mesh is on Tokyo's datum and does not fit newer data",
)
_PLANE = ("平面直角座標系の版です。緯度経度の版を使ってください", "plane coordinates: take the edition in degrees")
_DERIVED = ("市区町村の境界ではありません", "not the municipalities' outlines")
_SMALL_AREA_TABLE = ("小地域の統計表です（境界ではありません）", "a table of small areas, not their outlines")


def name_of(name: str) -> Named | None:
    """Tell what a file (or a member of an archive) is by its name; None where it is none of the products."""
    if name.upper().startswith("KS-META"):
        return None
    for pattern, read in _PATTERNS:
        if match := pattern.search(name):
            return read(match)
    return None


def year_told(product: str, *names: str) -> str:
    """Return the year that the first file of this product among ``names`` (paths, too) tells; '' where none does."""
    known = (name_of(name.rpartition("/")[2]) for name in names)
    return next((named.edition[:4] for named in known if named and named.product == product), "")


def editions_ja(years: Sequence[str]) -> str:
    """Return years as a source's name has them in Japanese, '版不明' for none."""
    return "・".join(f"{year}年" for year in years) or "版不明"


def _century(two: str) -> str:
    """'21' -> '2021'; the oldest digital edition is of 1976."""
    return f"{'19' if int(two) >= 70 else '20'}{two}"


def _prefectures(digits: str | None) -> tuple[str, ...]:
    if not digits:
        return ("",)
    if digits == "00":
        return NATION
    if digits in _BLOCKS:
        return tuple(f"{number:02d}" for number in _BLOCKS[digits])
    return (digits,)


def _n03(match: re.Match[str]) -> Named:
    edition, region, date, rest = match["edition"], match["region"], match["date"], match["rest"] or ""
    if len(edition) == 8:
        when = f"{edition[:4]}-{edition[4:6]}-{edition[6:]}"
    elif len(edition) == 6:
        # Up to 2014 the name has yymmdd; the years 20 to 95 in it are those of the historical editions.
        century = "19" if int(edition[:2]) >= 20 else "20"
        when = f"{century}{edition[:2]}-{edition[2:4]}-{edition[4:]}"
    else:
        when = f"20{date[:2]}-{date[2:4]}-{date[4:]}" if date else f"20{edition}"
    regions = _prefectures(region) if region else NATION
    if rest and not rest.lower().startswith("_gml"):
        return Named("n03", when, regions, *_DERIVED)
    return Named("n03", when, regions)


def _w12(match: re.Match[str]) -> Named:
    # The edition 01.1 is the older one, likely on Tokyo's datum: its reader decides by the .prj.
    edition = "01.1" if "01.1" in match.string else "01.0a" if "01.0a" in match.string or match["new"] else ""
    return Named("w12", {"01.0a": "1977-2", "": "1977-1", "01.1": "1977-0"}[edition], _prefectures(match["region"]))


def _w07(match: re.Match[str]) -> Named:
    named = Named("w07", _century(match["year"]), (match["mesh"],))
    return Named("w07", named.edition, named.regions, *_TOKYO_DATUM) if match["datum"] == "-tky" else named


def _l03b(match: re.Match[str]) -> Named:
    edition, datum = _century(match["year"]), (match["datum"] or "").lower()
    is_tokyo = datum == "-tky" or int(edition) < 2000
    return Named("l03b", edition, (match["mesh"] or "",), *(_TOKYO_DATUM if is_tokyo else ("", "")))


def _by_prefecture(product: str) -> _Reader:
    def read(match: re.Match[str]) -> Named:
        return Named(product, _century(match["year"]), _prefectures(match["region"]))

    return read


def _census(match: re.Match[str]) -> Named:
    if match["level"].upper() == "C":
        return Named("small_areas", "", ("",), *_SMALL_AREA_TABLE)
    year, side, preference = CENSUS_TABLES.get(match["table"], (0, 0, 0))
    if not year:
        return Named(
            "census_mesh", "", (match["region"],), "知られていない統計表です", f"an unknown table, T{match['table']}"
        )
    return Named("census_mesh", f"{year}/{preference}/{side:04d}/{len(match['region'])}", (match["region"],))


def _small_area_zip(match: re.Match[str]) -> Named:
    year, regions = match["year"], _places(match)
    if match["kind"].upper() == "XY":
        return Named("small_areas", year, regions, *_PLANE)
    return Named("small_areas", f"{year}{'/jgd2011' if 'JGD2011' in match.string.upper() else ''}", regions)


def _small_area(match: re.Match[str]) -> Named:
    era = {"r2": "2020", "h27": "2015", "h22": "2010", "h17": "2005", "h12": "2000"}
    return Named("small_areas", era.get(match["era"].lower(), ""), _places(match))


def _places(match: re.Match[str]) -> tuple[str, ...]:
    """A prefecture's file, or one municipality's."""
    return (match["region"] + match["town"],) if match["town"] else _prefectures(match["region"])


def _dem(match: re.Match[str]) -> Named:
    return Named("dem", "", (match["mesh"].lower(),))


def _repos(match: re.Match[str]) -> Named:
    return Named("repos", "", (match.string.rpartition(".")[0].lower(),))


# Searched in this order. A name begins, or goes on after something of the user's own ('s0010_'), with the product's.
_START = r"(?:^|[^A-Za-z0-9])"
_PATTERNS: tuple[tuple[re.Pattern[str], _Reader], ...] = tuple(
    (re.compile(_START + pattern, re.IGNORECASE), read)
    for pattern, read in (
        (
            r"N03-(?P<edition>\d{8}|\d{6}|\d{2})(?:_(?P<region>\d{2}))?(?!\d)(?:_(?P<date>\d{6}))?(?P<rest>_[^.]*)?(?=\.|$)",
            _n03,
        ),
        (r"W12-\d{2}A[-_](?P<new>2K[-_])?(?P<region>\d{2})(?!\d)", _w12),
        (r"W07-(?P<year>\d{2})_(?P<mesh>\d{4})(?P<datum>-jgd2011|-jgd|-tky)?", _w07),
        (r"L03-b(?:_r)?-(?P<year>\d{2})(?:_(?P<mesh>\d{4})(?P<datum>-jgd2011|-jgd|-tky)?)?", _l03b),
        (r"A13-(?P<year>\d{2})_(?P<region>\d{2})(?!\d)", _by_prefecture("a13")),
        (r"A45-(?P<year>\d{2})_(?P<region>\d{2})(?!\d)", _by_prefecture("a45")),
        (r"A27-(?P<year>\d{2})_(?P<region>\d{2})(?!\d)", _by_prefecture("school_districts")),
        (r"tblT(?P<table>\d{6})(?P<level>[SHQC])(?P<region>\d{2,4})", _census),
        (r"A00200521(?P<year>\d{4})(?P<kind>DD|XY)SWC(?P<region>\d{2})(?P<town>\d{3})?", _small_area_zip),
        (r"(?P<era>r2|h27|h22|h17|h12)ka(?P<region>\d{2})(?P<town>\d{3})?", _small_area),
        (r"FG-GML-(?P<mesh>\d{4}[-\d]*DEM\d+[A-C]?)", _dem),
        (r"PackDLMap(?P<mesh>)", _dem),
        (
            r"(?:wind_land|wind_sea|sunlight|solar|water_river|small_hydro|hydro|geo_steam|geo_binary|geothermal)[^.]*"
            r"\.(?:zip|shp|geojson|gpkg|csv)$",
            _repos,
        ),
    )
)
