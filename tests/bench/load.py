"""Many at once: sessions open the Scale page, each at a place of its own, and move its sliders.

    .venv/bin/python -m tests.bench.load [--sessions 30] [--seconds 60] [--pause 1] [--leaving 0]

Real sessions over WebSocket against a fresh server on the loopback, as the browser's own messages would have it
(tests/browser/socket_session.py). Each moves a slider, waits for the script's end, thinks, and moves the next. At the
end every session's page is compared, word by word, with what a lone session gets from another fresh server at the same
address. ``--leaving 130`` waits so many seconds after all have left: Streamlit keeps a session for two minutes, in case
its browser comes back.
"""

import argparse
import asyncio
import os
import random
import statistics
import tempfile
import time
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

import psutil

from geo.dataset import open_dataset
from geo.resources import load_catalogue
from tests.browser.app_server import running_app
from tests.browser.socket_session import SocketSession

AREA = "kanagawa"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--pause", type=float, default=1, help="seconds between two moves of a session")
    parser.add_argument("--leaving", type=float, default=0, help="seconds to wait after all have left")
    asked = parser.parse_args()
    with fresh_server() as (address, server):
        ended = asyncio.run(many(address, server, asked))
    with fresh_server() as (address, _):
        asyncio.run(compare(address, ended))


@contextmanager
def fresh_server():
    """Yield the address of a server that nobody has asked anything, and its process."""
    with tempfile.TemporaryDirectory() as folder, running_app(Path(folder)) as address:
        yield address, psutil.Process().children()[-1]


async def many(address, server, asked):
    """Open the sessions, let them move sliders, and print how it went; return (address of the page, what it said)."""
    addresses = starts(asked.sessions)
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} (of other programs, before the server is asked)")
    print(f"memory of the server: {megabytes(server):.0f} MB before anybody came")
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(SocketSession(address, "scale", addresses[0]))
        took = await first.open()
        one = megabytes(server)
        print(f"first session open after {took:.2f} s: {one:.0f} MB")
        others = [await stack.enter_async_context(SocketSession(address, "scale", query)) for query in addresses[1:]]
        opening = [took, *await asyncio.gather(*(session.open() for session in others))]
        sessions = [first, *others]
        report("opening, all others at once", opening[1:])
        opened = megabytes(server)
        print(f"{len(sessions)} sessions open: {opened:.0f} MB")
        began, busy_s = time.perf_counter(), busy(server)
        moves = await asyncio.gather(
            *(
                moving(session, random.Random(number), asked)  # noqa: S311 - moves, no secrets
                for number, session in enumerate(sessions)
            )
        )
        elapsed_s, busy_s = time.perf_counter() - began, busy(server) - busy_s
        times = [taken for of_session in moves for taken in of_session]
        report(f"moves, a pause of {asked.pause:g} s between them", times)
        print(f"server busy {busy_s:.1f} s in {elapsed_s:.1f} s: {busy_s / max(len(times), 1):.3f} s of a core a move")
        moved = megabytes(server)
        sessions_beside = max(len(sessions) - 1, 1)
        print(f"after they moved: {moved:.0f} MB; {(moved - one) / sessions_beside:.1f} MB a session beside the first")
        print(f"received by a session: {statistics.mean(s.received_bytes for s in sessions) / 1e6:.2f} MB")
        problems = [problem for session in sessions for problem in session.problems]
        print(f"errors on pages: {len(problems)} {problems[:3]}")
        ended = [(session.query, session.told(), session.sentence()) for session in sessions]
    if asked.leaving:
        await asyncio.sleep(asked.leaving)
        # A session that comes after makes Streamlit look through those it keeps.
        async with SocketSession(address, "scale", addresses[0]) as session:
            await session.open()
        await asyncio.sleep(5)
        print(f"{asked.leaving:g} s after they left, one come and gone: {megabytes(server):.0f} MB")
    return ended


async def moving(session, chance, asked):
    """Move sliders for a while; return the seconds that each move took."""
    taken = []
    end = time.perf_counter() + asked.seconds
    await asyncio.sleep(chance.uniform(0, asked.pause))
    while time.perf_counter() < end:
        if not session.sliders:
            raise RuntimeError(f"a page without sliders: {session.query} {session.problems}")
        key = chance.choice(sorted(session.sliders))
        slider = session.sliders[key]
        steps = round((slider.max - slider.min) / slider.step)
        taken.append(await session.move(key, slider.min + slider.step * chance.randint(0, steps)))
        await asyncio.sleep(asked.pause * chance.uniform(0.5, 1.5))
    return taken


async def compare(address, ended):
    """Open each address alone and print for how many the page says the same, word by word."""
    apart = []
    for query, told, sentence in ended:
        async with SocketSession(address, "scale", query) as session:
            await session.open()
            if session.told() != told:
                apart.append((query, sentence, session.sentence()))
    print(f"as a lone session has it: {len(ended) - len(apart)} of {len(ended)} pages")
    print(f"different sentences among them: {len({sentence for _, _, sentence in ended})}")
    for query, sentence, alone in apart:
        print(f"differs: {query}\n  among many: {sentence}\n  alone: {alone}")


def starts(count):
    """Return addresses, each with another place, resource and threshold."""
    municipalities = sorted(open_dataset(AREA).municipalities["code"])
    resources = list(load_catalogue().resources)
    return [
        f"place=municipality:{municipalities[number % len(municipalities)]}"
        f"&resource={resources[number % len(resources)]}&threshold={0.5 + number % 10 / 20:g}"
        for number in range(count)
    ]


def report(what, times):
    ordered = sorted(times)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]
    print(
        f"{what}: {len(ordered)}, median {statistics.median(ordered):.2f} s, p95 {p95:.2f} s, max {ordered[-1]:.2f} s"
    )


def megabytes(server):
    return server.memory_info().rss / 1e6


def busy(server):
    times = server.cpu_times()
    return times.user + times.system


if __name__ == "__main__":
    main()
