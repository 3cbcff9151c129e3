"""How well a page's texts can be read: the contrast of every visible text after WCAG 2.1, 1.4.3."""

from dataclasses import dataclass
from pathlib import Path

from layers import palette

_WALK = Path(__file__).with_name("contrast.js").read_text(encoding="utf-8")
# Names on the map lie on it directly.
PICTURES = ".meguri-map"
AA, AA_LARGE = 4.5, 3.0
LARGE_PX, LARGE_BOLD_PX = 24, 18.66


@dataclass(frozen=True)
class Seen:
    """One text as it is seen.

    Attributes
    ----------
    text, at
        Its words and the elements that hold it.
    ink, ground
        '#rrggbb' as the eye gets them.
    needed
        The contrast that it must reach.
    texture
        The image that it stands on, '' for a plain ground: over a texture no single contrast is true.
    """

    text: str
    at: str
    ink: str
    ground: str
    needed: float
    texture: str = ""

    @property
    def ratio(self):
        return palette.contrast(self.ink, self.ground)

    @property
    def is_readable(self):
        return self.ratio >= self.needed and not self.texture

    def __str__(self):
        on = f"{self.ground} and {self.texture}" if self.texture else self.ground
        return f"{self.ratio:.2f} for {self.needed}: {self.ink} on {on}, “{self.text}” in {self.at}"


def texts(page):
    """Return every visible text of a page, the worst first; what looks alike in one place stands once."""
    found = {_seen(each): None for frame in page.frames for each in frame.evaluate(_WALK, PICTURES)}
    return sorted(found, key=lambda seen: seen.ratio / seen.needed)


def _seen(each):
    is_large = each["size"] >= LARGE_PX or (each["bold"] and each["size"] >= LARGE_BOLD_PX)
    return Seen(
        text=each["text"],
        at=each["at"],
        ink=_hex(each["ink"]),
        ground=_hex(each["ground"]),
        # A symbol is a picture, not a text: 1.4.11.
        needed=AA_LARGE if is_large or each["icon"] else AA,
        texture=each["texture"],
    )


def _hex(colour):
    return "#" + "".join(f"{round(value):02x}" for value in colour)
