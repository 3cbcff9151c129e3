"""The Data page's section of own layers: which there are, taking one out and putting it back, adding one."""

from __future__ import annotations

import streamlit as st

from geo.dataset import Dataset
from geo.errors import MeguriError
from geo.terms import Catalogue
from geo.user_layers import (
    PAGE_LIMIT_BYTES,
    Checked,
    Description,
    UploadError,
    UserLayer,
    add_layer,
    check_upload,
    remove_layer,
    restore_layer,
)
from layers import session
from layers.messages import error_text
from layers.read_only import is_read_only
from layers.session import say
from layers.upload.form import description_form
from layers.upload.layers import brought
from layers.upload.preview import counted, preview

_SERIAL, _CHECKED, _REMOVED = "upload_serial", "upload_checked", "upload_removed"
_TYPES = ["gpkg", "geojson", "json", "zip", "parquet", "tif", "tiff", "csv"]
# JGD2011 and WGS 84 in degrees, the nineteen plane rectangular zones, UTM 51 to 55.
_CRSS = ("EPSG:6668", "EPSG:4612", "EPSG:4326", *(f"EPSG:{code}" for code in (*range(6669, 6688), *range(6688, 6693))))


def own_layers(dataset: Dataset, catalogue: Catalogue) -> None:
    """Draw the section: the layers that users brought, and, unless the server is read only, how to bring one."""
    st.header(say("own.title"), anchor=False)
    st.write(say("own.lead"))
    found = brought(dataset)
    if found.problem is not None:
        st.error(error_text(found.problem, session.current().lang))
    listed = [*(layer.own for layer in found.layers.values() if layer.own is not None), *found.damaged]
    if not listed:
        st.caption(say("own.none"))
    for own in listed:
        _row(dataset, own)
    if is_read_only():
        return
    _undo(dataset)
    panel = st.expander(say("own.add"), key="upload_panel", on_change="rerun")
    if panel.open:
        with panel:
            _adding(dataset, catalogue)


def _row(dataset: Dataset, own: UserLayer) -> None:
    lang = session.current().lang
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        title = own.title_ja if lang == "ja" else own.title_en
        kind, role = say(f"own.kind.{own.kind}"), say(f"own.role.{own.role}")
        facts = say("own.facts", kind=kind, count=counted(own.kind, own.count), role=role)
        told = " · ".join(part for part in (own.unit, own.year, own.source, own.licence) if part)
        st.text(f"{title}\n{facts}\n{told}")
        if own.rung_after:
            st.caption(say("own.rung", scale=say(f"common.scale.{own.rung_after}")))
        if own.is_shipped:
            st.caption(say("own.shipped"))
        elif not is_read_only():
            st.button(
                say("own.remove"), key=f"own_remove_{own.key}", icon=":material/delete:", on_click=_remove,
                args=(dataset, own),
            )  # fmt: skip


def _remove(dataset: Dataset, own: UserLayer) -> None:
    try:
        st.session_state[_REMOVED] = (dataset.area, remove_layer(dataset, own.key))
    except MeguriError as error:
        st.toast(error_text(error, session.current().lang))


def _undo(dataset: Dataset) -> None:
    area, own = st.session_state.get(_REMOVED, ("", None))
    if area != dataset.area or own is None:
        return
    title = own.title_ja if session.current().lang == "ja" else own.title_en
    st.button(
        say("own.restore", title=title), key="own_restore", icon=":material/undo:", on_click=_restore,
        args=(dataset, own),
    )  # fmt: skip


def _restore(dataset: Dataset, own: UserLayer) -> None:
    try:
        restore_layer(dataset, own)
    except MeguriError as error:
        st.toast(error_text(error, session.current().lang))
    else:
        st.session_state.pop(_REMOVED, None)


def _adding(dataset: Dataset, catalogue: Catalogue) -> None:
    """Draw the steps: a file, what is understood of it, what its owner says of it."""
    serial = st.session_state.get(_SERIAL, 0)
    sent = st.file_uploader(
        say("own.file"),
        type=_TYPES,
        key=f"upload_file_{serial}",
        help=say("own.file_help"),
        max_upload_size=PAGE_LIMIT_BYTES // 1_000_000,
    )
    if sent is None:
        return
    content = sent.getvalue()
    checked = _checked(dataset, sent.name, content, str(sent.file_id), serial)
    if checked is None:
        return
    column = preview(dataset, checked)
    description = description_form(dataset, catalogue, checked, column, serial=serial)
    if st.button(say("own.save"), type="primary", key=f"upload_save_{serial}"):
        _add(dataset, checked, description)


def _checked(dataset: Dataset, name: str, content: bytes, token: str, serial: int) -> Checked | None:
    """Return the upload as it is understood; what must be told beside, and why it cannot be used, is drawn."""
    crs = str(st.session_state.get(f"upload_crs_{serial}") or "")
    layer = str(st.session_state.get(f"upload_layer_{serial}") or "")
    wanted = (dataset.area, dataset.content_hash(), token, crs, layer)
    kept, outcome = st.session_state.get(_CHECKED, ((), None))
    if kept != wanted:
        with st.spinner(say("own.checking")):
            try:
                outcome = check_upload(name, content, dataset=dataset, declared_crs=crs, layer=layer)
            except UploadError as error:
                outcome = error
        st.session_state[_CHECKED] = (wanted, outcome)
    problem = outcome if isinstance(outcome, UploadError) else None
    if problem is not None:
        st.error(error_text(problem, session.current().lang).replace("$", "\\$"))
    if crs or (problem is not None and problem.key.startswith("upload_crs")):
        st.selectbox(
            say("own.crs"), ["", *_CRSS], format_func=_crs_words().__getitem__, key=f"upload_crs_{serial}",
            help=say("own.crs_help"),
        )  # fmt: skip
    if layer or (problem is not None and problem.key == "upload_layers"):
        key = f"upload_layers_known_{serial}"
        if problem is not None and problem.key == "upload_layers":
            st.session_state[key] = str(problem.params.get("known", "")).split(", ")
        st.selectbox(say("own.layer"), ["", *st.session_state.get(key, [])], key=f"upload_layer_{serial}")
    return outcome if isinstance(outcome, Checked) else None


def _crs_words() -> dict[str, str]:
    words = {"": say("own.crs_file"), "EPSG:6668": "JGD2011", "EPSG:4612": "JGD2000", "EPSG:4326": "WGS 84"}
    words |= {f"EPSG:{6668 + zone}": say("own.crs_zone", zone=zone) for zone in range(1, 20)}
    words |= {f"EPSG:{6637 + zone}": say("own.crs_utm", zone=zone) for zone in range(51, 56)}
    return {code: f"{word} ({code})" if code else word for code, word in words.items()}


def _add(dataset: Dataset, checked: Checked, description: Description) -> None:
    try:
        added = add_layer(dataset, checked, description)
    except MeguriError as error:
        st.error(error_text(error, session.current().lang))
        return
    for key in (_CHECKED, _REMOVED):
        st.session_state.pop(key, None)
    st.session_state[_SERIAL] = st.session_state.get(_SERIAL, 0) + 1
    st.toast(say("own.saved", title=added.title_ja if session.current().lang == "ja" else added.title_en))
    st.rerun()
