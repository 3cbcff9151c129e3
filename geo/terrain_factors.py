"""The named factors of the small-hydro estimate: values with ranges and where they come from."""

from __future__ import annotations

from collections.abc import Mapping

from geo.errors import InputError
from geo.terms import CASES, Catalogue, Factor

# Factors that the resource catalogue has already, so that rain and rivers are reckoned alike everywhere.
CATALOGUE_FACTORS = ("water.evapotranspiration", "water.dependable_share", "electricity.hydro_capacity_factor")
_OWN = (
    Factor(
        key="hydro.runoff_share",
        name_ja="流出の割合",
        name_en="Runoff share",
        low=0.7,
        central=0.85,
        high=1.0,
        unit="share",
        unit_ja="割合",
        basis="general",
        source="雨から蒸発散を引いた分のうち、その地点の川を流れる割合。残りは地下を通って下流に出る。資料なし。一般的な知見による幅",
        source_en="Part of rain less evapotranspiration that passes the place in the river; the rest goes underground. "
        "No document at hand; range from general knowledge",
        year="—",
        effect="increasing",
    ),
    Factor(
        key="hydro.head_loss",
        name_ja="落差の損失",
        name_en="Head loss",
        low=0.05,
        central=0.1,
        high=0.2,
        unit="share",
        unit_ja="割合",
        basis="general",
        source="導水路と水圧管での損失。資料なし。一般的な知見による幅",
        source_en="Lost in canal and penstock; no document at hand, range from general knowledge",
        year="—",
        effect="decreasing",
    ),
    Factor(
        key="hydro.efficiency",
        name_ja="水車と発電機の効率",
        name_en="Efficiency of turbine and generator",
        low=0.6,
        central=0.72,
        high=0.8,
        unit="share",
        unit_ja="割合",
        basis="general",
        source="小さな水車の総合効率。資料なし。一般的な知見による幅",
        source_en="Overall efficiency of small turbines; no document at hand, range from general knowledge",
        year="—",
        effect="increasing",
    ),
)


def hydro_factors(catalogue: Catalogue) -> dict[str, Factor]:
    """Return the factors of the estimate by full key, those of the catalogue among them.

    Raises
    ------
    InputError
        The catalogue lacks one of ``CATALOGUE_FACTORS``.
    """
    lacking = [key for key in CATALOGUE_FACTORS if key not in catalogue.factors]
    if lacking:
        message = f"the small-hydro estimate needs the factor '{lacking[0]}' of resources.toml"
        raise InputError(message, key="terrain_factor", factor=lacking[0])
    return {factor.key: factor for factor in (*(catalogue.factors[key] for key in CATALOGUE_FACTORS), *_OWN)}


def case_values(factors: Mapping[str, Factor], case: str) -> dict[str, float]:
    """Return each factor's value in a case: 'low' is the end of its range that gives less energy.

    Raises
    ------
    InputError
        An unknown case.
    """
    if case not in CASES:
        message = f"case: expected one of {', '.join(CASES)}; found '{case}'"
        raise InputError(message, key="case", found=case, expected=", ".join(CASES))
    turned = {"low": "high", "high": "low", "central": "central"}
    return {
        key: float(getattr(factor, turned[case] if factor.effect == "decreasing" else case))
        for key, factor in factors.items()
    }
