"""Files of sends in the lake: what was decided about each candidate, and what became of each message.

Belongs here: writing and finding one Parquet file a send. Does not belong here: what is in them (``assets.campaigns``),
tables with one file a day (``tables``), what people read (``connectors.published``).

``lake/<table>/day=YYYY-MM-DD/<send_no>.parquet``, the day being the one that the send was planned for in the shop's
zone. A file is written in ``scratch/`` under the number of its process, flushed and renamed, so that nobody ever sees
half of one; what killed processes left in ``scratch/`` the lake's tables clear up.
"""

import datetime as dt
import os
import re
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import polars as pl

from connectors.home.durable import move, sync
from connectors.home.paths import Home
from connectors.lake.errors import LakeError

_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_FILE: Final = re.compile(r"\d+\.parquet")
_SIGNATURE: Final = "dangol_signature"
_UNREADABLE: Final = (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException)


class SendFiles:
    """The files of sends of one home. Several processes may write and read at the same time."""

    def __init__(self, home: Home) -> None:
        self._root, self._scratch = home.lake, home.scratch

    def write(self, table: str, day: dt.date, send_no: int, frame: pl.DataFrame, signature: str = "") -> Path:
        """Put ``frame`` in place of what there is of a send; ``signature`` is kept in the file. Returns the file.
        Raises :class:`LakeError`."""
        target = self.path(table, day, send_no)
        try:
            move(self._aside(table, target, frame, signature), target)
        except (OSError, pl.exceptions.PolarsError) as error:
            raise _not_written(target, error) from error
        return target

    def write_once(self, table: str, day: dt.date, send_no: int, frame: pl.DataFrame) -> pl.DataFrame:
        """Keep ``frame``, unless there is a file of the send already: returns what is kept, whoever wrote it, so that
        two who write at the same time go on with the same rows. Raises :class:`LakeError`."""
        target = self.path(table, day, send_no)
        try:
            aside = self._aside(table, target, frame, "")
            sync(aside)
            try:
                os.link(aside, target)
                sync(target.parent)
            except FileExistsError:
                pass
            aside.unlink()
        except (OSError, pl.exceptions.PolarsError) as error:
            raise _not_written(target, error) from error
        kept = self.read(table, day, send_no)
        return frame if kept is None else kept

    def read(self, table: str, day: dt.date, send_no: int) -> pl.DataFrame | None:
        """The rows of a send; None where there is no file. Raises :class:`LakeError` for a damaged one."""
        path = self.path(table, day, send_no)
        if not path.is_file():
            return None
        try:
            return pl.read_parquet(path, hive_partitioning=False)
        except _UNREADABLE as error:
            raise _not_read(path, error) from error

    def signature(self, table: str, day: dt.date, send_no: int) -> str | None:
        """What :meth:`write` was told to keep; None where there is no file. Raises :class:`LakeError`."""
        path = self.path(table, day, send_no)
        if not path.is_file():
            return None
        try:
            told: Mapping[str, str] = pl.read_parquet_metadata(path)
        except _UNREADABLE as error:
            raise _not_read(path, error) from error
        return told.get(_SIGNATURE, "")

    def path(self, table: str, day: dt.date, send_no: int) -> Path:
        """Where the rows of a send lie, or would. Raises :class:`LakeError` for what can not name a table."""
        return self._folder(table) / f"day={day.isoformat()}" / f"{send_no}.parquet"

    def paths(self, table: str, wanted: Callable[[dt.date], bool] = lambda day: True) -> list[Path]:
        """Files of a table, by day and number of the send; only folders of ``wanted`` days are looked into."""
        folder = self._folder(table)
        found = folder.iterdir() if folder.is_dir() else ()
        days = sorted(day for one in found if (day := _day_of(one)) is not None and wanted(day))
        return [path for day in days for path in _files(folder / f"day={day.isoformat()}")]

    def days(self, table: str) -> list[dt.date]:
        """Days with at least one file, sorted."""
        return sorted({day for path in self.paths(table) if (day := _day_of(path.parent)) is not None})

    def _aside(self, table: str, target: Path, frame: pl.DataFrame, signature: str) -> Path:
        """``frame`` as a file in ``scratch/``, under a name that nobody else uses."""
        name = f"lake_{table}_{target.stem}_{threading.get_ident()}-{os.getpid()}.parquet"
        self._scratch.mkdir(parents=True, exist_ok=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        frame.write_parquet(self._scratch / name, compression="zstd", metadata={_SIGNATURE: signature})
        return self._scratch / name

    def _folder(self, table: str) -> Path:
        if not _NAME.fullmatch(table):
            raise LakeError(f"{table!r} can not name a table of the lake: lower-case letters, digits and _ only")
        return self._root / table


def _files(folder: Path) -> list[Path]:
    return sorted((path for path in folder.iterdir() if _FILE.fullmatch(path.name)), key=lambda path: int(path.stem))


def _day_of(folder: Path) -> dt.date | None:
    name, _, value = folder.name.partition("=")
    try:
        return dt.date.fromisoformat(value) if name == "day" and folder.is_dir() else None
    except ValueError:
        return None


def _not_written(target: Path, error: Exception) -> LakeError:
    return LakeError(
        f"{target} could not be written ({error}): see that the disk has room and that the folder can be written, then "
        "run again. What was there before still is."
    )


def _not_read(path: Path, error: BaseException) -> LakeError:
    said = (str(error).strip() or type(error).__name__).splitlines()[0]
    return LakeError(f"{path} can not be read ({said}): delete it, then run `dangol campaign run`")
