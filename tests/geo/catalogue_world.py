"""A small catalogue and a world of three fragments whose every amount can be worked out by hand."""

import numpy as np
import pandas as pd

CATALOGUE = """
[pools.forest]
name_ja = "森"
name_en = "Forest"

[factors.per_household]
name_ja = "世帯人数"
name_en = "Persons per household"
low = 1
central = 2
high = 4
unit = "persons/household"
basis = "general"
source = "試験"
source_en = "test"
year = "2020"

[factors.growth]
name_ja = "成長"
name_en = "Growth"
low = 5
central = 10
high = 20
unit = "m³/km²"
basis = "derived"
source = "試験"
source_en = "test"
year = "2020"

[resources.power]
name_ja = "電気"
name_en = "Power"
unit = "MWh"
ladder = "default"
perspective = "demand"
time_factor = "in_time"
description_ja = "試験"
description_en = "test"
caveats_ja = []
caveats_en = []

[resources.power.reach]
value_yen_per_unit = 100
haulage_yen_per_unit_km = 4

[resources.power.factors.in_time]
name_ja = "その時"
name_en = "In time"
low = 0.2
central = 0.4
high = 0.8
unit = "share"
basis = "general"
source = "試験"
source_en = "test"
year = "2020"

[resources.power.factors.panel]
name_ja = "パネル"
name_en = "Panel"
low = 1
central = 2
high = 4
unit = "MWh/km²"
basis = "general"
source = "試験"
source_en = "test"
year = "2020"

[resources.power.factors.use]
name_ja = "使用"
name_en = "Use"
low = 0.5
central = 1
high = 2
unit = "MWh/person"
basis = "general"
source = "試験"
source_en = "test"
year = "2020"

[[resources.power.supply]]
key = "sun"
name_ja = "太陽"
name_en = "Sun"
indicator = "built_km2"
times = ["panel"]
variable = true

[[resources.power.supply]]
key = "dam"
name_ja = "ダム"
name_en = "Dam"
indicator = "dam_mwh"
optional = true

[[resources.power.demand]]
key = "people"
name_ja = "人"
name_en = "People"
indicator = "population"
times = ["use"]

[resources.home_power]
name_ja = "家の電気"
name_en = "Home power"
unit = "MWh"
ladder = "default"
perspective = "demand"
view_of = "power"
time_factor = "power.in_time"
description_ja = "試験"
description_en = "test"
caveats_ja = []
caveats_en = []

[resources.home_power.factors.use]
name_ja = "世帯の使用"
name_en = "Household use"
low = 2
central = 3
high = 6
unit = "MWh/household"
basis = "general"
source = "試験"
source_en = "test"
year = "2020"

[[resources.home_power.demand]]
key = "homes"
name_ja = "家"
name_en = "Homes"
indicator = "population"
times = ["use"]
per = ["per_household"]

[resources.logs]
name_ja = "丸太"
name_en = "Logs"
unit = "m³"
ladder = "default"
perspective = "demand"
description_ja = "試験"
description_en = "test"
caveats_ja = ["注意"]
caveats_en = ["care"]

[resources.logs.factors.share]
name_ja = "丸太の割合"
name_en = "Share for logs"
low = 0.2
central = 0.5
high = 0.9
unit = "share"
basis = "general"
source = "試験"
source_en = "test"
year = "2020"

[resources.logs.factors.loss]
name_ja = "減り"
name_en = "Loss"
low = 0.1
central = 0.2
high = 0.5
unit = "share"
basis = "general"
effect = "decreasing"
source = "試験"
source_en = "test"
year = "2020"

[resources.logs.factors.use]
name_ja = "使用"
name_en = "Use"
low = 1
central = 2
high = 3
unit = "m³/person"
basis = "general"
source = "試験"
source_en = "test"
year = "2020"

[[resources.logs.supply]]
key = "trees"
name_ja = "木"
name_en = "Trees"
indicator = "forest_km2"
times = ["growth"]
pool = "forest"
share = "share"
reduced_by = ["loss"]

[[resources.logs.demand]]
key = "people"
name_ja = "人"
name_en = "People"
indicator = "population"
times = ["use"]

[resources.chips]
name_ja = "チップ"
name_en = "Chips"
unit = "m³"
ladder = "default"
perspective = "supply"
description_ja = "試験"
description_en = "test"
caveats_ja = []
caveats_en = []

[resources.chips.factors.share]
name_ja = "チップの割合"
name_en = "Share for chips"
low = 0.1
central = 0.3
high = 0.9
unit = "share"
basis = "general"
source = "試験"
source_en = "test"
year = "2020"

[[resources.chips.supply]]
key = "trees"
name_ja = "木"
name_en = "Trees"
indicator = "forest_km2"
times = ["growth"]
pool = "forest"
share = "share"

[[resources.chips.demand]]
key = "growth_again"
name_ja = "育つ"
name_en = "Grows"
indicator = "population"
times = ["growth"]
conversion = 0.1
conversion_note = "test"

[resources.rain]
name_ja = "雨水"
name_en = "Rain water"
unit = "m³"
ladder = "water"
perspective = "demand"
description_ja = "試験"
description_en = "test"
caveats_ja = []
caveats_en = []

[resources.rain.reach]
carried = false

[resources.rain.factors.evaporation]
name_ja = "蒸発"
name_en = "Evaporation"
low = 500
central = 600
high = 800
unit = "mm"
basis = "general"
effect = "decreasing"
source = "試験"
source_en = "test"
year = "2020"

[resources.rain.factors.use]
name_ja = "使用"
name_en = "Use"
low = 50
central = 100
high = 200
unit = "m³/person"
basis = "general"
source = "試験"
source_en = "test"
year = "2020"

[[resources.rain.supply]]
key = "runoff"
name_ja = "流れ"
name_en = "Runoff"
indicator = "area_km2"
excess = { of = "precipitation_mm", over = "evaporation" }
conversion = 1000
conversion_note = "1 mm on 1 km² is 1,000 m³"

[[resources.rain.demand]]
key = "people"
name_ja = "人"
name_en = "People"
indicator = "population"
times = ["use"]

[potentials.chips]
name_ja = "チップの可能性"
name_en = "Chip potential"
unit = "MWh/yr"
resource = "chips"
terms = ["trees"]
times = ["power.panel"]
conversion = 0.5
conversion_note = "test"
year = "2020"
"""


def world(**columns: list[float]) -> pd.DataFrame:
    """Three fragments a, b (municipality m1) and c (m2); one river system; ``columns`` replace or add columns."""
    table = pd.DataFrame(
        {
            "mesh_code": ["53391000", "53391001", "53391002"],
            "community_code": ["a", "b", "c"],
            "municipality_code": ["m1", "m1", "m2"],
            "river_system_code": ["r", "r", "r"],
            "prefecture_code": ["14", "14", "14"],
            "in_area": [True, True, True],
            "area_km2": [1.0, 1.0, 2.0],
            "population": [10.0, 10.0, 10.0],
            "forest_km2": [4.0, 0.0, 2.0],
            "built_km2": [10.0, 0.0, 0.5],
            "precipitation_mm": [1600.0, 1600.0, 500.0],
        }
    )
    return table.assign(**{name: np.asarray(values) for name, values in columns.items()})
