"""``python -m geo fetch``: the official downloads of an area into a folder. Nothing else uses the network."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any


def register(commands: argparse._SubParsersAction[Any], common: argparse.ArgumentParser) -> None:
    """Add the subcommand; ``common`` holds the arguments that all share (``data_dir``)."""
    parser = commands.add_parser("fetch", parents=[common], help="fetch the official downloads of an area")
    area = parser.add_mutually_exclusive_group(required=True)
    area.add_argument("--prefecture", action="append", metavar="CODE", help="01 to 47; may be repeated")
    area.add_argument("--nation", action="store_true", help="all 47 prefectures (several GB)")
    parser.add_argument("--to", type=Path, required=True, metavar="DIR", help="folder for the files")
    parser.add_argument(
        "--product", action="append", default=[], metavar="KEY", help="only this product, such as N03; may be repeated"
    )
    parser.add_argument(
        "--neighbours",
        action="store_true",
        help="boundaries and basins of the neighbouring prefectures too, so that basins across the border stay whole",
    )
    parser.add_argument("--base", default="", metavar="ADDRESS", help="a mirror that serves the paths under /<host>/")
    parser.add_argument("--list", action="store_true", help="print the addresses and fetch nothing")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Fetch, and tell on standard error how it goes.

    Raises
    ------
    FetchError
        A wrong argument, an interruption (``fetch_interrupted``), or files that could not be had
        (``fetch_incomplete``).
    """
    # Imported only here: the other commands need neither the network's library nor outlines.
    from geo.fetch import FetchError, area_of, choose, fetch, read_municipalities  # noqa: PLC0415
    from geo.fetch.addresses import parts_of  # noqa: PLC0415
    from geo.fetch.progress import Progress  # noqa: PLC0415

    products, by_hand = choose(arguments.product)
    area = area_of(
        read_municipalities(arguments.data_dir),
        arguments.prefecture or (),
        nation=arguments.nation,
        neighbours=arguments.neighbours,
    )
    if arguments.list:
        for product in products:
            way = next(way for way in product.ways if parts_of(product, way, area))
            for address in [part.addresses[0] for part in parts_of(product, way, area)] + [*product.extras]:
                print(f"{product.key}\t{address.name}\t{address.url}")
        for other in by_hand:
            print(f"{other.key}\t\t{other.page}")
        return
    progress = Progress(sys.stderr)
    if area.sheets and not arguments.nation:
        progress.note(f"prefectures {' '.join(area.prefectures)}; primary meshes {' '.join(area.sheets)}")
    try:
        outcome = fetch(products, area, arguments.to, progress=progress, base=arguments.base)
    except KeyboardInterrupt:
        message = f"interrupted; what is there stays in {arguments.to}. The same command goes on from it."
        raise FetchError(message, key="fetch_interrupted", folder=str(arguments.to)) from None
    for line in outcome.lines:
        progress.note(line)
    for other in by_hand:
        progress.note(f"{other.key}: {other.title_en} is not fetched: {other.reason_en}. Page: {other.page}")
    had = [result for result in outcome.results if result.status in {"fetched", "kept"}]
    progress.note(f"{len(had)} files are in {arguments.to}, with their licences")
    if outcome.missing:
        names = ", ".join(result.name for result in outcome.missing[:5]) + (", …" if outcome.missing[5:] else "")
        message = f"{len(outcome.missing)} files could not be had ({names}): see above. The others are there."
        raise FetchError(message, key="fetch_incomplete", count=len(outcome.missing), names=names)
