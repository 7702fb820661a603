"""Opening a load: from "these days" to the list of files that dbt takes in.

Belongs here: the glue between landing zone, warehouse ledger and the list of the load, and what is told of it.
Does not belong here: Dagster (``raw``, ``transformed``), how files and ledger are read (``connectors``).
"""

import datetime as dt
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import duckdb

from connectors.home.paths import Home
from connectors.warehouse.database import Warehouse
from connectors.warehouse.ledger import read_load_seq, read_taken_in
from connectors.warehouse.load import KINDS, Load, choose_load, next_load_seq, read_last_load, write_load


class LandedFile(Protocol):
    """One file of the landing zone."""

    @property
    def received_day(self) -> dt.date | None: ...
    @property
    def batch(self) -> str: ...
    @property
    def path(self) -> Path: ...
    @property
    def rows(self) -> int: ...


class LandingZone(Protocol):
    """What is asked of the landing zone (``connectors.sources`` has it)."""

    def files(self, kind: str) -> Sequence[LandedFile]: ...
    def schema_file(self, kind: str) -> Path: ...


@dataclass(frozen=True)
class Days:
    """Receive days of a run; open at an end where the partitions end, so that no file is left between them."""

    first: dt.date
    last: dt.date

    def __contains__(self, day: dt.date | None) -> bool:
        return day is not None and self.first <= day <= self.last

    @classmethod
    def between(cls, start: str, end: str, known_first: str | None, known_last: str | None) -> "Days":
        return cls(
            dt.date.min if start == known_first else dt.date.fromisoformat(start),
            dt.date.max if end == known_last else dt.date.fromisoformat(end),
        )


ALL_DAYS = Days(dt.date.min, dt.date.max)


@dataclass(frozen=True)
class OpenedLoad:
    """The load of a run and what is told of it."""

    load: Load
    rows: Mapping[str, int]
    refused: Mapping[str, int] = field(default_factory=dict)


def open_load(
    home: Home,
    landing: LandingZone,
    warehouse: Warehouse,
    published_load_seq: int,
    say: Callable[[str], None],
    *,
    days: Days = ALL_DAYS,
    everything: bool = False,
) -> OpenedLoad:
    """List the files of ``days`` that the warehouse has not taken in; ``everything`` lists all there are."""
    with warehouse.connect(say=say) as connection:
        taken_in, ledger_seq = read_taken_in(connection), read_load_seq(connection)
    if everything or warehouse.was_rebuilt:
        days, taken_in = ALL_DAYS, frozenset()
    last = read_last_load(home.load_file)
    load_seq = next_load_seq(ledger_seq, last.load_seq if last else 0, published_load_seq)
    listed = {kind: [file for file in landing.files(kind) if file.received_day in days] for kind in KINDS}
    paths = {kind: [file.path for file in files] for kind, files in listed.items()}
    load = choose_load(load_seq, paths, {kind: landing.schema_file(kind) for kind in KINDS}, taken_in, home.landing)
    write_load(home.load_file, load)
    write_taken_in(home, taken_in, ledger_seq)
    chosen = {path for files in load.files.values() for path in files}
    listed = {kind: [file for file in files if str(file.path) in chosen] for kind, files in listed.items()}
    rows = {kind: sum(file.rows for file in files) for kind, files in listed.items()}
    say(f"load {load_seq}: " + ", ".join(f"{len(load.files[k]) - 1} files of {k} ({rows[k]:,} rows)" for k in KINDS))
    return OpenedLoad(load, rows, count_refused(landing, {file.batch for files in listed.values() for file in files}))


def covers_everything(load: Load | None, landing: LandingZone) -> bool:
    """Whether ``load`` lists every file of the landing zone, as a full refresh needs it."""
    if load is None:
        return False
    return all({str(file.path) for file in landing.files(kind)} <= set(load.files[kind]) for kind in KINDS)


def count_refused(landing: LandingZone, batches: Collection[str]) -> dict[str, int]:
    """Rows refused on ingest, by reason, in ``batches``."""
    files = [str(file.path) for file in landing.files("quarantine") if file.batch in batches]
    if not files:
        return {}
    with duckdb.connect(":memory:") as connection:
        sql = "SELECT reason, count(*) FROM read_parquet($files, union_by_name = true) GROUP BY ALL ORDER BY ALL"
        return {str(reason): int(count) for reason, count in connection.execute(sql, {"files": files}).fetchall()}


def write_taken_in(home: Home, taken_in: Iterable[str], load_seq: int) -> None:
    """Copy the ledger beside the lake for those who must not open the warehouse: the sensor and the schedule."""
    home.scratch.mkdir(parents=True, exist_ok=True)
    aside = home.scratch / "taken_in.json"
    aside.write_text(json.dumps({"load_seq": load_seq, "paths": sorted(taken_in)}), encoding="utf-8")
    home.lake.mkdir(parents=True, exist_ok=True)
    aside.rename(home.lake / "taken_in.json")


def read_taken_in_copy(home: Home) -> frozenset[str]:
    """The copy of the ledger; empty before the first load."""
    try:
        return frozenset(json.loads((home.lake / "taken_in.json").read_text(encoding="utf-8"))["paths"])
    except (FileNotFoundError, ValueError, KeyError):
        return frozenset()
