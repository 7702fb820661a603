"""The number of the last change to members: who keeps a copy of something can tell whether it is still true.

Belongs here: raising and reading the number. Does not belong here: what changed (rows of ``members`` carry the number
of the change that wrote them).
"""

from sqlalchemy import Connection, select, update

from connectors.store.schema import changes

_MEMBERS = changes.c.subject == "members"


def next_seq(connection: Connection) -> int:
    """The number of the change that the caller's transaction makes; other writers wait until it ends."""
    connection.execute(update(changes).where(_MEMBERS).values(seq=changes.c.seq + 1))
    return last_seq(connection)


def take_back(connection: Connection, seq: int) -> None:
    """It turned out that nothing changed: ``seq`` goes to the next one."""
    connection.execute(update(changes).where(_MEMBERS).values(seq=seq - 1))


def last_seq(connection: Connection) -> int:
    """The number of the last change; 0 before the first."""
    return int(connection.execute(select(changes.c.seq).where(_MEMBERS)).scalar_one())
