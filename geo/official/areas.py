"""What an area of one or several prefectures is called, and the plane its lengths are measured in."""

from __future__ import annotations

from collections.abc import Sequence

from geo.prefectures import PREFECTURES, prefecture_names

# Zone of the plane rectangular coordinate system (平面直角座標系, MLIT notice 9 of 2002) by prefecture.
_ZONES = {
    1: "42",
    2: "40 41 43 44 45 46",
    3: "32 34 35",
    4: "36 37 38 39",
    5: "28 31 33",
    6: "18 24 25 26 27 29 30",
    7: "16 17 21 23",
    8: "15 19 20 22",
    9: "07 08 09 10 11 12 13 14",
    10: "02 03 04 05 06",
    12: "01",
    15: "47",
}
_ZONE_OF = {code: zone for zone, codes in _ZONES.items() for code in codes.split()}
# EPSG:6669 is zone I of JGD2011.
_BEFORE_FIRST_ZONE = 6668
# Conformal over all of Japan: lengths good to 2 %.
_ALL_JAPAN = "+proj=lcc +lat_1=28 +lat_2=43 +lat_0=36 +lon_0=137 +ellps=GRS80 +units=m +no_defs"
_NAMED = 3


def plane_crs(prefectures: Sequence[str]) -> str:
    """Return the projected CRS for lengths: the zone where all prefectures share one, else one for all of Japan."""
    zones = {_ZONE_OF[code] for code in prefectures}
    return f"EPSG:{_BEFORE_FIRST_ZONE + zones.pop()}" if len(zones) == 1 else _ALL_JAPAN


def area_names(prefectures: Sequence[str]) -> dict[str, str]:
    """Return ``name_ja``, ``name_en``, ``prefecture_name_ja`` and ``prefecture_name_en`` of ``dataset.toml``.

    Raises
    ------
    InputError
        A code that is none.
    """
    if len(prefectures) == 1:
        ja, en = prefecture_names(prefectures[0])
        return {
            "name_ja": ja,
            "name_en": PREFECTURES[prefectures[0]][1],
            "prefecture_name_ja": ja,
            "prefecture_name_en": en,
        }
    if len(prefectures) == len(PREFECTURES):
        ja, en = "全国", "Japan"
    else:
        names = [PREFECTURES[code] for code in prefectures]
        more = len(names) - _NAMED
        ja = "・".join(name for name, _ in names[:_NAMED]) + (f"ほか{more}都道府県" if more > 0 else "")
        en = ", ".join(name for _, name in names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
    return {"name_ja": ja, "name_en": en, "prefecture_name_ja": ja, "prefecture_name_en": en}
