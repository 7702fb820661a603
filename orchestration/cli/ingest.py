"""`dangol ingest`: read exports into the landing zone and say what became of every row.

Belongs here: opening the home and the store, printing the report.
Does not belong here: reading (``connectors.sources``).
"""

import datetime as dt
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from connectors.home.member_key import read_secret
from connectors.home.paths import Home, open_home
from connectors.home.settings import read_settings
from connectors.sources.errors import SourceError
from connectors.sources.ingest import ingest
from connectors.sources.report import FileReport, IngestReport


def ingest_command(home: Path | None, mapping: Path, files: Sequence[Path]) -> int:
    """Ingest ``files`` and print a summary. Returns the exit status: 1 when any file could not be read.

    Raises ``HomeError``, ``SettingsError`` or ``MappingError`` before anything is read.
    """
    where = open_home(home)
    settings = read_settings(where.settings_file)
    with _Store(where) as store:
        report = ingest(
            where, settings, Path(mapping), list(files), store.take_members, _now,
            lambda line: print(line, file=sys.stderr), store.erased(),
        )  # fmt: skip
    print(summary(report))
    return 1 if report.errors else 0


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class _Store:
    """The operational store, opened when it is first needed: a home without one has no erased members."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._store: Any = None

    def __enter__(self) -> "_Store":
        return self

    def __exit__(self, *_: object) -> None:
        if self._store is not None:
            self._store.close()

    def erased(self) -> Mapping[str, dt.datetime]:
        """Members who were erased, and when."""
        if not self._home.has_store():
            return {}
        erased: Mapping[str, dt.datetime] = self._opened().erased()
        return erased

    def take_members(self, members: Any) -> object:
        """The sink of the members a file brings."""
        from connectors.store.errors import StoreError

        try:
            return self._opened().upsert_members(members)
        except StoreError as error:  # this file's rows are refused as a whole; the other files go on
            raise SourceError(f"its members could not be stored: {error}") from error

    def _opened(self) -> Any:
        if self._store is None:
            from connectors.store.store import Store

            self._store = Store.open(self._home.ops_url, secret=read_secret(self._home), now=_now)
        return self._store


def summary(report: IngestReport) -> str:
    """The report as plain text, a block for each file."""
    return "\n".join(line for file in report.files for line in _block(file))


def _block(file: FileReport) -> list[str]:
    if file.error:
        return [f"{file.file}: NOT ingested", *(f"  {line}" for line in file.error.splitlines())]
    lines = [
        f"{file.file}",
        f"  read         {file.read:>12,} rows",
        f"  kept         {file.kept:>12,}",
        f"  already there{file.already:>12,}",
        f"  filtered     {sum(file.filtered.values()):>12,}",
    ]
    lines += [f"    {count:>10,}  {label}" for label, count in file.filtered.items()]
    lines.append(f"  quarantined  {file.refused:>12,}")
    lines += [f"    {count:>10,}  {code}" for code, count in file.quarantined.items()]
    made = {"events": file.events, "products": file.products, "contents": file.contents, "members": file.members}
    written = ", ".join(f"{count:,} {kind}" for kind, count in made.items() if count)
    lines.append(f"  written: {written or 'nothing new'}")
    lines += [f"  note: {note}" for note in file.notes]
    return lines
