"""Prices on the Money page: sliders within their ranges, and the table of where they come from."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from geo.terms import BASES, Catalogue, Factor
from layers import session
from layers.assumption_panel import slider_step
from layers.assumptions import reset_factor, set_factor, value_of
from layers.ladder_view.words import percent
from layers.messages import text
from layers.money.words import bill_unit, unit_price

# What the catalogue writes where a value is of no particular year.
NO_YEAR = "—"


def price_sliders(catalogue: Catalogue, counted: Sequence[str]) -> None:
    """Draw a slider for each price and for the share of it that stays, folded; what is moved goes into the address."""
    panel = st.expander(session.say("money.prices.move"), key="money_sliders", on_change="rerun")
    # Drawn only where it is open: a closed list of sliders would be paid for at every run.
    if not panel.open:
        return
    with panel:
        st.caption(session.say("money.prices.move_hint"))
        for key in counted:
            resource = catalogue.resources[key]
            if resource.price is not None:
                left, right = st.columns(2, gap="medium")
                with left:
                    _slider(catalogue, resource.price.paid, resource.unit)
                with right:
                    name = resource.name_ja if session.current().lang == "ja" else resource.name_en
                    _slider(catalogue, resource.price.staying, resource.unit, label=name)


def prices_html(catalogue: Catalogue, counted: Sequence[str], lang: str) -> str:
    """Return the table of prices with their ranges, basis and sources, and what is left out of the sums."""
    heads = "".join(
        f'<th scope="col">{escape(text(f"money.prices.{name}", lang))}</th>'
        for name in ("resource", "paid", "price_year", "staying", "source")
    )
    body = "".join(_price_row(catalogue, key, lang) for key in counted)
    left = [words for key in catalogue.resources if (words := _left_out(catalogue, key, lang))]
    notes = "".join(f"<li>{escape(note)}</li>" for note in left)
    bases = {price.paid.basis for key in counted if (price := catalogue.resources[key].price)}
    caption = text("money.prices.caption" if bases == {BASES[-1]} else "money.prices.caption_some", lang)
    label = escape(caption)
    return (
        f'<div class="money-prices" tabindex="0" role="region" aria-label="{label}" lang="{lang}"><table>'
        f"<caption>{label}</caption><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
        f'<section class="detail" lang="{lang}"><ul>{notes}</ul></section>'
    )


def price_year(paid: Factor, lang: str) -> str:
    """Return the year that a price is of, in words; prices from general knowledge have none."""
    if paid.year == NO_YEAR:
        return text("money.prices.no_year", lang)
    return text("money.prices.one_year", lang, year=paid.year)


def price_years(catalogue: Catalogue, counted: Sequence[str], lang: str) -> list[str]:
    """Return the years of the counted resources' prices in words, each once."""
    prices = [price for key in counted if (price := catalogue.resources[key].price)]
    return list(dict.fromkeys(price_year(price.paid, lang) for price in prices))


def _slider(catalogue: Catalogue, factor: Factor, unit: str, *, label: str = "") -> None:
    lang = session.current().lang
    # As on a bill, shares in percent.
    scale, shown_unit = (100.0, "%") if factor.is_share else bill_unit(unit, lang)
    value = value_of(factor, session.current().factors) * scale
    low, high = min(factor.low * scale, value), max(factor.high * scale, value)
    key = f"money_{factor.key}"
    st.session_state[key] = float(value)
    name = factor.name_ja if lang == "ja" else factor.name_en
    words = session.say("money.prices.slider_of", name=name, of=label) if label else name
    st.slider(
        session.say("money.prices.slider", name=words, unit=shown_unit),
        min_value=float(low),
        max_value=float(high),
        step=slider_step(factor.low * scale, factor.high * scale),
        format="%.4g" if high < 1000 else "%.0f",
        key=key,
        help=factor.source if lang == "ja" else factor.source_en,
        on_change=_move,
        args=(catalogue, factor.key, scale),
    )
    if factor.key in dict(session.current().factors):
        st.button(
            session.say("scale.assumptions.reset", name=words),
            icon=":material/undo:",
            type="tertiary",
            key=f"money_reset_{factor.key}",
            on_click=_reset,
            args=(catalogue, factor.key),
        )


def _move(catalogue: Catalogue, key: str, scale: float) -> None:
    value = float(st.session_state[f"money_{key}"]) / scale
    session.update(factors=set_factor(catalogue, session.current().factors, key, value))


def _reset(catalogue: Catalogue, key: str) -> None:
    session.update(factors=reset_factor(catalogue, session.current().factors, key))


def _price_row(catalogue: Catalogue, key: str, lang: str) -> str:
    resource = catalogue.resources[key]
    price = resource.price
    if price is None:
        return ""
    paid, staying = price.paid, price.staying
    shares = {name: percent(getattr(staying, name)) for name in ("central", "low", "high")}
    sources = text("money.prices.sourced", lang, paid=_sourced(paid, lang), staying=_sourced(staying, lang))
    share = text("money.prices.share", lang, **shares)
    cells = (unit_price(paid, resource.unit, lang), price_year(paid, lang), share, sources)
    name = resource.name_ja if lang == "ja" else resource.name_en
    return f'<tr><th scope="row">{escape(name)}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in cells)}</tr>'


def _sourced(factor: Factor, lang: str) -> str:
    source = factor.source if lang == "ja" else factor.source_en
    told = text("money.prices.year", lang, source=source, year=factor.year) if factor.year != NO_YEAR else source
    basis = text(f"data.basis.{factor.basis}", lang)
    # A value from general knowledge says so in its source.
    return told if factor.basis == BASES[-1] else text("money.prices.based", lang, basis=basis, source=told)


def _left_out(catalogue: Catalogue, key: str, lang: str) -> str:
    resource = catalogue.resources[key]
    name = resource.name_ja if lang == "ja" else resource.name_en
    if resource.view_of:
        whole = catalogue.resources[resource.view_of]
        return text("money.prices.view", lang, name=name, of=whole.name_ja if lang == "ja" else whole.name_en)
    return "" if resource.price else text("money.prices.unpriced", lang, name=name)
