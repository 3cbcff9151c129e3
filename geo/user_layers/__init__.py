"""The user's own layers: an upload is checked, described, kept, and takes part like any other layer."""

from geo.user_layers.check import check_upload
from geo.user_layers.model import (
    COMMAND_LIMIT_BYTES,
    KINDS,
    MEASURES,
    MODES,
    PAGE_LIMIT_BYTES,
    ROLES,
    RUNGS_AFTER,
    SHARED_BY,
    SIDES,
    Checked,
    Column,
    Description,
    Note,
    Raster,
    UploadError,
    UserLayer,
)
from geo.user_layers.store import add_layer, list_user_layers, remove_layer, restore_layer

__all__ = [
    "COMMAND_LIMIT_BYTES",
    "KINDS",
    "MEASURES",
    "MODES",
    "PAGE_LIMIT_BYTES",
    "ROLES",
    "RUNGS_AFTER",
    "SHARED_BY",
    "SIDES",
    "Checked",
    "Column",
    "Description",
    "Note",
    "Raster",
    "UploadError",
    "UserLayer",
    "add_layer",
    "check_upload",
    "list_user_layers",
    "remove_layer",
    "restore_layer",
]
