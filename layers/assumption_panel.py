"""The assumptions as sliders: range, unit and source of each, what is changed, and the way back."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence

import streamlit as st

from geo.terms import Catalogue, Factor, Resource
from layers import session
from layers.assumptions import own_factors, pool_mates, reset_factor, set_factor, value_of

# As many sliders as can be taken in at once; the others are a click away.
_MAIN = 5


def assumption_panel(
    catalogue: Catalogue, resource: Resource, *, columns: Collection[str], result: Callable[[], None] | None = None
) -> None:
    """Draw the sliders of the resource in focus, those that share its pools, and on demand all others.

    ``columns`` are the indicators that the dataset has; ``result`` draws, above the sliders, what they move.
    """
    state = session.current()
    changed = dict(state.factors)
    own, mates = own_factors(resource, columns), pool_mates(catalogue, resource)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.subheader(session.say("scale.assumptions.title"), anchor=False)
        if changed:
            st.button(
                session.say("scale.assumptions.reset_all"),
                icon=":material/undo:",
                type="tertiary",
                key="reset_all",
                on_click=_reset_all,
            )
    st.caption(session.say("scale.assumptions.intro"))
    if result is not None:
        result()
    shown = {factor.key for factor in (*own, *mates)}
    elsewhere = [catalogue.factors[key] for key in changed if key not in shown]
    if elsewhere:
        names = session.say("scale.bar.joiner").join(_name(factor, state.lang) for factor in elsewhere)
        st.caption(session.say("scale.assumptions.elsewhere", names=names))
    main = [factor for place, factor in enumerate(own) if place < _MAIN or factor.key in changed]
    for factor in main:
        _slider(catalogue, factor)
    if mates:
        pools = dict.fromkeys(factor.pool for factor in mates)
        names = session.say("scale.bar.joiner").join(_pool_name(catalogue, pool) for pool in pools)
        st.markdown(f"**{session.say('scale.assumptions.mates', pool=names)}**")
    for factor in mates:
        _slider(catalogue, factor)
    _more(catalogue, [factor for factor in own if factor not in main])
    _others(catalogue, resource, columns)


def number(value: float) -> str:
    """Write a factor's value with up to four significant digits, thousands set apart."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def slider_step(low: float, high: float) -> float:
    """Return a round step (1, 2 or 5 × a power of ten) of at most a hundredth of the range."""
    rough = (high - low) / 100
    size = 10.0 ** math.floor(math.log10(rough))
    return next(step * size for step in (5.0, 2.0, 1.0) if step * size <= rough * (1 + 1e-9))


def _slider(catalogue: Catalogue, factor: Factor) -> None:
    state = session.current()
    scale = 100.0 if factor.is_share else 1.0
    value = value_of(factor, state.factors) * scale
    low, high = min(factor.low * scale, value), max(factor.high * scale, value)
    step = slider_step(factor.low * scale, factor.high * scale)
    is_changed = factor.key in dict(state.factors)
    key = f"factor_{factor.key}"
    st.session_state[key] = float(value)
    name = _name(factor, state.lang)
    with st.container(gap=None, key=f"assumption_{factor.key.replace('.', '_')}"):
        st.slider(
            name,
            min_value=float(low),
            max_value=float(high),
            step=step,
            format=f"%.{_digits(high, step)}g{' %%' if factor.is_share else ''}",
            key=key,
            help=_source(factor, state.lang),
            on_change=_move,
            args=(catalogue, factor.key, scale),
        )
        if not is_changed:
            st.caption(_range(factor, scale, state.lang))
            return
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.caption(f"**● {session.say('scale.assumptions.changed')}** {_range(factor, scale, state.lang)}")
            st.button(
                session.say("scale.assumptions.reset", name=name),
                icon=":material/undo:",
                type="tertiary",
                key=f"reset_{factor.key}",
                on_click=_reset,
                args=(catalogue, factor.key),
            )


def _more(catalogue: Catalogue, factors: Sequence[Factor]) -> None:
    if not factors:
        return
    words = session.say("scale.assumptions.more", count=len(factors))
    panel = st.expander(words, key="more_assumptions", on_change="rerun")
    # Drawn only where it is open: a closed list of sliders would be paid for at every run.
    if panel.open:
        with panel:
            for factor in factors:
                _slider(catalogue, factor)


def _others(catalogue: Catalogue, focus: Resource, columns: Collection[str]) -> None:
    panel = st.expander(session.say("scale.assumptions.others"), key="other_assumptions", on_change="rerun")
    if not panel.open:
        return
    drawn = {factor.key for factor in (*own_factors(focus, columns), *pool_mates(catalogue, focus))}
    rest = {
        key: [factor for factor in own_factors(resource, columns) if factor.key not in drawn]
        for key, resource in catalogue.resources.items()
    }
    lang = session.current().lang
    with panel:
        options = [key for key, factors in rest.items() if factors]
        names = {key: _name(catalogue.resources[key], lang) for key in options}
        picked = st.selectbox(
            session.say("scale.assumptions.pick"), options, format_func=names.__getitem__, key="other_resource"
        )
        for factor in rest[picked] if picked else []:
            _slider(catalogue, factor)


def _move(catalogue: Catalogue, key: str, scale: float) -> None:
    value = float(st.session_state[f"factor_{key}"]) / scale
    session.update(factors=set_factor(catalogue, session.current().factors, key, value))


def _reset(catalogue: Catalogue, key: str) -> None:
    session.update(factors=reset_factor(catalogue, session.current().factors, key))


def _reset_all() -> None:
    session.update(factors=())


def _range(factor: Factor, scale: float, lang: str) -> str:
    unit = session.say("scale.assumptions.share_unit") if factor.is_share else _unit(factor, lang)
    numbers = {name: number(getattr(factor, name) * scale) for name in ("low", "central", "high")}
    kind = session.say(f"scale.assumptions.kind.{factor.kind}")
    return session.say("scale.assumptions.range", unit=unit, kind=kind, **numbers)


def _source(factor: Factor, lang: str) -> str:
    source = factor.source if lang == "ja" else factor.source_en
    return session.say("scale.assumptions.source", source=source, year=factor.year)


def _unit(factor: Factor, lang: str) -> str:
    return factor.unit_ja if lang == "ja" else factor.unit


def _name(named: Factor | Resource, lang: str) -> str:
    return named.name_ja if lang == "ja" else named.name_en


def _pool_name(catalogue: Catalogue, pool: str) -> str:
    found = catalogue.pools[pool]
    return found.name_ja if session.current().lang == "ja" else found.name_en


def _digits(high: float, step: float) -> int:
    """Return how many significant digits show every step up to ``high``; trailing zeros are not written."""
    return max(1, math.floor(math.log10(high)) - math.floor(math.log10(step) + 1e-9) + 1)
