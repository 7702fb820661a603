"""The lake: tables that Python assets compute, one Parquet file for each table and day.

Belongs here: writing a day so that readers see all of it or the one before, reading days, removing old ones.
Does not belong here: which tables there are and what is in them (assets), what people read (``connectors.published``).

``lake/<table>/day=YYYY-MM-DD/part.parquet``. A file says everything itself: the name of its folder is no column. It is
written in ``scratch/`` under the number of its process, flushed and renamed, so that the lake never holds half a file
and whoever finds one in ``scratch/`` knows whether somebody is still at it. Tables that must agree are written
together: their files appear as one folder ``lake/.ready-YYYY-MM-DD`` (``<table>.parquet`` of that day,
``<table>@YYYY-MM-DD.parquet`` of another one) and are then moved to where they belong; what a killed process left there
the next one moves. No file is ever changed in place: whoever has it under a second name keeps it as it was.
"""

import datetime as dt
import hashlib
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl

from connectors.home.durable import move, sync
from connectors.home.paths import Home
from connectors.lake.errors import LakeError

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_FILE = "part.parquet"
_ASIDE = re.compile(r"lake_[a-z0-9_]+-(\d+)(\.parquet)?")
_READY = ".ready-"  # folder of a day that is written whole and not yet in its tables
_AT = "@"  # between a table and the day of a file, where it is not the folder's; no table's name has it
_UNREADABLE = (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException)

_Frame = pl.DataFrame | pl.LazyFrame


