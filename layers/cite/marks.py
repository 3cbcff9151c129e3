"""The attributes by which markup says that it is a figure: what is copied with it stands in them."""

from __future__ import annotations

from html import escape


def cite_attributes(
    label: str, value: str, *, of: str = "", place: str = "", area: str = "", years: str = "", sources: str = ""
) -> str:
    """Return HTML attributes (escaped, with a leading space) that make an element a figure to copy.

    Parameters
    ----------
    label, value
        What it is, and its value with unit, as shown.
    of
        Key of the resource whose data years and sources hold for it.
    place, area
        The place's name and the folder name of its area, where they are not those of the view.
    years, sources
        Data years and sources in words, where they are no resource's.
    """
    told = {"": label, "-value": value, "-of": of, "-place": place, "-area": area, "-years": years, "-sources": sources}
    return "".join(
        f' data-cite{name}="{escape(words, quote=True)}"' for name, words in told.items() if words or not name
    )
