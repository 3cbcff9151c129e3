"""The shape of the house: what lies at the top, which way imports run, and what must not be in the code."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest

from tests.source import ROOT, imported, modules

CODE = ("app.py", "pages", "layers", "geo")
TOP = {
    "app.py",
    "pages",
    "geo",
    "layers",
    "tests",
    "data",
    "requirements.txt",
    "README.md",
    "pyproject.toml",
    "LICENSE",
}
# What a part of the house must not import.
CLOSED = {
    "geo": {"layers", "pages", "app", "streamlit", "folium", "streamlit_folium", "branca"},
    "layers": {"pages", "app"},
    "pages": {"app"},
}
# Runtime requirements that no file imports by name, and who uses them.
USED_BY_LIBRARIES = {
    "pyarrow": "pandas and geopandas read and write Parquet with it",
    "pyogrio": "geopandas' reader",
    "authlib": "Streamlit signs in with it, where a provider is configured",
    "httpx": "Authlib's way to that provider",
}


def test_the_top_level_is_the_agreed_shape():
    names = {path.name for path in ROOT.iterdir() if not path.name.startswith((".", "__"))}
    assert names <= TOP, f"more than agreed: {sorted(names - TOP)}"


@pytest.mark.parametrize("part", CLOSED)
def test_imports_run_one_way(part):
    wrong = {
        str(path): bad
        for path, tree in modules(part).items()
        if (bad := {name.partition(".")[0] for name in imported(tree)} & CLOSED[part])
    }
    assert not wrong


def test_pages_do_not_import_each_other():
    assert not {
        str(path) for path, tree in modules("pages").items() if any(n.startswith("pages") for n in imported(tree))
    }


def test_geo_works_where_streamlit_and_folium_are_not_installed():
    names = [".".join(path.with_suffix("").parts) for path in modules("geo") if path.stem != "__main__"]
    program = "import importlib, sys\n"
    program += "sys.modules.update(dict.fromkeys(['streamlit', 'folium', 'branca']))\n"
    program += f"for name in {names!r}: importlib.import_module(name)\n"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def own_files(*endings):
    """Text files of the product, third parties' vendored code left out."""
    for folder in CODE:
        start = ROOT / folder
        for path in [start] if start.is_file() else sorted(start.rglob("*")):
            if path.suffix in endings and "vendor" not in path.parts:
                yield path


@pytest.mark.parametrize(
    "forbidden",
    [
        r"https?://[^\"'\s]*(cdn|unpkg|jsdelivr|cloudflare|googleapis|gstatic|fontawesome|bootstrapcdn)",
        r"(src|href)=[\"']?(https?:)?//",
        r"@import\s+(url\()?[\"']?https?:",
        # A Material symbol as the page's icon is fetched from Google's font server.
        r"page_icon\s*=\s*[\"']:material/",
        r"\b(read_pickle|to_pickle|allow_pickle=True|import pickle|pickle\.loads?)\b",
    ],
)
def test_nothing_is_fetched_from_the_network_and_nothing_unpickled(forbidden):
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in own_files(".py", ".js", ".css", ".html", ".toml", ".svg")
        for match in re.finditer(forbidden, path.read_text(encoding="utf-8"))
    ]
    assert not found


def test_every_file_says_first_what_it_is():
    silent = [str(path) for path, tree in modules(*CODE, "tests").items() if not ast.get_docstring(tree)]
    assert not silent


def pins(path):
    """Read a requirements file: name -> version; a line that is no exact pin has version None."""
    found = {}
    for raw in (ROOT / path).read_text(encoding="utf-8").splitlines():
        line = raw.partition("#")[0].strip()
        if line and not line.startswith("-r"):
            name, _, version = line.partition("==")
            found[re.sub(r"[-_.]+", "-", name.strip()).lower()] = version or None
    return found


def third_party(*folders):
    """Names of the distributions that the code of these folders imports."""
    providers = packages_distributions()
    tops = {name.partition(".")[0] for tree in modules(*folders).values() for name in imported(tree)}
    ours = {"app", "pages", "layers", "geo", "tests"}
    return {
        re.sub(r"[-_.]+", "-", provider).lower()
        for top in tops - ours - sys.stdlib_module_names
        for provider in providers.get(top, [top])
    }


@pytest.mark.parametrize("path", ["requirements.txt", "tests/requirements.txt"])
def test_every_requirement_is_pinned(path):
    assert [name for name, version in pins(path).items() if version is None] == []


def test_what_the_code_imports_is_required_and_the_other_way_round():
    needed, listed = third_party(*CODE), set(pins("requirements.txt"))
    assert needed - listed == set(), "imported, but not in requirements.txt"
    assert listed - needed - set(USED_BY_LIBRARIES) == set(), "in requirements.txt, but imported nowhere"


def test_what_the_tests_import_is_required():
    listed = set(pins("requirements.txt")) | set(pins("tests/requirements.txt"))
    assert third_party("tests") - listed == set()


def test_python_of_the_tools_is_the_oldest_that_the_readme_promises():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    version = settings["tool"]["mypy"]["python_version"]
    assert settings["tool"]["ruff"]["target-version"] == "py" + version.replace(".", "")
    assert f"Python {version}" in (ROOT / "README.md").read_text(encoding="utf-8")
