"""A random little shop with campaigns, in which everything that attribution must tell apart happens.

Belongs here: its events, what was sent, and what follows by the plain rules. Does not belong here: building tables.
"""

import datetime as dt
import hashlib
import json
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from connectors.erasure.person import hash63
from models.attribution.credit import MODELS, credited
from models.attribution.windows import WINDOWS, in_window

FIRST = dt.datetime(2025, 3, 1)
ZONE = ZoneInfo("Asia/Seoul")
HOUR, DAY, MICROSECOND = dt.timedelta(hours=1), dt.timedelta(days=1), dt.timedelta(microseconds=1)
WEEK = 7 * DAY
# from message to order: the ends of the windows, and a microsecond after
LAGS = [dt.timedelta(0), 3 * HOUR, 6 * HOUR, 3 * DAY, WEEK]
LAGS += [lag + MICROSECOND for lag in LAGS] + [10 * HOUR, 30 * HOUR, -HOUR]
CLICKS = [dt.timedelta(0), MICROSECOND, HOUR, 2 * HOUR, 30 * HOUR, 5 * DAY, -HOUR]
SENDS, DAYS = 14, 20


def member_key(number: int) -> str:
    return hashlib.md5(f"member {number}".encode()).hexdigest()


def customer_of(number: int) -> int:
    return int(member_key(number)[:15], 16)


def sends() -> pl.DataFrame:
    """A send a day; three campaigns, one without a tracking code."""
    rows = [
        {
            "day": (FIRST + number * DAY).date(),
            "send_id": f"s{number}",
            "campaign_id": f"c{number % 3}",
            "campaign_name": f"campaign {number % 3}",
            "channel": ["sms", "email", "push"][number % 3],
            "attribution_window": "7d",
            "utm_campaign": None if number % 3 == 0 else f"c{number % 3}",
            "planned_at": FIRST + number * DAY + 2 * HOUR,
            "state": "finished",
        }
        for number in range(SENDS)
    ]
    return pl.DataFrame(rows).with_columns(pl.col("planned_at").dt.replace_time_zone("UTC"))