class LakeTables:
    """The lake of one home. Several processes may read while one writes."""

    def __init__(self, home: Home) -> None:
        self._root = home.lake
        self._scratch = home.scratch

    def write_day(self, table: str, day: dt.date, frame: pl.DataFrame) -> Path:
        """Put ``frame`` in place of what the table holds of ``day``; returns the file. Raises :class:`LakeError`."""
        target = self._path(table, day)
        self.finish_writing()  # else it would come on top of this
        self._clear_leftovers()
        aside = self._scratch / f"lake_{table}_{day:%Y%m%d}-{os.getpid()}.parquet"
        try:
            aside.parent.mkdir(parents=True, exist_ok=True)
            target.parent.mkdir(parents=True, exist_ok=True)
            frame.write_parquet(aside, compression="zstd")
            move(aside, target)
        except (OSError, pl.exceptions.PolarsError) as error:
            raise LakeError(
                f"{day} of {table} could not be written to {target} ({error}): see that the disk has room and that "
                "the folder can be written, then run again. What was there before still is."
            ) from error
        finally:
            aside.unlink(missing_ok=True)
        return target

    def write_together(
        self, day: dt.date, frames: Mapping[str, _Frame], others: Mapping[tuple[str, dt.date], _Frame] | None = None
    ) -> None:
        """Put ``frames``, by table, in place of what their tables hold of ``day``, and ``others``, by table and day, in
        place of what those hold of other days: all of them, or none.

        A lazy frame is written as it is read. Who is killed half way leaves it to :meth:`finish_writing`. Raises
        :class:`LakeError`.
        """
        named: dict[str, _Frame] = dict(frames)
        named |= {f"{table}{_AT}{other.isoformat()}": frame for (table, other), frame in (others or {}).items()}
        self.finish_writing()
        self._clear_leftovers()
        aside = self._scratch / f"lake_{day:%Y%m%d}-{os.getpid()}"
        try:
            aside.mkdir(parents=True)
            for name, frame in named.items():
                self._folder(name.split(_AT)[0])  # refuses what can not be a name
                frame.lazy().sink_parquet(aside / f"{name}.parquet", compression="zstd")
                sync(aside / f"{name}.parquet")
            sync(aside)
            self._root.mkdir(parents=True, exist_ok=True)
            aside.rename(self._root / f"{_READY}{day.isoformat()}")
            sync(self._root)
        except (OSError, pl.exceptions.PolarsError) as error:
            raise LakeError(
                f"{day} of {', '.join(named)} could not be written to {self._root} ({error}): see that the disk has "
                "room and that the folder can be written, then run again. What was there before still is."
            ) from error
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        self.finish_writing()

    def finish_writing(self) -> None:
        """Move to their tables what :meth:`write_together` had written whole when its process was killed."""
        for folder in sorted(self._root.glob(f"{_READY}*")):
            day = dt.date.fromisoformat(folder.name.removeprefix(_READY))
            try:
                for path in sorted(folder.iterdir()):
                    table, _, other = path.stem.partition(_AT)
                    target = self._path(table, dt.date.fromisoformat(other) if other else day)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    move(path, target)
                folder.rmdir()
            except OSError as error:
                raise LakeError(
                    f"what is ready in {folder} could not be moved to its tables ({error}): see that the folders "
                    "can be written, then run again"
                ) from error

    def read_day(self, table: str, day: dt.date) -> pl.DataFrame:
        """Everything the table holds of ``day``. Raises :class:`LakeError` when it is not there or damaged."""
        path = self._path(table, day)
        if not path.is_file():
            raise LakeError(f"{table} has no day {day} in {self._root}; {self._there_are(table)}")
        with _told_apart(path):
            return pl.read_parquet(path, hive_partitioning=False)

    def scan_day(self, table: str, day: dt.date) -> pl.LazyFrame:
        """:meth:`read_day` without reading it yet; only whether its file is whole is looked at."""
        path = self._path(table, day)
        if not path.is_file():
            raise LakeError(f"{table} has no day {day} in {self._root}; {self._there_are(table)}")
        with _told_apart(path):
            pl.read_parquet_schema(path)
        return pl.scan_parquet(path, hive_partitioning=False)

    def row_of(self, table: str, day: dt.date) -> dict[str, Any] | None:
        """The one row that a table of runs holds of ``day``; None when there is no such run."""
        return self.read_day(table, day).row(0, named=True) if day in self.days(table) else None

    def days(self, table: str) -> list[dt.date]:
        """Days that the table holds, sorted; none when it was never written."""
        folder = self._folder(table)
        found = (_day_of(path) for path in folder.iterdir()) if folder.is_dir() else ()
        return sorted(day for day in found if day is not None and self._path(table, day).is_file())

    def latest_day(self, table: str, before: dt.date | None = None) -> dt.date | None:
        """The last day the table holds, or the last one before ``before``; None when there is none."""
        return max((day for day in self.days(table) if before is None or day < before), default=None)

    def paths(self, table: str) -> list[Path]:
        """Files of all days, sorted by day."""
        return [self._path(table, day) for day in self.days(table)]

    def signature(self, table: str) -> str:
        """Short text that is another one once a day was written or removed; reads no rows."""
        files = [(path.parent.name, path.stat()) for path in self.paths(table)]
        told = "\n".join(f"{day} {stat.st_size} {stat.st_mtime_ns}" for day, stat in files)
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    def scan(self, table: str) -> pl.LazyFrame:
        """All days as one lazy frame. Raises :class:`LakeError` for a table without days and for a torn file."""
        paths = self.paths(table)
        if not paths:
            raise LakeError(f"{table} has no day in {self._root}: `dangol run` makes it")
        for path in paths:
            with _told_apart(path):
                pl.read_parquet_schema(path)
        return pl.scan_parquet(paths, hive_partitioning=False)

    def remove_days_before(self, table: str, day: dt.date) -> list[dt.date]:
        """Remove the days before ``day``; returns those that were there, sorted."""
        old = [found for found in self.days(table) if found < day]
        for found in old:
            shutil.rmtree(self._path(table, found).parent)
        return old

    def _folder(self, table: str) -> Path:
        if not _NAME.fullmatch(table):
            raise LakeError(f"{table!r} can not name a table of the lake: lower-case letters, digits and _ only")
        return self._root / table

    def _path(self, table: str, day: dt.date) -> Path:
        return self._folder(table) / f"day={day.isoformat()}" / _FILE

    def _there_are(self, table: str) -> str:
        days = self.days(table)
        return f"there are {len(days)} from {days[0]} to {days[-1]}" if days else "it was never written: `dangol run`"

    def _clear_leftovers(self) -> None:
        """Remove what killed writers left in ``scratch/``; the file of a live process stays."""
        for path in self._scratch.iterdir() if self._scratch.is_dir() else ():
            made_by = _ASIDE.fullmatch(path.name)
            if made_by and not Path(f"/proc/{made_by[1]}").exists():
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def _day_of(folder: Path) -> dt.date | None:
    """The day of a folder ``day=YYYY-MM-DD``; None for anything else."""
    name, _, value = folder.name.partition("=")
    try:
        day = dt.date.fromisoformat(value)
    except ValueError:
        return None
    return day if name == "day" and value == day.isoformat() else None


@contextmanager
def _told_apart(path: Path) -> Iterator[None]:
    """Turn whatever a damaged file makes Polars raise into one clear message."""
    try:
        yield
    except _UNREADABLE as error:
        said = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise LakeError(
            f"{path} can not be read ({said}): delete the folder {path.parent}, then run that day again"
        ) from error
