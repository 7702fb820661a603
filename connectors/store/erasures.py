"""The trail of erasures: that somebody was erased, when, and how many rows each place lost.

Belongs here: writing and reading the trail. Does not belong here: erasing (``connectors.erasure``).
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select

from connectors.store.schema import as_utc, erasures


@dataclass(frozen=True)
class Erasure:
    """One finished erasure: the pseudonym, the moment (aware UTC) and the rows removed by place."""

    member_key: str
    erased_at: dt.datetime
    counts: Mapping[str, int]


def add(connection: Connection, erasure: Erasure) -> None:
    """Append one line to the trail, inside the caller's transaction."""
    connection.execute(
        insert(erasures).values(
            member_key=erasure.member_key, erased_at=as_utc(erasure.erased_at), counts=dict(erasure.counts)
        )
    )


def of_key(connection: Connection, key: str) -> tuple[Erasure, ...]:
    """All erasures of one key, oldest first (a member can sign up again and be erased again)."""
    found = connection.execute(select(erasures).where(erasures.c.member_key == key).order_by(erasures.c.erasure_id))
    return tuple(Erasure(row.member_key, row.erased_at, row.counts) for row in found)


def latest(connection: Connection) -> dict[str, dt.datetime]:
    """Every key that was ever erased, and when last."""
    query = select(erasures.c.member_key, func.max(erasures.c.erased_at)).group_by(erasures.c.member_key)
    return {str(row[0]): as_utc(row[1]) for row in connection.execute(query).all()}
