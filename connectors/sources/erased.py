"""Rows of members who were erased: an export that still has them does not bring them back.

Belongs here: leaving out what such a member did before the erasure. Does not belong here: erasing
(``connectors.erasure``), knowing who was erased (``connectors.store``).
"""

import datetime as dt
from collections.abc import Mapping

import duckdb

from connectors.sources.targets import TargetTable

ERASED = "erased_member"  # counted among the filters, under this name


def leave_out_erased(
    con: duckdb.DuckDBPyConnection, tables: list[TargetTable], erased: Mapping[str, dt.datetime]
) -> None:
    """Take out the source rows of ``erased`` members from before their erasure, with the members they would make.

    ``erased``: pseudonym to the moment of the last erasure (aware UTC). What the member does later, having come back,
    counts. Products on the same rows stay: they are nobody's.
    """
    events = [table for table in tables if table.target.kind == "events" and "member_id" in table.target.columns]
    if not erased or not events:
        return
    con.execute("create or replace temp table erased (member_key varchar, erased_at timestamp)")
    moments = [(key, moment.astimezone(dt.UTC).replace(tzinfo=None)) for key, moment in erased.items()]
    con.executemany("insert into erased values (?, ?)", moments)
    rows = " union ".join(
        f"select id__ from {table.table} join erased using (member_key) where event_at <= erased_at" for table in events
    )
    con.execute(f"create or replace temp table erased_rows as {rows}")
    con.execute(f"update source_row set filter__ = '{ERASED}' where id__ in (from erased_rows)")
    for table in tables:
        if table.target.kind in ("events", "members"):
            con.execute(f"delete from {table.table} where id__ in (from erased_rows)")
