"""Consents: who may be written to on which channel, since when, and what proves it.

Belongs here: the history, and when a newly said consent takes over. Does not belong here: the row of a member, whose
columns hold the newest (``members``).

A consent without a time is of the moment it comes in, and only news if it differs from what holds. The newest time
holds, in whatever order they come; of a yes and a no at the same instant the no does.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, literal, or_, select, union_all
from sqlalchemy.dialects import postgresql, sqlite

from connectors.store.engine import chunks
from connectors.store.schema import CHANNELS, UtcDateTime, member_consents, members
from connectors.store.staging import staged


@dataclass(frozen=True)
class Consent:
    """One thing a member said. ``at``: aware UTC, None for now. ``evidence``: a file, an API client, a reply's text."""

    member_key: str
    channel: str
    granted: bool
    at: dt.datetime | None = None
    evidence: str | None = None

    def __post_init__(self) -> None:
        if self.channel not in CHANNELS:
            raise ValueError(f"there is no consent channel {self.channel!r}; there are: {', '.join(CHANNELS)}")


def takes_over(channel: str, now: dt.datetime) -> ColumnElement[bool]:
    """Whether the staged consent replaces the one that holds; over the join of staged and stored members."""
    new, old = staged.c[f"consent_{channel}"], members.c[f"consent_{channel}"]
    new_at, old_at = staged.c[f"consent_{channel}_at"], members.c[f"consent_{channel}_at"]
    moment = literal(now, UtcDateTime)
    is_newer = or_(
        old_at.is_(None),
        new_at > old_at,
        and_(new_at == old_at, new.is_(False), old.is_(True)),
        and_(new_at.is_(None), moment >= old_at),
    )
    return and_(_is_news(channel), is_newer)


def add_history(connection: Connection, now: dt.datetime, evidence: str) -> bool:
    """Keep what the staged members say that was not known; tells whether there was any. Before they are merged."""
    both = staged.outerjoin(members, staged.c.member_id == members.c.member_id)
    moment = literal(now, UtcDateTime)
    said = [
        select(
            staged.c.member_key.label("member_key"),
            literal(channel).label("channel"),
            func.coalesce(staged.c[f"consent_{channel}_at"], moment).label("at"),
            staged.c[f"consent_{channel}"].label("granted"),
            func.coalesce(staged.c.consent_source, bindparam("evidence", evidence)).label("evidence"),
        )
        .select_from(both)
        .where(_is_news(channel))
        for channel in CHANNELS
    ]
    names = ["member_key", "channel", "at", "granted", "evidence"]
    everything = union_all(*said).subquery()
    chosen = select(*(everything.c[name] for name in names)).where(
        literal(1) == 1
    )  # SQLite needs it before ON CONFLICT
    chosen = chosen.order_by(everything.c.member_key, everything.c.channel)
    insert: Any = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(member_consents)
    insert = insert.from_select(names, chosen, include_defaults=False)
    new, old = insert.excluded, member_consents.c
    insert = insert.on_conflict_do_update(
        index_elements=["member_key", "channel", "at"],
        set_={"granted": new.granted, "evidence": new.evidence},
        where=and_(new.granted.is_distinct_from(old.granted), or_(new.granted.is_(False), new.at == moment)),
    )
    return bool(connection.execute(insert, execution_options={"preserve_rowcount": True}).rowcount > 0)


def history(connection: Connection, key: str) -> tuple[Consent, ...]:
    """Everything one member said, oldest first."""
    chosen = select(member_consents).where(member_consents.c.member_key == key)
    rows = connection.execute(chosen.order_by(member_consents.c.at, member_consents.c.channel)).mappings()
    return tuple(Consent(**row) for row in rows)


def as_members(connection: Connection, said: Sequence[Consent]) -> pl.DataFrame:
    """``said`` as rows of a members table (see ``member_rows``), one a consent, oldest first. Whom the store does not
    know is left out: a consent makes no member."""
    keys = sorted({consent.member_key for consent in said})
    ids: dict[str, str] = {}
    for chunk in chunks(keys):
        chosen = select(members.c.member_key, members.c.member_id)
        found = connection.execute(chosen.where(members.c.member_key.in_(chunk)))
        ids |= {row.member_key: row.member_id for row in found}
    known = [consent for consent in said if consent.member_key in ids]
    known.sort(key=lambda one: (one.at is None, one.at or dt.datetime.min.replace(tzinfo=dt.UTC)))
    rows = [
        {
            "member_id": ids[one.member_key], f"consent_{one.channel}": one.granted,
            f"consent_{one.channel}_at": one.at, "consent_source": one.evidence,
        }
        for one in known
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=dict(_SCHEMA))


_SCHEMA: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "member_id": pl.String,
    "consent_source": pl.String,
    **{f"consent_{channel}": pl.Boolean for channel in CHANNELS},
    **{f"consent_{channel}_at": pl.Datetime("us", "UTC") for channel in CHANNELS},
}


def _is_news(channel: str) -> ColumnElement[bool]:
    new = staged.c[f"consent_{channel}"]
    differs = members.c[f"consent_{channel}"].is_distinct_from(new)
    return and_(new.is_not(None), or_(staged.c[f"consent_{channel}_at"].is_not(None), differs))