def shop(seed: int, members: int) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Events (with ``load`` 0 to 2), decisions and deliveries (with ``early_state``, what was first known)."""
    rng = np.random.default_rng(seed)
    events: list[dict[str, Any]] = []
    decisions, deliveries = [], []

    def happens(at: dt.datetime, name: str, number: int, *, known: bool, **other: object) -> None:
        due = 0 if at < FIRST + 8 * DAY else 1 if at < FIRST + 14 * DAY else 2
        late = int(rng.random() < 0.15)
        event = {"event_id": f"e{len(events)}", "event_at": at, "received_at": at, "event_name": name}
        event |= {"visitor_id": f"v{number}", "member_key": member_key(number) if known else None}
        events.append(event | {"load": min(due + late, 2)} | other)

    def orders(at: dt.datetime, number: int) -> None:
        order = {"order_id": f"o{len(events)}", "product_id": "p1", "price": float(rng.integers(1, 90)), "quantity": 1}
        happens(at, "purchase", number, known=rng.random() < 0.3, **order)
        if rng.random() < 0.2:
            happens(at + 9 * DAY, "refund", number, known=False, **order)

    for number in range(members):
        if rng.random() < 0.7:  # else nobody ever says who the device is
            happens(FIRST + float(rng.random()) * DAYS * DAY, "login", number, known=True)
        if rng.random() < 0.3:
            happens(FIRST + float(rng.random()) * DAYS * DAY, "sign_up", number, known=True)
        for send in rng.choice(SENDS, size=8, replace=False):
            day, whole = FIRST + int(send) * DAY, {"send_id": f"s{send}", "campaign_id": f"c{send % 3}"}
            decision = "holdout" if rng.random() < 0.2 else "send"
            whole |= {"day": day.date(), "customer_key": member_key(number), "customer_id": customer_of(number)}
            variant = "AB"[int(rng.integers(2))]
            decisions.append(whole | {"decision": decision, "variant": variant, "not_before": day + 2 * HOUR})
            if decision == "holdout":
                continue
            # 14:59:59.999999 is the last microsecond of a day in Seoul
            sent = day + [2 * HOUR, 15 * HOUR - MICROSECOND, 15 * HOUR, 40 * HOUR][int(rng.integers(4))]
            state, early = rng.choice(["accepted", "delivered", "failed", "unknown"], size=2, p=[0.4, 0.4, 0.1, 0.1])
            told = {"variant": variant, "channel": ["sms", "email", "push"][send % 3], "state": state, "sent_at": sent}
            deliveries.append(whole | told | {"early_state": early})
            if rng.random() < 0.6:
                orders(sent + LAGS[int(rng.integers(len(LAGS)))], number)
            for _ in range(int(rng.choice([0, 1, 2, 3], p=[0.4, 0.3, 0.2, 0.1]))):
                at = sent + CLICKS[int(rng.integers(len(CLICKS)))]
                if rng.random() < 0.6:
                    code = json.dumps({"send_id": f"s{send}", "click_id": "x"})
                    happens(at, "message_click", number, known=rng.random() < 0.7, properties=code)
                else:
                    url = f"https://shop.test/?utm_source=kakao&utm_campaign=c{send % 3}"
                    happens(at, "page_view", number, known=rng.random() < 0.3, url=url, user_agent="Mozilla/5.0")
    texts = ("order_id", "product_id", "member_key", "properties", "url", "user_agent")
    frame = pl.DataFrame(events, schema_overrides=dict.fromkeys(texts, pl.String), infer_schema_length=None)
    moments = pl.col(pl.Datetime("us")).dt.replace_time_zone("UTC")
    return frame, pl.DataFrame(decisions).with_columns(moments), pl.DataFrame(deliveries).with_columns(moments)


def clicks_by_the_rule(events: pl.DataFrame, sessions: pl.DataFrame, deliveries: pl.DataFrame) -> set[tuple[Any, ...]]:
    """(send, customer, moment, matched by) of every click, looked for one after another. ``events`` and ``sessions`` as
    published."""
    found: set[tuple[Any, ...]] = set()
    messages = {(row["send_id"], row["customer_id"]): row for row in deliveries.iter_rows(named=True)}
    for row in events.filter(pl.col("event_name") == "message_click").iter_rows(named=True):
        send, customer = json.loads(row["properties"])["send_id"], row["customer_id"]
        message = messages.get((send, customer))
        if message is not None and dt.timedelta(0) <= row["event_at"] - message["sent_at"].replace(tzinfo=None) <= WEEK:
            found.add((send, customer, row["event_at"], "click_id"))
    campaigns = {row["send_id"]: row["utm_campaign"] for row in sends().iter_rows(named=True)}
    coded = set(found)
    for row in sessions.filter(~pl.col("is_bot"), ~pl.col("is_off_site")).iter_rows(named=True):
        if row["landing_url"] is None or "utm_campaign=" not in row["landing_url"]:
            continue
        at = row["started_at"]
        got = [
            (message["sent_at"].replace(tzinfo=None), hash63(send), send)
            for (send, customer), message in messages.items()
            if customer == row["customer_id"]
            and campaigns[send] == row["landing_url"].split("utm_campaign=")[1]
            and message["state"] in ("accepted", "delivered")
            and dt.timedelta(0) <= at - message["sent_at"].replace(tzinfo=None) <= WEEK
        ]
        if got:
            *_, send = max(got)
            if not any(one[:2] == (send, row["customer_id"]) and one[2] <= at for one in coded):
                found.add((send, row["customer_id"], at, "utm"))
    return found


def conversions_by_the_rule(
    orders: pl.DataFrame, deliveries: pl.DataFrame, clicks: set[tuple[Any, ...]], basis: str
) -> pl.DataFrame:
    """Rows of ``conversions`` by ``models.attribution``: order_id, send_id, window, model, credit, touched_at."""
    messages = deliveries.with_columns(pl.col("sent_at").dt.replace_time_zone(None))
    columns = {"send_id": pl.String, "customer_id": pl.Int64, "touched_at": pl.Datetime("us"), "by": pl.String}
    clicked = pl.DataFrame(sorted(clicks), schema=columns, orient="row")
    if basis == "delivery":
        reached = messages.filter(pl.col("state").is_in(["accepted", "delivered"]))
        reached = pl.concat([reached, messages.join(clicked, on=["send_id", "customer_id"], how="semi")]).unique()
        touches = reached.with_columns(touched_at=pl.col("sent_at"))
    else:
        touches = clicked.join(messages, on=["send_id", "customer_id"])
    met = touches.join(orders, on="customer_id").filter(
        pl.col("touched_at") <= pl.col("ordered_at"), pl.col("ordered_at") - pl.col("sent_at") <= WEEK
    )
    met = met.group_by("order_id", "send_id", "sent_at", "ordered_at").agg(pl.col("touched_at").max())
    met = met.with_columns(lag=(pl.col("ordered_at") - pl.col("sent_at")).dt.total_microseconds())
    hashed = pl.col("send_id").map_elements(hash63, return_dtype=pl.Int64)
    found = []
    for window in WINDOWS:
        inside = met.filter(in_window(window, ZONE, pl.col("sent_at"), pl.col("lag")))
        paths = inside.with_columns(conversion_id=pl.col("order_id"), touch_id=hashed)
        for model in MODELS:
            shares = credited(paths, model).filter(pl.col("credit") > 0)
            found.append(shares.with_columns(window=pl.lit(window), model=pl.lit(model)))
    return pl.concat(found).select("order_id", "send_id", "window", "model", "credit", "touched_at")
