"""Files in, landing zone out: the order of the steps and the account of every source row.

Belongs here: reading, checking, landing and handing over members, file by file; counting.
Does not belong here: each step itself (``reader``, ``targets``, ``quarantine``, ``landing``), printing (the CLI).
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from connectors.home.member_key import read_secret
from connectors.home.paths import Home
from connectors.home.settings import Settings
from connectors.sources import quarantine
from connectors.sources.checks import Limits
from connectors.sources.erased import leave_out_erased
from connectors.sources.errors import FileUnreadable, MappingError, SourceError
from connectors.sources.landing import AppendResult, Landing
from connectors.sources.ledger import ledger_key, recall, remember
from connectors.sources.mapping_file import MappingFile, read_mapping
from connectors.sources.reader import Source, prepare, read
from connectors.sources.report import FileReport, IngestReport
from connectors.sources.sql import connect, name, scratch_folder, text
from connectors.sources.targets import TargetBuilder, TargetTable

MembersSink = Callable[[Any], Any]  # members of one target (Arrow) -> what became of them
Clock = Callable[[], dt.datetime]


def ingest(
    home: Home,
    settings: Settings,
    mapping_path: Path,
    files: Sequence[Path],
    members_sink: MembersSink,
    now: Clock,
    say: Callable[[str], None] = lambda line: None,
    erased: Mapping[str, dt.datetime] | None = None,
) -> IngestReport:
    """Turn ``files`` into canonical rows as the mapping says.

    ``members_sink``: takes an Arrow table with ``row__`` (row of the file), ``member_id`` and the mapped columns, one
    row a member; the metadata of its schema name the ``file`` and the ``mapping``. It is called once for each file
    and members target that has any; what it returns stands in the report (``FileReport.stored``).
    ``now``: the clock (UTC). ``say``: takes a line for each phase.
    ``erased``: pseudonyms of erased members and when; what they did before is left out.
    A file that can not be read is reported with its error and the others are still ingested; a mapping that can not be
    used raises :class:`MappingError`. Ingesting a file again adds nothing, also after a kill in the middle.
    """
    mapping = read_mapping(mapping_path)
    notes = []
    zone = mapping.mapping.options.timezone
    if zone and zone != settings.time_zone:
        notes.append(
            f"times without an offset are read as {zone}; the shop's business day is that of {settings.time_zone}"
        )
        say(notes[0])
    reports = []
    for file in files:
        try:
            reports.append(_FileIngest(home, settings, mapping, members_sink, now, say, erased or {}).run(file))
        except MappingError:
            raise
        except SourceError as error:
            say(f"{file.name}: {error}")
            reports.append(FileReport(file.name, error=str(error)))
    return IngestReport(mapping.mapping.name, tuple(reports), tuple(notes))


class _FileIngest:
    """One file's way through."""

    def __init__(
        self,
        home: Home,
        settings: Settings,
        mapping: MappingFile,
        members_sink: MembersSink,
        now: Clock,
        say: Callable[[str], None],
        erased: Mapping[str, dt.datetime],
    ) -> None:
        self.home = home
        self.settings = settings
        self.mapping = mapping
        self.members_sink = members_sink
        self.now = now
        self.say = say
        self.erased = erased
        self.landing = Landing(home, settings.zone, memory_limit=settings.memory_limit, say=say)

    def run(self, file: Path) -> FileReport:
        with scratch_folder(self.home.scratch) as folder:
            prepared = prepare(file, self.mapping, folder)
            if prepared.size == 0:
                return FileReport(file.name, notes=("the file is empty (0 bytes): nothing to read",))
            key = ledger_key(prepared.digest, self.mapping.text, self.settings)
            before = recall(self.home, key)
            if before is not None:
                return FileReport.again(file.name, before)
            zone = self.mapping.mapping.options.timezone or self.settings.time_zone
            with connect(folder, self.settings.memory_limit, zone) as con:
                self.say(f"{file.name}: reading")
                source = read(con, prepared, self.mapping, folder)
                report = self._take(con, source, folder, zone, key[:16])
            if not any(code == "time_in_future" for code in report.quarantined):  # in time those rows will be taken
                remember(self.home, key, report.as_json())
            return report

    def _take(self, con: duckdb.DuckDBPyConnection, source: Source, folder: Path, zone: str, batch: str) -> FileReport:
        file, moment = source.prepared.original.name, self.now()
        secret = read_secret(self.home)
        limits = Limits.of(zone, self.settings.first_day, self.settings.zone, moment)
        received = f"timestamp {text((limits.latest - dt.timedelta(days=1)).isoformat(sep=' '))}"
        builder = TargetBuilder(con, self.mapping, source, limits, self.landing, secret, received)
        self.say(f"{file}: checking {_count(con, 'select count(*) from source_row'):,} rows")
        tables = [builder.build(index) for index in range(len(self.mapping.mapping.targets))]
        leave_out_erased(con, tables, self.erased)
        options = self.mapping.mapping.options
        quarantine.gather(con, source, self.mapping.mapping.format, options.delimiter, tables, secret)
        handed = [self._hand_over(con, table, file) for table in tables if table.target.kind == "members"]
        with self.landing.locked():
            self.say(f"{file}: landing")
            landed = {"events": 0, "products": 0, "contents": 0}
            for table in tables:
                if table.target.kind != "members":
                    landed[table.target.kind] += self._land(con, table, folder, batch).rows
            self._land_refused(con, file, received, folder, batch)
        report = replace(
            _account(con, file, tables),
            events=landed["events"],
            products=landed["products"],
            contents=landed["contents"],
            members=sum(count for count, _ in handed),
            stored=tuple(stored for _, stored in handed if stored is not None),
            notes=source.notes,
        )
        if not report.read:
            report = replace(report, notes=(*report.notes, "the file has no rows"))
        if not report.adds_up:
            raise FileUnreadable(
                "its rows do not add up", str(source.prepared.original), "please report this: it is a bug"
            )
        return report

    def _hand_over(self, con: duckdb.DuckDBPyConnection, table: TargetTable, file: str) -> tuple[int, Any]:
        """Give the members of one target to the sink: of each the last row of the file. How many, and its answer."""
        columns = ", ".join(name(column) for column in table.target.columns)
        members = con.sql(
            f"select id__ as row__, {columns} from {table.table} where row__ in (select max(row__) from {table.table} "
            "where reason__ is null group by member_id) order by row__"
        ).to_arrow_table()
        named = members.replace_schema_metadata({"file": file, "mapping": self.mapping.mapping.name})
        return int(members.num_rows), self.members_sink(named) if members.num_rows else None

    def _land(self, con: duckdb.DuckDBPyConnection, table: TargetTable, folder: Path, batch: str) -> AppendResult:
        kind, accepted, known = table.target.kind, f"accepted_{table.table}", f"known_{table.table}"
        con.execute(f"create or replace temp view {accepted} as select * from {table.table} where reason__ is null")
        unique = "event_id" not in table.target.columns
        self.landing.mark_known(con, kind, accepted, known, unique=unique)
        place = folder / table.table
        place.mkdir()
        return self.landing.write(con, kind, accepted, batch, place, without=known)

    def _land_refused(self, con: duckdb.DuckDBPyConnection, file: str, received: str, folder: Path, batch: str) -> None:
        con.execute(
            f"create or replace temp table batch_refused as select row_number() over (order by row_number) as row__, "
            f"{text(self.mapping.mapping.name)} as source, {text(file)} as file, row_number, reason, raw, "
            f"{received} as quarantined_at, null::date as received_day from refused"
        )
        self.landing.mark_known(con, "quarantine", "batch_refused", "known_refused")
        self.landing.write(con, "quarantine", "batch_refused", batch, folder, without="known_refused")


