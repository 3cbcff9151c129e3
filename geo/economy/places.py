"""Which municipality of an area a table means: by code or by name."""

from __future__ import annotations

import re
import unicodedata

from rapidfuzz import process
from rapidfuzz.distance import OSA

from geo.dataset import Dataset

# Share of the letters (0..1) that agree; below it a name is another place's.
_LEAST_LIKENESS = 0.5
_ENDING = re.compile(r"-?(?:city|town|village)$")


class Places:
    """The municipalities of an area, found by five- or six-digit code, or by name with or without the prefecture's."""

    def __init__(self, dataset: Dataset) -> None:
        table = dataset.municipalities
        codes = [str(code) for code in table["code"]]
        self.names = {code: str(name) for code, name in zip(codes, table["name_ja"], strict=True)}
        english = zip(codes, table["name_en"], strict=True)
        self._codes = {_plain(name): code for code, name in self.names.items()}
        self._codes |= {_ENDING.sub("", _plain(name)): code for code, name in english}
        self._prefectures = tuple(_plain(name) for name in dataset.prefecture["name_ja"].astype(str))

    def code_of(self, words: str) -> str:
        """Return the code, '' where the words are no municipality of the area."""
        found = _plain(words)
        # A spreadsheet that takes the code for a number drops its zero.
        code = found.zfill(5) if re.fullmatch(r"[0-9]{4}", found) else found
        if re.fullmatch(r"[0-9]{6}", code) and code[5] == check_digit(code[:5]):
            code = code[:5]
        if code in self.names:
            return code
        for prefecture in self._prefectures:
            found = found.removeprefix(prefecture)
        return self._codes.get(_ENDING.sub("", found), "")

    def nearest(self, words: str) -> str:
        """Return code and name of the municipality whose code or name is most like the words, '' where none is."""
        known = {code: (code, _plain(name)) for code, name in self.names.items()}
        forms = {(code, at): form for code, both in known.items() for at, form in enumerate(both)}
        alike = OSA.normalized_similarity
        best = process.extractOne(_plain(words), forms, scorer=alike, score_cutoff=_LEAST_LIKENESS)
        if not best:
            return ""
        code = str(best[2][0])
        return f"{code} {self.names[code]}"


def check_digit(code: str) -> str:
    """Return the sixth digit of a five-digit JIS X 0402 code (weights 6 to 2, modulus 11)."""
    total = sum(int(digit) * weight for digit, weight in zip(code, range(6, 1, -1), strict=True))
    return str((11 - total % 11) % 10)


def _plain(words: object) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", str(words))).lower()
