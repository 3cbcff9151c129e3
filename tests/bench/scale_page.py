"""Recolouring on the Scale page itself: from the click on a resource in the ladder until the map shows it, and bytes.

    .venv/bin/python -m tests.bench.scale_page [--runs 12] [--by cells municipality]

The whole page answers: sentence, ladder, sliders, matrix and map. Timed in Chromium from the click until the frame
after the map is recoloured (from the looks sent ahead), and until it has the server's answer, with title and legend;
the bytes are those of the web socket until the page is at rest.
"""

import argparse
import shutil
import statistics
import tempfile
from itertools import cycle, islice
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.app_server import running_app
from tests.browser.conftest import CHROMIUM_ARGUMENTS, settle
from tests.browser.network import Guard

RESOURCES = ("rice", "vegetables", "timber", "water", "electricity", "wood_heat", "compost")
CLICK = """([resource]) => new Promise((done) => {
  const button = (root) => {
    const found = root.querySelector(`li.row[data-resource="${resource}"] button`);
    if (found) return found;
    for (const node of root.querySelectorAll("*")) {
      const inner = node.shadowRoot && button(node.shadowRoot);
      if (inner) return inner;
    }
    return null;
  };
  const box = document.querySelector(".meguri-map");
  const before = +box.dataset.shown;
  const start = performance.now();
  const times = [];
  button(document).click();
  const look = () => requestAnimationFrame(() => {
    const now = performance.now() - start;
    while (times.length < 2 && +box.dataset.shown > before + times.length) times.push(now);
    if (times.length < 2 && now < 5000) look();
    else requestAnimationFrame(() => done(times.map((time) => time + performance.now() - start - now)));
  });
  look();
})"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=12)
    parser.add_argument("--by", nargs="+", default=["cells", "municipality"])
    options = parser.parse_args()
    heads = ("median s", "slowest s", "answered", "slowest s", "bytes", "most")
    print(f"{'recoloured':<16}" + "".join(f"{head:>11}" for head in heads))
    with tempfile.TemporaryDirectory() as folder, running_app(Path(folder)) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_ARGUMENTS)
        for by in options.by:
            taken = zip(*measure(browser, f"{address}/scale?by={by}", options.runs), strict=True)
            figures = [figure(values) for values in taken for figure in (statistics.median, max)]
            times, received = figures[:4], figures[4:]
            print(f"{by:<16}" + "".join(f"{s:>11.3f}" for s in times) + "".join(f"{n:>11,.0f}" for n in received))
        browser.close()


def measure(browser, address, runs):
    """Return (seconds, seconds to the answer, bytes) of each change of focus, after each resource was seen once."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    guard = Guard()
    guard.watch(context)
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector(".meguri-map[data-shown]")
    page.wait_for_selector("li.row")
    settle(page)
    page.wait_for_timeout(2000)
    for resource in RESOURCES:
        change(page, guard, resource)
    taken = [change(page, guard, resource) for resource in islice(cycle(RESOURCES), runs)]
    context.close()
    assert not guard.foreign, guard.foreign
    return taken


def change(page, guard, resource):
    """Click a resource; return seconds until the map shows it, until it has the answer, and the page's bytes."""
    before = guard.received_bytes
    first, answered = page.evaluate(CLICK, [resource])
    page.wait_for_timeout(1000)
    return first / 1000, answered / 1000, guard.received_bytes - before


if __name__ == "__main__":
    main()
