"""A coordinate as people type it, in numbers or in degrees with their directions -> latitude and longitude."""

from __future__ import annotations

import re
import unicodedata

_NUMBER = r"([+-]?\d{1,3}(?:\.\d+)?)"
_MARKED = re.compile(
    r"([NSEWnsew]|北緯|南緯|東経|西経)?\s*(\d{1,3}(?:\.\d+)?)\s*[°度]\s*(?:(\d{1,2}(?:\.\d+)?)\s*['′’分]\s*)?"
    r"(?:(\d{1,2}(?:\.\d+)?)\s*(?:\"|″|”|''|秒)\s*)?([NSEWnsew])?"
)
_PLAIN = re.compile(rf"[NnEe]?\s*{_NUMBER}\s*[,、;\s]\s*[NnEe]?\s*{_NUMBER}")


def parse_coordinate(text: str) -> tuple[float, float] | None:
    """Read '35.25, 139.15', '北緯35度15分 東経139度9分' or '35°15′N 139°9′E' -> (latitude, longitude) in degrees.

    Full-width digits are read; of two bare numbers, the first is the longitude where it cannot be a latitude.
    None where the text is no coordinate on the globe.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    marked = _MARKED.findall(plain)
    if len(marked) == 2 and not re.sub(r"[\s,、;]", "", _MARKED.sub("", plain)):
        first, second = (_from_degrees(parts) for parts in marked)
    else:
        bare = _PLAIN.fullmatch(plain)
        if bare is None:
            return None
        first, second = (float(bare[1]), ""), (float(bare[2]), "")
    if first[1] == "longitude" or second[1] == "latitude" or (not first[1] and abs(first[0]) > 90):
        first, second = second, first
    if abs(first[0]) > 90 or abs(second[0]) > 180:
        return None
    return first[0], second[0]


def _from_degrees(parts: tuple[str, ...]) -> tuple[float, str]:
    before, degrees, minutes, seconds, after = parts
    value = float(degrees) + float(minutes or 0) / 60 + float(seconds or 0) / 3600
    letter = {"北緯": "N", "南緯": "S", "東経": "E", "西経": "W"}.get(before, before or after).upper()
    axis = {"N": "latitude", "S": "latitude", "E": "longitude", "W": "longitude"}.get(letter, "")
    return (-value if letter in ("S", "W") else value), axis
