"""``python -m geo build AREA --prefecture 14 --from DIR``: a dataset from official downloads."""

from __future__ import annotations

import argparse
from pathlib import Path

from geo.errors import InputError


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of an official build to ``build``'s parser; without ``--from`` it builds from ``inputs/``."""
    parser.add_argument("--from", dest="source", type=Path, metavar="DIR", help="folder of the official downloads")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--prefecture", action="append", metavar="CODE", help="01 to 47; may be repeated")
    which.add_argument("--nation", action="store_true", help="all 47 prefectures")
    parser.add_argument(
        "--communities",
        choices=("mesh", "schools", "towns"),
        help="squares of about 2 km (the default), school districts (A27) or small areas (e-Stat)",
    )
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--workers", type=int, metavar="N", help="local processes (one a core)")
    how.add_argument("--scheduler", default="", metavar="ADDRESS", help="a Dask scheduler, such as tcp://host:8786")


def is_official(arguments: argparse.Namespace) -> bool:
    """Tell whether an official build is asked for; refuses options that would have no effect.

    Raises
    ------
    InputError
        A prefecture, a nation, communities, workers or a scheduler without ``--from``.
    """
    if arguments.source is None and (
        arguments.prefecture
        or arguments.nation
        or arguments.communities
        or arguments.workers is not None
        or arguments.scheduler
    ):
        message = "build: --prefecture, --nation, --communities, --workers and --scheduler go with --from DIR"
        raise InputError(message, key="build_from")
    return arguments.source is not None


def run_official(arguments: argparse.Namespace) -> None:
    """Find the products, read them and build; all is told on standard error.

    Raises
    ------
    InputError
        A wrong argument.
    BuildError, SourceError
        As ``geo.official.build`` and the readers; an interruption (``build_interrupted``).
    """
    # Imported only here: the other commands need none of it.
    from geo.official.build import build_official  # noqa: PLC0415
    from geo.official.gather import find_inputs, read_inputs  # noqa: PLC0415
    from geo.official.progress import Progress  # noqa: PLC0415
    from geo.official.tiles import BuildError  # noqa: PLC0415
    from geo.prefectures import PREFECTURES, prefecture_names  # noqa: PLC0415

    if not (arguments.prefecture or arguments.nation):
        message = "build --from: say which area, --prefecture CODE or --nation"
        raise InputError(message, key="build_which")
    if arguments.workers is not None and arguments.workers < 1:
        message = f"--workers: expected 1 or more; found {arguments.workers}"
        raise InputError(message, key="build_workers", found=arguments.workers)
    prefectures = sorted(PREFECTURES) if arguments.nation else sorted(set(arguments.prefecture))
    for code in prefectures:
        prefecture_names(code)
    progress = Progress()
    communities = arguments.communities or "mesh"
    try:
        found = find_inputs(
            arguments.source, prefectures, nation=arguments.nation, say=progress.say, communities=communities
        )
        inputs = read_inputs(found, arguments.data_dir, progress.say, communities)
        build_official(
            arguments.area,
            inputs,
            prefectures,
            data_dir=arguments.data_dir,
            workers=arguments.workers,
            scheduler=arguments.scheduler,
            progress=progress,
        )
    except KeyboardInterrupt:
        message = "interrupted: the finished tiles are kept, and the same command goes on from them"
        raise BuildError(message, key="build_interrupted") from None
    progress.say(f"peak memory: {peak_memory_mb():.0f} MB (largest process)")


def peak_memory_mb() -> float:
    """Return the largest resident memory of this process or of one of its children that have ended, in MB."""
    import resource  # noqa: PLC0415

    kibibytes = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return kibibytes * 1024 / 1e6
