"""First paint of the map of Japan in a real Chromium.

    .venv/bin/python -m tests.bench.japan [--runs 5]

From the click that opens the map until its canvas shows the land: on a server that has never drawn it, in a fresh
profile on a server that has, and once more in the same tab. Beside it, the bytes of the web socket.
"""

import argparse
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.app_server import running_app
from tests.browser.conftest import CHROMIUM_ARGUMENTS, settle

# The scene is shown, and the canvas has been drawn in a frame after it.
PAINTED = """() => {
  const box = document.querySelector('.st-key-japan_map .meguri-map[data-shown]');
  const canvas = box?.querySelector('.leaflet-ground-pane canvas, canvas');
  if (!canvas) return false;
  const { width, height } = canvas;
  const pixels = canvas.getContext('2d').getImageData(0, 0, width, height).data;
  for (let i = 3; i < pixels.length; i += 4000) if (pixels[i]) return true;
  return false;
}"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    first, fresh, again, sizes = [], [], [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_ARGUMENTS)
        for _ in range(runs):
            with tempfile.TemporaryDirectory() as folder, running_app(Path(folder)) as address:
                for times in (first, fresh):
                    context = browser.new_context(viewport={"width": 1280, "height": 800})
                    page = context.new_page()
                    received = []
                    page.on("websocket", lambda socket, got=received: count(socket, got))
                    page.goto(f"{address}/data")
                    page.wait_for_selector("h1")
                    settle(page)
                    before = sum(received)
                    times.append(open_s(page))
                    sizes.append(sum(received) - before)
                    page.keyboard.press("Escape")
                    page.wait_for_selector("[role=dialog]", state="detached")
                    settle(page)
                    again.append(open_s(page))
                    context.close()
        browser.close()
    print(f"{'from the click to the land on the screen':<46}{'median s':>10}{'slowest s':>11}")
    for what, seconds in (
        ("first on this server, fresh profile", first),
        ("server has drawn it before, fresh profile", fresh),
        ("once more in the same tab", again),
    ):
        print(f"{what:<46}{statistics.median(seconds):>10.3f}{max(seconds):>11.3f}", flush=True)
    print(f"received for it: {statistics.median(sizes) / 1000:,.0f} kB")


def count(socket, received):
    """Keep the size of every frame that comes in."""
    socket.on("framereceived", lambda frame: received.append(len(frame)))


def open_s(page):
    """Seconds from the click on the area control until the map is painted."""
    button = page.locator(".st-key-area_open button")
    button.wait_for()
    began = time.perf_counter()
    button.click()
    page.wait_for_function(PAINTED, polling="raf")
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
