"""`dangol campaign history`: what was sent, to how many, who was left out and why, what it cost.

Belongs here: rows of sends, reasons of one send. Does not belong here: wording, layout, counting messages (the ledger).
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from assets.campaigns.tables import DECISIONS
from connectors.lake.sends import SendFiles
from connectors.store.ledger.shapes import Send
from models.campaigns.fields import MONEY_UNITS
from models.campaigns.phrases import REASONS
from orchestration.cli.campaign_show import send_name, told_state
from orchestration.cli.campaign_view import Desk
from orchestration.cli.campaign_words import CODE_PHRASES
from orchestration.cli.message_problems import SKIP_REASONS, told_skip
from orchestration.cli.screen import Column, write_rows
from orchestration.cli.words import CommandError, Words

_EVER: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_COLUMNS: Final = (
    "send_no", "send_id", "campaign_id", "substitute_of", "channel", "version", "planned_at", "started_at",
    "finished_at", "state", "reason", "targeted", "excluded", "holdout", "messages", "waiting", "accepted", "delivered",
    "failed", "unknown", "cancelled", "expired", "cost",
)  # fmt: skip
_REASON_COLUMNS: Final = ("part", "what", "reason", "variant", "customers", "told")
_MOMENTS: Final = ("planned_at", "started_at", "finished_at")


def tell_history(desk: Desk, name: str, limit: int) -> None:
    """Print the newest sends of a campaign, or of all, substitutes under the send whose messages they replace."""
    if name and name not in desk.campaigns and not desk.store.campaigns.history(name):
        desk.pick_campaign(name)  # raises: nobody ever knew it
    ledger = desk.store.ledger
    sends = ledger.of_campaign(name) if name else ledger.changed_since(_EVER)
    shown = _families(sends, limit)
    rows = [_row(desk, send) for send in shown]
    if desk.form != "table":
        write_rows(_COLUMNS, [row | {key: _iso(row[key]) for key in _MOMENTS} for row in rows], desk.form, desk.out)
        return
    words = desk.words
    if not rows:
        desk.screen.line(words("no_sends"))
        return
    columns = [Column(words("send"), whole=True), *([] if name else [Column(words("campaign"))])]
    columns += [Column(words(key)) for key in ("planned", "started", "finished", "status")]
    columns += [Column(words(key), right=True) for key in (
        "targeted", "excluded", "holdout", "messages", "delivered", "failed", "cost")]  # fmt: skip
    desk.screen.table(columns, [_told(desk, send, row, name) for send, row in zip(shown, rows, strict=True)])
    desk.screen.line()
    desk.screen.line(words("reasons_hint"))
    if any(row["state"] == "stopped" for row in rows):
        desk.screen.line(words("stopped_hint"), "yellow")
    desk.tell_vendors()


def tell_reasons(desk: Desk, asked: str) -> None:
    """Print why customers of a send were left out, and what became of its messages."""
    send = find_send(desk, asked)
    rows = [*_decided(desk, send), *_became(desk, send)]
    if desk.form != "table":
        write_rows(_REASON_COLUMNS, rows, desk.form, desk.out)
        return
    words, screen = desk.words, desk.screen
    screen.line(words("reasons_of", send=send.send_id, state=told_state(desk, send)), "bold")
    for part, keys in (("decision", ("decided", "reason")), ("message", ("became", "reason"))):
        mine = [row for row in rows if row["part"] == part]
        if not mine:
            continue
        screen.line()
        columns = [*(Column(words(key)) for key in keys), Column(words("variant")), Column(words("people"), right=True)]
        screen.table(columns, [[words(f"{part}_{row['what']}"), row["told"], row["variant"] or "",
                                f"{row['customers']:,}"] for row in mine])  # fmt: skip
    if not rows:
        screen.line(words("nothing_decided"))


def find_send(desk: Desk, asked: str) -> Send:
    """The send of a number or an id. Raises :class:`CommandError`."""
    ledger = desk.store.ledger
    found = ledger.find(asked)
    if found is None and asked.isdigit():
        found = next((one for one in ledger.changed_since(_EVER) if one.send_no == int(asked)), None)
    if found is None:
        raise CommandError(desk.words("no_send", id=asked))
    return found


def _families(sends: Sequence[Send], limit: int) -> list[Send]:
    """The newest ``limit`` sends (0: all), each followed by its substitutes."""
    mains = sorted((one for one in sends if one.substitute_of is None), key=lambda one: (one.planned_at, one.send_no))
    children: dict[int, list[Send]] = {}
    for one in sends:
        if one.substitute_of is not None:
            children.setdefault(one.substitute_of, []).append(one)
    shown = mains[-limit:] if limit else mains
    return [send for main in reversed(shown) for send in (main, *children.get(main.send_no, []))]


def _row(desk: Desk, send: Send) -> dict[str, Any]:
    decisions = {} if send.substitute_of else _decisions(desk, send)
    messages = (
        send.reserved + send.sending + send.accepted + send.delivered + send.failed + send.unknown + send.cancelled
        + send.expired
    )  # fmt: skip
    return {
        "send_no": send.send_no, "send_id": send.send_id, "campaign_id": send.campaign_id,
        "substitute_of": send.substitute_of, "channel": send.channel, "version": send.version,
        "planned_at": send.planned_at, "started_at": send.reserved_at, "finished_at": send.finished_at,
        "state": send.state, "reason": send.reason, "targeted": sum(decisions.values()) if decisions else None,
        "excluded": decisions.get("exclude", 0), "holdout": decisions.get("holdout", 0), "messages": messages,
        "waiting": send.reserved + send.sending, "accepted": send.accepted, "delivered": send.delivered,
        "failed": send.failed, "unknown": send.unknown, "cancelled": send.cancelled, "expired": send.expired,
        "cost": send.cost / MONEY_UNITS,
    }  # fmt: skip


def _told(desk: Desk, send: Send, row: Mapping[str, Any], name: str) -> list[str]:
    told = desk.told
    counts = ["" if row[key] is None else f"{row[key]:,}" for key in (
        "targeted", "excluded", "holdout", "messages")]  # fmt: skip
    arrived = row["accepted"] + row["delivered"]
    return [
        send_name(desk, send), *([] if name else [send.campaign_id]), *(told.moment(row[key]) for key in _MOMENTS),
        told_state(desk, send), *counts, f"{arrived:,}", f"{row['failed'] + row['unknown']:,}",
        told.money(row["cost"]),
    ]  # fmt: skip


def _frame(desk: Desk, send: Send) -> pl.DataFrame | None:
    """The decisions of a send as they were kept; None where nothing was decided yet."""
    day = send.planned_at.astimezone(desk.settings.zone).date()
    return SendFiles(desk.home).read(DECISIONS, day, send.send_no)


def _decisions(desk: Desk, send: Send) -> dict[str, int]:
    frame = _frame(desk, send)
    return {} if frame is None else dict(frame["decision"].cast(pl.String).value_counts().iter_rows())


def _decided(desk: Desk, send: Send) -> list[dict[str, Any]]:
    frame = _frame(desk, send)
    if frame is None:
        return []
    counts = _counted(frame.with_columns(what=pl.col("decision")))
    return [{"part": "decision", **row, "told": desk.told.reason(str(row["reason"]))} for row in counts]


def _became(desk: Desk, send: Send) -> list[dict[str, Any]]:
    frame = desk.store.ledger.deliveries(send.send_no)
    has_arrived = pl.col("state").is_in(("accepted", "delivered"))  # vendors have codes for that too
    code = pl.when(~has_arrived).then(pl.col("code"))
    counts = _counted(frame.with_columns(what=pl.col("state"), reason=code))
    return [{"part": "message", **row, "told": told_code(row["reason"], desk)} for row in counts]


def _counted(frame: pl.DataFrame) -> list[dict[str, Any]]:
    keys = [pl.col(name).cast(pl.String) for name in ("what", "reason", "variant")]
    counts = frame.group_by(keys).agg(customers=pl.len().cast(pl.Int64))
    order = ["what", "customers", "reason", "variant"]
    return counts.sort(order, descending=[False, True, False, False]).to_dicts()


def told_code(code: str | None, desk: Desk) -> str:
    """Why a message did not go out or arrive: our own words, a missing variable, else the vendor's code."""
    if not code:
        return ""
    words = Words(desk.words.locale, {**REASONS, **SKIP_REASONS, **CODE_PHRASES})
    kind = code.partition(":")[0]
    if kind in SKIP_REASONS:
        return told_skip(code, words)
    return words(code) if words.known(code) else words("vendor_code", code=code)


def _iso(moment: dt.datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
