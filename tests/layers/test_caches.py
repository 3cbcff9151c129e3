"""What sessions share is bounded: every cache says how much it keeps."""

import ast

import pytest

from tests.source import modules

SHARED = {"cache_data", "cache_resource", "kept"}
OWN = {"lru_cache", "cache"}


def decorators():
    """Yield (place in the code, name, is inside a function, names of its arguments) of every cache decorator."""
    for path, tree in modules("geo", "layers", "pages", "app.py").items():
        inner = {
            id(node)
            for outer in ast.walk(tree)
            if isinstance(outer, ast.FunctionDef)
            for node in ast.walk(outer)
            if node is not outer
        }
        for node in ast.walk(tree):
            for found in getattr(node, "decorator_list", ()):
                call = found.func if isinstance(found, ast.Call) else found
                name = call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "")
                arguments = {keyword.arg for keyword in getattr(found, "keywords", ())}
                if name in SHARED | OWN:
                    yield f"{path}:{found.lineno}", name, id(node) in inner, arguments


FOUND = list(decorators())


def test_the_caches_are_found():
    assert sum(name in SHARED for _, name, _, _ in FOUND) > 30
    assert sum(name in OWN for _, name, _, _ in FOUND) > 20


@pytest.mark.parametrize(("where", "name", "is_inner", "arguments"), [pytest.param(*f, id=f[0]) for f in FOUND])
def test_every_cache_says_how_much_it_keeps(where, name, is_inner, arguments):
    if name in SHARED:
        assert arguments & {"max_entries", "ttl"}, f"{where} keeps whatever it is asked for"
    else:
        # What a function makes for itself goes with it.
        assert is_inner or "maxsize" in arguments, f"{where} keeps whatever it is asked for"
