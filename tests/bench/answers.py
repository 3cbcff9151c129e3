"""How fast each page answers a change: from the click until the script is done and the page says so, and bytes.

    .venv/bin/python -m tests.bench.answers [--runs 7] [--pages scale whatif partners basin money]

Timed in Chromium on the embedded data, from the click (or key) on a control to the end of the rerun that it causes.
Each change is made once before it is timed: the figures are those of a meeting that has been going on for a moment.
``first`` is the first change after the page was opened.
"""

import argparse
import shutil
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.app_server import running_app
from tests.browser.conftest import CHROMIUM_ARGUMENTS, settle
from tests.browser.network import Guard

# Each page's address, and the changes that are made in turn: a list of (what, how).
WATCH = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  window.answers = { asked: 0, done: 0 };
  for (const kind of ["pointerdown", "keydown"])
    addEventListener(kind, () => { window.answers = { asked: performance.now(), done: 0 }; }, true);
  new MutationObserver(() => {
    if (app.dataset.testScriptState === "notRunning") window.answers.done = performance.now();
  }).observe(app, { attributes: true, attributeFilter: ["data-test-script-state"] });
}"""
SETTLE_MS = 1500


def pick(number, words):
    """Take an option of the page's n-th select box."""

    def change(page):
        page.get_by_role("combobox").nth(number).click()
        page.get_by_role("option", name=words).first.click()

    return change


def find(number, words):
    """Type words into the page's n-th select box and take what they find."""

    def change(page):
        page.get_by_role("combobox").nth(number).fill(words)
        page.wait_for_timeout(300)
        page.keyboard.press("Enter")

    return change


def row(resource):
    """Take a resource in the ladder."""
    return lambda page: page.locator(f'li.row[data-resource="{resource}"] button').first.click()


def press(selector):
    """Press what a selector finds."""
    return lambda page: page.locator(selector).first.click()


def radio(name):
    """Choose the segment of this name, the first on the page."""
    return lambda page: page.get_by_role("radio", name=name, exact=True).first.click()


def slide(name):
    """Move the slider of this name by a step."""

    def change(page):
        page.get_by_role("slider", name=name).first.focus()
        page.keyboard.press("ArrowLeft")

    return change


ODAWARA = "place=municipality:14206"
PAGES = {
    "scale": {
        "resource": (f"scale?{ODAWARA}", [row("rice"), row("water"), row("timber"), row("compost")]),
        "place": (f"scale?{ODAWARA}", [find(0, "はだの"), find(0, "おだわら"), find(0, "ずし")]),
        "an assumption": (f"scale?{ODAWARA}", [slide("安定して使える割合")]),
    },
    "basin": {
        "resource": ("basin?place=basin:83267&resource=rice", [pick(1, "野菜"), pick(1, "木の熱"), pick(1, "米")]),
        "basin": ("basin?resource=rice", [find(0, "さかわ"), find(0, "かなめ"), find(0, "つるみ")]),
    },
    "whatif": {
        "a slider": (f"whatif?{ODAWARA}", [slide("パネルを置ける割合")], press("text=屋根をもっと使う")),
        "partition": (f"whatif?{ODAWARA}", [radio("流域"), radio("市町村")], press("text=屋根をもっと使う")),
        "resource": (f"whatif?{ODAWARA}", [pick(2, "水"), pick(2, "すべての電気")], press("text=屋根をもっと使う")),
    },
    "partners": {
        "resource": (f"partners?{ODAWARA}&resource=rice", [pick(1, "野菜"), pick(1, "木の熱"), pick(1, "米")]),
        "place": (f"partners?{ODAWARA}&resource=rice", [find(0, "はだの"), find(0, "おだわら"), find(0, "ずし")]),
        "circle": (f"partners?{ODAWARA}&resource=vegetables", [press("table.partners tbody tr:nth-child(1) button")]),
    },
    "money": {
        "place": (f"money?{ODAWARA}", [find(0, "はだの"), find(0, "おだわら"), find(0, "ずし")]),
    },
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--pages", nargs="+", default=list(PAGES))
    options = parser.parse_args()
    print(f"{'change':<44}" + "".join(f"{head:>11}" for head in ("first s", "median s", "slowest s", "bytes")))
    with tempfile.TemporaryDirectory() as folder, running_app(Path(folder)) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_ARGUMENTS)
        for name in options.pages:
            for what, (path, changes, *before) in PAGES[name].items():
                first, seconds, size = measure(browser, f"{address}/{path}", changes, options.runs, before)
                figures = f"{first:>11.3f}{statistics.median(seconds):>11.3f}{max(seconds):>11.3f}"
                print(f"{name + ': ' + what:<44}{figures}{statistics.median(size):>11,.0f}", flush=True)
        browser.close()


def measure(browser, address, changes, runs, before):
    """Return the first answer's seconds, and seconds and bytes of ``runs`` answers after each change was made once.

    What is done ``before`` is not timed.
    """
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="ja-JP")
    guard = Guard()
    guard.watch(context)
    page = context.new_page()
    page.goto(address)
    settle(page)
    for step in before:
        step(page)
        page.wait_for_url("**scenario=**")
        settle(page)
    page.wait_for_timeout(SETTLE_MS)
    page.evaluate(WATCH)
    firsts = [answer(page, guard, change)[0] for change in changes]
    taken = [answer(page, guard, changes[turn % len(changes)]) for turn in range(runs)]
    context.close()
    assert not guard.foreign, guard.foreign
    return firsts[0], [seconds for seconds, _ in taken], [size for _, size in taken]


def answer(page, guard, change):
    """Make a change; return the seconds from its last click or key until the script was done, and the bytes."""
    before = guard.received_bytes
    change(page)
    page.wait_for_function("window.answers.done > window.answers.asked")
    # A second rerun would still be part of the answer.
    page.wait_for_timeout(SETTLE_MS)
    settle(page)
    times = page.evaluate("window.answers")
    return (times["done"] - times["asked"]) / 1000, guard.received_bytes - before


if __name__ == "__main__":
    main()
