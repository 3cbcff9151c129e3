"""The smallest connected group of municipalities that closes a resource, and the group that closes the most of it.

Exact: a mixed-integer program (HiGHS through scipy). A group is connected when its members reach each other over
borders inside it. The program is solved without that, and every part that lies apart gets a cut (one of the
municipalities around it must belong as well, Carvajal et al. 2013, "Imposing connectivity constraints in forest
planning models", Operations Research 61) until the group that comes out is connected.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse.csgraph import connected_components, shortest_path

from geo.amounts import FloatArray
from geo.circle import Balances
from geo.circulation import THRESHOLD_TOLERANCE
from geo.errors import InputError

BoolArray = npt.NDArray[np.bool_]
# Distances closer than a metre are equal.
_SAME_KM = 1e-3
_NEVER = np.inf


@dataclass(frozen=True)
class Group:
    """A connected group of municipalities.

    Attributes
    ----------
    codes
        Sorted.
    share
        Of the demand (perspective supply: of the supply) that it meets inside.
    distance_km
        Sum of the members' road distances to the municipality that was asked for.
    """

    codes: tuple[str, ...]
    share: float
    distance_km: float


def smallest_group(
    balances: Balances, borders: BoolArray, distance_km: FloatArray, code: str, *, threshold: float = 0.8
) -> Group | None:
    """Return the smallest connected group with a municipality that closes the resource, None where none does.

    Fewest members first, then the least sum of distances to the municipality, then the codes.

    Parameters
    ----------
    borders
        bool (n, n), symmetric: who shares a border.
    distance_km
        float64 (n, n).
    threshold
        Share of the demand (supply) that the group has to meet inside, over 0 and up to 1.

    Raises
    ------
    InputError
        A municipality that is not among them, or a threshold that cannot be.
    """
    if not 0 < threshold <= 1:
        message = f"threshold: expected a share over 0 and up to 1; found {threshold}"
        raise InputError(message, key="threshold", argument="threshold", found=threshold)
    start = _start(balances, code)
    program = _Program(balances, borders, start)
    program.require(threshold)
    distances = distance_km[start]
    # The distances together cost less than one member more.
    fewest = program.solve(1.0 + distances / (1.0 + distances.sum()))
    if fewest is None:
        return None
    program.at_most_members(int(fewest.sum()))
    return _group(balances, _first_by_code(program, fewest, distances), distances)


def best_group(balances: Balances, borders: BoolArray, distance_km: FloatArray, code: str) -> Group:
    """Return the connected group with a municipality that meets the greatest share of what it needs inside.

    Fractional programming (Dinkelbach 1967): the greatest met − share × need, with the share raised until nothing is
    gained. The share is NaN where the municipality has nothing to be judged by.

    Raises
    ------
    InputError
        A municipality that is not among them.
    """
    start = _start(balances, code)
    chosen = np.zeros(len(balances.codes), dtype=bool)
    chosen[start] = True
    best = balances.share(chosen)
    program = _Program(balances, borders, start)
    while np.isfinite(best) and best < 1 - THRESHOLD_TOLERANCE:
        found = program.solve_gain(best)
        if found is None or not balances.share(found) > best + THRESHOLD_TOLERANCE:
            break
        chosen, best = found, balances.share(found)
    return _group(balances, chosen, distance_km[start])


def _start(balances: Balances, code: str) -> int:
    if code not in balances.codes:
        message = f"code: expected a municipality of the area; found '{code}'"
        raise InputError(message, key="circle_member", found=code)
    return balances.codes.index(code)


def _group(balances: Balances, chosen: BoolArray, distances: FloatArray) -> Group:
    codes = tuple(code for code, is_in in zip(balances.codes, chosen, strict=True) if is_in)
    return Group(codes, balances.share(chosen), float(distances[chosen].sum()))


def _first_by_code(program: _Program, found: BoolArray, distances: FloatArray) -> BoolArray:
    """Return, of the groups as small as ``found``, the nearest, and of those the one whose sorted codes come first."""
    while True:
        nearest = float(distances[found].sum())
        program.costs_at_most(distances, nearest + _SAME_KM / 2)
        other = program.solve(distances, without=found)
        if other is None:
            return found
        if float(distances[other].sum()) > nearest - _SAME_KM / 2:
            break
        # The solver stops short of the last metres.
        found = other
    # Rare: another is as near. Each code in turn is taken where a group with it remains.
    for place in range(len(found)):
        if not found[place]:
            other = program.solve(distances, with_place=place)
            if other is None:
                continue
            found = other
        program.fix(place)
    return found


@dataclass
class _Program:
    """The integer program of one municipality: which are in, and what the group meets of variable and firm supply.

    The n + 2 unknowns are 0 or 1 for each municipality, and the two amounts met, as shares of the largest amount.
    """

    balances: Balances
    borders: BoolArray
    start: int
    rows: list[FloatArray] = field(default_factory=list)
    limits: list[float] = field(default_factory=list)
    fixed: set[int] = field(default_factory=set)
    threshold: float | None = None

    def __post_init__(self) -> None:
        parts = (self.balances.firm, self.balances.variable, self.balances.demand, self.balances.timely)
        largest = max(float(part.max(initial=0.0)) for part in parts) or 1.0
        firm, variable, demand, timely = (part / largest for part in parts)
        self.whole = self.balances.whole / largest
        self.fixed = {self.start}
        for amounts, of_variable, of_firm in ((variable, 1, 0), (timely, 1, 0), (firm, 0, 1), (demand, 1, 1)):
            self._at_least(np.r_[amounts, -of_variable, -of_firm], 0.0)
        self.steps = shortest_path(self.borders, unweighted=True, indices=self.start)
        self._reach_back()

    def require(self, threshold: float) -> None:
        """Ask for groups that close at this threshold."""
        self.threshold = threshold
        self._at_least(np.r_[-threshold * self.whole, 1.0, 1.0], 0.0)

    def at_most_members(self, count: int) -> None:
        """Ask for groups of at most so many; whoever lies as many borders away is in none."""
        self.costs_at_most(np.ones(len(self.steps)), count)
        self.steps = np.where(self.steps < count, self.steps, np.inf)

    def costs_at_most(self, cost: FloatArray, limit: float) -> None:
        """Ask for groups whose members' costs sum to at most this."""
        self._at_least(np.r_[-cost, 0.0, 0.0], -limit)

    def fix(self, place: int) -> None:
        """Ask for groups with this municipality."""
        self.fixed.add(place)

    def solve(
        self, cost: FloatArray, *, without: BoolArray | None = None, with_place: int | None = None
    ) -> BoolArray | None:
        """Return the connected group of the least cost, bool (n,); None where there is none.

        Parameters
        ----------
        without
            A group that is not wanted, for this call only.
        with_place
            A municipality that has to be in it, for this call only.
        """
        own = [] if without is None else [_other_than(without)]
        fixed = self.fixed if with_place is None else self.fixed | {with_place}
        return self._connected(np.r_[cost, 0.0, 0.0], own, fixed)

    def solve_gain(self, share: float) -> BoolArray | None:
        """Return the connected group with the greatest met − share × whole."""
        return self._connected(np.r_[share * self.whole, -1.0, -1.0], [], self.fixed)

    def _connected(self, cost: FloatArray, own: list[tuple[FloatArray, float]], fixed: set[int]) -> BoolArray | None:
        while True:
            found = self._solve_once(cost, own, fixed)
            if found is None:
                return None
            cuts = list(self._cuts(found))
            for row in cuts:
                self._at_least(row, 0.0)
            # The solver's tolerance is wider than the threshold's.
            if not cuts and self._closes(found):
                return found
            if not cuts:
                row, limit = _other_than(found)
                self._at_least(row, limit)

    def _solve_once(self, cost: FloatArray, own: list[tuple[FloatArray, float]], fixed: set[int]) -> BoolArray | None:
        n = len(self.balances.codes)
        lower = np.zeros(n + 2)
        lower[list(fixed)] = 1.0
        upper = np.r_[np.where(np.isfinite(self.steps), 1.0, 0.0), _NEVER, _NEVER]
        if (lower > upper).any():
            return None
        matrix = np.vstack([*self.rows, *(row for row, _ in own)])
        limits = np.array([*self.limits, *(limit for _, limit in own)])
        result = milp(
            cost,
            constraints=LinearConstraint(matrix, limits),
            bounds=Bounds(lower, upper),
            integrality=np.r_[np.ones(n), 0.0, 0.0],
            options={"mip_rel_gap": 0.0},
        )
        return None if result.x is None else np.asarray(result.x[:n] > 0.5)

    def _closes(self, chosen: BoolArray) -> bool:
        if self.threshold is None:
            return True
        whole = float(self.balances.whole[chosen].sum())
        return self.balances.met(chosen) >= whole * (self.threshold - THRESHOLD_TOLERANCE)

    def _cuts(self, chosen: BoolArray) -> Iterator[FloatArray]:
        """Return what keeps the parts apart from the start out: each needs one of the municipalities around it."""
        inside = np.flatnonzero(chosen)
        _, part = connected_components(self.borders[np.ix_(inside, inside)])
        home = part[np.flatnonzero(inside == self.start)[0]]
        for number in set(part.tolist()) - {home}:
            apart = inside[part == number]
            around = self.borders[apart].any(axis=0)
            around[apart] = False
            yield from (self._needs(int(place), self._facing(around, self.start)) for place in apart)
            # The same seen from the start: the first municipalities on the ways out of its own part.
            own = inside[part == home]
            out = self.borders[own].any(axis=0)
            out[own] = False
            yield from (self._needs(int(place), self._facing(out, int(place))) for place in apart)

    def _facing(self, around: BoolArray, place: int) -> BoolArray:
        """Return those of a ring of municipalities that can be reached from a place without crossing the ring."""
        free = self.borders & ~around[:, np.newaxis] & ~around
        _, part = connected_components(free)
        beside: BoolArray = self.borders[part == part[place]].any(axis=0)
        return around & beside

    def _reach_back(self) -> None:
        """A municipality some borders away needs one at every step of the way there."""
        for place in np.flatnonzero(np.isfinite(self.steps) & (self.steps > 1)):
            for step in range(1, int(self.steps[place])):
                self._at_least(self._needs(int(place), self._facing(self.steps == step, int(place))), 0.0)

    def _needs(self, place: int, one_of: BoolArray) -> FloatArray:
        row: FloatArray = np.r_[one_of.astype(np.float64), 0.0, 0.0]
        row[place] -= 1.0
        return row

    def _at_least(self, row: FloatArray, limit: float) -> None:
        self.rows.append(row)
        self.limits.append(limit)


def _other_than(chosen: BoolArray) -> tuple[FloatArray, float]:
    """Return the row that every group but this one satisfies."""
    return np.r_[np.where(chosen, -1.0, 1.0), 0.0, 0.0], 1.0 - float(chosen.sum())
