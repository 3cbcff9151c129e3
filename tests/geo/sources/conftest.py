"""What the readers' tests share: the real extracts, and a refusal told apart from any other."""

from collections.abc import Callable
from pathlib import Path

import pytest

from geo.errors import MeguriError
from geo.sources.reading import SourceError
from layers.messages import error_text

OFFICIAL = Path(__file__).parents[3] / ".." / "shared" / "data" / "test-only"


@pytest.fixture
def official() -> Path:
    """The folder of real extracts, which are not part of the project."""
    if not OFFICIAL.is_dir():
        pytest.skip("the official extracts (shared/data/test-only) are not here")
    return OFFICIAL


@pytest.fixture
def refused() -> Callable[..., SourceError]:
    """Call something that must refuse: in one line, with all that mends it, in both languages."""

    def check(call: Callable[..., object], *arguments: object, match: str, **options: object) -> SourceError:
        with pytest.raises(MeguriError, match=match) as caught:
            call(*arguments, **options)
        error = caught.value
        assert isinstance(error, SourceError)
        assert "\n" not in str(error)
        assert {"file", "layer", "row", "expected", "found", "remedy", "where"} == set(error.params)
        assert all(error.params[name] for name in ("file", "expected", "found", "remedy", "where"))
        for language in ("ja", "en"):
            said = error_text(error, language)
            assert str(error.params["where"]) in said
            assert str(error.params["found"]) in said
        assert error_text(error, "ja") != error_text(error, "en")
        return error

    return check
