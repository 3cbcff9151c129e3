"""The ladder and the matrix resource × scale as accessible markup, on the page and on paper."""

from layers.ladder_view.markup import ladder_body, ladder_html, row_body
from layers.ladder_view.matrix import MatrixRow, matrix_body, matrix_html, shares_html

__all__ = ["MatrixRow", "ladder_body", "ladder_html", "matrix_body", "matrix_html", "row_body", "shares_html"]
