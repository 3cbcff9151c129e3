"""The command ``python -m geo meetings``: what a server's file keeps of meetings, and what is to go."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from typing import Any

from geo.meeting_upkeep import list_meetings, remove_meetings
from geo.store import open_store


def register(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command to the subparsers ``commands``; ``common`` holds ``--data-dir``."""
    parser = commands.add_parser("meetings", parents=[common], help="list or remove the meetings kept on this server")
    asked = parser.add_mutually_exclusive_group(required=True)
    asked.add_argument("--list", action="store_true", dest="is_listed", help="key, title, area, counts and times")
    asked.add_argument("--remove", nargs="+", metavar="KEY", help="take meetings out for good, with all in them")
    parser.set_defaults(run=_meetings)


def _meetings(arguments: argparse.Namespace) -> None:
    database = open_store(arguments.data_dir).database
    if arguments.is_listed:
        print(json.dumps([asdict(one) for one in list_meetings(database)], ensure_ascii=False, indent=2))
        return
    keys = tuple(dict.fromkeys(arguments.remove))
    remove_meetings(database, keys)
    print(f"geo: removed {len(keys)}", file=sys.stderr)
