"""Push tokens: the apps on which a member can be reached, one token each.

Belongs here: remembering tokens and reading them. Does not belong here: the newest of them, which stands on the
member's row (``members``).
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, delete, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite

from connectors.store.schema import UtcDateTime, as_utc, members, push_tokens
from connectors.store.staging import staged


@dataclass(frozen=True)
class PushToken:
    """One app of a member; ``seen_at`` (aware UTC): when the token became the member's newest. Not for logs."""

    token: str
    platform: str | None
    seen_at: dt.datetime

    def __repr__(self) -> str:
        return f"PushToken({self.platform or '?'})"


def remember(connection: Connection, now: dt.datetime) -> bool:
    """Keep the tokens of the staged members that are not their newest already, and forget all tokens of those who
    bring an empty one; tells whether there was any. Before the members are merged."""
    both = staged.outerjoin(members, staged.c.member_id == members.c.member_id)
    is_new = staged.c.push_token.is_distinct_from(members.c.push_token)
    values = {
        "member_key": staged.c.member_key,
        "token": staged.c.push_token,
        "platform": staged.c.push_platform,
        "seen_at": literal(now, UtcDateTime),
    }
    chosen = select(*(value.label(name) for name, value in values.items())).select_from(both)
    chosen = chosen.where(and_(staged.c.push_token != "", is_new))
    insert: Any = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(push_tokens)
    insert = insert.from_select(list(values), chosen, include_defaults=False)
    platform = func.coalesce(insert.excluded.platform, push_tokens.c.platform)
    insert = insert.on_conflict_do_update(
        index_elements=["member_key", "token"], set_={"seen_at": insert.excluded.seen_at, "platform": platform}
    )
    added = connection.execute(insert, execution_options={"preserve_rowcount": True}).rowcount > 0
    empty = select(staged.c.member_key).where(staged.c.push_token == "")
    return bool(connection.execute(delete(push_tokens).where(push_tokens.c.member_key.in_(empty))).rowcount) or added


def of_member(connection: Connection, key: str) -> tuple[PushToken, ...]:
    """The tokens of one member, the newest first."""
    chosen = select(push_tokens).where(push_tokens.c.member_key == key)
    rows = connection.execute(chosen.order_by(push_tokens.c.seen_at.desc(), push_tokens.c.token))
    return tuple(PushToken(row.token, row.platform, row.seen_at) for row in rows)


def forget(connection: Connection, token: str, at: dt.datetime) -> tuple[str, ...]:
    """Remove a token from whoever had it by ``at``; the keys of those members, sorted. Their rows have it still."""
    mine = (push_tokens.c.token == token) & (push_tokens.c.seen_at <= as_utc(at))
    return tuple(sorted(connection.scalars(delete(push_tokens).where(mine).returning(push_tokens.c.member_key))))
