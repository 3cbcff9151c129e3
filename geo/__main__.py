"""The command line: ``python -m geo``, with the commands that ``--help`` lists.

Results go to standard output; a bad argument gives one line on standard error and exit status 2.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from geo.actuals_file import read_actuals
from geo.actuals_scaling import relevant_actuals
from geo.assessment import Assessment, Settings, assess, check_settings
from geo.commands import allocate as commands_allocate
from geo.commands import build as commands_build
from geo.commands import fetch as commands_fetch
from geo.commands import layers as commands_layers
from geo.commands import meetings as commands_meetings
from geo.commands import terrain as commands_terrain
from geo.commands.units import unit_name
from geo.dataset import DATA_DIR, Dataset, open_whole
from geo.errors import InputError, MeguriError
from geo.listing import catalogue_listing, circulation_listing, unit_rows
from geo.prepared import PARTITION, prepare
from geo.resources import check_factors, get_resource, load_catalogue_of, outside_range
from geo.terms import CASES, SCALES, Catalogue
from geo.unit_figures import totals, unit_table, unknown_share
from geo.user_layers.own import own_of, partition_units, rungs_of, with_own_layers
from geo.user_layers.terms import with_user_terms

BAD_ARGUMENT = 2
# The overview of the whole country, built by a recipe of its own.
_JAPAN = "japan"
# A share of the area that is unknown is told from here on.
_TELLING_SHARE = 0.005


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status: 0, or 2 for a bad argument."""
    # A terminal's own encoding may lack Japanese; an argument may hold bytes that are no text.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        arguments = _parser().parse_args(argv)
        _check_folder(arguments)
        arguments.run(arguments)
        sys.stdout.flush()
    except MeguriError as error:
        print(f"geo: {' '.join(str(error).split())}", file=sys.stderr)
        return BAD_ARGUMENT
    except BrokenPipeError:
        # The reader (head, say) had enough: nothing is wrong, and what is still buffered has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _check_folder(arguments: argparse.Namespace) -> None:
    """Refuse a folder of areas that is not there; what brings its own inputs makes it."""
    folder: Path | None = getattr(arguments, "data_dir", None)
    makes_it = arguments.command == "fetch" or (arguments.command == "build" and commands_build.is_official(arguments))
    if folder is not None and not makes_it and not folder.is_dir():
        message = f"--data-dir: there is no folder '{folder}'; give the folder that holds the areas"
        raise InputError(message, key="data_dir", found=str(folder))


class _Parser(argparse.ArgumentParser):
    """argparse without the usage block, so that a bad argument is one line."""

    def error(self, message: str) -> NoReturn:
        raise InputError(f"{' '.join(message.split())} (see 'python -m geo --help')", key="argument", detail=message)


def _parser() -> _Parser:
    parser = _Parser(prog="python -m geo", description="At which scale does each resource of an area cycle?")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    common = _Parser(add_help=False)
    common.add_argument("--data-dir", type=Path, default=DATA_DIR, help="folder that holds the areas")

    build = commands.add_parser("build", parents=[common], help="build an area's dataset")
    build.add_argument("area")
    commands_build.add_options(build)
    build.set_defaults(run=_build)
    commands_fetch.register(commands, common)

    info = commands.add_parser("info", parents=[common], help="counts, totals and sources of a dataset")
    info.add_argument("--area", required=True)
    info.add_argument("--format", choices=("json",), default="json")
    info.set_defaults(run=_info)

    resources = commands.add_parser("resources", parents=[common], help="list the resource catalogue")
    resources.add_argument("--format", choices=("json",), default="json")
    resources.set_defaults(run=_resources)

    circulate = commands.add_parser("circulate", parents=[common], help="what each unit meets at which scale")
    circulate.add_argument("--area", required=True)
    circulate.add_argument("--resource", required=True)
    circulate.add_argument(
        "--by",
        type=unit_name,
        default="municipality",
        metavar="UNITS",
        help=f"{', '.join(SCALES)}, or {PARTITION}KEY of a partition that was added to the area",
    )
    circulate.add_argument(
        "--set", action="append", default=[], metavar="RESOURCE.FACTOR=VALUE", dest="settings", help="may be repeated"
    )
    circulate.add_argument("--case", choices=CASES, default="central")
    circulate.add_argument("--threshold", type=float, default=Settings().threshold)
    circulate.add_argument(
        "--estimates-only", action="store_true", help="leave the area's measured values (actuals.csv) aside"
    )
    circulate.add_argument("--format", choices=("json", "csv"), default="json")
    circulate.set_defaults(run=_circulate)
    allocate = commands.add_parser("allocate", parents=[common], help="who could supply whom at the least distance")
    commands_allocate.add_options(allocate)
    allocate.set_defaults(run=_allocate)
    commands_layers.register(commands, common)
    commands_terrain.register(commands, common)
    commands_meetings.register(commands, common)
    return parser


