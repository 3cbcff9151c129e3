"""All files of an area: product by product, what is there already kept, what cannot be had told with where to look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from geo.fetch.addresses import Address, Area, Part, Product, Way, parts_of
from geo.fetch.download import Downloader
from geo.fetch.errors import AbsentError, FetchError
from geo.fetch.partial import damage
from geo.fetch.progress import Progress
from geo.fetch.record import Fetched, is_as_recorded, only_one, read_record, write_licence, write_record
from geo.fetch.transport import Manners

Status = Literal["fetched", "kept", "absent", "failed"]


@dataclass(frozen=True)
class Result:
    """What became of one file: its ``name`` (the newest edition's where there is none) and, if none, ``why``."""

    product: str
    code: str
    status: Status
    name: str
    why: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of all; ``missing`` are those that a person may want to look for, ``lines`` say where."""

    results: tuple[Result, ...]
    missing: tuple[Result, ...] = ()
    lines: tuple[str, ...] = field(default=(), repr=False)


def fetch(
    products: Sequence[Product],
    area: Area,
    folder: Path,
    *,
    progress: Progress,
    base: str = "",
    manners: Manners | None = None,
) -> Outcome:
    """Fetch the products' files for an area into a folder.

    A file that ``fetched.toml`` knows and that is unchanged is kept without a request, and so is a whole zip that
    someone put there. Everything else is asked for, also where something before it could not be had.

    Parameters
    ----------
    products, area
        What, and for where (:func:`geo.fetch.sheets.area_of`).
    folder
        Made where it is missing.
    base, manners
        As for :class:`geo.fetch.download.Downloader`.

    Raises
    ------
    FetchError
        ``fetch_busy``, ``fetch_disk``, ``fetch_record``, ``fetch_base``; what concerns one file is in the outcome.
    """
    downloader = Downloader(base=base, manners=manners, watch=progress.watch, note=progress.note)
    with only_one(folder):
        errand = _Errand(downloader, folder, progress)
        progress.plan(sum(_expected(product, area) for product in products))
        outcomes = [errand.product(product, area) for product in products]
    return Outcome(
        tuple(result for outcome in outcomes for result in outcome.results),
        tuple(result for outcome in outcomes for result in outcome.missing),
        tuple(line for outcome in outcomes for line in outcome.lines),
    )


def _expected(product: Product, area: Area) -> int:
    """Return how many files the first way that is for this area has."""
    counts = [len(parts_of(product, way, area)) for way in product.ways]
    return next((count for count in counts if count), 0) + len(product.extras)


class _Errand:
    def __init__(self, downloader: Downloader, folder: Path, progress: Progress) -> None:
        self._downloader = downloader
        self._folder = folder
        self._progress = progress
        self._record = read_record(folder)
        self._unreachable: dict[str, str] = {}

    def product(self, product: Product, area: Area) -> Outcome:
        """Fetch one product: the next way only where one finds nothing at all."""
        results: list[Result] = []
        used: Way | None = None
        for way in product.ways:
            parts = parts_of(product, way, area)
            if not parts:
                continue
            used, results = way, [self._part(product, part) for part in parts]
            if any(result.status != "absent" for result in results):
                break
        had = any(result.status in {"fetched", "kept"} for result in results)
        if had:
            results += [self._part(product, Part("", (extra,))) for extra in product.extras]
            write_licence(self._folder, product)
        # A sheet of sea, or with nobody in it, does not exist: no file is missing then, unless all are.
        harmless = {"absent"} if had and used is not None and used.by == "sheet" else set()
        missing = tuple(r for r in results if r.status in {"absent", "failed"} - harmless)
        lines = [f"{product.key}: {r.name}: {r.why}. By hand from {product.page}" for r in missing]
        empty = [r.code for r in results if r.status in harmless]
        if empty:
            sheets = ", ".join(empty)
            lines.append(
                f"{product.key}: note: no file for sheet {sheets} (sea, or nobody there; ask again to be sure)"
            )
        return Outcome(tuple(results), missing, tuple(lines))

    def _part(self, product: Product, part: Part) -> Result:
        """Have one file, in the newest edition that there is."""
        newest = part.addresses[0]
        self._progress.start(newest.name)
        result = self._there(product, part)
        if result is None:
            for address in part.addresses:
                result = self._get(product, part, address)
                if result.status != "absent":
                    break
        result = result or Result(product.key, part.code, "absent", newest.name, "no address")
        self._progress.finish(f"{result.status}{f': {result.why}' if result.why else ''}")
        return result

    def _there(self, product: Product, part: Part) -> Result | None:
        """Return what is on the disk already, whatever its edition; None for nothing that is whole."""
        for address in part.addresses:
            path = self._folder / address.name
            if not path.is_file():
                continue
            row = self._record.get(address.name)
            if row is not None and is_as_recorded(path, row):
                return Result(product.key, part.code, "kept", address.name)
            if row is None:
                if problem := damage(path):
                    why = f"{problem}, and not fetched by this program: remove it"
                    return Result(product.key, part.code, "failed", address.name, why)
                return Result(product.key, part.code, "kept", address.name, "put there by hand")
        return None

    def _get(self, product: Product, part: Part, address: Address) -> Result:
        host = address.url.split("/")[2]
        if host in self._unreachable:
            return Result(product.key, part.code, "failed", address.name, self._unreachable[host])
        try:
            download = self._downloader.get(address.url, self._folder / address.name)
        except AbsentError as error:
            found = str(error.params["found"])
            # A page where there should be a file: nothing there for some publishers, maintenance for the others.
            nothing = found.isdecimal() or product.page_when_empty
            why = found if nothing else f"{found} (maintenance?)"
            return Result(product.key, part.code, "absent" if nothing else "failed", address.name, why)
        except FetchError as error:
            if error.key == "fetch_disk":
                raise
            if error.key == "fetch_unreachable" and not error.params["answered"]:
                self._unreachable[host] = f"{host} does not answer ({error.params['detail']})"
            return Result(product.key, part.code, "failed", address.name, str(error.params.get("detail") or error))
        self._record[address.name] = Fetched(
            name=address.name,
            product=product.key,
            edition=address.edition,
            address=address.url,
            size=download.size,
            sha256=download.sha256,
            date=datetime.now(UTC).date().isoformat(),
            last_modified=download.last_modified,
        )
        write_record(self._folder, self._record)
        return Result(product.key, part.code, "fetched", address.name, f"{download.size / 1e6:,.1f} MB")
