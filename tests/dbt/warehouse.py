"""A small home for dbt tests: landing files made from rows, dbt run on them, tables read back.

Belongs here: what several dbt tests share. Does not belong here: Dagster (``tests/orchestration``).
"""

import contextlib
import datetime as dt
import json
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

from assets.campaigns.tables import DECISION_ROWS, DELIVERY_ROWS, SEND_ROWS
from assets.segments.tables import MEMBER_ROWS, SEGMENT_ROWS
from connectors.sources.canonical import CONTENT_COLUMNS, EVENT_COLUMNS, LANDED_MEMBER_COLUMNS, PRODUCT_COLUMNS, Column

KINDS = {
    "events": EVENT_COLUMNS,
    "products": PRODUCT_COLUMNS,
    "contents": CONTENT_COLUMNS,
    "members": LANDED_MEMBER_COLUMNS,
}
# what the second half of the project reads of campaigns and segments
TOLD = {
    "decisions": DECISION_ROWS,
    "deliveries": DELIVERY_ROWS,
    "sends": SEND_ROWS,
    "segment_members": MEMBER_ROWS,
    "segments": SEGMENT_ROWS,
}
PROJECT = Path(__file__).parents[2] / "dbt_project"
DERIVED = {
    "event_hash": "(md5_number_lower(event_id) >> 1)::bigint",
    "visitor_hash": "(md5_number_lower(visitor_id) >> 1)::bigint",
    "source": "'test'",
}
# Bookkeeping: which load wrote a row depends on the order of arrival, what the row says does not.
BOOKKEEPING = {"load_seq", "identity_load_seq", "first_load_seq", "metrics_load_seq", "file_sequence", "path"}


def call_dbt(manifest: Any, target: Path, command: str, *arguments: str) -> Any:
    """Run a command of dbt in this process; returns its result, fails the test with dbt's own words."""
    quiet = ["--log-level", "none", "--log-level-file", "none", "--log-path", str(target)]
    places = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--target-path", str(target)]
    with contextlib.chdir(PROJECT):  # dbt goes there and stays there
        done = dbtRunner(manifest=manifest).invoke([*quiet, command, *places, *arguments])
    DuckDBConnectionManager.close_all_connections()  # else nobody else could open the warehouse
    told = [f"{each.node.unique_id}: {each.message}" for each in getattr(done.result, "results", ())]
    assert done.success, done.exception or "\n".join(told)
    return done.result


@cache
def parsed(target: Path) -> Any:
    """dbt's reading of the project, once a test process: variables change what models compute, not what models there
    are."""
    return call_dbt(None, target, "parse")


@dataclass
class Warehouse:
    """A home under ``root`` whose loads are driven by hand. ``target`` is shared, so that dbt parses once."""

    root: Path
    target: Path
    variables: dict[str, object] = field(default_factory=dict)
    sequence: int = 0
    loads: int = 0

    def __post_init__(self) -> None:
        for folder in (*(f"landing/{kind}" for kind in KINDS), "lake", "scratch"):
            (self.root / folder).mkdir(parents=True, exist_ok=True)
        for kind, columns in KINDS.items():
            self._write(self.root / "landing" / kind / "schema.parquet", columns, None)
        self.tell()

    def tell(self, days: Collection[dt.date] = (), send_days: Collection[dt.date] = (), **frames: pl.DataFrame) -> None:
        """Write the list that attribution and reports read: order and send days to remake, and frames of ``TOLD`` (any
        of their columns; those that lack are null)."""
        folder = self.root / "lake/attribution"
        folder.mkdir(exist_ok=True)
        listed: dict[str, list[str]] = {"order_days": [*map(str, days)], "send_days": [*map(str, send_days)]}
        for name, schema in TOLD.items():
            rows = pl.concat([schema.to_frame(), frames.get(name, schema.to_frame())], how="diagonal_relaxed")
            rows.cast(schema).write_parquet(folder / f"{name}.parquet")
            listed[name] = [str(folder / f"{name}.parquet")]
        (self.root / "lake/attribution.json").write_text(json.dumps(listed))

    def attribute(self, *arguments: str) -> None:
        """Make attribution anew from what was told, as the second step of a run does."""
        self.dbt("build", "--exclude-resource-type", "unit_test", "--select", "group:attribution", *arguments)

    def land(self, rows: pl.DataFrame, kind: str = "events") -> Path:
        """Write one landing file of canonical rows; returns its path."""
        self.sequence += 1
        path = self.root / f"landing/{kind}/received_day=2025-01-01" / f"{self.sequence:010d}-{'0' * 16}.parquet"
        path.parent.mkdir(exist_ok=True)
        self._write(path, KINDS[kind], rows)
        return path

    def load(self, files: list[Path], *arguments: str, whole: bool = False, checked: bool = False) -> None:
        """Take in the files with `dbt build` of the first half of the project; :meth:`report` builds the second, or
        this at once when the ``whole`` is asked for. ``checked``: with the models' data tests, a third of the time."""
        self.loads += 1
        load: dict[str, object] = {"load_seq": self.loads}
        for kind in KINDS:
            folder = self.root / "landing" / kind
            load[kind] = [str(path) for path in (folder / "schema.parquet", *files) if folder in path.parents]
        (self.root / "lake/load.json").write_text(json.dumps(load))
        second = () if whole else ("--exclude", "group:attribution", "group:reports")
        untested = () if checked else ("--exclude-resource-type", "test")
        self.dbt("build", "--exclude-resource-type", "unit_test", *untested, *second, *arguments)

    def report(self, *arguments: str) -> None:
        """Build attribution and reports from what was told (:meth:`tell`), as the second step of a run does."""
        self.attribute("group:reports", *arguments)

    def dbt(self, command: str, *arguments: str) -> Any:
        """Run dbt on this home; fails the test with dbt's own words."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DANGOL_HOME", str(self.root))
            patch.setenv("DANGOL_WAREHOUSE", str(self.root / "warehouse.duckdb"))
            patch.setenv("DANGOL_MEMORY_LIMIT", "2GB")
            manifest = parsed(self.target).deepcopy()  # of its own: a run writes into it
            given = ["--vars", json.dumps(self.variables), "--no-write-json", *arguments]
            return call_dbt(manifest, self.target, command, *given)

    def table(self, name: str) -> pl.DataFrame:
        """All rows of a relation without bookkeeping, in a fixed order."""
        with duckdb.connect(str(self.root / "warehouse.duckdb"), read_only=True) as connection:
            frame = connection.sql(f"select * from {name}").pl()
        frame = frame.drop([column for column in frame.columns if column in BOOKKEEPING])
        return frame.sort(frame.columns, nulls_last=True)

    def _write(self, path: Path, columns: tuple[Column, ...], frame: pl.DataFrame | None) -> None:
        given = set(frame.columns) if frame is not None else set()
        select = ", ".join(
            f"{column.name if column.name in given else DERIVED.get(column.name, 'null') if given else 'null'}"
            f"::{column.type} as {column.name}"
            for column in columns
        )
        with duckdb.connect() as connection:
            if frame is None:
                connection.execute(f"copy (select {select} where false) to '{path}' (format parquet)")
            else:
                connection.register("frame", frame.to_arrow())
                connection.execute(f"copy (select {select} from frame) to '{path}' (format parquet)")
