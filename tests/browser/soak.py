"""Let a kiosk be used and left alone again and again, and see whether memory grows: ``soak.py --cycles 1000``.

A cycle is a visitor: wakes the screen, touches a town on the map, goes two rungs up its ladder, opens the code to take
home, answers a question of the quiz, changes the language, and goes away: the kiosk asks, resets everything and plays
on. After every cycle the memory of the server and of the page is read; at the end the last cycles are set against
early ones, and the processor time of the undisturbed story is measured.
"""

import argparse
import contextlib
import os
import shutil
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, fields
from pathlib import Path

import psutil
from playwright.sync_api import Error, sync_playwright

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.browser.app_server import running_app
from tests.browser.conftest import CHROMIUM_ARGUMENTS

# So short that the story turns its page at once, and nobody waits long for an answer.
QUICK = {
    "MEGURI_KIOSK": "1",
    "MEGURI_KIOSK_SCENE_SECONDS": "0.2",
    "MEGURI_KIOSK_ASK_SECONDS": "0.2",
    "MEGURI_PUBLIC_ADDRESS": "https://meguri.example.jp",
}
USUAL = {"MEGURI_KIOSK": "1"}
PORTRAIT = {"width": 1080, "height": 1920}
PATIENCE_MS = 60_000
TRIES = 20
MB = 1024 * 1024
# The page as the tests reach into it: what a visitor touches is pressed as the browser would.
PRESS = "act => [...document.querySelectorAll(`.mk [data-act=${act}]`)].find(b => b.offsetParent)?.click()"
# A busy machine may take its time over a visit; that it is over is said by a wait too short to do anything in.
PATIENT, GONE = 60_000, 100
WAIT = "ms => { const { kiosk } = window.meguriKiosk; kiosk.settings.idle_ms = ms; kiosk.stay(); }"
COUNT_ASKING = """() => { const { kiosk } = window.meguriKiosk, ask = kiosk.askToStay;
  window.asked = 0;
  kiosk.askToStay = function (ms) { window.asked += this.state.veil === "ask" ? 0 : 1; ask.call(this, ms); }; }"""
VIEW = "name => document.querySelector('.mk')?.dataset.view === name"
SPOT = """n => { const stage = window.meguriMaps.stages.get('kiosk'), units = stage.geometries.municipality;
  const box = stage.box.getBoundingClientRect();
  const at = stage.map.latLngToContainerPoint(units.at[n % units.at.length]);
  return [box.x + Math.min(Math.max(at.x, 4), box.width - 4), box.y + Math.min(Math.max(at.y, 4), box.height - 4)]; }"""


@dataclass(frozen=True)
class Sample:
    """Memory after a cycle: resident in MB of server and page, and of the page its heap in MB, nodes and listeners."""

    server_mb: float
    page_mb: float
    heap_mb: float
    nodes: int
    listeners: int


class Kiosk:
    """A server, a browser as the README starts it, and the processes of both."""

    def __init__(self, page, server, renderer):
        self.page, self.server, self.renderer = page, server, renderer
        self.devtools = page.context.new_cdp_session(page)
        self.devtools.send("Performance.enable")
        self.page.evaluate(COUNT_ASKING)
        self.visits = 0

    def visit(self):
        """Go through one visit, from the playing story to the playing story."""
        page = self.page
        page.wait_for_function(VIEW, arg="loop")
        page.evaluate(WAIT, PATIENT)
        width, height = page.viewport_size["width"], page.viewport_size["height"]
        page.touchscreen.tap(width / 2, height / 4)
        page.wait_for_function(VIEW, arg="menu")
        page.evaluate(PRESS, "choose")
        self.touch_town()
        for act in ("widen", "widen", "take_home", "close", "quiz", "guess"):
            page.evaluate(PRESS, act)
        page.evaluate("n => document.querySelectorAll('.mk-langs button')[n % 3].click()", self.visits)
        page.evaluate(WAIT, GONE)
        page.wait_for_function(VIEW, arg="loop")
        assert page.evaluate("() => window.asked") == self.visits + 1, "the kiosk asks before it begins anew"
        title = page.evaluate("() => document.querySelector('.mk-title').textContent")
        page.wait_for_function("before => document.querySelector('.mk-title').textContent !== before", arg=title)
        self.visits += 1

    def touch_town(self):
        """Touch the next town on the map, again where the map was still moving."""
        for _ in range(TRIES):
            self.page.touchscreen.tap(*self.page.evaluate(SPOT, self.visits))
            with contextlib.suppress(Error):
                self.page.wait_for_function(VIEW, arg="place", timeout=1000)
                return
        raise AssertionError("no touch of the map leads to a town")

    def sample(self):
        """Read the memory, after the page's garbage has been collected."""
        self.devtools.send("HeapProfiler.collectGarbage")
        metrics = {entry["name"]: entry["value"] for entry in self.devtools.send("Performance.getMetrics")["metrics"]}
        return Sample(
            server_mb=self.server.memory_info().rss / MB,
            page_mb=self.renderer.memory_info().rss / MB,
            heap_mb=metrics["JSHeapUsedSize"] / MB,
            nodes=int(metrics["Nodes"]),
            listeners=int(metrics["JSEventListeners"]),
        )

    def idle_percent(self, seconds):
        """Processor time of server and page while nobody touches anything, in percent of a core."""
        before = [sum(process.cpu_times()[:2]) for process in (self.server, self.renderer)]
        self.page.wait_for_timeout(1000 * seconds)
        after = [sum(process.cpu_times()[:2]) for process in (self.server, self.renderer)]
        return [100 * (late - early) / seconds for early, late in zip(before, after, strict=True)]


