"""The parts of the About page: the statement on accessibility, the keyboard, versions and licences."""

from __future__ import annotations

import platform
from html import escape

import streamlit as st

from geo.errors import MeguriError
from geo.resources import load_catalogue
from layers import session
from layers.compare.sides import areas
from layers.guide.shortcuts import shortcuts
from layers.header_tools import GUIDE_AGAIN
from layers.messages import text
from layers.plain import plain

# What was checked, in the order told; each has a line 'how' and a line 'found'.
CHECKS = ("contrast", "colour", "keyboard", "names", "language", "zoom", "targets", "motion", "print")
# What is known not to be good enough.
SHORTCOMINGS = ("readers", "people", "streamlit", "map", "tables", "tablet", "pdf")


def opening() -> None:
    """Draw what the app is, and the way back into the guide."""
    st.title(session.say("common.page.about"))
    st.write(session.say("about.lead"))
    st.button(session.say("guide.again"), icon=":material/help:", key="about_guide", on_click=_reopen)


def statement() -> None:
    """Draw what was checked for accessibility, how and with what result, and what is wanting."""
    lang = session.current().lang
    st.header(session.say("about.statement.title"), anchor=False)
    st.write(session.say("about.statement.lead"))
    told = [[escape(text(f"about.check.{key}.{part}", lang)) for part in ("what", "how", "found")] for key in CHECKS]
    rows = "".join(f'<tr><th scope="row">{what}</th><td>{how}</td><td>{found}</td></tr>' for what, how, found in told)
    heads = "".join(
        f'<th scope="col">{escape(text(f"about.check.{key}", lang))}</th>' for key in ("what", "how", "found")
    )
    caption = escape(text("about.statement.caption", lang))
    st.html(
        f'<div class="about-table" lang="{lang}"><table><caption>{caption}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
    st.header(session.say("about.wanting.title"), anchor=False)
    st.markdown("\n".join(f"- {session.say(f'about.wanting.{key}')}" for key in SHORTCOMINGS))
    st.write(session.say("about.report"))


def keyboard() -> None:
    """Draw the list of keyboard shortcuts."""
    lang = session.current().lang
    st.header(session.say("guide.keys"), anchor=False)
    rows = "".join(
        f'<tr><th scope="row"><kbd>{escape(keys)}</kbd></th><td>{escape(words)}</td></tr>'
        for keys, words in shortcuts(lang)
    )
    label = escape(text("guide.keys", lang), quote=True)
    st.html(f'<div class="about-table" lang="{lang}"><table aria-label="{label}"><tbody>{rows}</tbody></table></div>')


def versions() -> None:
    """Draw what stands in this version: each area's data by hash, the catalogue, the programs, the licences."""
    lang = session.current().lang
    st.header(session.say("about.version.title"), anchor=False)
    lines = []
    for area, entry in areas().items():
        try:
            digest = session.dataset(area).content_hash()
        except MeguriError:
            continue
        lines.append(
            session.say("about.version.area", name=plain(entry.name(lang)), area=plain(area), digest=digest[:12])
        )
    lines.append(session.say("about.version.catalogue", digest=load_catalogue().content_hash[:12]))
    lines.append(session.say("about.version.programs", python=platform.python_version(), streamlit=st.__version__))
    lines.append(session.say("about.version.licence"))
    st.markdown("\n".join(f"- {line}" for line in lines))


def _reopen() -> None:
    st.session_state[GUIDE_AGAIN] = True
