"""Opening a dataset: what is refused, and in which words."""

import hashlib
import shutil
from pathlib import Path

import geopandas as gpd
import pytest

from geo.dataset import DATA_DIR, Dataset, list_areas, open_dataset, open_whole
from geo.errors import CrsError, DatasetError


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    source = DATA_DIR / "kanagawa"
    (tmp_path / "small").mkdir()
    shutil.copy(source / "dataset.toml", tmp_path / "small")
    shutil.copy(source / "municipalities.parquet", tmp_path / "small")
    return tmp_path


@pytest.mark.parametrize("area", ["nowhere", "../kanagawa", "", "kanagawa/inputs"])
def test_an_unknown_area_is_refused_with_the_known_ones(area: str) -> None:
    with pytest.raises(DatasetError, match="kanagawa"):
        open_dataset(area)


def test_a_missing_table_is_named(copy: Path) -> None:
    with pytest.raises(DatasetError, match=r"fragments\.parquet"):
        _ = open_dataset("small", data_dir=copy).fragments


def test_a_wrong_crs_is_refused(copy: Path) -> None:
    path = copy / "small" / "municipalities.parquet"
    gpd.read_parquet(path).to_crs("EPSG:3857").to_parquet(path)
    with pytest.raises(CrsError, match="EPSG:3857"):
        _ = open_dataset("small", data_dir=copy).municipalities


def test_half_a_table_is_refused(copy: Path) -> None:
    path = copy / "small" / "municipalities.parquet"
    path.write_bytes(path.read_bytes()[:9000])
    with pytest.raises(DatasetError, match=r"municipalities\.parquet of 'small' cannot be read.*geo build small"):
        _ = open_dataset("small", data_dir=copy).municipalities


def test_a_table_from_another_build_is_refused(copy: Path) -> None:
    path = copy / "small" / "municipalities.parquet"
    gpd.read_parquet(path).assign(name_en="elsewhere").to_parquet(path)
    with pytest.raises(DatasetError, match=r"municipalities\.parquet.*not the file that dataset\.toml describes"):
        _ = open_dataset("small", data_dir=copy).municipalities


def test_a_table_without_a_column_or_with_a_unit_twice_is_refused(copy: Path) -> None:
    path = copy / "small" / "municipalities.parquet"
    whole = gpd.read_parquet(path)
    whole.drop(columns="name_kana").to_parquet(path)
    with pytest.raises(DatasetError, match="'name_kana' is missing"):
        _ = open_dataset("small", data_dir=copy).municipalities
    whole.iloc[[0, 1, 0]].to_parquet(path)
    with pytest.raises(DatasetError, match="'14100' stands twice"):
        _ = open_dataset("small", data_dir=copy).municipalities


@pytest.mark.parametrize("content", ["not = [toml", "name_ja = '…'", "layers = 3", "layers = ['x']"])
def test_a_broken_description_is_refused(copy: Path, content: str) -> None:
    (copy / "small" / "dataset.toml").write_text(content, encoding="utf-8")
    with pytest.raises(DatasetError, match=r"dataset\.toml"):
        open_dataset("small", data_dir=copy)


def test_a_raster_from_another_build_is_refused(copy: Path) -> None:
    (copy / "small" / "rasters").mkdir()
    raster = copy / "small" / "rasters" / "wood_heat.tif"
    shutil.copy(DATA_DIR / "kanagawa" / "rasters" / "rooftop_solar.tif", raster)
    small = open_dataset("small", data_dir=copy)
    with pytest.raises(DatasetError, match=r"wood_heat\.tif.*another sha256"):
        small.raster_path("wood_heat")
    shutil.copy(DATA_DIR / "kanagawa" / "rasters" / "wood_heat.tif", raster)
    assert small.raster_path("wood_heat") == raster


def test_an_area_says_its_rungs_prefectures_and_what_it_lacks(copy: Path) -> None:
    small = open_dataset("small", data_dir=copy)
    assert small.ladder == ("community", "municipality", "basin", "prefecture")
    assert small.prefecture_codes == ("14",)
    assert small.missing == ()
    description = copy / "small" / "dataset.toml"
    lacking = '\n[[missing]]\nkey = "W12"\ntitle_ja = "流域"\ntitle_en = "basins"\nlacks_ja = "段"\nlacks_en = "rung"\n'
    text = description.read_text(encoding="utf-8").replace('    "basin",\n', "", 1)
    description.write_text('prefecture_codes = ["14", "22"]\n' + text + lacking, encoding="utf-8")
    small = open_dataset("small", data_dir=copy)
    assert small.ladder == ("community", "municipality", "prefecture")
    assert small.prefecture_codes == ("14", "22")
    assert [product.lacks_en for product in small.missing] == ["rung"]


def test_an_area_that_is_exchanged_while_it_is_read_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(DATA_DIR / "kanagawa", tmp_path / "kanagawa", ignore=shutil.ignore_patterns("inputs", "rasters"))
    folder, opened = tmp_path / "kanagawa", []

    def read_all(self: Dataset) -> Dataset:
        opened.append(self.name_en)
        if len(opened) == 1:
            # A build puts another description and a table in place between the opening and the reading.
            table = folder / "municipalities.parquet"
            gpd.read_parquet(table).iloc[:-1].to_parquet(table)
            text = (
                (folder / "dataset.toml")
                .read_text(encoding="utf-8")
                .replace('name_en = "Kanagawa"', 'name_en = "Anew"', 1)
            )
            digest = hashlib.sha256(table.read_bytes()).hexdigest()
            text = text.replace(str(self.meta["tables"]["municipalities"]), digest)
            (folder / "dataset.toml").write_text(text, encoding="utf-8")
        return whole(self)

    whole = Dataset.read_all
    monkeypatch.setattr(Dataset, "read_all", read_all)
    found = open_whole("kanagawa", data_dir=tmp_path)
    assert opened == ["Kanagawa", "Anew"]
    assert len(found.municipalities) == 32


def test_areas_are_listed(copy: Path) -> None:
    assert list_areas(copy) == ["small"]


def test_an_unknown_layer_or_raster_is_refused() -> None:
    kanagawa = open_dataset("kanagawa")
    with pytest.raises(DatasetError, match="no layer"):
        kanagawa.layer("gold")
    with pytest.raises(DatasetError, match="no raster"):
        kanagawa.raster_path("../../etc/passwd")


def test_a_raster_that_no_layer_describes_is_not_offered(copy: Path) -> None:
    (copy / "small" / "rasters").mkdir()
    shutil.copy(DATA_DIR / "kanagawa" / "rasters" / "wood_heat.tif", copy / "small" / "rasters")
    (copy / "small" / "rasters" / "left_over.tif").touch()
    small = open_dataset("small", data_dir=copy)
    assert small.raster_path("wood_heat").is_file()
    with pytest.raises(DatasetError, match="no raster 'left_over'"):
        small.raster_path("left_over")
