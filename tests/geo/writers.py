"""Processes that write the store's file beside a test: at once, until they are killed, until the disk is full."""

import contextlib
import multiprocessing
import os
import resource
import signal
import sqlite3
import time

from geo.store_database import StoreError

# A child that shares nothing with the test but the file; it need not import anything anew.
FORK = multiprocessing.get_context("fork")


def run_together(*children):
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0] * len(children)


def told_by(work, *given):
    """Run ``work(*given, pipe)`` in a process to its end; return what it wrote into the pipe."""
    reading, writing = os.pipe()
    run_together(FORK.Process(target=work, args=(*given, writing)))
    os.close(writing)
    with os.fdopen(reading) as told:
        return told.read()


def told_before_a_kill(work, *given, seconds):
    """Kill a process ``seconds`` after the first line that ``work(*given, pipe)`` wrote; return its whole lines."""
    reading, writing = os.pipe()
    child = FORK.Process(target=work, args=(*given, writing))
    child.start()
    os.close(writing)
    with os.fdopen(reading) as told:
        first = told.readline()
        time.sleep(seconds)
        os.kill(child.pid, signal.SIGKILL)
        child.join()
        lines = [first, *told.read().splitlines(keepends=True)]
    assert child.exitcode == -signal.SIGKILL
    return [line for line in lines if line.endswith("\n")]


def fill_the_disk(store, save, room, pipe):
    """Save again and again while the store's file may grow by ``room`` bytes; tell each key, at last the error's."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    size = store.database.path.stat().st_size + room
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    try:
        for number in range(200):
            os.write(pipe, f"{save(number).key}\n".encode())
    except StoreError as error:
        os.write(pipe, f"{error.key}\n".encode())


def faults(store):
    """Return what SQLite finds wrong with the store's file: rows that cannot be read, keys that point nowhere."""
    with contextlib.closing(sqlite3.connect(store.database.path)) as connection:
        found = connection.execute("PRAGMA integrity_check").fetchall()
        lost = connection.execute("PRAGMA foreign_key_check").fetchall()
    return [*(row for row in found if row != ("ok",)), *lost]
