"""What the resource catalogue is made of: factors, terms, pools, resources, potentials (frozen, no reading, no sums).

A term is   indicator × factors (times) ÷ factors (per) × conversion
            [× max(0, excess_of − excess_over)] [× share of a pool] [× (1 − product of reduced_by)].
Factors are named in full everywhere here: ``resource.factor``, or ``shared.factor`` where several resources use one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

SHARED = "shared"
SCALES = ("community", "municipality", "basin", "prefecture")
# Each kind of ladder and its rungs: water cannot be netted over a divide and has no community rung.
LADDER_SCALES: dict[str, tuple[str, ...]] = {"default": SCALES, "water": SCALES[1:]}
PERSPECTIVES = ("demand", "supply")
CASES = ("low", "central", "high")
BASES = ("published", "derived", "general")
SHARE_UNIT = "share"


@dataclass(frozen=True)
class Factor:
    """One number that an amount hangs on, with its range and where it comes from.

    Attributes
    ----------
    key
        Full key, ``resource.name`` or ``shared.name``.
    low, central, high
        In ``unit``; a share (``unit == "share"``) lies within 0 and 1.
    unit, unit_ja
        Unit as written in English and in Japanese.
    basis
        How the central value is known: 'published', 'derived' (arithmetic, stated in the source) or 'general'
        (general knowledge without a document at hand).
    source, source_en, year
        Where central value and range come from, in Japanese and English; '—' is no year.
    kind
        'supply', 'demand', 'shared' where it stands on both sides, or 'price' of a part of a price.
    effect
        'increasing' or 'decreasing': what a higher value does to the amount it stands in; 'mixed' where it differs.
    pool
        The pool whose share it is, or ''.
    """

    key: str
    name_ja: str
    name_en: str
    low: float
    central: float
    high: float
    unit: str
    unit_ja: str
    basis: str
    source: str
    source_en: str
    year: str
    note_ja: str = ""
    note_en: str = ""
    kind: str = "supply"
    effect: str = "increasing"
    pool: str = ""

    @property
    def name(self) -> str:
        """The key's part after the dot."""
        return self.key.partition(".")[2]

    @property
    def is_share(self) -> bool:
        """Whether it is a share, 0 to 1."""
        return self.unit == SHARE_UNIT


@dataclass(frozen=True)
class Term:
    """One summand of a resource's supply or demand; factors by full key.

    Attributes
    ----------
    indicator
        Column of the fragments that the term is proportional to (extensive).
    times, per
        Factors that multiply and that divide.
    reduced_by
        Factors whose product is taken off: × (1 − product); () takes nothing off.
    excess_of, excess_over
        Column (intensive) and factor of × max(0, column − factor); '' where there is none.
    conversion, conversion_note
        Constant of the units, and what it is made of.
    pool, share
        What the term draws on and the factor that is its share of it (it multiplies too); '' where there is none.
    pool_weight
        Factors that say how much of the pool a unit of share uses up: panels over a field use up only the harvest
        that they cost.
    variable
        Sun or wind: supply at its own time.
    optional
        Skipped, and reported as "no layer", where the dataset lacks the indicator.
    """

    key: str
    name_ja: str
    name_en: str
    indicator: str
    times: tuple[str, ...] = ()
    per: tuple[str, ...] = ()
    reduced_by: tuple[str, ...] = ()
    excess_of: str = ""
    excess_over: str = ""
    conversion: float = 1.0
    conversion_note: str = ""
    pool: str = ""
    share: str = ""
    pool_weight: tuple[str, ...] = ()
    variable: bool = False
    optional: bool = False

    def effects(self) -> tuple[tuple[str, int], ...]:
        """Each factor with +1 where a higher value raises the amount, −1 where it lowers it."""
        raising = (*self.times, *((self.share,) if self.share else ()))
        lowering = (*self.per, *self.reduced_by, *((self.excess_over,) if self.excess_over else ()))
        return (*((key, 1) for key in raising), *((key, -1) for key in lowering))

    @property
    def indicators(self) -> tuple[str, ...]:
        """The columns that it needs."""
        return (self.indicator, *((self.excess_of,) if self.excess_of else ()))


