"""QR codes: the SVG and the matrix say what segno's own code of the same words says, and a decoder reads the words."""

import re

import numpy as np
import pytest
import segno
import zxingcpp

from layers.qr import QUIET, qr_modules, qr_svg

ADDRESS = "https://meguri.example.jp/scale?lang=en&area=kanagawa&place=municipality%3A14206"


def modules_of(words):
    return [[bool(module) for module in row] for row in segno.make_qr(words, error="m", boost_error=False).matrix]


def from_hex(side, digits):
    """Read the matrix as a browser does."""
    width = -(-side // 4)
    return [
        [bool(int(digits[row * width + column // 4], 16) >> (3 - column % 4) & 1) for column in range(side)]
        for row in range(side)
    ]


def from_path(svg):
    """Fill the boxes of the drawing into a matrix, quiet zone included."""
    side = int(re.search(r'viewBox="0 0 (\d+) ', svg)[1])
    cells = [[False] * side for _ in range(side)]
    for left, top, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", svg):
        for column in range(int(left), int(left) + int(width)):
            cells[int(top)][column] = True
    return cells


@pytest.mark.parametrize("words", [ADDRESS, "https://x.jp/", "会議に入る", "a" * 1000])
def test_the_matrix_is_the_code_of_the_words(words):
    side, digits = qr_modules(words)
    assert len(digits) == side * -(-side // 4)
    assert from_hex(side, digits) == modules_of(words)


def test_the_drawing_is_the_code_with_a_quiet_zone():
    code, drawn = modules_of(ADDRESS), from_path(qr_svg(ADDRESS, title="code"))
    assert QUIET == 4
    assert [row[QUIET:-QUIET] for row in drawn[QUIET:-QUIET]] == code
    assert not any(any(row) for row in (*drawn[:QUIET], *drawn[-QUIET:]))
    assert not any(any((*row[:QUIET], *row[-QUIET:])) for row in drawn)


@pytest.mark.parametrize("words", [ADDRESS, "https://x.jp/", "会議に入る", "a" * 1000])
def test_a_decoder_reads_the_words(words):
    """An independent reader: segno does not check itself."""
    light = ~np.array(from_path(qr_svg(words, title="code")))
    picture = np.kron(light, np.ones((4, 4), dtype=np.uint8)).astype(np.uint8) * 255
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [words]


def test_another_address_is_another_code():
    assert qr_modules(ADDRESS) != qr_modules(ADDRESS + "0")


def test_the_title_is_shown_as_text():
    svg = qr_svg("https://x.jp/", title="<script>alert(1)</script>")
    assert "<script>" not in svg
    assert "<title>&lt;script&gt;" in svg


def test_words_that_fit_no_code_are_refused():
    with pytest.raises(segno.encoder.DataOverflowError):
        qr_modules("x" * 3000)
