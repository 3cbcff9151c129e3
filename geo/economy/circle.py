"""A municipality's money in a year: what it produces, who receives it, how it is spent, and what leaves on the way.

The accounting is that of regional accounts by place of work and by residence (環境省・価値総合研究所
「地域経済循環分析」; 内閣官房「地域経済循環マップについて」, 2015): what is received in the place is what is paid out
there plus the net income from outside, what comes back to its producers is what its people, firms and offices spend
plus the net spending from outside, and production = income paid out in the place = spending in the place (三面等価).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from geo.economy.figures import ENERGY_FLOW, FLOW, INCOME_FLOW, INCOMES, LOCAL, SECTORS, SPENDINGS, Figure

# Production, income and spending agree where they differ by at most this share of production and by their rounding.
TOLERANCE_SHARE = 0.005


@dataclass(frozen=True)
class Part:
    """One income or spending of the circle, yen a year.

    Attributes
    ----------
    item
        One of ``INCOMES`` or ``SPENDINGS``.
    residents
        What residents, firms and offices of the place receive or spend.
    local, flow
        What is paid out or spent inside the place, and the net amount from outside; NaN where only the sum of all
        incomes' flows is known.
    """

    item: str
    residents: float
    local: float
    flow: float


@dataclass(frozen=True)
class Gap:
    """Two amounts that ought to agree and do not: which (``what``), both in yen, and what is let pass."""

    what: str
    expected: float
    found: float
    tolerance: float


@dataclass(frozen=True)
class Circle:
    """Production, distribution and spending of a municipality in a year, yen a year.

    Attributes
    ----------
    municipality, year
        Whose, and of when.
    production
        Gross product (value added).
    sectors
        (item, amount) of production by sector, where told.
    incomes, spendings
        The parts of distribution and spending.
    income_flow
        Net income from outside, all incomes together.
    energy_flow
        Net payment for energy, below zero where it leaves; part of the flows above, never added. NaN where not told.
    gaps
        What does not agree.
    sources
        Tables that the amounts stand in, sorted.
    """

    municipality: str
    year: int
    production: float
    sectors: tuple[tuple[str, float], ...]
    incomes: tuple[Part, ...]
    spendings: tuple[Part, ...]
    income_flow: float
    energy_flow: float
    gaps: tuple[Gap, ...]
    sources: tuple[str, ...]

    @property
    def received(self) -> float:
        """What residents, firms and offices of the place receive."""
        return math.fsum(part.residents for part in self.incomes)

    @property
    def spent(self) -> float:
        """What they spend, in the place or elsewhere."""
        return math.fsum(part.residents for part in self.spendings)

    @property
    def spending_flow(self) -> float:
        """Net spending from outside."""
        return math.fsum(part.flow for part in self.spendings)

    @property
    def returned(self) -> float:
        """What is spent in the place and so comes back to its producers."""
        return self.spent + self.spending_flow

    @property
    def circulation(self) -> float:
        """Production over income received (地域経済循環率); below 1 the place lives on income from outside."""
        return self.production / self.received if self.received else math.nan


def missing(figures: Iterable[Figure]) -> tuple[str, ...]:
    """Return the items without which the circle of one municipality and year cannot be drawn; () where none lacks."""
    known = completed({figure.item: figure.yen for figure in figures})
    lacking = [name for name in ("production", *INCOMES, *SPENDINGS) if name not in known]
    if INCOME_FLOW not in known:
        lacking += [name + FLOW for name in INCOMES if name + FLOW not in known]
    return (*lacking, *(name + FLOW for name in SPENDINGS if name + FLOW not in known))


def circle_of(figures: Iterable[Figure]) -> Circle | None:
    """Return the circle of one municipality's figures of one year, None where :func:`missing` names any.

    What of residents' amount, local amount and net flow is not told follows from the other two. The gaps say where
    production, income and spending differ by more than ``TOLERANCE_SHARE`` of production and half a unit of the last
    digit of every amount that enters.
    """
    told = tuple(figures)
    if missing(told):
        return None
    stated = {figure.item: figure.yen for figure in told}
    known = completed(stated)
    incomes = tuple(_part(name, known) for name in INCOMES)
    spendings = tuple(_part(name, known) for name in SPENDINGS)
    grains = {figure.item: figure.grain_yen for figure in told}
    return Circle(
        municipality=told[0].municipality,
        year=told[0].year,
        production=known["production"],
        sectors=tuple((name, known[name]) for name in SECTORS if name in known),
        incomes=incomes,
        spendings=spendings,
        income_flow=known[INCOME_FLOW],
        energy_flow=known.get(ENERGY_FLOW, math.nan),
        gaps=tuple(_gaps(stated, known, grains)),
        sources=tuple(sorted({figure.source for figure in told})),
    )


def completed(stated: Mapping[str, float]) -> dict[str, float]:
    """Return amounts by item, yen, with those that follow from them.

    Notes
    -----
    Income: received = paid out here + net from outside. Spending: spent here = spent + net from outside.
    """
    known = dict(stated)
    for name in (*INCOMES, *SPENDINGS):
        sign = 1.0 if name in INCOMES else -1.0
        have = {kind for kind in ("", LOCAL, FLOW) if name + kind in known}
        if have == {LOCAL, FLOW}:
            known[name] = known[name + LOCAL] + sign * known[name + FLOW]
        elif have == {"", FLOW}:
            known[name + LOCAL] = known[name] - sign * known[name + FLOW]
        elif have == {"", LOCAL}:
            known[name + FLOW] = sign * (known[name] - known[name + LOCAL])
    flows = [name + FLOW for name in INCOMES]
    if INCOME_FLOW not in known and all(name in known for name in flows):
        known[INCOME_FLOW] = math.fsum(known[name] for name in flows)
    return known


def tolerance_yen(production: float, grains: Iterable[float]) -> float:
    """Return by how much sums may differ: a share of production and half of every rounding step, yen."""
    return TOLERANCE_SHARE * abs(production) + 0.5 * math.fsum(grains)


def _part(name: str, known: Mapping[str, float]) -> Part:
    return Part(name, known[name], known.get(name + LOCAL, math.nan), known.get(name + FLOW, math.nan))


def _gaps(stated: Mapping[str, float], known: Mapping[str, float], grains: Mapping[str, float]) -> list[Gap]:
    """Compare what ought to agree: the three sides, and amounts that are told in more than one way."""
    production = known["production"]
    received = math.fsum(known[name] for name in INCOMES)
    spent = math.fsum(known[name] for name in SPENDINGS)
    back = spent + math.fsum(known[name + FLOW] for name in SPENDINGS)
    whole = tolerance_yen(production, grains.values())
    pairs = [
        ("distribution", production, received - known[INCOME_FLOW], whole),
        ("spent", received, spent, whole),
        ("spending", production, back, whole),
    ]
    for name in (*INCOMES, *SPENDINGS):
        if all(name + kind in stated for kind in ("", LOCAL, FLOW)):
            sign = 1.0 if name in INCOMES else -1.0
            steps = (grains[name + kind] for kind in ("", LOCAL, FLOW))
            told = known[name + LOCAL] + sign * known[name + FLOW]
            pairs.append((name, known[name], told, tolerance_yen(production, steps)))
    if all(name in known for name in SECTORS):
        sectors = math.fsum(known[name] for name in SECTORS)
        pairs.append(("sectors", production, sectors, whole))
    flows = [name + FLOW for name in INCOMES]
    if INCOME_FLOW in stated and all(name in known for name in flows):
        pairs.append((INCOME_FLOW, known[INCOME_FLOW], math.fsum(known[name] for name in flows), whole))
    return [Gap(*pair) for pair in pairs if abs(pair[2] - pair[1]) > pair[3]]
