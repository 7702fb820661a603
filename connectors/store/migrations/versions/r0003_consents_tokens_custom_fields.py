"""Consents with time and evidence, several push tokens, typed custom fields, numbers and addresses that can be reached.

Belongs here: the step from revision 0002 to 0003, written out so that it never changes with ``schema``. What is stored
already is brought along: consents and tokens get their history's first line, numbers are read as Korean ones (there was
no setting before), a custom field is of the type of its first value.
"""

import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_CHANNELS = ("sms", "email", "push", "kakao", "night")
_MOMENT = sa.DateTime(timezone=True)
_BATCH = 10_000
_TYPES: dict[type, str] = {bool: "boolean", int: "number", float: "number", str: "text"}


def upgrade() -> None:
    """Make the tables and columns, then fill them from what is there."""
    from alembic import op

    _tables_of_members(op)
    _other_tables(op)
    for name in ("phone_e164", "email_normal"):
        op.add_column("members", sa.Column(name, sa.String))
    for name in ("phone_state", "email_state"):
        op.add_column("members", sa.Column(name, sa.String(7)))
    for channel in _CHANNELS:
        op.add_column("members", sa.Column(f"consent_{channel}_at", _MOMENT))
    op.add_column("members", sa.Column("change_seq", sa.BigInteger, nullable=False, server_default="0"))
    op.create_index("ix_members_phone_e164", "members", ["phone_e164"])
    op.create_index("ix_members_change_seq", "members", ["change_seq"])
    _bring_along(op.get_bind())


def _tables_of_members(op: Any) -> None:
    op.create_table(
        "member_consents",
        sa.Column("member_key", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(8), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("granted", sa.Boolean, nullable=False),
        sa.Column("evidence", sa.String),
        sa.PrimaryKeyConstraint("member_key", "channel", "at", name="pk_member_consents"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "push_tokens",
        sa.Column("member_key", sa.String(32), nullable=False),
        sa.Column("token", sa.String, nullable=False),
        sa.Column("platform", sa.String(16)),
        sa.Column("seen_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("member_key", "token", name="pk_push_tokens"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_push_tokens_token", "push_tokens", ["token"])
    op.create_table(
        "custom_fields",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("type", sa.String(7), nullable=False),
        sa.Column("first_seen_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_custom_fields"),
    )


def _other_tables(op: Any) -> None:
    op.create_table(
        "changes",
        sa.Column("subject", sa.String(16), nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("subject", name="pk_changes"),
    )
    op.create_table(
        "api_keys",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("issued_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_api_keys"),
    )
    op.create_table(
        "erasure_requests",
        sa.Column("member_key", sa.String(32), nullable=False),
        sa.Column("member_id", sa.String, nullable=False),
        sa.Column("requested_by", sa.String, nullable=False),
        sa.Column("requested_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("member_key", name="pk_erasure_requests"),
    )


def _bring_along(connection: sa.Connection) -> None:
    connection.execute(sa.text("INSERT INTO changes (subject, seq) VALUES ('members', 1)"))
    connection.execute(sa.text("UPDATE members SET change_seq = 1"))
    for channel in _CHANNELS:
        connection.execute(
            sa.text(
                "INSERT INTO member_consents (member_key, channel, at, granted, evidence) "
                f"SELECT member_key, '{channel}', updated_at, consent_{channel}, 'before consents had a time' "
                f"FROM members WHERE consent_{channel} IS NOT NULL"
            )
        )
        connection.execute(
            sa.text(f"UPDATE members SET consent_{channel}_at = updated_at WHERE consent_{channel} IS NOT NULL")
        )
    connection.execute(
        sa.text(
            "INSERT INTO push_tokens (member_key, token, seen_at) "
            "SELECT member_key, push_token, updated_at FROM members WHERE push_token <> ''"
        )
    )
    _read_values(connection)


def _read_values(connection: sa.Connection) -> None:
    """Numbers, addresses and custom fields of the members there are, some thousands at a time."""
    json_type = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
    names = ("member_id", "phone", "email", "phone_e164", "phone_state", "email_normal", "email_state")
    members = sa.table("members", *(sa.column(name, sa.String) for name in names), sa.column("custom", json_type),
                       sa.column("updated_at", _MOMENT))  # fmt: skip
    fields: dict[str, tuple[str, Any]] = {}
    last = ""
    while True:
        chosen = sa.select(members).where(members.c.member_id > last).order_by(members.c.member_id).limit(_BATCH)
        rows = connection.execute(chosen).mappings().all()
        if not rows:
            break
        last = rows[-1]["member_id"]
        for row in rows:
            for name, value in (row["custom"] or {}).items():
                if type(value) in _TYPES and 0 < len(name) <= 64 and name.lower() not in {n.lower() for n in fields}:
                    fields[name] = (_TYPES[type(value)], row["updated_at"])
        _write(connection, members, rows)
    registry = sa.table("custom_fields", sa.column("name"), sa.column("type"), sa.column("first_seen_at", _MOMENT))
    if fields:
        found = [{"name": name, "type": kind, "first_seen_at": at} for name, (kind, at) in sorted(fields.items())]
        connection.execute(sa.insert(registry), found)


def _write(connection: sa.Connection, members: Any, rows: Any) -> None:
    import polars as pl

    from connectors.store.contact import checked_emails, checked_phones

    phones = checked_phones(pl.Series([row["phone"] for row in rows], dtype=pl.String), "KR")
    emails = checked_emails(pl.Series([row["email"] for row in rows], dtype=pl.String))
    values = [
        {
            "id": row["member_id"], "e164": phone, "state": state, "mail": mail, "reached": reached,
            "value": None if row["custom"] is None else json.dumps(
                row["custom"], ensure_ascii=False, separators=(",", ":"), sort_keys=True),
        }
        for row, (phone, state), (mail, reached) in zip(rows, phones.rows(), emails.rows(), strict=True)
    ]  # fmt: skip
    given: Any = sa.bindparam("value", type_=sa.String)
    is_postgres = connection.dialect.name == "postgresql"
    custom = sa.cast(given, JSONB) if is_postgres else sa.type_coerce(given, sa.String)
    connection.execute(
        sa.update(members)
        .where(members.c.member_id == sa.bindparam("id"))
        .values(
            phone_e164=sa.bindparam("e164"), phone_state=sa.bindparam("state"),
            email_normal=sa.bindparam("mail"), email_state=sa.bindparam("reached"), custom=custom,
        ),
        values,
    )  # fmt: skip
