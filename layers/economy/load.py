"""Loading tables of money: templates, a table looked at before it is taken over, and going back a version."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import partial

import streamlit as st

from geo.dataset import Dataset
from geo.economy.cells import LARGEST_FILE_BYTES
from geo.economy.circle import TOLERANCE_SHARE
from geo.economy.figures import UNITS, Figure, grouped
from geo.economy.file import FILE, can_take_back, economy_csv, take_back, take_out, take_over
from geo.economy.labels import year_of
from geo.economy.layouts import Stated
from geo.economy.table import Loaded, read_economy, unbalanced
from geo.errors import MeguriError
from layers.economy.figures import figures_table, municipality_names
from layers.economy.template import template_csv, template_xlsx
from layers.economy.words import gap_lines
from layers.messages import error_text, text
from layers.plain import plain
from layers.session import say
from layers.state import ViewState

_SERIAL = "economy_serial"
# Of so many circles it is told by how much they do not add up.
_TOLD_CIRCLES = 3
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def loading(dataset: Dataset, stored: Sequence[Figure], state: ViewState) -> None:
    """Draw the folded part in which tables are loaded, removed and taken back."""
    panel = st.expander(say("economy.load"), key="economy_panel", on_change="rerun")
    # Drawn only where it is open: it would be paid for at every run.
    if panel.open:
        with panel:
            st.write(say("economy.load_lead"))
            _templates(dataset, stored, state)
            stated = _stated(dataset, state)
            _upload(dataset, stored, stated, state)
            _change(dataset, stored, state)


def _templates(dataset: Dataset, stored: Sequence[Figure], state: ViewState) -> None:
    lang = state.lang
    names = municipality_names(dataset, lang)
    name = names.get(state.place_code, "") if state.place_kind == "municipality" else ""
    with st.container(horizontal=True):
        for kind, make, mime in (("xlsx", template_xlsx, _XLSX), ("csv", template_csv, "text/csv")):
            st.download_button(
                say(f"economy.template_{kind}"),
                # Made when it is asked for, outside this run.
                partial(make, lang, name),
                file_name=f"meguri_economy_{lang}.{kind}",
                mime=mime,
                icon=":material/download:",
                on_click="ignore",
                key=f"economy_template_{kind}",
            )
        if stored:
            st.download_button(
                say("economy.download"),
                economy_csv(stored),
                file_name=f"{dataset.area}-{FILE}",
                mime="text/csv",
                on_click="ignore",
                key="economy_download",
            )


def _stated(dataset: Dataset, state: ViewState) -> Stated:
    """Draw what a user may say of a table that does not say it itself."""
    names = municipality_names(dataset, state.lang)
    none = say("economy.stated_none")
    st.markdown(f"**{say('economy.stated')}**")
    first, second, third, fourth = st.columns([3, 2, 2, 5])
    code = first.selectbox(
        say("economy.stated_municipality"),
        ["", *names],
        format_func=lambda one: f"{one} {names[one]}" if one else none,
        key="economy_stated_municipality",
    )
    year = second.text_input(say("economy.stated_year"), placeholder="2018", key="economy_stated_year")
    unit = third.selectbox(
        say("economy.stated_unit"), ["", *UNITS], format_func=lambda one: one or none, key="economy_stated_unit"
    )
    source = fourth.text_input(say("economy.stated_source"), key="economy_stated_source")
    return Stated(code or "", year_of(year) or 0, unit or "", source.strip())


def _upload(dataset: Dataset, stored: Sequence[Figure], stated: Stated, state: ViewState) -> None:
    sent = st.file_uploader(
        say("economy.upload"),
        type=["xlsx", "csv"],
        key=f"economy_upload_{st.session_state.get(_SERIAL, 0)}",
        max_upload_size=LARGEST_FILE_BYTES // 1_000_000,
    )
    if sent is None:
        return
    content = sent.getvalue()
    try:
        digest = hashlib.sha256(content).hexdigest()
        loaded = _loaded(digest, sent.name, stated, dataset.content_hash(), content, dataset)
    except MeguriError as error:
        st.error(plain(error_text(error, state.lang)))
        return
    _told(loaded, stored, dataset, state.lang)
    if st.button(say("economy.take", count=len(loaded.figures)), type="primary", key="economy_take"):
        try:
            take_over(dataset, loaded.figures)
        except MeguriError as error:
            st.error(plain(error_text(error, state.lang)))
        else:
            _done("economy.taken")


@st.cache_data(max_entries=4, show_spinner=False)
def _loaded(digest: str, file: str, stated: Stated, version: str, _content: bytes, _dataset: Dataset) -> Loaded:
    return read_economy(_content, file, _dataset, stated)


def _told(loaded: Loaded, stored: Sequence[Figure], dataset: Dataset, lang: str) -> None:
    """Say what was read, what had to be decided, what does not add up, and what it will replace."""
    names = municipality_names(dataset, lang)

    def group(key: tuple[str, int]) -> str:
        return text("economy.group", lang, place=names[key[0]], year=key[1])

    joiner = say("economy.joiner")
    groups = list(grouped(loaded.figures))
    shown = joiner.join(group(key) for key in groups[:6]) + ("…" if len(groups) > 6 else "")
    lines = [say("economy.read", count=len(loaded.figures), groups=shown)]
    for one in loaded.decisions:
        told = group((one.municipality, one.year))
        lines.append(text(f"economy.decided.{one.side}.{one.read_as}", lang, group=told))
    there = [key for key in groups if key in grouped(stored)]
    if there:
        lines.append(say("economy.replaces", groups=joiner.join(map(group, there))))
    if loaded.passed_over:
        lines.append(say("economy.passed_over", names=joiner.join(loaded.passed_over)))
    st.info("\n\n".join(plain(line) for line in lines))
    wrong = unbalanced(loaded.figures)
    if wrong:
        named = {circle: group((circle.municipality, circle.year)) for circle in wrong}
        head = say("economy.unbalanced", groups=joiner.join(named.values()), percent=f"{100 * TOLERANCE_SHARE:g}")
        gaps = [
            text("economy.unbalanced_by", lang, group=told, gap=gap)
            for circle, told in [*named.items()][:_TOLD_CIRCLES]
            for gap in gap_lines(circle, lang)
        ]
        st.warning("\n\n".join(plain(line) for line in [head, *gaps]))
    st.dataframe(figures_table(loaded.figures, names, lang), hide_index=True, width="stretch")


def _change(dataset: Dataset, stored: Sequence[Figure], state: ViewState) -> None:
    """Draw the buttons that take back the last change and remove what is shown of a municipality."""
    names = municipality_names(dataset, state.lang)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if can_take_back(dataset) and st.button(say("economy.undo"), icon=":material/undo:", key="economy_undo"):
            try:
                take_back(dataset)
            except MeguriError as error:
                st.error(plain(error_text(error, state.lang)))
            else:
                _done("economy.undone")
        for code, year in grouped(stored):
            if code == state.place_code or len(grouped(stored)) == 1:
                told = text("economy.group", state.lang, place=names[code], year=year)
                words = plain(say("economy.remove", group=told))
                if st.button(words, key=f"economy_remove_{code}_{year}"):
                    take_out(dataset, code, year)
                    _done("economy.removed")


def _done(key: str) -> None:
    # A new number lets go of the file that was chosen.
    st.session_state[_SERIAL] = st.session_state.get(_SERIAL, 0) + 1
    st.toast(say(key))
    st.rerun()
