"""Start the app as a person would, on a free port of the loopback, with a home of its own."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[2]
WATCHED = Path(__file__).parent / "watched"
START_S = 60


@contextlib.contextmanager
def running_app(folder, *, secrets=None, as_written=False):
    """Run `streamlit run app.py` and yield its address; ``folder`` takes the home and the log.

    ``secrets`` gets the address and returns the text of the app's secrets.toml. ``as_written`` starts it as the README
    does, open to the machine's other addresses too. A server that asks for another machine fails the test at its end.
    """
    home, log, foreign = folder / "home", folder / "app.log", folder / "foreign.log"
    home.mkdir()
    port = free_port()
    if secrets is not None:
        (home / ".streamlit").mkdir()
        (home / ".streamlit" / "secrets.toml").write_text(secrets(f"http://127.0.0.1:{port}"), encoding="utf-8")
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
    command += ["--server.port", str(port)] + ([] if as_written else ["--server.address", "127.0.0.1"])
    # What users save stays out of the checkout, unless a test says where.
    own = {"MEGURI_LOCAL_DIR": str(folder / "local"), **os.environ}
    environment = {**own, "HOME": str(home), "PYTHONUNBUFFERED": "1", "FOREIGN_LOG": str(foreign)}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(WATCHED), os.environ.get("PYTHONPATH")]))
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
        try:
            wait_until_healthy(f"http://127.0.0.1:{port}", process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    asked = foreign.read_text(encoding="utf-8") if foreign.exists() else ""
    assert not asked, f"the server asked for other machines:\n{asked}"


def free_port():
    """Return a port that is free at this moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_until_healthy(address, process, log):
    """Return once the app answers; say what it logged if it ends or stays silent."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/_stcore/health", timeout=1) as answer:
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise RuntimeError(f"the app did not start; its log:\n{log.read_text(encoding='utf-8')[-4000:]}")
