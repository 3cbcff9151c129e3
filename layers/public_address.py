"""The address under which the public reaches this office's Meguri, for links that leave the room as a QR code."""

from __future__ import annotations

import logging
import os
from functools import lru_cache
from urllib.parse import urlencode, urlsplit

from layers.state import ViewState, to_query

VARIABLE = "MEGURI_PUBLIC_ADDRESS"
# Longer ones make a code that no phone reads across a room.
_LONGEST = 200
_log = logging.getLogger(__name__)


def public_address() -> str:
    """Return ``MEGURI_PUBLIC_ADDRESS`` without its last '/'; '' where it is not set, or wrong.

    A wrong one is said in the log, once: there are no codes to take away then, and all else works.
    """
    return _checked(os.environ.get(VARIABLE, "").strip())


def place_address(public: str, *, area: str, place: str, lang: str) -> str:
    """Return the address of a place's Scale page on the public server: ``place`` as in :class:`ViewState`."""
    # The area is named even where it is this server's usual one: the public server may begin with another.
    query = {"area": area, **to_query(ViewState(lang=lang, area=area, place=place))}
    return f"{public}/scale?{urlencode(query, safe=':')}"


@lru_cache(maxsize=4)
def _checked(address: str) -> str:
    problem = _problem(address) if address else ""
    if problem:
        _log.warning(
            "%s is %s; expected an address such as https://meguri.example.jp without '?' and '#'. "
            "Without it, no QR codes for taking a view home are shown.",
            VARIABLE,
            problem,
        )
        return ""
    return address.rstrip("/")


def _problem(address: str) -> str:
    """Return what is wrong with an address, '' where nothing is."""
    if len(address) > _LONGEST or not address.isascii() or not address.isprintable() or " " in address:
        return f"longer than {_LONGEST} letters or not plain ASCII"
    try:
        parts = urlsplit(address)
        port_is_good = parts.port is None or parts.port > 0
    except ValueError:
        return "not an address"
    if parts.scheme not in ("https", "http"):
        return "neither https:// nor http://"
    if not parts.hostname or not port_is_good:
        return "without a host, or with port 0"
    if parts.username is not None or parts.password is not None:
        return "with a user name or password in it"
    return "with '?' or '#' in it" if "?" in address or "#" in address else ""
