"""Start-up to the first picture, loads of each page, and reruns of each page.

    .venv/bin/python -m tests.bench.pages [--runs 5]

The start is timed from the launch of a fresh server until Chromium shows the map with the script at its end; the loads
are of a server that has answered before; the reruns are the page's script alone, without a browser (AppTest).
"""

import argparse
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright
from streamlit.testing.v1 import AppTest

from tests.browser.app_server import ROOT, running_app
from tests.browser.conftest import CHROMIUM_ARGUMENTS, settle

# What is there once the page shows what it is for.
FIRST_PICTURE = {
    "": ".leaflet-container canvas",
    "scale": ".aloud",
    "whatif": ".aloud",
    "partners?place=municipality:14206": ".aloud",
    "basin": ".aloud",
    "money": "li.money-row",
    "data": "h1",
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_ARGUMENTS)
        print(f"{'what':<42}{'median s':>10}{'slowest s':>11}")
        show("start of the server to the first map", [start_s(browser) for _ in range(runs)])
        with tempfile.TemporaryDirectory() as folder, running_app(Path(folder)) as address:
            for path in FIRST_PICTURE:
                show(f"load of /{path}, the first", [load_s(browser, address, path)])
                show(f"load of /{path}, server warm", [load_s(browser, address, path) for _ in range(runs)])
        browser.close()
    for path in ("map", "scale", "whatif", "partners", "basin", "money", "data"):
        show(f"rerun of /{path}, script alone", rerun_s(path, runs))


def start_s(browser):
    """Seconds from the launch of a fresh server to the first map."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        with running_app(Path(folder)) as address:
            load_s(browser, address, "")
            return time.perf_counter() - began


def load_s(browser, address, path):
    """Seconds from asking for a page in a fresh profile until it shows its main thing and its script is done."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    began = time.perf_counter()
    page.goto(f"{address}/{path}")
    page.wait_for_selector(FIRST_PICTURE[path])
    settle(page)
    seconds = time.perf_counter() - began
    context.close()
    return seconds


def rerun_s(path, runs):
    """Seconds of each rerun of a page's script after its first run."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.switch_page(f"pages/{path}.py").run()
    seconds = []
    for _ in range(runs):
        began = time.perf_counter()
        app.run()
        seconds.append(time.perf_counter() - began)
    return seconds


def show(what, seconds):
    print(f"{what:<42}{statistics.median(seconds):>10.3f}{max(seconds):>11.3f}", flush=True)


if __name__ == "__main__":
    main()
