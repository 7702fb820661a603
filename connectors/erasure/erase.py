"""Erasing a member from the whole home: every place, in an order that survives being killed anywhere.

Belongs here: the places, their order, and the report. Does not belong here: how rows leave a place (``files``,
``published``, ``warehouse``), asking for confirmation (the command line).
"""

import datetime as dt
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from connectors.channels import onsite
from connectors.erasure import files, warehouse
from connectors.erasure.errors import ErasureError
from connectors.erasure.person import Devices, Person, Relation, count_anonymous, prepare, seen_with, seen_with_others
from connectors.erasure.plan import Plan
from connectors.erasure.published import erase_from_published
from connectors.erasure.reports import forget_pages
from connectors.home.lock import exclusive
from connectors.home.paths import Home
from connectors.home.settings import read_settings
from connectors.home.uploads import UploadFiles
from connectors.members.index import index_alone, index_folder
from connectors.sending.locks import decide_lock, publish_lock
from connectors.store.erasures import Erasure
from connectors.store.store import Store
from connectors.warehouse.database import Warehouse
from connectors.warehouse.errors import WarehouseBusy, WarehouseError


@dataclass(frozen=True)
class Place:
    """One place that was searched: its area, the table in it, and how many rows it lost."""

    area: str  # store, landing, lake, warehouse, published, truth, member_index, uploads
    table: str
    rows: int


@dataclass(frozen=True)
class ErasureReport:
    """What one erasure did. Holds nothing personal: the member is named by the first digits of the key."""

    member: str
    places: tuple[Place, ...]
    own_devices: int
    shared_devices: int
    anonymous_rows_kept: int  # of shared devices, in the landing zone: nobody was logged in, so they may be another's
    needs_rebuild: bool  # the next run builds the warehouse anew, because a device was shared
    resumed: bool  # an earlier attempt was cut short; its removals are not counted here

    @property
    def rows(self) -> int:
        return sum(place.rows for place in self.places)


@dataclass(frozen=True)
class _Work:
    """What the steps of one erasure share."""

    home: Home
    connection: duckdb.DuckDBPyConnection  # in memory, for files
    warehouse: Warehouse | None
    now: dt.datetime
    say: Callable[[str], None]

    @property
    def scratch(self) -> Path:
        return self.home.scratch / "erasure"


def erase_member(
    home: Home,
    member_id: str,
    store: Store,
    now: Callable[[], dt.datetime],
    say: Callable[[str], None] = lambda text: None,
) -> ErasureReport:
    """Remove one member from the store, its index, the landing zone, the lake, the warehouse, the published tables.

    Removed is every row that carries the member's key and everything that the member's own devices did, logged in or
    not. Of a device that another member used too only the rows with this member's key go. Waits for a run or an ingest
    in progress and keeps others out. Killed anywhere and called again it ends the same. The store's row goes last.
    ``say`` gets progress without personal data. Raises :class:`ErasureError`, or the store's and the settings' errors.
    """
    if not member_id:
        raise ErasureError("no member id given")
    key = store.key_of(member_id)
    with _alone(home, key, say), _working(home, now(), say) as work:
        plan = Plan.of(home, key)
        remembered = plan.remembered()
        person = _identify(work, key, member_id, remembered, plan)
        say(f"erasing member {key[:8]}…: {len(person.devices.own)} own, {len(person.devices.shared)} shared devices")
        places, kept, rebuild = _remove(work, person, resumed=remembered is not None)
        counts = {f"{place.area}/{place.table}": place.rows for place in places if place.rows}
        erasure = store.record_erasure(key, counts, person.devices.own)
        plan.forget()
    return ErasureReport(
        member=key[:8],
        places=(*places, *_of_store(erasure)),
        own_devices=len(person.devices.own),
        shared_devices=len(person.devices.shared),
        anonymous_rows_kept=kept,
        needs_rebuild=rebuild,
        resumed=remembered is not None,
    )


@contextmanager
def _alone(home: Home, key: str, say: Callable[[str], None]) -> Iterator[None]:
    """Neither a run nor an ingest works on the home for the length of the block, nobody decides about campaigns or
    publishes them, and nobody makes the member index."""
    purpose = f"erasing member {key[:8]}"
    with (
        exclusive(home.run_lock, purpose=purpose, say=say),
        exclusive(home.landing / ".lock", purpose=purpose, say=say),
        exclusive(decide_lock(home), purpose=purpose, say=say),
        exclusive(publish_lock(home), purpose=purpose, say=say),
        index_alone(home),
    ):
        yield


@contextmanager
def _working(home: Home, now: dt.datetime, say: Callable[[str], None]) -> Iterator[_Work]:
    limit = read_settings(home.settings_file).memory_limit
    spill = home.scratch / "duckdb"
    connection = duckdb.connect(":memory:", config={"memory_limit": limit, "temp_directory": str(spill)})
    try:
        yield _Work(home, connection, warehouse.open_warehouse(home, limit, say), now, say)
    except (WarehouseError, WarehouseBusy, duckdb.Error, OSError) as error:
        raise ErasureError(f"the erasure is not complete: {error}. Erase again to finish it.") from error
    finally:
        connection.close()


