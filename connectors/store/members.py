"""Members: the people behind the keys, as the shop's own system describes them.

Belongs here: merging members into the store, a chunk at a time, and reading one back.
Does not belong here: what a table of members may hold (``member_rows``), transactions (``store``), reading files of
members (``connectors.sources``).
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import polars as pl
from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    String,
    and_,
    case,
    delete,
    func,
    literal,
    literal_column,
    or_,
    select,
    text,
    update,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB

from connectors.store import changes, consents, push_tokens
from connectors.store.custom import FieldTypes, Refusals, add_fields, read_fields
from connectors.store.schema import CHANNELS, UtcDateTime, as_utc, member_consents, members
from connectors.store.schema import push_tokens as tokens
from connectors.store.staging import fill, staged

CHUNK_ROWS: Final = 20_000
_SAID_EVERY: Final = 100_000
_PLAIN: Final = ("name", "push_token", "is_channel_friend", "grade", "points", "joined_at")
_CHECKED: Final = (("phone", "phone_e164", "phone_state"), ("email", "email_normal", "email_state"))


@dataclass(frozen=True)
class UpsertResult:
    """What became of the distinct members of one upsert; the first three add up to their number.

    ``invalid_phones``, ``invalid_emails``: rows whose number or address was kept but can not be reached.
    ``refused``: custom values that were not stored.
    """

    inserted: int
    updated: int
    unchanged: int
    invalid_phones: int = 0
    invalid_emails: int = 0
    refused: Refusals = Refusals()


@dataclass(frozen=True)
class Member:
    """One member. None means that nobody ever said; times are aware UTC. Not for logs: ``repr`` shows the key only."""

    member_id: str
    member_key: str
    name: str | None
    phone: str | None
    email: str | None
    push_token: str | None
    consent_sms: bool | None
    consent_email: bool | None
    consent_push: bool | None
    consent_kakao: bool | None
    consent_night: bool | None
    is_channel_friend: bool | None
    grade: str | None
    points: int | None
    joined_at: dt.datetime | None
    custom: dict[str, Any] | None
    updated_at: dt.datetime
    phone_e164: str | None
    phone_state: str | None
    email_normal: str | None
    email_state: str | None
    consent_sms_at: dt.datetime | None
    consent_email_at: dt.datetime | None
    consent_push_at: dt.datetime | None
    consent_kakao_at: dt.datetime | None
    consent_night_at: dt.datetime | None
    change_seq: int

    def __repr__(self) -> str:
        return f"Member({self.member_key[:8]}…)"


def upsert_members(
    connection: Connection,
    rows: pl.DataFrame,
    now: dt.datetime,
    evidence: str,
    say: Callable[[str], None] = lambda line: None,
) -> UpsertResult:
    """Merge ``rows`` as ``member_rows.prepared`` made them, inside the caller's transaction.

    A null keeps what is stored. Rows about the same member count as if they had been stored one after the other.
    ``evidence``: of consents whose row names none.
    """
    if rows.is_empty():
        return UpsertResult(0, 0, 0)
    _one_writer(connection)
    seq = changes.next_seq(connection)
    types = FieldTypes(read_fields(connection))
    rows = _with_custom(rows, types)
    add_fields(connection, types.new, now)
    inserted = done = 0
    history = False
    for turn in rows.partition_by("turn__", maintain_order=True):
        for chunk in turn.iter_slices(CHUNK_ROWS):
            fill(connection, chunk.drop("turn__", "row__"))
            known = select(func.count()).select_from(staged.join(members, staged.c.member_id == members.c.member_id))
            inserted += len(chunk) - connection.execute(known).scalar_one()
            history |= _merge(connection, as_utc(now), evidence, seq)
            if done // _SAID_EVERY != (done + len(chunk)) // _SAID_EVERY:
                say(f"{done + len(chunk):,} of {len(rows):,} members stored")
            done += len(chunk)
    written = connection.execute(select(func.count()).where(members.c.change_seq == seq)).scalar_one()
    if not (written or history):
        changes.take_back(connection, seq)
    phones, emails = (int((rows[name] == "invalid").sum()) for name in ("phone_state", "email_state"))
    distinct = rows["member_id"].n_unique()
    return UpsertResult(inserted, written - inserted, distinct - written, phones, emails, types.refused)


def _with_custom(rows: pl.DataFrame, types: FieldTypes) -> pl.DataFrame:
    """``rows`` with the custom values that fit; looked at in the order they came, which decides a new field's type."""
    taken = []
    for part in rows.select("row__", "custom").sort("row__").iter_slices(CHUNK_ROWS):
        texts = types.take(part["custom"].to_list(), part["row__"].to_list())
        taken.append(part.with_columns(custom=pl.Series(texts, dtype=pl.String)))
    types.finish()
    return rows.drop("custom").join(pl.concat(taken), on="row__", how="left", maintain_order="left")


def _one_writer(connection: Connection) -> None:
    """One bulk writer at a time, else two of them meeting rows in different orders dead-lock; readers go on."""
    if connection.dialect.name == "postgresql":
        name = connection.dialect.identifier_preparer.format_table(members)
        connection.execute(text(f"LOCK TABLE {name} IN SHARE ROW EXCLUSIVE MODE"))


