"""A small home for dbt tests: landing files made from rows, dbt run on them, tables read back.

Belongs here: what several dbt tests share. Does not belong here: Dagster (``tests/orchestration``).
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import polars as pl

from connectors.sources.canonical import CONTENT_COLUMNS, EVENT_COLUMNS, LANDED_MEMBER_COLUMNS, PRODUCT_COLUMNS, Column

KINDS = {
    "events": EVENT_COLUMNS,
    "products": PRODUCT_COLUMNS,
    "contents": CONTENT_COLUMNS,
    "members": LANDED_MEMBER_COLUMNS,
}
PROJECT = Path(__file__).parents[2] / "dbt_project"
DERIVED = {
    "event_hash": "(md5_number_lower(event_id) >> 1)::bigint",
    "visitor_hash": "(md5_number_lower(visitor_id) >> 1)::bigint",
    "source": "'test'",
}
# Bookkeeping: which load wrote a row depends on the order of arrival, what the row says does not.
BOOKKEEPING = {"load_seq", "identity_load_seq", "first_load_seq", "metrics_load_seq", "file_sequence", "path"}


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

    def land(self, rows: pl.DataFrame, kind: str = "events") -> Path:
        """Write one landing file of canonical rows; returns its path."""
        self.sequence += 1
        path = self.root / f"landing/{kind}/received_day=2025-01-01" / f"{self.sequence:010d}-{'0' * 16}.parquet"
        path.parent.mkdir(exist_ok=True)
        self._write(path, KINDS[kind], rows)
        return path

    def load(self, files: list[Path], *arguments: str) -> None:
        """Take in the files with `dbt build`."""
        self.loads += 1
        load: dict[str, object] = {"load_seq": self.loads}
        for kind in KINDS:
            folder = self.root / "landing" / kind
            load[kind] = [str(path) for path in (folder / "schema.parquet", *files) if folder in path.parents]
        (self.root / "lake/load.json").write_text(json.dumps(load))
        self.dbt("build", "--exclude-resource-type", "unit_test", *arguments)

    def dbt(self, command: str, *arguments: str) -> str:
        """Run dbt on this home; fails the test with dbt's own words."""
        environment = os.environ | {
            "DANGOL_HOME": str(self.root),
            "DANGOL_WAREHOUSE": str(self.root / "warehouse.duckdb"),
            "DANGOL_MEMORY_LIMIT": "2GB",
            "DBT_TARGET_PATH": str(self.target),
            "DBT_LOG_PATH": str(self.target),
        }
        line = [str(Path(sys.executable).parent / "dbt"), command, "--project-dir", str(PROJECT)]
        line += ["--profiles-dir", str(PROJECT), "--vars", json.dumps(self.variables), *arguments]
        done = subprocess.run(line, env=environment, capture_output=True, text=True, cwd=self.root, check=False)
        assert done.returncode == 0, done.stdout[-4000:]
        return done.stdout

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
