"""Versions of one published table on disk, and which of them readers see.

Belongs here: naming, sealing and removing versions; the one rename that makes a version visible; clearing up after a
crash. Does not belong here: what is written into a version (``tables``).

``versions/<table>/<version>/`` holds nothing but Parquet; ``versions/<table>/<version>.json`` says what it is and is
written last: a folder without it never became a version. ``tables/<table>`` is a symbolic link to the current one.
"""

import datetime as dt
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from connectors.home.durable import sync, write_text


@dataclass(frozen=True)
class Version:
    """What is known of one version."""

    name: str
    load_seq: int
    rows: int
    bytes: int
    schema: str  # hash of the columns' names and types
    created: str  # ISO 8601, UTC
    signature: str = ""  # of the source, where it has no load number
    day_column: str | None = None  # None: one single file
    days: Mapping[str, int] = field(default_factory=dict)  # rows by day


class VersionFolder:
    """All versions of one table."""

    def __init__(self, published: Path, table: str) -> None:
        self.table = table
        self._link = published / "tables" / table
        self._versions = published / "versions" / table

    def current(self) -> Version | None:
        """The version that readers see, or None."""
        try:
            return self._read(Path(os.readlink(self._link)).name)
        except (FileNotFoundError, OSError, ValueError, TypeError):
            return None

    def path_of(self, version: Version) -> Path:
        return self._versions / version.name

    @contextmanager
    def making(self) -> Iterator[Path]:
        """A fresh folder to write the next version into; gone again when the block fails."""
        self._versions.mkdir(parents=True, exist_ok=True)
        self._clear_leftovers()
        aside = self._versions / ".making"
        aside.mkdir()
        try:
            yield aside
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise

    def seal(self, aside: Path, version: Version) -> Path:
        """Make ``aside`` the current version: durable first, then visible by one rename."""
        target = self._versions / version.name
        _sync_folder(aside)
        aside.rename(target)
        write_text(self._versions / f"{version.name}.json", json.dumps(asdict(version), indent=1))
        self._link.parent.mkdir(parents=True, exist_ok=True)
        fresh_link = self._link.parent / f".{self.table}.new"
        fresh_link.unlink(missing_ok=True)
        fresh_link.symlink_to(Path("..") / "versions" / self.table / version.name)
        os.replace(fresh_link, self._link)
        return target

    def remove_old(self, keep: int, grace: dt.timedelta, now: dt.datetime) -> None:
        """Remove versions beyond the newest ``keep`` that were superseded longer than ``grace`` ago."""
        current = self.current()
        names = sorted(path.stem for path in self._versions.glob("*.json"))
        names = [name for name in names if current is None or name != current.name] + (
            [current.name] if current else []
        )
        for name, successor in list(zip(names, names[1:], strict=False))[: max(0, len(names) - keep)]:
            if now - dt.datetime.fromisoformat(self._read(successor).created) >= grace:
                (self._versions / f"{name}.json").unlink()
                shutil.rmtree(self._versions / name, ignore_errors=True)

    def _read(self, name: str) -> Version:
        return Version(**json.loads((self._versions / f"{name}.json").read_text(encoding="utf-8")))

    def _clear_leftovers(self) -> None:
        """Remove what a killed publisher left: folders without a description."""
        for path in self._versions.iterdir():
            if path.is_dir() and not (self._versions / f"{path.name}.json").exists():
                shutil.rmtree(path)


def _sync_folder(folder: Path) -> None:
    """Flush the folder's own files (hard links point at files flushed before) and its entries."""
    for path in [*folder.rglob("*"), folder]:
        if path.is_file() and path.stat().st_nlink > 1:
            continue
        sync(path)
