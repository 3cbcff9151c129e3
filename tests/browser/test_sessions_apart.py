"""Several people at once on one server: every page says what it says to somebody alone."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from tests.browser.app_server import running_app
from tests.browser.socket_session import SocketSession
from tests.source import ROOT

PATIENCE_S = 120
# Two look at the same place and resource and differ in what they move alone; each moves its sliders in turn.
PEOPLE = {
    "place=municipality:14206&resource=water": [("factor_water.dependable_share", 20.0), ("scale_threshold", 40.0)],
    "place=municipality:14206&resource=water&threshold=0.6": [
        ("factor_water.dependable_share", 60.0),
        ("scale_threshold", 90.0),
    ],
    "place=municipality:14205&resource=timber&lang=en": [
        ("factor_timber.growth_share", 15.0),
        ("factor_wood_heat.growth_share", 35.0),
    ],
    "place=basin:83268&resource=electricity": [
        ("factor_electricity.usable_roof_share", 40.0),
        ("factor_electricity.usable_roof_share", 10.0),
    ],
}


@pytest.fixture(scope="module")
def ended(tmp_path_factory):
    """What each of the people sees after moving sliders at the same time as the others: sessions, closed by now."""
    # In a thread of its own: where a browser was started in this one, its loop is running here.
    with running_app(tmp_path_factory.mktemp("app")) as address, ThreadPoolExecutor(1) as apart:
        yield apart.submit(asyncio.run, all_at_once(address)).result()


async def all_at_once(address):
    async def one(query, moves):
        async with SocketSession(address, "scale", query) as session:
            await session.open()
            opened = session.sentence()
            for key, value in moves:
                await session.move(key, value)
            return session, opened

    return await asyncio.gather(*(one(query, moves) for query, moves in PEOPLE.items()))


def alone(query):
    """Return the markup of a page that opens at this address, in a process in which nobody else is."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE_S)
    for name, value in parse_qsl(query):
        app.query_params[name] = value
    app.switch_page("pages/scale.py").run()
    assert not app.exception
    return sorted(str(block.proto.body) for block in app.get("html"))


def markup(session):
    return sorted(element.html.body for element in session.drawn if element.WhichOneof("type") == "html")


def test_moving_sliders_changed_each_page(ended):
    assert [session.problems for session, _ in ended] == [[]] * len(PEOPLE)
    for (query, moves), (session, _) in zip(PEOPLE.items(), ended, strict=True):
        asked, now = dict(parse_qsl(query)), dict(parse_qsl(session.query))
        # Water is what an address without a resource means.
        assert (now["place"], now.get("resource", "water")) == (asked["place"], asked["resource"])
        settings = {key for key, _ in moves}
        assert ("threshold" in now) == ("scale_threshold" in settings)
        assert ("set" in now) == any(key.startswith("factor_") for key in settings)
    assert len({session.sentence() for session, _ in ended}) == len(PEOPLE)
    assert any(session.sentence() != opened for session, opened in ended)


@pytest.mark.parametrize("person", range(len(PEOPLE)), ids=list(PEOPLE))
def test_each_page_is_the_one_that_somebody_alone_gets(ended, person):
    session, _ = ended[person]
    assert markup(session) == alone(session.query)
