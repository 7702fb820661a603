"""Members who are to be erased: asked for by a program, done by `dangol member erase --requested`.

Belongs here: the list. Does not belong here: erasing (``connectors.erasure``).
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from connectors.store.schema import as_utc, erasure_requests


@dataclass(frozen=True)
class ErasureRequest:
    """Somebody's wish to have a member erased; ``requested_at`` is aware UTC."""

    member_key: str
    member_id: str = field(repr=False)
    requested_by: str
    requested_at: dt.datetime


def add(connection: Connection, key: str, member_id: str, by: str, now: dt.datetime) -> None:
    """Note the request; asked again, the first one stands."""
    insert: Any = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(erasure_requests)
    insert = insert.values(member_key=key, member_id=member_id, requested_by=by, requested_at=as_utc(now))
    connection.execute(insert.on_conflict_do_nothing(index_elements=["member_key"]))


def waiting(connection: Connection) -> tuple[ErasureRequest, ...]:
    """Requests that are not done, oldest first."""
    chosen = select(erasure_requests).order_by(erasure_requests.c.requested_at, erasure_requests.c.member_key)
    return tuple(ErasureRequest(**row) for row in connection.execute(chosen).mappings())


def done(connection: Connection, key: str) -> None:
    """The member is erased."""
    connection.execute(delete(erasure_requests).where(erasure_requests.c.member_key == key))
