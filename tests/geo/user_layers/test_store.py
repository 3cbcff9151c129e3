"""Keeping layers: whole or not at all, listed, taken out, put back; and descriptions that do not fit."""

import dataclasses
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from geo.dataset import open_dataset
from geo.local import local_dir
from geo.user_layers import (
    Description,
    UploadError,
    add_layer,
    check_upload,
    list_user_layers,
    remove_layer,
    restore_layer,
)
from geo.user_layers.columns import broken_layers
from geo.user_layers.raster import display_raster, parse_raster
from geo.user_layers.store import layers_digest, read_bytes, read_table
from tests.geo.user_layers.world import geojson, geotiff, square

SHAPES = [square(0, 0), square(1, 0)]
PLAIN = Description("道", "Roads", "MWh/yr", "2024", "市の資料", "CC BY 4.0", column="n", measure="extensive")
SUN = {"role": "indicator", "is_variable": True}
TERM = dataclasses.replace(PLAIN, role="indicator", resource="power", side="supply")


@pytest.fixture
def upload(own):
    return check_upload("a.geojson", geojson(SHAPES, n=[1, 2], c=["x", "y"]), dataset=own)


def listed(own):
    return list_user_layers(own.area, own.folder.parent)


def test_a_layer_is_kept_listed_taken_out_and_put_back(own, upload):
    assert listed(own) == ()
    assert layers_digest(own.area, own.folder.parent) == ""
    layer = add_layer(own, upload, PLAIN)
    assert listed(own) == (layer,)
    assert layer.path == own.folder.parent / "local" / "small" / "layers" / "roads.parquet"
    assert read_table(layer)["n"].tolist() == [1, 2]
    first = layers_digest(own.area, own.folder.parent)
    again = add_layer(own, upload, PLAIN)
    assert (again.key, len(listed(own))) == ("roads_2", 2)
    assert layers_digest(own.area, own.folder.parent) != first
    assert remove_layer(own, "roads") == layer
    assert listed(own) == (again,)
    assert not layer.path.exists()
    restore_layer(own, layer)
    assert listed(own) == (again, layer)
    assert read_table(layer)["n"].tolist() == [1, 2]
    with pytest.raises(UploadError, match="put back"):
        restore_layer(own, layer)
    with pytest.raises(UploadError) as caught:
        remove_layer(own, "none")
    assert caught.value.key == "upload_no_such_layer"


def test_a_japanese_title_makes_a_key_too(own, upload):
    assert add_layer(own, upload, dataclasses.replace(PLAIN, title_en="道路 2024")).key == "layer_2024"
    assert add_layer(own, upload, dataclasses.replace(PLAIN, title_en="道路")).key == "layer"


def test_the_folder_can_be_elsewhere(own, upload, tmp_path, monkeypatch):
    monkeypatch.setenv("MEGURI_LOCAL_DIR", str(tmp_path / "elsewhere"))
    assert add_layer(own, upload, PLAIN).path.is_relative_to(tmp_path / "elsewhere" / "small")
    assert local_dir("small", own.folder.parent) == tmp_path / "elsewhere" / "small"
    with pytest.raises(ValueError, match="area"):
        local_dir("../x")


