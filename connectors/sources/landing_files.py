"""Names, numbers and safe publication of the files of the landing zone.

Belongs here: listing, the rising sequence, moving a finished file in.
Does not belong here: which rows are new (``landing``).

A file is written in ``scratch/``, flushed to disk and renamed to
``landing/<kind>/received_day=YYYY-MM-DD/<10-digit sequence>-<batch>.parquet`` (quarantine: without the day folder).
It is never touched again. Names that start with a dot, and ``schema.parquet``, are not data.
"""

import datetime as dt
import os
import re
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from connectors.home.durable import move
from connectors.sources.sql import scratch_folder

KINDS_BY_DAY = ("events", "products", "contents", "members")
LANDED_KINDS = (*KINDS_BY_DAY, "quarantine")
_NAME = re.compile(r"^(\d{10})-([0-9a-f]{16})\.parquet$")


@dataclass(frozen=True)
class LandingFile:
    """One file of the landing zone; ``received_day`` is None for quarantine."""

    kind: str
    received_day: dt.date | None
    sequence: int
    path: Path

    @property
    def batch(self) -> str:
        return self.path.stem.split("-", 1)[1]

    @property
    def rows(self) -> int:
        """Number of rows, read from the file's footer when asked for."""
        return int(pq.read_metadata(self.path).num_rows)


def list_files(landing: Path, kind: str, days: set[dt.date] | None = None) -> list[LandingFile]:
    """Files of one kind in order of sequence, of the given receive days only when given. Opens none of them."""
    folder = landing / kind
    if kind == "quarantine":
        return sorted(_in_folder(folder, kind, None), key=lambda file: file.sequence)
    if days is not None:
        folders = [(day, folder / f"received_day={day}") for day in days]
    elif folder.is_dir():
        named = [entry for entry in os.scandir(folder) if entry.name.startswith("received_day=")]
        folders = [(dt.date.fromisoformat(entry.name.split("=")[1]), Path(entry.path)) for entry in named]
    else:
        folders = []
    found = [file for day, path in folders for file in _in_folder(path, kind, day)]
    return sorted(found, key=lambda file: file.sequence)


def _in_folder(folder: Path, kind: str, day: dt.date | None) -> list[LandingFile]:
    if not folder.is_dir():
        return []
    matches = [(entry, _NAME.match(entry.name)) for entry in os.scandir(folder)]
    return [LandingFile(kind, day, int(match[1]), Path(entry.path)) for entry, match in matches if match]


def next_sequence(landing: Path) -> int:
    """One more than the highest sequence in use; only meaningful while the landing lock is held."""
    return max((file.sequence for kind in LANDED_KINDS for file in list_files(landing, kind)), default=0) + 1


def publish(finished: Path, landing: Path, kind: str, day: dt.date | None, sequence: int, batch: str) -> LandingFile:
    """Move a finished Parquet file into the landing zone: flush, rename, flush the folder."""
    folder = landing / kind if day is None else landing / kind / f"received_day={day}"
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{sequence:010d}-{batch}.parquet"
    move(finished, target)
    return LandingFile(kind, day, sequence, target)


def write_empty(schema: pa.Schema, target: Path, scratch: Path) -> None:
    """A Parquet file with columns and no rows."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with scratch_folder(scratch) as folder:
        pq.write_table(schema.empty_table(), folder / "schema.parquet", compression="zstd")
        move(folder / "schema.parquet", target)
