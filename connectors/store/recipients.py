"""What a message needs to know of the people it goes to: addresses, consents at this moment, values to fill in.

Belongs here: reading it for many members at once. Does not belong here: composing messages (``assets.campaigns``), what
segments may know (``member_facts``).
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl
from sqlalchemy import Connection, String, func, select
from sqlalchemy import cast as sql_cast

from connectors.store.engine import chunks
from connectors.store.schema import CHANNELS, members

SCHEMA: Final[Mapping[str, pl.DataType]] = {
    **{name: pl.String() for name in ("member_key", "member_id", "name", "phone", "email", "push_token")},
    **{f"consent_{channel}": pl.Boolean() for channel in CHANNELS},
    "is_channel_friend": pl.Boolean(),
    "grade": pl.String(),
    "points": pl.Int64(),
    "custom": pl.String(),
}
_COMPUTED: Final[Mapping[str, Any]] = {
    "phone": members.c.phone_e164,
    "email": members.c.email_normal,
    "push_token": func.nullif(members.c.push_token, ""),
    "custom": sql_cast(members.c.custom, String),
}


def of_keys(connection: Connection, keys: Sequence[str]) -> pl.DataFrame:
    """See ``Store.recipients``."""
    chosen = select(*(_COMPUTED.get(name, members.c.get(name)).label(name) for name in SCHEMA))
    frames = [pl.DataFrame(schema=dict(SCHEMA))]
    for chunk in chunks(sorted(set(keys))):
        rows = connection.execute(chosen.where(members.c.member_key.in_(chunk)))
        frames.append(pl.DataFrame([tuple(row) for row in rows], schema=dict(SCHEMA), orient="row"))
    return pl.concat(frames).sort("member_key")


def keys_by_phones(connection: Connection, phones: Sequence[str]) -> pl.DataFrame:
    """See ``Store.keys_by_phones``."""
    chosen = select(members.c.phone_e164, members.c.member_key)
    found = [pl.DataFrame(schema={"phone": pl.String, "member_key": pl.String})]
    for chunk in chunks(sorted(set(phones))):
        rows = connection.execute(chosen.where(members.c.phone_e164.in_(chunk)))
        found.append(pl.DataFrame([tuple(row) for row in rows], schema=found[0].schema, orient="row"))
    return pl.concat(found).sort("phone", "member_key")
