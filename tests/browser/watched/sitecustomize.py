"""Python runs this at its start where this folder is on its path: what asks for another machine is written down."""

import os
import sys

ASKS = {"socket.connect": 1, "socket.sendto": 1, "socket.getaddrinfo": 0, "socket.gethostbyname": 0}
OWN = ("127.", "::1", "localhost", "0.0.0.0")  # noqa: S104


def note(event, args):
    """Write the event's host into the file named by FOREIGN_LOG, unless it is this machine's loopback."""
    if event not in ASKS:
        return
    host = args[ASKS[event]]
    if isinstance(host, tuple):
        host = host[0]
    elif event in {"socket.connect", "socket.sendto"}:
        # A socket of the file system.
        return
    if isinstance(host, bytes):
        host = host.decode()
    if host and not host.startswith(OWN):
        with open(os.environ["FOREIGN_LOG"], "a", encoding="utf-8") as log:  # noqa: PTH123
            log.write(f"{event} {host}\n")


if "FOREIGN_LOG" in os.environ:
    sys.addaudithook(note)