def _identify(work: _Work, key: str, member_id: str, remembered: frozenset[str] | None, plan: Plan) -> Person:
    """Find the member's devices and write them down before the first row is removed."""
    landed = _identity_files(work)
    visitors = seen_with(work.connection, landed, key) | (remembered or frozenset())
    shared = set[str]()
    if work.warehouse is not None:
        with work.warehouse.connect() as connection:
            loaded = warehouse.identity_relations(connection)
            visitors |= seen_with(connection, loaded, key)
            shared |= seen_with_others(connection, loaded, key, visitors)
    visitors -= {key}  # stands in for the device where only the member is known
    shared |= seen_with_others(work.connection, landed, key, visitors)
    plan.remember(visitors)
    devices = Devices(tuple(sorted(visitors - shared)), tuple(sorted(visitors & shared)))
    return Person(key, member_id, devices)


def _identity_files(work: _Work) -> list[Relation]:
    groups = files.grouped(work.connection, files.parquet_files(work.home.landing))
    return [group.relation for group in groups if {"visitor_id", "member_key"} <= set(group.columns)]


def _remove(work: _Work, person: Person, *, resumed: bool) -> tuple[list[Place], int, bool]:
    """Every place but the store; gives the places, the anonymous rows kept and whether a rebuild is due."""
    prepare(work.connection, person)
    pages = forget_pages(work.home, work.connection)
    places = [
        *_from_warehouse(work, person, resumed=resumed),
        *_from_files(work, "landing", work.home.landing),
        *_from_files(work, "lake", work.home.lake),
        *_from_files(work, "truth", work.home.truth),
        *_from_files(work, "member_index", index_folder(work.home)),
    ]
    published = erase_from_published(work.home, work.connection, work.now)
    places += [Place("published", table, rows) for table, rows in published.items()]
    if uploads := UploadFiles(work.home).forget(person.key):
        places.append(Place("uploads", "kakao_values", uploads))
    if shown := onsite.forget(work.home.published, {person.key, *person.devices.own}):
        places.append(Place("published", "onsite", shown))
    if pages:
        places.append(Place("published", "reports", pages))
    _clear_scratch(work)
    shared = person.devices.shared
    kept = count_anonymous(work.connection, _identity_files(work), shared) if shared else 0
    for place in places:
        if place.rows:
            work.say(f"{place.area}/{place.table}: {place.rows} rows removed")
    return places, kept, bool(shared) and work.warehouse is not None


def _from_warehouse(work: _Work, person: Person, *, resumed: bool) -> list[Place]:
    if copies := warehouse.remove_damaged_copies(work.home):
        work.say(f"{copies} damaged copies of the warehouse deleted")
    if work.warehouse is None:
        return []
    with work.warehouse.connect() as connection:
        if person.devices.shared:
            warehouse.ask_for_rebuild(connection, work.now)
        removed = warehouse.erase_from_warehouse(connection, person)
    if resumed or any(removed.values()):  # a killed attempt may have deleted the rows but not their bytes
        work.say("writing the warehouse anew, so that the removed rows leave its file")
        warehouse.compact(work.home, work.warehouse)
    return [Place("warehouse", table, rows) for table, rows in removed.items()]


def _from_files(work: _Work, area: str, folder: Path) -> list[Place]:
    """Parquet files under ``folder``, one place for each folder directly in it."""
    paths = files.parquet_files(folder)
    groups = list(files.grouped(work.connection, paths))
    found = files.find_rows(work.connection, groups)
    for path, positions in found.items():
        files.rewrite(path, positions, work.scratch)
    removed: dict[str, int] = {}
    for path in (path for group in groups for path in group.paths):
        table = path.relative_to(folder).parts[0].removesuffix(".parquet")
        removed[table] = removed.get(table, 0) + len(found.get(path, ()))
    return [Place(area, table, rows) for table, rows in sorted(removed.items())]


def _of_store(erasure: Erasure) -> Iterator[Place]:
    for name, rows in erasure.counts.items():
        if name == "store" or name.startswith("store/"):
            yield Place("store", name.partition("/")[2] or "members", rows)


def _clear_scratch(work: _Work) -> None:
    """Files in the making that killed runs left may hold the member's rows. What carries the number of a live process
    in its name stays: an ingest may be preparing its input, and removes it itself."""
    for path in work.home.scratch.iterdir() if work.home.scratch.is_dir() else ():
        owners = [int(number) for number in re.findall(r"-(\d+)(?=[-.]|$)", path.name)]
        if not any(owner != os.getpid() and Path(f"/proc/{owner}").exists() for owner in owners):
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
