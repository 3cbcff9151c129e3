"""What stays for as long as the server runs is left out of Python's garbage collection.

Streamlit 1.67 collects all generations after every run of every session. With an area open that walks 200,000 objects
which never go (modules, outlines, tables): 0.1 s of a core each time, in which no other session runs.
"""

from __future__ import annotations

import gc
import threading

# A page of an area each; more of them than this are left to the collection.
_MOST = 64
_seen: set[str] = set()
_lock = threading.Lock()


def keep_for_good(what: str) -> bool:
    """Take everything that lives now for permanent, once for each ``what``: a page that ran, an area that was opened.

    What is garbage by now goes first. Call where something large was loaded that stays, never for a session: what
    lives now is not looked at again. Returns whether anything was done.
    """
    with _lock:
        if what in _seen or len(_seen) >= _MOST:
            return False
        _seen.add(what)
    gc.collect()
    gc.freeze()
    return True
