"""`dangol ingest`: read exports into the landing zone and say what became of every row.

Belongs here: opening the home and the store (for `dangol member import` too), printing the report.
Does not belong here: reading (``connectors.sources``).
"""

import datetime as dt
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from connectors.home.member_key import read_secret
from connectors.home.paths import Home, open_home
from connectors.home.settings import read_settings
from connectors.sources.errors import MappingError, SourceError
from connectors.sources.ingest import ingest
from connectors.sources.landing import Landing
from connectors.sources.mapping_file import read_mapping
from connectors.sources.report import FileReport, IngestReport

if TYPE_CHECKING:
    from connectors.members.importing import MembersReport


def ingest_command(home: Path | None, mapping: Path, files: Sequence[Path]) -> int:
    """Ingest ``files`` and print a summary. Returns the exit status: 1 when any file could not be read.

    Raises ``HomeError``, ``SettingsError`` or ``MappingError`` before anything is read.
    """
    where = open_home(home)
    settings = read_settings(where.settings_file)
    say = _to_stderr
    with _Store(where, say) as store:
        report = ingest(where, settings, Path(mapping), list(files), store.take_members, _now, say, store.erased())
        store.land_members()
    print(summary(report))
    return 1 if report.errors else 0


def import_members_command(home: Path | None, mapping: Path, files: Sequence[Path]) -> int:
    """`dangol member import`: as :func:`ingest_command`, for a mapping that has members.

    Raises ``MappingError`` for one that has none.
    """
    read = read_mapping(mapping)
    if not any(target.kind == "members" for target in read.mapping.targets):
        raise MappingError("has no target of kind members", str(read.path), "see docs/guides/members-and-privacy.md")
    return ingest_command(home, mapping, files)


def _to_stderr(line: str) -> None:
    print(line, file=sys.stderr)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class _Store:
    """The operational store, opened when it is first needed: a home without one has no erased members."""

    def __init__(self, home: Home, say: Callable[[str], None] = lambda line: None) -> None:
        self._home = home
        self._say = say
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
        """The sink of the members a file brings: `MembersReport` of what became of them."""
        from connectors.members.importing import import_members
        from connectors.store.errors import StoreError

        told = members.schema.metadata or {}
        evidence = told.get(b"file", b"").decode() or "a file"
        try:
            return import_members(self._opened(), members, evidence=evidence, land=self.land_members, say=self._say)
        except StoreError as error:  # this file's rows are refused as a whole; the other files go on
            raise SourceError(f"its members could not be stored: {error}") from error

    def land_members(self) -> int:
        """Land whoever is not, also those whom an import that was killed, or one by an older version, left in the
        store alone. Returns how many."""
        if not self._home.has_store():
            return 0
        from connectors.members.importing import land_members

        return land_members(self._opened(), self._landing(), _now())[0]

    def _landing(self) -> Landing:
        settings = read_settings(self._home.settings_file)
        return Landing(self._home, settings.zone, memory_limit=settings.memory_limit, say=self._say)

    def _opened(self) -> Any:
        if self._store is None:
            from connectors.store.store import Store

            region = read_settings(self._home.settings_file).members.default_region
            self._store = Store.open(self._home.ops_url, secret=read_secret(self._home), now=_now, region=region)
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
    lines += [line for stored in file.stored for line in members_block(stored)]
    lines += [f"  note: {note}" for note in file.notes]
    return lines


def members_block(report: "MembersReport") -> list[str]:
    """What became of the members of one file; names fields and rows, no values."""
    stored, refused = report.stored, report.stored.refused
    figures = {
        "new": stored.inserted,
        "changed": stored.updated,
        "unchanged": stored.unchanged,
        "phones that can not be reached": stored.invalid_phones,
        "e-mail addresses that can not be reached": stored.invalid_emails,
        "custom values refused": refused.total,
    }
    lines = ["  members", *(f"    {count:>10,}  {label}" for label, count in figures.items())]
    lines += [f"      {count:>8,}  {field!r}: {problem}" for (field, problem), count in refused.counts.items()]
    shown = [f"      {one}" for one in refused.first]
    if refused.total > len(shown):
        shown.append(f"      … and {refused.total - len(shown):,} more")
    return [*lines, *shown]
