"""Keys of the programs that may call the member API.

Belongs here: issuing a key, and telling whose key it is. Does not belong here: HTTP (``connectors.member_api``).
A key is 256 random bits; the store has its SHA-256, from which nobody finds it.
"""

import datetime as dt
import hashlib
import hmac
import secrets
from typing import Final

from sqlalchemy import Connection, delete, insert, select

from connectors.store.schema import api_keys, as_utc

PREFIX: Final = "dgl_"


def issue(connection: Connection, name: str, now: dt.datetime) -> str:
    """A new key for the client ``name``; its old one ends. The key is shown this once. Raises ValueError for a name
    that is empty or longer than 64 characters."""
    if not name.strip() or len(name) > 64:
        raise ValueError("the name of an API client has 1 to 64 characters")
    key = PREFIX + secrets.token_urlsafe(32)
    connection.execute(delete(api_keys).where(api_keys.c.name == name))
    connection.execute(insert(api_keys).values(name=name, key_hash=_hash(key), issued_at=as_utc(now)))
    return key


def revoke(connection: Connection, name: str) -> bool:
    """End the key of ``name``; False where there was none."""
    return connection.execute(delete(api_keys).where(api_keys.c.name == name)).rowcount > 0


def owner(connection: Connection, key: str) -> str | None:
    """The client whose key this is, None for nobody's. Takes as long whichever key it is, and however much of it is
    right."""
    asked, found = _hash(key), None
    for row in connection.execute(select(api_keys).order_by(api_keys.c.name)):
        if hmac.compare_digest(asked, str(row.key_hash)):
            found = str(row.name)
    return found


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
