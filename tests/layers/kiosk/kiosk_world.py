"""A small area of two towns that eat vegetables, reckoned by hand, and how the kiosk's lines are read back.

West (小田原市): 400 people × 86 kg = 34.4 t; 0.4 km² of fields = 40 ha × 50 % × 30 t × (1 − 10 % × 20 %) = 588 t.
East: 600 people × 86 kg = 51.6 t, no field (and none known in half of it). The west's own community has enough; the
east finds it only in the prefecture. By town: 1 of 2 within its own area; together 86 t of 86 t.
"""

from dataclasses import replace

from geo.resources import load_catalogue
from tests.layers.small_area import small_area

WEST, EAST = "14206", "14999"


def world(folder):
    """Return the area and a catalogue of vegetables alone."""
    catalogue = load_catalogue()
    dataset = small_area()
    (folder / "dataset.toml").write_text(f"# {folder}", encoding="utf-8")
    # The description is read for the build's digest alone.
    object.__setattr__(dataset, "folder", folder)
    return dataset, replace(
        catalogue, resources={"vegetables": catalogue.resources["vegetables"]}, content_hash="vegetables"
    )


def plain(line):
    """Return a line without its readings."""
    return line if isinstance(line, str) else "".join(part if isinstance(part, str) else part[0] for part in line)


def unread(line):
    """Return what of a line has no reading over it."""
    return line if isinstance(line, str) else "".join(part for part in line if isinstance(part, str))


def all_words(node):
    """Yield every Words of a message: {"ja": …, "en": …, "easy": …}."""
    if isinstance(node, dict):
        if set(node) == {"ja", "en", "easy"}:
            yield node
        else:
            for value in node.values():
                yield from all_words(value)
    elif isinstance(node, list):
        for value in node:
            yield from all_words(value)
