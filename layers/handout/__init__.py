"""The meeting's hand-out: its agenda as a PDF of A4 or A3 pages, and those pages as pictures."""

from __future__ import annotations

from layers.handout.buttons import handout_buttons
from layers.handout.document import handout
from layers.handout.pictures import pages_png

__all__ = ["handout", "handout_buttons", "pages_png"]
