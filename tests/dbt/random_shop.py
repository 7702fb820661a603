"""A shop at random that sends for twenty days: events, orders that come back in part, messages and their results.

Belongs here: rows, the same for the same seed. Does not belong here: what tables must say of them
(``test_report_laws``).
"""

import datetime as dt
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

import polars as pl

from models.attribution import windows

SEOUL: Final = ZoneInfo("Asia/Seoul")
FIRST: Final = dt.datetime(2025, 3, 1)  # UTC, without a zone as the landing zone has it
SPLIT: Final = dt.date(2025, 3, 12)  # what is known at first ends before it
PEOPLE, ORDERS = 60, 400
CAMPAIGNS: Final = {"spring": "sms", "weekly": "email", "cart": "push", "vip": "sms", "news": "email"}
PRODUCTS: Final = {"p1": 0.1, "p2": 19_900.0, "p3": 3_333.3333, "p4": 7.77, None: 1_000.0}


@dataclass(frozen=True)
class Shop:
    """Events as they land, with whether they come late, and what campaigns say they sent: at first, and in the end."""

    events: pl.DataFrame
    sends: pl.DataFrame
    deliveries: pl.DataFrame
    deliveries_before: pl.DataFrame


def key(person: int) -> str:
    return f"{person:015x}" + "0" * 17


def moment(draw: random.Random, since: dt.datetime, hours: float) -> dt.datetime:
    return since + dt.timedelta(microseconds=draw.randrange(int(hours * 3_600_000_000)))


def sent(draw: random.Random) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Twenty sends and their messages; one to ten minutes are between planned and sent."""
    sends, messages = [], []
    for number in range(20):
        campaign = draw.choice(list(CAMPAIGNS))
        planned = moment(draw, FIRST + dt.timedelta(days=number), 23)
        utc = planned.replace(tzinfo=dt.UTC)
        told = {"day": utc.astimezone(SEOUL).date(), "send_id": f"{campaign}@{number}", "campaign_id": campaign,
                "channel": CAMPAIGNS[campaign]}  # fmt: skip
        sends.append(
            told
            | {
                "campaign_name": campaign,
                "planned_at": utc,
                "state": "finished",
                "utm_campaign": campaign,
                "attribution_window": draw.choice(windows.WINDOWS),
            }  # fmt: skip
        )
        for person in draw.sample(range(1, PEOPLE), 25):
            state = draw.choices(["delivered", "accepted", "failed", "unknown", "expired"], [5, 2, 1, 1, 1])[0]
            at = None if state == "expired" else utc + dt.timedelta(seconds=draw.randrange(60, 600))
            messages.append(
                told | {"customer_key": key(person), "customer_id": person, "variant": draw.choice("AB"),
                        "state": state, "not_before": utc, "sent_at": at, "cost": draw.choice([0.1, 9.0, 0.0])}
            )  # fmt: skip
    return pl.DataFrame(sends, infer_schema_length=None), pl.DataFrame(messages, infer_schema_length=None)


def reactions(draw: random.Random, messages: pl.DataFrame) -> Iterator[dict[str, object]]:
    """Opened and clicked mails (also of who only says so), looks at products and things put into the cart."""
    for send, person, at in messages.filter(pl.col("sent_at").is_not_null())[
        "send_id", "customer_id", "sent_at"
    ].rows():
        hours = draw.choice([3, 30, 150, 190])
        told = {"person": person, "properties": json.dumps({"send_id": send, "click_id": str(person)})}
        for name in ("message_open", "message_click", "message_click"):
            if draw.random() < 0.4:
                yield told | {"event_name": name, "event_at": moment(draw, at.replace(tzinfo=None), hours)}
        for name in ("product_view", "add_to_cart", "sign_up", "page_view"):
            if draw.random() < 0.2:
                came = moment(draw, at.replace(tzinfo=None), hours)
                url = f"https://shop.test/?utm_campaign={send.split('@')[0]}&utm_source=x"
                yield {"person": person, "event_name": name, "event_at": came, "product_id": "p1", "url": url}


def lines(draw: random.Random) -> Iterator[dict[str, object]]:
    """Lines of orders; a quarter of them comes back, up to three weeks later, some of it without saying what."""
    for order in range(ORDERS):
        at, person = moment(draw, FIRST, 24 * 26), draw.randrange(1, PEOPLE)
        for product, price in draw.sample(list(PRODUCTS.items()), draw.randrange(1, 4)):
            line = {"person": person, "order_id": f"o{order}", "product_id": product, "price": price,
                    "quantity": draw.randrange(1, 4)}  # fmt: skip
            yield line | {"event_name": "purchase", "event_at": at}
            if draw.random() < 0.25:
                what = draw.choice([product, None])
                yield line | {"event_name": "refund", "event_at": moment(draw, at, 500), "product_id": what}


def random_shop(seed: int) -> Shop:
    draw = random.Random(seed)
    sends, deliveries = sent(draw)
    rows = [*reactions(draw, deliveries), *lines(draw)]
    for number, row in enumerate(rows):
        person = row.pop("person")
        row |= {"event_id": f"e{number}", "visitor_id": f"v{person}", "member_key": key(int(str(person)))}
        row |= {"received_at": row["event_at"], "device": draw.choice(["pc", "app"]), "late": draw.random() < 0.1}
    early = deliveries.filter(pl.col("day") < SPLIT)
    waiting = pl.col("day") == early["day"].max()
    before = early.with_columns(
        pl.when(waiting).then(pl.lit("reserved")).otherwise("state").alias("state"),
        pl.when(~waiting).then("sent_at").alias("sent_at"),
    )
    return Shop(pl.DataFrame(rows, infer_schema_length=None), sends, deliveries, before)
