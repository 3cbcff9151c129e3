"""Municipality codes (JIS X 0402): check digits, designated cities and their wards, the prefecture in a code."""

from __future__ import annotations

import re
from bisect import bisect_right

from geo.prefectures import PREFECTURES

# The designated cities (政令指定都市) by code. A ward's code follows its city's and comes before the next one's.
DESIGNATED_CITIES = {
    "01100": "札幌市",
    "04100": "仙台市",
    "11100": "さいたま市",
    "12100": "千葉市",
    "14100": "横浜市",
    "14130": "川崎市",
    "14150": "相模原市",
    "15100": "新潟市",
    "22100": "静岡市",
    "22130": "浜松市",
    "23100": "名古屋市",
    "26100": "京都市",
    "27100": "大阪市",
    "27140": "堺市",
    "28100": "神戸市",
    "33100": "岡山市",
    "34100": "広島市",
    "40100": "北九州市",
    "40130": "福岡市",
    "43100": "熊本市",
}
_CITIES = sorted(DESIGNATED_CITIES)
_FIVE = re.compile(r"\d{5}")
_TOKYO = "13"


def check_digit(code: str) -> str:
    """Return the check digit of a five-digit municipality code (JIS X 0402, annex): '13104' -> '1'."""
    weighted = sum(weight * int(digit) for weight, digit in zip((6, 5, 4, 3, 2), code, strict=True))
    return str((11 - weighted % 11) % 10)


def five_digits(text: str) -> str | None:
    """Return a municipality code as five digits.

    Six digits must end in the right check digit; four have lost Hokkaido's to Tochigi's zero to a spreadsheet or a
    numeric field. None where the text is no code of one of the 47 prefectures.
    """
    code = text.strip()
    if re.fullmatch(r"\d{4}", code):
        code = f"0{code}"
    elif re.fullmatch(r"\d{6}", code):
        code = code[:5] if check_digit(code[:5]) == code[5] else ""
    return code if _FIVE.fullmatch(code) and code[:2] in PREFECTURES else None


def is_ward(code: str) -> bool:
    """Tell whether a code is a designated city's ward (Tokyo's special wards are municipalities, not wards)."""
    return code[:2] != _TOKYO and code[2] == "1" and code not in DESIGNATED_CITIES


def city_of(code: str) -> str | None:
    """Return the designated city's code of a ward, any other code as it is; None where the ward's city is unknown."""
    if not is_ward(code):
        return code
    before = _CITIES[bisect_right(_CITIES, code) - 1] if bisect_right(_CITIES, code) else ""
    return before if before[:2] == code[:2] else None