def _build(arguments: argparse.Namespace) -> None:
    say = partial(print, file=sys.stderr, flush=True)
    # Imported only here: the builds' libraries are not needed to ask for figures.
    if commands_build.is_official(arguments):
        commands_build.run_official(arguments)
    elif arguments.area == _JAPAN:
        from geo.japan import build_japan  # noqa: PLC0415

        build_japan(data_dir=arguments.data_dir, say=say)
    else:
        from geo.build import build_area  # noqa: PLC0415

        build_area(arguments.area, data_dir=arguments.data_dir, say=say)


def _info(arguments: argparse.Namespace) -> None:
    _print_json(open_whole(arguments.area, data_dir=arguments.data_dir).info())


def _resources(arguments: argparse.Namespace) -> None:
    _print_json(catalogue_listing(load_catalogue_of(arguments.data_dir)))


def _circulate(arguments: argparse.Namespace) -> None:
    settings = Settings(
        case=arguments.case, factors=tuple(map(_setting, arguments.settings)), threshold=arguments.threshold
    )
    check_settings(settings)
    catalogue = load_catalogue_of(arguments.data_dir)
    get_resource(catalogue, arguments.resource)
    dataset = with_own_layers(open_whole(arguments.area, data_dir=arguments.data_dir))
    _check_units(arguments.by, dataset)
    catalogue = with_user_terms(catalogue, own_of(dataset))
    given = check_factors(catalogue, settings.factors)
    if not arguments.estimates_only:
        settings = replace(settings, actuals=read_actuals(dataset, catalogue))
    fragments = prepare(dataset.fragments, rungs=rungs_of(dataset))
    assessment = assess(fragments, arguments.resource, catalogue, settings)
    table = unit_table(assessment, fragments, arguments.by, mark_unknown=False)
    rows = unit_rows(table, dataset, arguments.by)
    _note_settings(given, assessment, catalogue)
    measured = relevant_actuals(settings.actuals, arguments.resource)
    if measured:
        note = f"{len(measured)} measured values stand in for estimates; --estimates-only leaves them aside"
        print(f"geo: note: {note}", file=sys.stderr)
    unknown = unknown_share(assessment, fragments)
    if unknown >= _TELLING_SHARE:
        note = f"{100 * unknown:.0f} % of the area has no data for {arguments.resource}, which counts as 0 here"
        print(f"geo: note: {note}", file=sys.stderr)
    if arguments.format == "csv":
        print(rows.to_csv(index=False, lineterminator="\n"), end="")
    else:
        _print_json(circulation_listing(arguments.area, assessment, totals(assessment, fragments), rows))


def _allocate(arguments: argparse.Namespace) -> None:
    settings = Settings(
        case=arguments.case, factors=tuple(map(_setting, arguments.settings)), threshold=arguments.threshold
    )
    listing, assessment, catalogue = commands_allocate.run(arguments, settings)
    _note_settings(check_factors(catalogue, settings.factors), assessment, catalogue)
    _print_json(listing)


def _note_settings(given: Mapping[str, float], assessment: Assessment, catalogue: Catalogue) -> None:
    """Say which factors set by hand lie outside their range, or change nothing."""
    for factor in outside_range(catalogue, given):
        note = f"geo: note: {factor.key} = {given[factor.key]:g} is outside its range {factor.low:g}–{factor.high:g}"
        print(f"{note} {factor.unit}", file=sys.stderr)
    pools = {catalogue.factors[key].pool for key in assessment.values} - {""}
    for key in given:
        if key not in assessment.values and catalogue.factors[key].pool not in pools:
            print(f"geo: note: {key} has no bearing on {assessment.resource.key}", file=sys.stderr)


def _check_units(by: str, dataset: Dataset) -> None:
    """Refuse units that the area cannot be told by; names those that it can."""
    known = (*SCALES, *partition_units(dataset)) if by not in SCALES else SCALES
    if by not in known:
        message = f"--by: expected one of {', '.join(known)}; found '{by}'"
        raise InputError(message, key="by", found=by, expected=", ".join(known))
    if by in SCALES and by not in dataset.ladder:
        known = (*dataset.ladder, *partition_units(dataset))
        message = f"--by: area '{dataset.area}' has no '{by}' rung; it has {', '.join(known)}"
        raise InputError(message, key="by_rung", area=dataset.area, found=by, expected=", ".join(known))


def _setting(text: str) -> tuple[str, float]:
    """Read RESOURCE.FACTOR=VALUE."""
    name, equals, value = text.partition("=")
    try:
        if not (name and equals):
            raise ValueError(text)
        return name.strip(), float(value)
    except ValueError as error:
        message = f"--set: expected RESOURCE.FACTOR=VALUE with a number; found '{text}'"
        raise InputError(message, key="setting", found=text) from error


def _print_json(content: Any) -> None:
    print(json.dumps(_with_null(content), ensure_ascii=False, indent=2, allow_nan=False))


def _with_null(content: Any) -> Any:
    """Turn NaN, which JSON does not know, into null."""
    if isinstance(content, dict):
        return {key: _with_null(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_with_null(value) for value in content]
    return None if isinstance(content, float) and not math.isfinite(content) else content


if __name__ == "__main__":
    sys.exit(main())