def _account(con: duckdb.DuckDBPyConnection, file: str, tables: list[TargetTable]) -> FileReport:
    """Count what became of every source row; needs the tables of ``_take``."""
    landed = [table.table for table in tables if table.target.kind != "members"]
    fresh = " union ".join(
        f"select id__ from accepted_{table} where row__ not in (from known_{table})" for table in landed
    )
    there = " union ".join(f"select id__ from accepted_{table}" for table in landed)
    accepted = (
        "select id__ from source_row where filter__ is null "
        "and id__ not in (select id__ from refused where id__ is not null)"
    )
    total = _count(con, f"select count(*) from ({accepted})")
    already = 0
    if landed:
        con.execute(f"create or replace temp table fresh as {fresh}")
        already = _count(
            con, f"select count(*) from ({accepted}) semi join ({there}) using (id__) anti join fresh using (id__)"
        )
    filtered = con.execute(
        "select filter__, count(*) from source_row where filter__ is not null group by all order by all"
    )
    filtered_by = {str(label): int(count) for label, count in filtered.fetchall()}
    refused = con.execute("select split_part(reason, ':', 1), count(*) from refused group by all order by 2 desc, 1")
    quarantined = {str(code): int(count) for code, count in refused.fetchall()}
    rows = _count(con, "select (select count(*) from source_row) + (select count(*) from unreadable)")
    return FileReport(
        file, read=rows, kept=total - already, already=already, filtered=filtered_by, quarantined=quarantined
    )


def _count(con: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(con.execute(query).fetchall()[0][0])
