"""What a figure in a file stands on: the years of its data, in an order that means something."""

from types import SimpleNamespace

from layers.export_origin import years_of

LAYERS = {
    "means": ("2000–2025", ("rain",)),
    "old": ("2016", ("forest",)),
    "counts": ("2020", ("people",)),
    "spans": ("2015–2020", ("fields",)),
    "again": ("2016", ("roofs",)),
    "several": ("2010, 2015, 2020", ("homes",)),
}


def area():
    layers = [SimpleNamespace(key=key, year=year, columns=columns) for key, (year, columns) in LAYERS.items()]
    return SimpleNamespace(layers=layers, layer=lambda key: next(one for one in layers if one.key == key))


def resource(*columns):
    return SimpleNamespace(supply=(SimpleNamespace(indicators=columns),), demand=())


def test_years_come_by_when_they_end_and_a_span_before_the_year_that_ends_it():
    # By letter '2000–2025' would come first, though no data here are newer.
    water, rice = resource("rain", "people"), resource("fields", "forest", "roofs")
    assert years_of([water, rice], area()) == "2016, 2015–2020, 2020, 2000–2025"
    assert years_of([rice, water], area()) == years_of([water, rice], area())
    assert years_of([resource("homes"), resource("forest", "people")], area()) == "2010, 2015, 2016, 2020"
    assert years_of([], area()) == ""
