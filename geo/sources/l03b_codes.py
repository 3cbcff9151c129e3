"""Code lists of L03-b: what a code of each edition means, as the classes that the land use is counted in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

CLASSES = (
    "paddy",
    "other_farmland",
    "forest",
    "wasteland",
    "built_up",
    "road",
    "railway",
    "other",
    "river_lake",
    "beach",
    "sea",
    "golf_course",
)

_LAND_USE_09 = {
    "0100": "paddy",
    "0200": "other_farmland",
    "0500": "forest",
    "0600": "wasteland",
    "0700": "built_up",
    "0901": "road",
    "0902": "railway",
    "1000": "other",
    "1100": "river_lake",
    "1400": "beach",
    "1500": "sea",
    "1600": "golf_course",
}
# 9 is 幹線交通用地, roads and railways in one; 0 stands in the 2006 edition only, for sea beyond the surveyed land.
_LAND_USE_YY = {
    "1": "paddy",
    "2": "other_farmland",
    "5": "forest",
    "6": "wasteland",
    "7": "built_up",
    "9": "road",
    "A": "other",
    "B": "river_lake",
    "E": "beach",
    "F": "sea",
    "G": "golf_course",
}
_LAND_USE_06 = {**_LAND_USE_YY, "0": "sea"}
_LAND_USE_77 = {
    "1": "paddy",
    "2": "other_farmland",
    "3": "other_farmland",
    "4": "other_farmland",
    "5": "forest",
    "6": "wasteland",
    "7": "built_up",
    "8": "built_up",
    "9": "road",
    "A": "other",
    "B": "river_lake",
    "C": "river_lake",
    "D": "river_lake",
    "E": "beach",
    "F": "sea",
}
RASTER = {
    10: "paddy",
    20: "other_farmland",
    50: "forest",
    60: "wasteland",
    70: "built_up",
    91: "road",
    92: "railway",
    100: "other",
    110: "river_lake",
    140: "beach",
    150: "sea",
    160: "golf_course",
}
RASTER_OUTSIDE = 0


@dataclass(frozen=True)
class Edition:
    """One edition of L03-b.

    Attributes
    ----------
    year
        Year of the land use.
    list_name
        Name of its code list at the publisher.
    codes
        Code -> class; None where the list is not known here.
    licence
        Terms as far as known.
    """

    year: int
    list_name: str
    codes: Mapping[str, str] | None
    licence: str

    @property
    def width(self) -> int:
        """Letters of a code."""
        return len(next(iter(self.codes))) if self.codes else 0

    @property
    def tells_railways(self) -> bool:
        """Whether roads and railways have codes of their own."""
        return self.codes is not None and "railway" in self.codes.values()


_OLD_TERMS = "国土数値情報利用約款（出典を示せば商用可）"
_UNSURE_TERMS = "国土数値情報利用約款（配布ページの使用許諾条件を確認）"
_CC_BY = "CC BY 4.0"
# Two digits in the file's name -> edition.
EDITIONS = {
    "76": Edition(1976, "LandUseCd-77", _LAND_USE_77, _UNSURE_TERMS),
    "87": Edition(1987, "LandUseCd-88", None, _UNSURE_TERMS),
    "91": Edition(1991, "LandUseCd-YY", _LAND_USE_YY, _UNSURE_TERMS),
    "97": Edition(1997, "LandUseCd-YY", _LAND_USE_YY, _UNSURE_TERMS),
    "06": Edition(2006, "LandUseCd-YY", _LAND_USE_06, _OLD_TERMS),
    "09": Edition(2009, "LandUseCd-09", _LAND_USE_09, _UNSURE_TERMS),
    "14": Edition(2014, "LandUseCd-09", _LAND_USE_09, _CC_BY),
    "16": Edition(2016, "LandUseCd-09", _LAND_USE_09, _CC_BY),
    "21": Edition(2021, "LandUseCd-09", _LAND_USE_09, _CC_BY),
}
