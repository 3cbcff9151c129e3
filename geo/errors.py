"""The few exceptions that callers can act on.

Each carries a ``key`` and its ``params``, so that the interface can say the same thing in the user's language
(the catalogue entry ``errors.<key>``), and an English message for the command line and the logs.
"""

from __future__ import annotations


class MeguriError(ValueError):
    """Base of all errors that a user can mend.

    Parameters
    ----------
    message
        English sentence: what is wrong, where, what was expected, what to do.
    key
        Key of the same sentence in the message catalogue; the class default where omitted.
    params
        Values that the sentence names (file, field, found, expected ...).
    """

    default_key = "error"

    def __init__(self, message: str, *, key: str | None = None, **params: object) -> None:
        super().__init__(message)
        self.key = key or self.default_key
        self.params: dict[str, object] = dict(params)


class DatasetError(MeguriError):
    """A dataset folder is missing, incomplete or not what its ``dataset.toml`` says."""

    default_key = "dataset"


class CrsError(DatasetError):
    """A table or raster has no CRS, or not the one that was promised."""

    default_key = "crs"


class CatalogueError(MeguriError):
    """``resources.toml`` is malformed: names the resource, the field and what was expected."""

    default_key = "catalogue"


class InputError(MeguriError):
    """An argument of a computing function, the command line or the address bar is not usable."""

    default_key = "input"