@contextlib.contextmanager
def kiosk(settings, chromium):
    """Start a server with these variables and a browser in front of it, and stop both."""
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        with (
            tempfile.TemporaryDirectory() as folder,
            running_app(Path(folder)) as address,
            sync_playwright() as playwright,
        ):
            known = set(psutil.Process().children(recursive=True))
            browser = playwright.chromium.launch(
                executable_path=chromium, args=[*CHROMIUM_ARGUMENTS, "--kiosk", "--touch-events=enabled"]
            )
            page = browser.new_context(viewport=PORTRAIT, has_touch=True, locale="ja-JP").new_page()
            page.set_default_timeout(PATIENCE_MS)
            page.goto(address)
            page.wait_for_selector(".mk .mk-title")
            page.wait_for_selector(".meguri-map[data-shown]")
            started = [process for process in psutil.Process().children(recursive=True) if process not in known]
            renderers = [process for process in started if "--type=renderer" in process.cmdline()]
            server = next(process for process in known if "streamlit" in process.cmdline())
            yield Kiosk(page, server, max(renderers, key=lambda process: process.memory_info().rss))
            browser.close()
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name)
            else:
                os.environ[name] = value


def soak(cycles, chromium, *, told=None):
    """Return a sample after each of so many cycles; ``told`` gets (number, sample)."""
    samples = []
    with kiosk(QUICK, chromium) as running:
        for number in range(1, cycles + 1):
            running.visit()
            samples.append(running.sample())
            if told:
                told(number, samples[-1])
    return samples


def slope(samples, name):
    """Growth of a value per cycle: the straight line of least squares through its samples."""
    values = [getattr(sample, name) for sample in samples]
    return statistics.linear_regression(range(len(values)), values).slope


def report(samples):
    """Return the lines that set the last cycles against early ones."""
    span = 100 if len(samples) >= 300 else max(1, len(samples) // 3)
    early, late = samples[span : 2 * span], samples[-span:]
    lines = [f"{len(samples)} cycles; mean of cycles {span + 1}-{2 * span} and of the last {span}:"]
    for field in fields(Sample):
        before, after = (statistics.mean(getattr(sample, field.name) for sample in part) for part in (early, late))
        lines.append(f"  {field.name:10} {before:9.1f} {after:9.1f}  {100 * (after / before - 1):+.1f} %")
    return lines


def main():
    """Run the soak from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cycles", type=int, default=1000)
    parser.add_argument("--idle-seconds", type=int, default=30, help="how long the undisturbed story is measured")
    options = parser.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None:
        parser.error("Chromium is not installed: apt-get install chromium")
    begun = time.monotonic()

    def tell(number, sample):
        if number % 10 == 0 or number == 1:
            print(f"{number:5} {time.monotonic() - begun:7.0f} s  {sample}", flush=True)

    print("\n".join(report(soak(options.cycles, chromium, told=tell))))
    with kiosk(USUAL, chromium) as running:
        # What the browser does once after a page has come is not the story's.
        running.page.wait_for_timeout(15_000)
        server, page = running.idle_percent(options.idle_seconds)
    print(f"story undisturbed for {options.idle_seconds} s: server {server:.1f} %, page {page:.1f} % of a core")


if __name__ == "__main__":
    main()