@dataclass(frozen=True)
class Reach:
    """How far a resource is worth carrying.

    Attributes
    ----------
    carried
        False for what is not hauled at all (water).
    value_yen_per_unit, haulage_yen_per_unit_km
        Yen per unit of the resource, and per unit and km; None where unknown.
    loss_per_km
        Share lost per km.
    limit_km
        A limit stated by a source, None where there is none.
    """

    carried: bool = True
    value_yen_per_unit: float | None = None
    haulage_yen_per_unit_km: float | None = None
    loss_per_km: float = 0.0
    limit_km: float | None = None
    note_ja: str = ""
    note_en: str = ""

    @property
    def reach_km(self) -> float | None:
        """The lesser of the stated limit and value ÷ haulage; None where nothing limits it; 0 where not carried."""
        if not self.carried:
            return 0.0
        limits = [] if self.limit_km is None else [self.limit_km]
        if self.value_yen_per_unit is not None and self.haulage_yen_per_unit_km:
            limits.append(self.value_yen_per_unit / self.haulage_yen_per_unit_km)
        return min(limits, default=None)


@dataclass(frozen=True)
class Price:
    """What a resource costs who buys it, and how much of that stays where it is bought.

    Attributes
    ----------
    paid
        Yen per unit of the resource.
    staying
        Share of the price that stays in the place wherever the resource comes from: local work, the grid or the
        shop, taxes.
    """

    paid: Factor
    staying: Factor


@dataclass(frozen=True)
class Pool:
    """Something that several supply terms draw on; their shares sum to at most 1."""

    key: str
    name_ja: str
    name_en: str


@dataclass(frozen=True, eq=False)
class Resource:
    """One resource of the catalogue.

    Attributes
    ----------
    ladder
        'default' or 'water', a key of ``LADDER_SCALES``.
    perspective
        'demand': does the need find its supply; 'supply': does the supply find a place to go.
    view_of
        Key of the resource whose supply it looks at from another side (counted once in a pool), or ''.
    time_factor
        The factor that is the share of demand that variable supply can meet, or ''.
    factors
        Every factor that its amounts hang on, supply's first; its price's are not among them.
    directions
        Factor -> +1 where a higher value makes supply meet demand better, −1 where worse, 0 where it stands on both
        sides or works both ways (such a factor stays central in every case).
    price
        What it costs to buy, None where no price is stated.
    """

    key: str
    name_ja: str
    name_en: str
    unit: str
    unit_ja: str
    description_ja: str
    description_en: str
    caveats_ja: tuple[str, ...]
    caveats_en: tuple[str, ...]
    ladder: str
    perspective: str
    view_of: str
    time_factor: str
    reach: Reach
    supply: tuple[Term, ...]
    demand: tuple[Term, ...]
    factors: tuple[Factor, ...] = field(repr=False)
    directions: Mapping[str, int] = field(repr=False)
    price: Price | None = None

    @property
    def scales(self) -> tuple[str, ...]:
        """The scales of its ladder, smallest first."""
        return LADDER_SCALES[self.ladder]


@dataclass(frozen=True)
class Potential:
    """A raster of the renewable potential: some supply terms of a resource, × factors × conversion."""

    key: str
    name_ja: str
    name_en: str
    unit: str
    resource: str
    terms: tuple[str, ...]
    times: tuple[str, ...]
    conversion: float
    conversion_note: str
    year: str
    note_ja: str
    note_en: str


# Of catalogues that state none of their own.
DETOUR = Factor(
    key="haulage.detour",
    name_ja="道のりは直線の何倍か",
    name_en="Road over straight-line distance",
    low=1.3,
    central=1.35,
    high=1.4,
    unit="km/km",
    unit_ja="km/km",
    basis="general",
    source="1.3–1.4。資料なし。一般的な知見による幅",
    source_en="1.3–1.4. No document at hand; range from general knowledge",
    year="—",
    kind="shared",
    effect="mixed",
)


@dataclass(frozen=True, eq=False)
class Catalogue:
    """The whole catalogue; every mapping is read-only and in the file's order.

    Attributes
    ----------
    resources, factors, pools, potentials
        By key; factors by full key, those of prices last.
    content_hash
        Hex digest of the text, for caches.
    detour
        How many km of road a km of straight line stands for, where distances are estimated.
    """

    resources: Mapping[str, Resource]
    factors: Mapping[str, Factor]
    pools: Mapping[str, Pool]
    potentials: Mapping[str, Potential]
    content_hash: str
    detour: Factor = DETOUR
