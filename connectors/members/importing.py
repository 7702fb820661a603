"""Members in: one function behind the command line and the HTTP API.

Belongs here: into the store first, then the pseudonyms into the landing zone; the account of what happened.
Does not belong here: merging (``connectors.store``), reading files (``connectors.sources``), HTTP
(``connectors.member_api``).
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import pyarrow as pa

from connectors.sources.landing import Landing
from connectors.store.custom import RefusedValue
from connectors.store.members import UpsertResult
from connectors.store.store import Store

ROW: Final = "row__"  # column of a table: number of the row in its source, for messages


@dataclass(frozen=True)
class MembersReport:
    """What one import did. ``landed``: members that the landing zone did not know; 0 where that is done later."""

    stored: UpsertResult
    landed: int


def import_members(
    store: Store,
    table: pa.Table,
    *,
    evidence: str,
    land: Callable[[], int],
    say: Callable[[str], None] = lambda line: None,
) -> MembersReport:
    """Store the members of ``table`` and land the pseudonyms that are not landed.

    ``table``: as ``Store.upsert_members`` wants it, perhaps with :data:`ROW`. ``evidence``: of consents without a
    source of their own. ``land``: lands whoever the landing zone does not know (:func:`land_members`), or sees to it
    that somebody does. The store comes first: killed in between, the next import lands what is missing, also where
    nothing changed. Raises :class:`connectors.store.errors.InvalidMembers` for a table that can not be stored; then
    nothing of it was.
    """
    rows = table.column(ROW).to_pylist() if ROW in table.column_names else None
    stored = store.upsert_members(table.drop_columns([ROW]) if rows is not None else table, evidence=evidence, say=say)
    if rows is not None and stored.refused.first:
        first = tuple(RefusedValue(rows[one.row - 1], one.field, one.problem) for one in stored.refused.first)
        stored = replace(stored, refused=replace(stored.refused, first=first))
    return MembersReport(stored, land())


def land_members(store: Store, landing: Landing, now: dt.datetime, since: int = 0) -> tuple[int, int]:
    """Land every member of the store that is not landed; gives how many they were, and the change up to which all are.

    ``now`` (aware UTC): when they count as received. ``since``: the change up to which it is known that everybody is
    landed. The store is read under the landing zone's lock, which an erasure holds: nobody who is being erased lands
    again.
    """
    seq = since
    moment = now.astimezone(dt.UTC).replace(tzinfo=None)

    def missing() -> pa.Table:
        nonlocal seq
        seq, keys = store.keys_since(since)
        received = pa.array([moment] * keys.num_rows, pa.timestamp("us"))
        return keys.append_column("received_at", received)

    return landing.append_members(missing, f"members-{moment.isoformat()}").rows, seq
