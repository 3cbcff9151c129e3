"""The Data page's section of measured values: the table, its editor, a CSV in and out, earlier versions back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from geo.actuals import Actual, ActualsError, CheckedRows, check_rows, merge, overlay
from geo.actuals_file import (
    FILE,
    LARGEST_FILE_BYTES,
    ActualsChangedError,
    actuals_csv,
    check_csv,
    local_digest,
    read_file,
    read_local,
    restore_version,
    versions,
    write_actuals,
)
from geo.dataset import Dataset
from geo.errors import MeguriError
from geo.terms import Catalogue
from layers import session
from layers.actuals.table import choices, edited_rows, editor_table, shown_table
from layers.messages import error_text
from layers.read_only import is_read_only
from layers.session import say

_DRAFT, _SERIAL = "actuals_draft", "actuals_serial"
# As many faulty rows as are told one by one.
_TOLD_ERRORS = 10


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


def measured_values(dataset: Dataset, catalogue: Catalogue) -> None:
    """Draw the section: what is measured, and, unless the server is read only, how to change it."""
    lang = session.current().lang
    st.header(say("actuals.title"), anchor=False)
    st.write(say("actuals.lead"))
    shipped = _shipped(dataset, catalogue, lang)
    if shipped:
        st.caption(say("actuals.shipped"))
        st.dataframe(shown_table(shipped, dataset, catalogue, lang), hide_index=True, width="stretch")
    try:
        own = read_local(dataset, catalogue)
    except ActualsError as error:
        # The file was changed by hand: what is wrong is told, and an earlier version can be had back.
        st.error(error_text(error, lang))
        if not is_read_only():
            _restore(dataset, catalogue, local_digest(dataset), lang)
        return
    if is_read_only():
        _shown(own, dataset, catalogue, lang)
        _download(own, dataset)
        return
    panel = st.expander(say("actuals.edit"), key="actuals_panel", on_change="rerun")
    # Drawn only where it is open: the editor would be paid for at every run.
    if panel.open:
        with panel:
            _editing(dataset, catalogue, own, lang)
    else:
        _shown(own, dataset, catalogue, lang)


def _editing(dataset: Dataset, catalogue: Catalogue, own: Sequence[Actual], lang: str) -> None:
    draft = _draft(dataset, own)
    # Filled last, when it is known whether the table below holds changes that another save would lose.
    above = st.container()
    st.markdown(f"**{say('actuals.table')}**")
    st.caption(say("actuals.table_hint"))
    if draft.theirs:
        st.warning(say("actuals.merged"))
        st.dataframe(shown_table(draft.theirs, dataset, catalogue, lang), hide_index=True, width="stretch")
    checked = _table_editor(dataset, catalogue, draft, lang)
    _tell(checked.errors, lang)
    is_changed = bool(checked.errors) or checked.actuals != draft.stored
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if st.button(
            say("actuals.save"), type="primary", key="actuals_save", disabled=bool(checked.errors) or not is_changed
        ):
            _save(dataset, catalogue, draft, checked.actuals, lang)
        if is_changed and st.button(say("actuals.discard"), key="actuals_discard"):
            _forget()
            st.rerun()
        _download(own, dataset)
    with above:
        _add_one(dataset, catalogue, draft, lang, is_held=is_changed)
    _upload(dataset, catalogue, draft, lang, is_held=is_changed)
    _restore(dataset, catalogue, draft.digest, lang, is_held=is_changed)
    if not is_changed and draft.digest != local_digest(dataset):
        # Nothing of this session's own is at stake: it goes on from what stands there now.
        _forget()
        st.rerun()


def _add_one(dataset: Dataset, catalogue: Catalogue, draft: Draft, lang: str, *, is_held: bool) -> None:
    """Draw a form for one value: it needs no table, and works by touch and by keyboard."""
    municipalities, resources, sides = choices(dataset, catalogue, lang)
    st.markdown(f"**{say('actuals.one')}**")
    with st.form("actuals_one", border=True):
        first, second, third = st.columns(3)
        code, resource, side = (
            place.selectbox(
                say(f"actuals.column.{name}"), list(words), format_func=words.__getitem__, key=f"actuals_one_{name}"
            )
            for place, name, words in (
                (first, "municipality", municipalities),
                (second, "resource", resources),
                (third, "side", sides),
            )
        )
        first, second, third = st.columns([1, 1, 2])
        value = first.text_input(say("actuals.column.value"), placeholder="1200", key="actuals_one_value")
        year = second.text_input(say("actuals.column.year"), placeholder="2023", key="actuals_one_year")
        source = third.text_input(
            say("actuals.column.source"), placeholder=say("actuals.source_hint"), key="actuals_one_source"
        )
        is_sent = st.form_submit_button(say("actuals.one_save"), disabled=is_held)
    if is_held:
        st.caption(say("actuals.held"))
    if not is_sent or resource is None:
        return
    unit = catalogue.resources[resource].unit
    fields = {"municipality": code, "resource": resource, "side": side, "value": value, "unit": unit}
    checked = check_rows([(1, fields | {"year": year, "source": source})], dataset, catalogue, file=FILE)
    _tell(checked.errors, lang)
    if not checked.errors:
        _save(dataset, catalogue, draft, overlay(draft.stored, checked.actuals), lang)


def _table_editor(dataset: Dataset, catalogue: Catalogue, draft: Draft, lang: str) -> CheckedRows:
    column = st.column_config
    picked = dict(zip(("municipality", "resource", "side"), choices(dataset, catalogue, lang), strict=True))
    configured: dict[str, Any] = {
        name: column.SelectboxColumn(
            say(f"actuals.column.{name}"), options=list(words), format_func=partial(_word, words)
        )
        for name, words in picked.items()
    }
    configured |= {
        "value": column.NumberColumn(say("actuals.column.value"), min_value=0.0),
        "unit": column.TextColumn(say("actuals.column.unit"), help=say("actuals.unit_help")),
        "year": column.NumberColumn(say("actuals.column.year"), format="%d", step=1),
        "source": column.TextColumn(say("actuals.column.source")),
    }
    edited = st.data_editor(
        editor_table(draft.rows),
        key=f"actuals_editor_{st.session_state.get(_SERIAL, 0)}",
        num_rows="dynamic",
        hide_index=True,
        width="stretch",
        column_config=configured,
    )
    return check_rows(edited_rows(edited, catalogue), dataset, catalogue, file=say("actuals.table"))


def _upload(dataset: Dataset, catalogue: Catalogue, draft: Draft, lang: str, *, is_held: bool) -> None:
    """Draw the upload of a CSV: its rows go over those of the same municipality, resource and side."""
    sent = st.file_uploader(
        say("actuals.upload"),
        type=["csv"],
        key=f"actuals_upload_{st.session_state.get(_SERIAL, 0)}",
        help=say("actuals.upload_help"),
        max_upload_size=LARGEST_FILE_BYTES // 1_000_000,
    )
    if sent is None:
        return
    try:
        checked = check_csv(sent.getvalue(), dataset, catalogue, file=sent.name)
    except ActualsError as error:
        st.error(error_text(error, lang))
        return
    _tell(checked.errors, lang)
    st.dataframe(shown_table(checked.actuals, dataset, catalogue, lang), hide_index=True, width="stretch")
    words = say("actuals.upload_take", count=len(checked.actuals))
    is_held = is_held or bool(checked.errors) or not checked.actuals
    if st.button(words, key="actuals_take", type="primary", disabled=is_held):
        _save(dataset, catalogue, draft, overlay(draft.stored, checked.actuals), lang)


def _restore(dataset: Dataset, catalogue: Catalogue, base: str, lang: str, *, is_held: bool = False) -> None:
    kept = {found.number: say("actuals.version", number=found.number, count=found.rows) for found in versions(dataset)}
    if not kept:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        number = st.selectbox(
            say("actuals.versions"),
            list(kept),
            format_func=kept.__getitem__,
            key="actuals_version",
            width=280,
        )
        words = say("actuals.restore")
        if st.button(words, icon=":material/undo:", key="actuals_restore", disabled=is_held) and number:
            try:
                restore_version(dataset, catalogue, number, base=base)
            except MeguriError as error:
                st.error(error_text(error, lang))
            else:
                _done("actuals.restored")


def _word(words: dict[str, str], key: object) -> str:
    return words.get(str(key), str(key))


def _save(dataset: Dataset, catalogue: Catalogue, draft: Draft, rows: tuple[Actual, ...], lang: str) -> None:
    try:
        write_actuals(dataset, catalogue, rows, base=draft.digest)
    except ActualsChangedError as error:
        merged = merge(draft.stored, rows, error.theirs)
        _forget()
        st.session_state[_DRAFT] = Draft(dataset.area, error.theirs, error.digest, merged, error.theirs)
        st.toast(error_text(error, lang))
        st.rerun()
    except MeguriError as error:
        st.error(error_text(error, lang))
    else:
        _done("actuals.saved")


def _done(key: str) -> None:
    _forget()
    st.toast(say(key))
    st.rerun()


def _draft(dataset: Dataset, own: Sequence[Actual]) -> Draft:
    """Return what this session edits; read from the file where it does not edit anything yet."""
    draft = st.session_state.get(_DRAFT)
    if not isinstance(draft, Draft) or draft.area != dataset.area:
        _forget()
        draft = Draft(dataset.area, tuple(own), local_digest(dataset), tuple(own))
        st.session_state[_DRAFT] = draft
    return draft


def _forget() -> None:
    """Let go of what was edited: the editor begins anew."""
    st.session_state.pop(_DRAFT, None)
    st.session_state[_SERIAL] = st.session_state.get(_SERIAL, 0) + 1


def _shipped(dataset: Dataset, catalogue: Catalogue, lang: str) -> tuple[Actual, ...]:
    try:
        return read_file(dataset.folder / FILE, dataset, catalogue)
    except ActualsError as error:
        st.error(error_text(error, lang))
        return ()


def _shown(own: Sequence[Actual], dataset: Dataset, catalogue: Catalogue, lang: str) -> None:
    if own:
        st.dataframe(shown_table(own, dataset, catalogue, lang), hide_index=True, width="stretch")
    else:
        st.caption(say("actuals.none"))


def _download(own: Sequence[Actual], dataset: Dataset) -> None:
    st.download_button(
        say("actuals.download"),
        actuals_csv(own),
        file_name=f"{dataset.area}-{FILE}",
        mime="text/csv",
        key="actuals_download",
        on_click="ignore",
    )


def _tell(errors: Sequence[ActualsError], lang: str) -> None:
    if errors:
        told = [error_text(error, lang) for error in errors[:_TOLD_ERRORS]]
        if len(errors) > _TOLD_ERRORS:
            told.append(say("actuals.more_errors", count=len(errors) - _TOLD_ERRORS))
        st.error("\n\n".join(line.replace("$", "\\$") for line in told))