@pytest.mark.parametrize(
    ("changes", "key", "field"),
    [
        ({"title_ja": " "}, "upload_field", "title_ja"),
        ({"title_en": "a\nb"}, "upload_field", "title_en"),
        ({"source": ""}, "upload_field", "source"),
        ({"licence": "x" * 500}, "upload_field", "licence"),
        ({"year": ""}, "upload_field", "year"),
        ({"unit": ""}, "upload_field", "unit"),
        ({"column": "c"}, "upload_field", "column"),
        ({"column": "none"}, "upload_field", "column"),
        ({"column": ""}, "upload_field", "column"),
        ({"measure": "x"}, "upload_field", "measure"),
        ({"role": "potential"}, "upload_field", "role"),
        ({"mode": "x"}, "upload_field", "mode"),
        ({"share_by": "x"}, "upload_field", "share_by"),
        ({"name_column": "q"}, "upload_field", "name_column"),
        ({"resource": "power"}, "upload_field", "role"),
        ({"role": "indicator"}, "upload_field", "resource"),
        ({"role": "indicator", "resource": "power"}, "upload_field", "side"),
        ({"role": "indicator", "resource": "home_power", "side": "supply"}, "upload_field", "resource"),
        ({**SUN, "resource": "power", "side": "demand"}, "upload_field", "is_variable"),
        ({**SUN, "resource": "logs", "side": "supply"}, "upload_field", "is_variable"),
        ({"role": "indicator", "resource": "power", "side": "supply", "measure": "intensive"}, "upload_rate", None),
        ({"role": "indicator", "resource": "power", "side": "supply", "unit": "t"}, "upload_unit", None),
    ],
)  # fmt: skip
def test_a_description_that_does_not_fit_changes_nothing(own, upload, changes, key, field):
    add_layer(own, upload, PLAIN)
    before = {path: path.read_bytes() for path in own.folder.parent.rglob("*") if path.is_file()}
    with pytest.raises(UploadError) as caught:
        add_layer(own, upload, dataclasses.replace(PLAIN, **changes))
    assert (caught.value.key, caught.value.params.get("field")) == (key, field)
    assert {path: path.read_bytes() for path in own.folder.parent.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("unit", ["MWh", "MWh/yr", "MWh/年", "ＭＷｈ", "MWh per year"])
def test_the_resource_s_unit_is_known_however_it_is_written(own, upload, unit):
    assert add_layer(own, upload, dataclasses.replace(TERM, unit=unit)).unit == unit


def test_negative_amounts_are_no_supply(own):
    upload = check_upload("a.geojson", geojson(SHAPES, n=[1, -2]), dataset=own)
    with pytest.raises(UploadError) as caught:
        add_layer(own, upload, TERM)
    assert caught.value.key == "upload_negative"


def test_units_of_a_partition_must_not_overlap(own):
    description = dataclasses.replace(PLAIN, role="partition", column="", measure="none", unit="")
    upload = check_upload("a.geojson", geojson([square(0, 0, 1.5, 1), square(1, 0)], c=["x", "y"]), dataset=own)
    with pytest.raises(UploadError) as caught:
        add_layer(own, upload, description)
    assert (caught.value.key, caught.value.params["first"], caught.value.params["second"]) == ("upload_overlap", 1, 2)
    same = check_upload("a.geojson", geojson([square(0, 0, 1.5, 1), square(1, 0)], c=["x", "x"]), dataset=own)
    assert add_layer(own, same, dataclasses.replace(description, code_column="c")).code_column == "c"


def test_a_failed_write_leaves_everything_as_it_was(own, upload, monkeypatch):
    add_layer(own, upload, PLAIN)
    before = listed(own)

    def fail(*_arguments, **_more):
        raise OSError("disk full")

    monkeypatch.setattr("geo.user_layers.store.write_text", fail)
    with pytest.raises(OSError, match="disk full"):
        add_layer(own, upload, PLAIN)
    assert listed(own) == before


def test_a_file_that_is_gone_or_changed_is_named_and_the_rest_goes_on(own, upload):
    layer = add_layer(own, upload, PLAIN)
    add_layer(own, upload, PLAIN)
    assert broken_layers(own) == ()
    layer.path.write_bytes(b"x")
    assert [(broken.key, error.key) for broken, error in broken_layers(own)] == [("roads", "upload_lost")]
    layer.path.unlink()
    assert len(broken_layers(own)) == 1
    with pytest.raises(UploadError):
        read_table(layer)


@pytest.mark.parametrize("file", ["../../../etc/passwd", "layers/../x.parquet", "/etc/passwd", "layers/other.parquet"])
def test_a_list_that_leads_elsewhere_is_refused(own, upload, file):
    layer = add_layer(own, upload, PLAIN)
    path = layer.path.parent.parent / "layers.toml"
    path.write_text(path.read_text().replace("layers/roads.parquet", file))
    with pytest.raises(UploadError) as caught:
        listed(own)
    assert caught.value.key == "upload_layers_toml"


def test_layers_that_came_with_the_data_are_listed_and_stay(own, upload):
    layer = add_layer(own, upload, PLAIN)
    local = layer.path.parent.parent
    (local / "layers").rename(own.folder / "layers")
    (local / "layers.toml").rename(own.folder / "layers.toml")
    (found,) = listed(own)
    assert found.is_shipped
    assert read_table(found)["n"].tolist() == [1, 2]
    with pytest.raises(UploadError) as caught:
        remove_layer(own, "roads")
    assert caught.value.key == "upload_shipped"
    second = add_layer(own, upload, PLAIN)
    assert [x.key for x in listed(own)] == ["roads", "roads_2"]
    remove_layer(own, second.key)
    assert [x.key for x in listed(own)] == ["roads"]


def test_a_grid_is_kept_as_it_is_and_shown_in_degrees(own):
    values = np.array([[1.0, np.nan], [3.0, 4.0]])
    description = Description("熱", "Heat", "K", "2024", "x", "CC0", role="potential")
    layer = add_layer(own, check_upload("a.tif", geotiff(values), dataset=own), description)
    kept = parse_raster(layer, read_bytes(layer))
    assert np.array_equal(kept.values, values, equal_nan=True)
    shown = display_raster(layer, read_bytes(layer))
    assert shown.values.dtype == np.float32
    assert (shown.unit, shown.year, shown.description) == ("K", "2024", "Heat")


def test_an_upload_checked_for_another_area_is_refused(own, upload):
    with pytest.raises(UploadError):
        add_layer(own, dataclasses.replace(upload, area="other"), PLAIN)
    assert open_dataset("small", data_dir=own.folder.parent).area == "small"


def test_two_sessions_that_add_at_once_both_keep_their_layer(own, upload):
    with ThreadPoolExecutor(4) as pool:
        keys = {layer.key for layer in pool.map(lambda _: add_layer(own, upload, PLAIN), range(8))}
    assert len(keys) == 8
    assert {layer.key for layer in listed(own)} == keys


def test_only_the_last_few_that_were_taken_out_are_kept(own, upload):
    for _ in range(7):
        remove_layer(own, add_layer(own, upload, PLAIN).key)
    folder = own.folder.parent / "local" / "small" / "layers"
    assert len(list(folder.iterdir())) == 5
