"""What can go wrong on the way from an official server to a folder."""

from __future__ import annotations

from geo.errors import MeguriError


class FetchError(MeguriError):
    """A download cannot be had, or not whole; ``key`` tells the case, ``params`` the address and what was found."""

    default_key = "fetch"


class AbsentError(FetchError):
    """The server answers, and has no such file: 404, a page in its place, or an archive with nothing in it.

    ``params`` hold ``address`` and ``found``.
    """

    default_key = "fetch_absent"
