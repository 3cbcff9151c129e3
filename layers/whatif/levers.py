"""The assumptions that can be changed, in the order of what a council can move: roofs, saving, fields, forest, ..."""

from __future__ import annotations

from collections.abc import Collection

from geo.terms import Catalogue, Factor
from layers.assumptions import own_factors
from layers.messages import text
from layers.unique_labels import unique_labels

# Lever -> its factors: what is decided first, what the figures merely rest on after it.
LEVERS = {
    "roofs": (
        "electricity.usable_roof_share",
        "electricity.detached_roof_share",
        "electricity.other_roof_share",
        "electricity.roof_per_built",
        "electricity.detached_density",
        "electricity.other_density",
        "electricity.rooftop_capacity_factor",
    ),
    "saving": (
        "electricity.use_per_person",
        "household_electricity.use_per_household",
        "wood_heat.heat_per_household",
        "shared.persons_per_household",
    ),
    "storage": ("shared.met_as_it_arises",),
    "sharing": (
        "shared.paddy_share_under_panels",
        "shared.field_share_under_panels",
        "electricity.sharing_density",
        "electricity.ground_capacity_factor",
        "shared.crop_loss",
    ),
    "plants": (
        "electricity.wind_density",
        "electricity.wind_capacity_factor",
        "electricity.hydro_capacity_factor",
        "electricity.geothermal_capacity_factor",
        "shared.biomass_electric_efficiency",
    ),
    "forest": (
        "wood_heat.growth_share",
        "timber.growth_share",
        "timber.use_per_person",
        "shared.forest_growth",
        "wood_heat.basic_density",
        "wood_heat.heat_per_tonne",
    ),
    "water": ("water.withdrawal_per_person", "water.dependable_share", "water.evapotranspiration"),
    "food": (
        "rice.planted_share",
        "vegetables.planted_share",
        "rice.use_per_person",
        "vegetables.use_per_person",
        "rice.yield",
        "vegetables.yield",
        "rice.milling_yield",
    ),
    "waste": (
        "compost.collected_share",
        "compost.field_intake",
        "compost.food_waste_per_person",
        "compost.compost_per_waste",
    ),
}


def factor_options(catalogue: Catalogue, columns: Collection[str], lang: str) -> dict[str, str]:
    """Return the labels of the factors that move an amount, by key: by lever, then those of no lever by resource.

    Factors of terms whose indicator is not among the dataset's ``columns`` are left out; no two labels are alike.
    """
    lever_of = {key: text(f"whatif.lever.{lever}", lang) for lever, keys in LEVERS.items() for key in keys}
    bearing: dict[str, str] = {}
    for resource in catalogue.resources.values():
        for factor in own_factors(resource, columns):
            bearing.setdefault(factor.key, resource.name_ja if lang == "ja" else resource.name_en)
    ordered = [key for key in dict.fromkeys((*lever_of, *bearing)) if key in bearing]
    labels = {
        key: text(
            "whatif.add.factor_option",
            lang,
            group=lever_of.get(key, bearing[key]),
            name=_name(catalogue.factors[key], lang),
        )
        for key in ordered
    }
    return unique_labels(labels, lang)


def _name(factor: Factor, lang: str) -> str:
    return factor.name_ja if lang == "ja" else factor.name_en
