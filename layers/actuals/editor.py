"""The editor of measured values: the table, a form for one value, a CSV in and out, earlier versions back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from geo.actuals import Actual, ActualsError, CheckedRows, check_rows, overlay
from geo.actuals_file import (
    FILE,
    LARGEST_FILE_BYTES,
    actuals_csv,
    check_csv,
    local_digest,
    restore_version,
    versions,
)
from geo.dataset import Dataset
from geo.errors import MeguriError
from geo.terms import Catalogue
from layers.actuals.draft import Draft, done, draft_of, forget, save, serial
from layers.actuals.table import choices, edited_rows, editor_table, shown_table
from layers.messages import error_text
from layers.session import say

# As many faulty rows as are told one by one.
_TOLD_ERRORS = 10


def editing(dataset: Dataset, catalogue: Catalogue, own: Sequence[Actual], lang: str) -> None:
    """Draw the editor of the area's own values; ``own`` is what stands in their file."""
    draft = draft_of(dataset, own)
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
            save(dataset, catalogue, draft, checked.actuals, lang)
        if is_changed and st.button(say("actuals.discard"), key="actuals_discard"):
            forget()
            st.rerun()
        download(own, dataset)
    with above:
        _add_one(dataset, catalogue, draft, lang, is_held=is_changed)
    _upload(dataset, catalogue, draft, lang, is_held=is_changed)
    earlier_versions(dataset, catalogue, draft.digest, lang, is_held=is_changed)
    if not is_changed and draft.digest != local_digest(dataset):
        # Nothing of this session's own is at stake: it goes on from what stands there now.
        forget()
        st.rerun()


def earlier_versions(dataset: Dataset, catalogue: Catalogue, base: str, lang: str, *, is_held: bool = False) -> None:
    """Draw the choice of an earlier version to be had back; nothing where there is none.

    ``base`` is the file's digest that the session knows; ``is_held`` while another version would lose what it edits.
    """
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
                done("actuals.restored")


def download(own: Sequence[Actual], dataset: Dataset) -> None:
    """Draw the button for the values as CSV, in the form that the upload takes."""
    st.download_button(
        say("actuals.download"),
        actuals_csv(own),
        file_name=f"{dataset.area}-{FILE}",
        mime="text/csv",
        key="actuals_download",
        on_click="ignore",
    )


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
        save(dataset, catalogue, draft, overlay(draft.stored, checked.actuals), lang)


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
        key=f"actuals_editor_{serial()}",
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
        key=f"actuals_upload_{serial()}",
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
        save(dataset, catalogue, draft, overlay(draft.stored, checked.actuals), lang)


def _word(words: dict[str, str], key: object) -> str:
    return words.get(str(key), str(key))


def _tell(errors: Sequence[ActualsError], lang: str) -> None:
    if errors:
        told = [error_text(error, lang) for error in errors[:_TOLD_ERRORS]]
        if len(errors) > _TOLD_ERRORS:
            told.append(say("actuals.more_errors", count=len(errors) - _TOLD_ERRORS))
        st.error("\n\n".join(line.replace("$", "\\$") for line in told))
