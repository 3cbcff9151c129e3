"""Recolouring in a real Chromium: the live map side by side with streamlit-folium drawing the same.

    .venv/bin/pip install streamlit-folium==0.27.4
    .venv/bin/python -m tests.bench.live_map [--runs 7]

For every cell and every municipality of Kanagawa: from the click on a button until the picture of the map no longer
changes (frames of the browser's own screencast, compared with the last one), and the bytes of the web socket. Both
apps run on this machine's loopback; folium's scripts are put in as data addresses, without which it stays blank here.
"""

import argparse
import base64
import contextlib
import io
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import sync_playwright

from tests.browser.app_server import ROOT, free_port, wait_until_healthy
from tests.browser.conftest import CHROMIUM_ARGUMENTS
from tests.browser.network import Guard

WAIT_S = 4.0
COMMON = """
import sys
sys.path.insert(0, {root!r})
import numpy as np, pandas as pd, streamlit as st
from geo.dataset import open_dataset
from layers.catalogue import GEOMETRY_OF, available_layers, outlines, paint
from layers.palette import SCALE_COLOURS

st.set_page_config(layout="wide")
BY = {by!r}

@st.cache_resource
def dataset():
    return open_dataset("kanagawa")

@st.cache_resource
def units():
    return outlines(GEOMETRY_OF[BY], dataset())

st.button("recolour", on_click=lambda: st.session_state.update(seed=st.session_state.get("seed", 0) + 1))
rng = np.random.default_rng(st.session_state.get("seed", 0))
closing = pd.Series(rng.choice(list(SCALE_COLOURS), len(units())), index=units().index)
"""
LIVE = """
from layers.live import Scene, Shown, live_map

@st.cache_resource
def layers():
    return available_layers(dataset(), object())

fill = Shown(paint(layers()["closing_scale"], dataset(), closing=closing, by=BY))
live_map(Scene(dataset(), shown=(fill,), with_legend=False), key="bench", height="600px")
"""
FOLIUM = """
import base64
from pathlib import Path
import folium
from streamlit_folium import st_folium

VENDOR = Path({root!r}) / "layers" / "live" / "vendor"

@st.cache_resource
def addresses():
    code = base64.b64encode((VENDOR / "leaflet.js").read_bytes()).decode()
    style = base64.b64encode((VENDOR / "leaflet.css").read_bytes()).decode()
    return "data:text/javascript;base64," + code, "data:text/css;base64," + style

@st.cache_resource
def shapes():
    table = units()[["geometry"]].reset_index()
    if BY != "cells":
        table["geometry"] = table.geometry.simplify_coverage(0.0003)
    return table

fmap = folium.Map(location=[35.4, 139.33], zoom_start=10, tiles=None, prefer_canvas=True)
fmap.default_js = [("leaflet", addresses()[0])]
fmap.default_css = [("leaflet", addresses()[1])]
colours = closing.map(SCALE_COLOURS).to_dict()
folium.GeoJson(
    shapes().to_json(),
    style_function=lambda feature: {{
        "fillColor": colours[feature["properties"]["code"]], "fillOpacity": 1, "weight": 0.6, "color": "#fff"
    }},
).add_to(fmap)
st_folium(fmap, key="bench", height=600, use_container_width=True, returned_objects=["last_clicked"])
"""


@contextlib.contextmanager
def served(source):
    """Run a Streamlit script and yield its address."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        script, log, port = folder / "bench_app.py", folder / "log", free_port()
        script.write_text(source, encoding="utf-8")
        command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.headless", "true"]
        command += ["--server.port", str(port), "--server.address", "127.0.0.1"]
        with log.open("wb") as output:
            process = subprocess.Popen(
                command, cwd=ROOT, env={**os.environ, "HOME": name}, stdout=output, stderr=subprocess.STDOUT
            )
            try:
                wait_until_healthy(f"http://127.0.0.1:{port}", process, log)
                yield f"http://127.0.0.1:{port}"
            finally:
                process.terminate()
                process.wait(timeout=10)


def recolour(page, session, frames, guard, region):
    """Click once; return seconds until the region's picture no longer changes, and bytes received."""
    frames.clear()
    before = guard.received_bytes
    session.send("Page.startScreencast", {"format": "jpeg", "quality": 80, "everyNthFrame": 1})
    page.wait_for_timeout(300)
    frames.clear()
    start = time.time()
    page.get_by_role("button", name="recolour").click()
    page.wait_for_timeout(WAIT_S * 1000)
    session.send("Page.stopScreencast")
    pictures = [(at, crop(data, region)) for at, data in frames if at >= start]
    final = pictures[-1][1]
    # By place, not by time: two frames may bear the same time.
    changed = [place for place, (_, picture) in enumerate(pictures) if np.abs(picture - final).mean() > 0.5]
    settled = pictures[changed[-1] + 1 if changed else 0]
    return settled[0] - start, guard.received_bytes - before


def crop(data, region):
    """The region of a screencast frame, reduced to what the eye would notice."""
    image = Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB")
    return np.asarray(image.crop(region).resize((160, 120)), dtype=np.float32)


def measure(browser, source, runs):
    """Open the app and recolour ``runs`` times after one to warm up; medians of seconds and bytes, and the slowest."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    guard = Guard()
    guard.watch(context)
    with served(source) as address:
        page = context.new_page()
        session = context.new_cdp_session(page)
        frames = []

        def keep(event):
            frames.append((event["metadata"]["timestamp"], event["data"]))
            session.send("Page.screencastFrameAck", {"sessionId": event["sessionId"]})

        session.on("Page.screencastFrame", keep)
        page.goto(address)
        page.wait_for_selector(".meguri-map[data-shown], iframe", timeout=60_000)
        page.wait_for_timeout(5000)
        box = page.locator(".meguri-map, iframe").first.bounding_box()
        region = (int(box["x"]) + 60, int(box["y"]) + 10, int(box["x"] + box["width"]) - 60, 640)
        taken = [recolour(page, session, frames, guard, region) for _ in range(runs + 1)][1:]
    context.close()
    assert not guard.foreign, guard.foreign
    seconds, received = zip(*taken, strict=True)
    return statistics.median(seconds), max(seconds), statistics.median(received)


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=7)
    runs = parser.parse_args().runs
    print(f"{'recoloured':<16}{'map':<18}{'median s':>10}{'slowest s':>11}{'bytes':>12}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_ARGUMENTS)
        for by in ("cells", "municipality"):
            found = {}
            for name, body in (("live map", LIVE), ("streamlit-folium", FOLIUM)):
                found[name] = measure(browser, (COMMON + body).format(root=str(ROOT), by=by), runs)
                middle, worst, received = found[name]
                print(f"{by:<16}{name:<18}{middle:>10.3f}{worst:>11.3f}{received:>12,.0f}")
            ours, theirs = found["live map"], found["streamlit-folium"]
            ratios = [theirs[place] / ours[place] for place in range(3)]
            print(f"{by:<16}{'ratio':<18}{ratios[0]:>10.1f}{ratios[1]:>11.1f}{ratios[2]:>12.1f}")
        browser.close()


if __name__ == "__main__":
    main()
