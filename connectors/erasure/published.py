"""Taking one person's rows out of published tables.

Belongs here: a new version without the rows, swapped in as any other version is, and the end of all older versions.
Does not belong here: how versions lie on disk (``connectors.published.versions``).
"""

import datetime as dt
import os
import shutil
import uuid
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from connectors.erasure.files import find_rows, grouped, parquet_files, write_without
from connectors.home.paths import Home
from connectors.published.versions import Version, VersionFolder


def erase_from_published(home: Home, connection: duckdb.DuckDBPyConnection, now: dt.datetime) -> dict[str, int]:
    """Rows removed by table. Older versions of tables that could hold the person go as well, whoever reads them."""
    removed: dict[str, int] = {}
    root = home.published / "versions"
    for name in sorted(path.name for path in root.iterdir()) if root.is_dir() else []:
        folder = VersionFolder(home.published, name)
        current = folder.current()
        if not list(grouped(connection, parquet_files(root / name))):
            continue  # nothing in any version identifies a person
        if current is not None:
            removed[name] = _new_version(connection, folder, current, now)
            current = folder.current()
        _remove_others(root / name, current)
    return removed


def _new_version(
    connection: duckdb.DuckDBPyConnection, folder: VersionFolder, current: Version, now: dt.datetime
) -> int:
    source = folder.path_of(current)
    found = find_rows(connection, grouped(connection, parquet_files(source)))
    if not found:
        return 0
    with folder.making() as aside:
        for path in parquet_files(source):
            target = aside / path.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            if path in found:
                write_without(path, found[path], target)
            else:
                os.link(path, target)
        _drop_empty_days(aside)
        folder.seal(aside, _described(current, aside, source, found, now))
    return sum(len(positions) for positions in found.values())


def _drop_empty_days(aside: Path) -> None:
    """A day without rows has no folder; the last file stays even so, because a table keeps its columns."""
    for path in parquet_files(aside):
        if path.parent != aside and pq.read_metadata(path).num_rows == 0:
            path.rename(aside / "empty.parquet")
            if not any(path.parent.iterdir()):
                path.parent.rmdir()
    if len(parquet_files(aside)) > 1:
        (aside / "empty.parquet").unlink(missing_ok=True)


def _described(current: Version, aside: Path, source: Path, found: dict[Path, list[int]], now: dt.datetime) -> Version:
    days = dict(current.days)
    for path, positions in found.items():
        if path.parent != source:
            days[path.parent.name.split("=", 1)[1]] -= len(positions)
    days = {day: rows for day, rows in days.items() if rows}
    return replace(
        current,
        # rising, like every version's name, so that sorting them is sorting by age
        name=f"{1 + int(current.name.split('-')[0]):08d}-{uuid.uuid4().hex[:8]}",
        rows=current.rows - sum(len(positions) for positions in found.values()),
        bytes=sum(path.stat().st_size for path in parquet_files(aside)),
        created=now.isoformat(),
        day_column=current.day_column if days else None,
        days=days,
    )


def _remove_others(versions: Path, current: Version | None) -> None:
    kept: Sequence[str] = () if current is None else (current.name, f"{current.name}.json")
    for path in sorted(versions.iterdir(), key=lambda path: path.is_dir()):  # descriptions first, as publishing does
        if path.name not in kept:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
