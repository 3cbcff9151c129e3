"""What a session edits of the measured values: kept from run to run, saved, merged with what others saved meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from geo.actuals import Actual, merge
from geo.actuals_file import ActualsChangedError, local_digest, write_actuals
from geo.dataset import Dataset
from geo.errors import MeguriError
from geo.terms import Catalogue
from layers.messages import error_text
from layers.session import say

_DRAFT, _SERIAL = "actuals_draft", "actuals_serial"


@dataclass(frozen=True)
class Draft:
    """What a session edits.

    Attributes
    ----------
    area
        The area that it is of.
    stored
        The rows that stood in the file when they were read, and ``digest`` the file's then.
    rows
        What the editor starts from; other than ``stored`` only after somebody else's rows were merged in.
    theirs
        The rows that somebody else saved in between, to be looked at; () otherwise.
    """

    area: str
    stored: tuple[Actual, ...]
    digest: str
    rows: tuple[Actual, ...]
    theirs: tuple[Actual, ...] = ()


def draft_of(dataset: Dataset, own: Sequence[Actual]) -> Draft:
    """Return what this session edits; read from the file where it does not edit anything yet."""
    draft = st.session_state.get(_DRAFT)
    if not isinstance(draft, Draft) or draft.area != dataset.area:
        forget()
        draft = Draft(dataset.area, tuple(own), local_digest(dataset), tuple(own))
        st.session_state[_DRAFT] = draft
    return draft


def serial() -> int:
    """Return what stands in the keys of the editor's widgets: another number after each save or discard."""
    return int(st.session_state.get(_SERIAL, 0))


def save(dataset: Dataset, catalogue: Catalogue, draft: Draft, rows: tuple[Actual, ...], lang: str) -> None:
    """Write the draft's rows; where somebody else saved in between, go on from both, and say so. Reruns the page."""
    try:
        write_actuals(dataset, catalogue, rows, base=draft.digest)
    except ActualsChangedError as error:
        merged = merge(draft.stored, rows, error.theirs)
        forget()
        st.session_state[_DRAFT] = Draft(dataset.area, error.theirs, error.digest, merged, error.theirs)
        st.toast(error_text(error, lang))
        st.rerun()
    except MeguriError as error:
        st.error(error_text(error, lang))
    else:
        done("actuals.saved")


def forget() -> None:
    """Let go of what was edited: the editor begins anew."""
    st.session_state.pop(_DRAFT, None)
    st.session_state[_SERIAL] = serial() + 1


def done(key: str) -> None:
    """Let go of the draft, confirm with the words of ``key``, and rerun the page."""
    forget()
    st.toast(say(key))
    st.rerun()