def _merge(connection: Connection, now: dt.datetime, evidence: str, seq: int) -> bool:
    """The staged rows into the store; says whether the history of consents or tokens grew."""
    grew = consents.add_history(connection, now, evidence)
    grew |= push_tokens.remember(connection, now)
    merged = _merged(connection.dialect.name, now)
    is_new = members.c.member_id.is_(None)
    changed = or_(is_new, *(value.is_distinct_from(_stored(connection, name)) for name, value in merged.items()))
    both = staged.outerjoin(members, staged.c.member_id == members.c.member_id)
    stamps = {"updated_at": literal(now, UtcDateTime), "change_seq": literal(seq)}
    values: dict[str, Any] = {"member_id": staged.c.member_id, "member_key": staged.c.member_key, **merged, **stamps}
    chosen = select(*(value.label(name) for name, value in values.items())).select_from(both).where(changed)
    insert: Any = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(members)
    insert = insert.from_select(list(values), chosen, include_defaults=False)
    kept = {name: insert.excluded[name] for name in (*merged, *stamps)}
    connection.execute(insert.on_conflict_do_update(index_elements=["member_id"], set_=kept))
    return grew


def _merged(engine: str, now: dt.datetime) -> dict[str, ColumnElement[Any]]:
    """What each column of a member is after the staged row: an expression over both."""
    old, new = members.c, staged.c
    merged: dict[str, ColumnElement[Any]] = {name: func.coalesce(new[name], old[name]) for name in _PLAIN}
    for given, *found in _CHECKED:
        merged |= {name: case((new[given].is_not(None), new[name]), else_=old[name]) for name in (given, *found)}
    for channel in CHANNELS:
        name, at = f"consent_{channel}", f"consent_{channel}_at"
        holds = consents.takes_over(channel, now)
        merged[name] = case((holds, new[name]), else_=old[name])
        merged[at] = case((holds, func.coalesce(new[at], literal(now, UtcDateTime))), else_=old[at])
    if engine == "postgresql":
        empty: ColumnElement[Any] = literal_column("'{}'::jsonb", JSONB)
        both: ColumnElement[Any] = func.jsonb_strip_nulls(func.coalesce(old.custom, empty).op("||")(new.custom))
        merged["custom"] = case((new.custom.is_(None), old.custom), else_=both)
    else:  # RFC 7396: a null removes
        stored, brought = sql_cast(old.custom, String), sql_cast(new.custom, String)
        both = func.json_patch(func.coalesce(stored, "{}"), brought)
        merged["custom"] = case((new.custom.is_(None), stored), else_=both)
    return merged


def _stored(connection: Connection, name: str) -> ColumnElement[Any]:
    is_text = name == "custom" and connection.dialect.name != "postgresql"
    return sql_cast(members.c.custom, String) if is_text else members.c[name]


def find(connection: Connection, column: str, value: str) -> Member | None:
    """The member whose ``member_id`` or ``member_key`` is ``value``."""
    row = connection.execute(select(members).where(members.c[column] == value)).mappings().one_or_none()
    return None if row is None else _member(row)


def count(connection: Connection) -> int:
    """How many members are stored."""
    return connection.execute(select(func.count()).select_from(members)).scalar_one()


def remove(connection: Connection, key: str) -> dict[str, int]:
    """Delete everything of one member; the rows that went, by table, those of ``members`` always among them."""
    removed = {
        table.name: connection.execute(delete(table).where(table.c.member_key == key)).rowcount
        for table in (member_consents, tokens, members)
    }
    if removed["members"]:
        changes.next_seq(connection)
    return {name: rows for name, rows in removed.items() if rows or name == "members"}


def forget_token(connection: Connection, token: str, at: dt.datetime, now: dt.datetime) -> int:
    """See ``Store.forget_push_token``."""
    _one_writer(connection)
    keys = push_tokens.forget(connection, token, at)
    if not keys:
        return 0
    seq = changes.next_seq(connection)
    left = select(tokens.c.token).where(tokens.c.member_key == members.c.member_key).correlate(members)
    newest = left.order_by(tokens.c.seen_at.desc(), tokens.c.token).limit(1).scalar_subquery()
    had_it = members.c.member_key.in_(keys) & (members.c.push_token == token)
    connection.execute(
        update(members).where(had_it).values(push_token=newest, updated_at=as_utc(now), change_seq=seq)
    )  # fmt: skip
    return len(keys)


def by_phone(connection: Connection, phone_e164: str) -> tuple[str, ...]:
    """Keys of the members who gave this number, sorted."""
    chosen = select(members.c.member_key).where(members.c.phone_e164 == phone_e164).order_by(members.c.member_key)
    return tuple(connection.scalars(chosen))


def unreachable(connection: Connection) -> dict[str, int]:
    """How many members have what, and how many of it can not be reached; nothing personal."""
    figures: dict[str, ColumnElement[int]] = {"members": func.count()}
    for given, _, state in _CHECKED:
        figures |= {f"{given}s_{word}": _counted(members.c[state] == word) for word in ("ok", "invalid")}
        figures[f"without_{given}"] = _counted(members.c[state].is_(None))
    figures["with_push_token"] = _counted(and_(members.c.push_token.is_not(None), members.c.push_token != ""))
    for channel in CHANNELS:
        column = members.c[f"consent_{channel}"]
        figures |= {f"{channel}_granted": _counted(column.is_(True)), f"{channel}_refused": _counted(column.is_(False))}
    row = connection.execute(select(*(figure.label(name) for name, figure in figures.items()))).mappings().one()
    return {name: int(row[name]) for name in figures}


def _counted(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))


def _member(row: RowMapping) -> Member:
    return Member(**{column.name: row[column] for column in members.columns})
