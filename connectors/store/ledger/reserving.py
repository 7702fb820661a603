"""Planning a send, and reserving what was decided.

Belongs here: sends and messages coming into being, each exactly once. Does not belong here: deciding
(``models.campaigns.decide``), sending.
"""

import datetime as dt

import polars as pl
from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from connectors.store.ledger import bulk
from connectors.store.ledger.counting import locked, of_id
from connectors.store.ledger.shapes import ON_TIME, Born, Occurrence, Send
from connectors.store.schema import as_utc
from connectors.store.send_tables import messages, sends

SUBSTITUTE = "/substitute"
_TEXTS = ("customer_key", "variant", "address_hash")


def plan(
    connection: Connection,
    occurrence: Occurrence,
    now: dt.datetime,
    parent: Send | None = None,
    born: Born = ON_TIME,
) -> Send:
    """The send of an occurrence, made where there was none. ``parent``: the send whose failed messages it replaces."""
    send_id = parent.send_id + SUBSTITUTE if parent else occurrence.send_id
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    added = dialect.insert(sends).values(
        send_id=send_id,
        campaign_id=occurrence.campaign_id,
        version=occurrence.version,
        planned_at=as_utc(occurrence.planned_at),
        channel=occurrence.channel,
        substitute_of=parent.send_no if parent else None,
        state=born.state,
        reason=born.reason,
        ends_at=None if occurrence.ends_at is None else as_utc(occurrence.ends_at),
        made_at=as_utc(now),
        finished_at=as_utc(now) if born.state == "expired" else None,
    )
    connection.execute(added.on_conflict_do_nothing(index_elements=["send_id"]))
    found = of_id(connection, send_id)
    if found is None:
        raise AssertionError("a send that was just planned is not there")
    return found


def reserve(connection: Connection, send_no: int, decided: pl.DataFrame, now: dt.datetime) -> int:
    """Reserve all messages of ``decided``, unless that was done before; returns how many were added.

    The one transaction that adds them also takes the send out of "planned" and "deciding", so a decision that is
    repeated, by whomever, adds nothing."""
    rows = checked(decided)
    if locked(connection, send_no).state not in ("planned", "deciding"):
        return 0
    bulk.insert_messages(connection, send_no, rows)
    connection.execute(
        update(sends)
        .where(sends.c.send_no == send_no)
        .values(state="sending", reserved=len(rows), reserved_at=as_utc(now))
    )
    return len(rows)


def reserve_more(connection: Connection, send_no: int, decided: pl.DataFrame, now: dt.datetime) -> int:
    """Reserve messages of ``decided`` that are not there yet, by their place or by their customer (substitutes come one
    after the other); returns how many. A send that was finished goes on."""
    rows, send = checked(decided), locked(connection, send_no)
    if send.state in ("cancelled", "expired") or rows.is_empty():
        return 0
    taken = connection.execute(select(messages.c.seq, messages.c.customer_key).where(messages.c.send_no == send_no))
    there = pl.DataFrame(taken.all(), schema={"seq": pl.Int64, "customer_key": pl.String}, orient="row")
    rows = rows.join(there, on="seq", how="anti").join(there, on="customer_key", how="anti")
    bulk.insert_messages(connection, send_no, rows)
    state = "stopped" if send.state == "stopped" else "sending"
    connection.execute(
        update(sends)
        .where(sends.c.send_no == send_no)
        .values(state=state, reserved=sends.c.reserved + len(rows), reserved_at=as_utc(now), finished_at=None)
    )
    return len(rows)


def checked(decided: pl.DataFrame) -> pl.DataFrame:
    """Decisions as rows of messages, in the order of the send. See ``Ledger.reserve``; raises ValueError."""
    wanted = ("send_order", *(name for name in bulk.COLUMNS if name not in ("seq", "address_hash")))
    if missing := [name for name in wanted if name not in decided.columns]:
        raise ValueError(f"decisions lack the columns {', '.join(missing)}")
    rows = decided.filter(pl.col("decision") == "send") if "decision" in decided.columns else decided
    if "address_hash" not in rows.columns:
        rows = rows.with_columns(address_hash=pl.lit(None, pl.String))
    rows = rows.select(
        pl.col("send_order").cast(pl.Int64).alias("seq"),
        pl.col("customer_id").cast(pl.Int64),
        pl.col("price").cast(pl.Int64),
        *(pl.col(name).cast(pl.String) for name in _TEXTS),
        pl.col("not_before").cast(pl.Datetime("us", "UTC")).dt.replace_time_zone(None),
    ).sort("seq")
    for name in ("seq", "customer_key", "variant", "not_before", "price"):
        if rows[name].null_count():
            raise ValueError(f"decisions to send have no {name} in {rows[name].null_count()} rows")
    for name in ("seq", "customer_key"):
        if rows[name].n_unique() < len(rows):
            raise ValueError(f"decisions to send have the same {name} twice")
    return rows
