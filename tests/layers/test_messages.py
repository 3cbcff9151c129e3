"""The interface's words: complete in both languages, and every key that the code asks for is there."""

import ast
import re
import string
import tomllib

import pytest

from geo import errors
from layers.messages import EASY, LANGUAGES, catalogue, error_text, text
from tests.source import ROOT, calls, modules

FOLDER = ROOT / "layers" / "messages"
# How the code asks for words; the first argument is the key.
ASKING = {"say", "text", "words", "session.say", "messages.text"}
ASKED_OF = {"layers.messages", "layers.session", "layers.kiosk.easy"}


def places(words):
    """Names of the {places} in a text."""
    return {name for _, name, _, _ in string.Formatter().parse(words) if name is not None}


def entries_of(node, prefix=""):
    for name, value in node.items():
        if isinstance(value, dict) and value and not any(isinstance(part, dict) for part in value.values()):
            yield f"{prefix}{name}", value
        elif isinstance(value, dict):
            yield from entries_of(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


FILES = {path.stem: dict(entries_of(tomllib.loads(path.read_text(encoding="utf-8")))) for path in FOLDER.glob("*.toml")}
ENTRIES = [pytest.param(key, entry, id=key) for entries in FILES.values() for key, entry in entries.items()]


@pytest.mark.parametrize(("key", "entry"), ENTRIES)
def test_an_entry_has_both_languages_with_the_same_places(key, entry):
    assert isinstance(entry, dict), f"{key} stands outside an entry"
    # The kiosk speaks やさしい日本語 too, and nothing else does.
    assert set(entry) == ({*LANGUAGES, EASY} if key.startswith("kiosk.") else set(LANGUAGES))
    assert all(isinstance(words, str) and words.strip() for words in entry.values())
    # A name may come in either language's form: {unit_ja} and {unit_en}.
    assert {name.removesuffix("_ja") for name in places(entry["ja"])} == {
        name.removesuffix("_en") for name in places(entry["en"])
    }
    if EASY in entry:
        assert places(entry[EASY]) == places(entry["ja"])


def test_no_key_is_in_two_files():
    keys = [key for entries in FILES.values() for key in entries]
    assert sorted(keys) == sorted(set(keys))
    assert set(catalogue()) == set(keys)


def asked():
    """Yield what the code asks for: (place in the code, pattern of the key, names it fills in or None)."""
    for path, tree in modules("layers", "pages", "app.py").items():
        bare = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module in ASKED_OF
            for alias in node.names
        }
        for name, call in calls(tree):
            if name not in ASKING or ("." not in name and name not in bare) or not call.args:
                continue
            pattern = key_pattern(call.args[0])
            if pattern is not None:
                filled = {keyword.arg for keyword in call.keywords}
                yield f"{path}:{call.lineno}", pattern, None if None in filled else filled


def key_pattern(argument):
    """Regular expression of a literal key, `f"common.scale.{scale}"` included; None for a variable."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return re.escape(argument.value)
    if isinstance(argument, ast.JoinedStr) and isinstance(argument.values[0], ast.Constant):
        return "".join(
            re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+" for part in argument.values
        )
    return None


@pytest.mark.parametrize(
    ("where", "pattern", "filled"), [pytest.param(*ask, id=f"{ask[0]} {ask[1]}") for ask in asked()]
)
def test_every_key_that_the_code_asks_for_is_there(where, pattern, filled):
    found = [key for key in catalogue() if re.fullmatch(pattern, key)]
    assert found, f"{where} asks for {pattern}"
    if filled is not None and len(found) == 1:
        for words in catalogue()[found[0]].values():
            assert places(words) <= filled, f"{where} leaves places open"


def raised():
    """Yield the keyed errors that the code raises: (place in the code, key, params or None)."""
    kinds = {name for name in vars(errors) if name.endswith("Error")}
    for path, tree in modules("geo", "layers", "pages").items():
        for name, call in calls(tree):
            keywords = {keyword.arg: keyword.value for keyword in call.keywords}
            key = keywords.get("key")
            if name.rpartition(".")[2] in kinds and isinstance(key, ast.Constant):
                yield f"{path}:{call.lineno}", key.value, None if None in keywords else set(keywords) - {"key"}


@pytest.mark.parametrize(("where", "key", "params"), [pytest.param(*r, id=f"{r[0]} {r[1]}") for r in raised()])
def test_every_error_can_be_said_in_both_languages(where, key, params):
    entry = catalogue().get(f"errors.{key}")
    assert entry, f"{where}: no entry errors.{key}"
    if params is not None:
        for words in entry.values():
            assert places(words) <= params, f"{where} lacks what errors.{key} names"


def test_places_are_filled_in():
    words = text("errors.ladder_length", "en", argument="ladder", expected=3, found=2)
    assert words == "ladder: expected labels for 3 fragments, found 2."


def test_an_unknown_key_is_an_error():
    with pytest.raises(KeyError):
        text("common.no_such_word", "ja")


def test_an_error_without_words_of_its_own_says_its_english_message():
    assert error_text(errors.MeguriError("Something is wrong.", key="no_such_key"), "ja") == "Something is wrong."


def test_an_error_speaks_the_user_s_language():
    error = errors.InputError("threshold: …", key="threshold", argument="threshold", found=3)
    assert "しきい値" in error_text(error, "ja")
    assert "share over 0" in error_text(error, "en")


def test_an_error_that_lacks_a_value_falls_back_to_its_message():
    assert error_text(errors.InputError("plain words", key="threshold"), "ja") == "plain words"
