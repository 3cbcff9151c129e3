"""Recolouring on the Scale page itself: from the click on a resource in the ladder until the map shows it, and bytes.

    .venv/bin/python -m tests.bench.scale_page [--runs 12] [--by cells municipality]

The whole page answers: sentence, ladder, sliders, matrix and map. Timed in Chromium from the click until the frame
after the map has taken the new scene; the bytes are those of the web socket until the page is at rest.
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
  const before = box.dataset.shown;
  const start = performance.now();
  button(document).click();
  const look = () => requestAnimationFrame(() => {
    if (box.dataset.shown === before) look();
    else requestAnimationFrame(() => done(performance.now() - start));
  });
  look();
})"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=12)
    parser.add_argument("--by", nargs="+", default=["cells", "municipality"])
    options = parser.parse_args()
    print(f"{'recoloured':<16}{'median s':>10}{'slowest s':>11}{'bytes':>10}{'most bytes':>12}")
    with tempfile.TemporaryDirectory() as folder, running_app(Path(folder)) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_ARGUMENTS)
        for by in options.by:
            seconds, received = zip(*measure(browser, f"{address}/scale?by={by}", options.runs), strict=True)
            print(
                f"{by:<16}{statistics.median(seconds):>10.3f}{max(seconds):>11.3f}"
                f"{statistics.median(received):>10,.0f}{max(received):>12,}",
                flush=True,
            )
        browser.close()


def measure(browser, address, runs):
    """Return (seconds, bytes) of each change of the resource in focus, after each was seen once."""
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
    """Click a resource; return seconds until the map shows it, and the bytes received for the whole page."""
    before = guard.received_bytes
    milliseconds = page.evaluate(CLICK, [resource])
    page.wait_for_timeout(1000)
    return milliseconds / 1000, guard.received_bytes - before


if __name__ == "__main__":
    main()
