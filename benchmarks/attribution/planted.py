"""Shops whose campaigns have a known effect, many of them side by side in one warehouse.

Belongs here: simulated customers, who of them is meant and held out, what messages cause, and the rows that attribution
reads. Does not belong here: attributing and judging (``truth``).

A shop is one seed. Its campaign is decided by the product's own rules (``models.campaigns.decide``), its customers do
what the simulation's ``respond`` says: what is bought there would not have been bought without the message. Orders that
come anyway are those of the simulated shop. Customers of different shops have different numbers, so that one run of the
models attributes all of them.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from assets.campaigns.tables import DECISION_ROWS, DELIVERY_ROWS, SEND_ROWS
from models.campaigns.decide import decide
from models.campaigns.document import Campaign
from models.campaigns.inputs import MEMBER_FLAGS, People, sending_of
from models.campaigns.policies import ShopPolicies
from models.simulation.carts import paid_price
from models.simulation.plan import Plan, make_plan
from models.simulation.responses import respond
from models.simulation.scenario import Scenario

KINDS: Final = ("push", "email", "no_effect")
DAYS, SEND_DAY = 32, 20
WINDOW: Final = dt.timedelta(days=7)
_ROOM: Final = 1_000_000  # numbers of customers a shop and kind
_ORDERED: Final = 5 * 60 * 1_000_000  # microseconds from the start of a visit to its order


@dataclass(frozen=True)
class Planted:
    """Rows of one campaign: ``orders`` (customer_id, ordered_us, revenue, is_caused), ``clicks`` (customer_id,
    variant, sent_us, clicked_us), decisions, deliveries and the send; ``truth``: what the messages caused."""

    orders: pl.DataFrame
    clicks: pl.DataFrame
    decisions: pl.DataFrame
    deliveries: pl.DataFrame
    sends: pl.DataFrame
    truth: Mapping[str, Any]


def plant(seed: int, customers: int, share: float) -> list[Planted]:
    """Every kind of campaign in the shop of ``seed``; ``share``: held out, in per cent."""
    plan = make_plan(Scenario(customers=customers, days=DAYS, seed=seed))
    anyway = _orders_anyway(plan)
    return [_campaign(plan, anyway, kind, share) for kind in KINDS]


def _campaign(plan: Plan, anyway: pl.DataFrame, kind: str, share: float) -> Planted:
    scenario, zone = plan.scenario, dt.timezone(dt.timedelta(hours=plan.scenario.utc_offset_hours))
    at = dt.datetime.combine(scenario.date_of(SEND_DAY), dt.time(10), zone).astimezone(dt.UTC)
    name, offset = f"{kind}-{scenario.seed}", (scenario.seed * len(KINDS) + KINDS.index(kind)) * _ROOM
    channel = "email" if kind == "email" else "push"
    decided = _decided(name, channel, at, scenario.customers, share).with_columns(pl.col("customer_id") + offset)
    about = {"day": scenario.date_of(SEND_DAY), "send_id": f"{name}@1", "campaign_id": name, "channel": channel}
    sent = decided.filter(pl.col("decision") == "send").sort("send_order")
    answers = _answers(plan, sent, offset, at, about)
    caused = answers.filter(pl.col("bought_at").is_not_null() & pl.lit(kind != "no_effect"))
    bought = caused.select(pl.col("customer") + offset, pl.col("bought_at"), pl.col("revenue"))
    orders = pl.concat(
        [
            anyway.select(pl.col("customer_id") + offset, "ordered_us", "revenue", is_caused=pl.lit(value=False)),
            bought.select(customer_id="customer", ordered_us="bought_at", revenue=pl.col("revenue").cast(pl.Int64),
                          is_caused=pl.lit(value=True)),
        ]
    )  # fmt: skip
    clicks = answers.filter(pl.col("clicked_at").is_not_null()).select(
        pl.lit(about["day"]).alias("day"), (pl.col("customer") + offset).alias("customer_id"), "variant",
        sent_us="at", clicked_us="clicked_at", send_id=pl.lit(about["send_id"]),
    )  # fmt: skip
    return Planted(orders, clicks, _decisions(decided, about), _deliveries(sent, at, about), _send(at, about),
                   _truth(orders, sent, at, name, kind))  # fmt: skip


def _decided(name: str, channel: str, at: dt.datetime, customers: int, share: float) -> pl.DataFrame:
    document = {
        "id": name, "name": name, "channel": channel, "advertising": True, "sender": "sender",
        "target": {"include": ["everybody"]}, "schedule": {"now": True}, "holdout": {"share": share},
        "variants": [{"name": one, "template": "text"} for one in ("A", "B")],
    }  # fmt: skip
    campaign = Campaign.model_validate(document)
    everybody = pl.DataFrame({"customer_id": range(customers)}, schema={"customer_id": pl.Int64})
    people = People(
        candidates=everybody.with_columns(customer_key=pl.col("customer_id").cast(pl.String)),
        members=everybody.with_columns(
            *(pl.lit(value=True).alias(flag) for flag in MEMBER_FLAGS), phone_hash=pl.lit(None, pl.String)
        ),
    )
    prices: dict[str, Any] = {"A": 0, "B": 0}
    sending = sending_of(campaign, ShopPolicies(), at, ZoneInfo("Asia/Seoul"), at.date(), prices)
    return decide(sending, people).filter(pl.col("decision") != "exclude")


def _answers(plan: Plan, sent: pl.DataFrame, offset: int, at: dt.datetime, about: Mapping[str, Any]) -> pl.DataFrame:
    messages = sent.select(
        send_id=pl.lit(about["send_id"]), send_no=pl.lit(1), seq="send_order", campaign_id=pl.lit(about["campaign_id"]),
        variant=pl.col("variant").cast(pl.String), channel=pl.lit(about["channel"]),
        customer=pl.col("customer_id") - offset, at=pl.lit(round(at.timestamp() * 1_000_000)), product=pl.lit(-1),
    )  # fmt: skip
    return respond(plan, messages)


def _orders_anyway(plan: Plan) -> pl.DataFrame:
    """Orders of the shop without any campaign: customer_id, ordered_us, revenue."""
    carts, visits = plan.carts, plan.visits
    visit = np.flatnonzero((carts.bought_from >= 0) & (visits.customer >= 0))
    source = carts.bought_from[visit]
    counts = carts.first_line[source + 1] - carts.first_line[source]
    owner = np.repeat(np.arange(len(visit)), counts)
    line = carts.first_line[source][owner] + np.arange(len(owner)) - (np.cumsum(counts) - counts)[owner]
    price = paid_price(carts, plan.catalogue, line, visits.day[visit[owner]]) * carts.quantity[line]
    lines = pl.DataFrame({"owner": owner, "amount": price})
    amounts = lines.group_by("owner").agg(pl.col("amount").sum()).sort("owner")
    kept = amounts["owner"].to_numpy()
    return pl.DataFrame({
        "customer_id": visits.customer[visit[kept]].astype(np.int64),
        "ordered_us": visits.start[visit[kept]].astype(np.int64) + _ORDERED,
        "revenue": amounts["amount"].cast(pl.Int64),
    })  # fmt: skip


def _truth(orders: pl.DataFrame, sent: pl.DataFrame, at: dt.datetime, name: str, kind: str) -> dict[str, Any]:
    """Orders and buyers within seven days of the message that would not be there without it."""
    first = round(at.timestamp() * 1_000_000)
    last = first + round(WINDOW / dt.timedelta(microseconds=1))
    theirs = orders.filter(pl.col("ordered_us").is_between(first, last)).join(
        sent.select("customer_id"), on="customer_id", how="semi"
    )
    by_person = theirs.group_by("customer_id").agg(pl.col("is_caused").all())
    return {"campaign_id": name, "kind": kind, "orders": int(theirs["is_caused"].sum()),
            "buyers": int(by_person["is_caused"].sum())}  # fmt: skip


def _decisions(decided: pl.DataFrame, about: Mapping[str, Any]) -> pl.DataFrame:
    return _filled(decided.with_columns(pl.col("variant", "decision", "reason").cast(pl.String)), about, DECISION_ROWS)


def _deliveries(sent: pl.DataFrame, at: dt.datetime, about: Mapping[str, Any]) -> pl.DataFrame:
    rows = sent.with_columns(pl.col("variant").cast(pl.String), state=pl.lit("delivered"), sent_at=pl.lit(at),
                             final_at=pl.lit(at), cost=pl.lit(0.0), tries=pl.lit(1))  # fmt: skip
    return _filled(rows, about, DELIVERY_ROWS)


def _send(at: dt.datetime, about: Mapping[str, Any]) -> pl.DataFrame:
    row = {**about, "campaign_name": about["campaign_id"], "version": 1, "advertising": True, "planned_at": at,
           "attribution_window": "7d", "state": "finished", "finished_at": at}  # fmt: skip
    return _filled(pl.DataFrame([row]), about, SEND_ROWS)


def _filled(rows: pl.DataFrame, about: Mapping[str, Any], schema: pl.Schema) -> pl.DataFrame:
    rows = rows.with_columns(pl.lit(value).alias(name) for name, value in about.items() if name in schema.names())
    missing = [pl.lit(None).alias(name) for name in schema.names() if name not in rows.columns]
    return rows.with_columns(missing).select(schema.names()).cast(schema)  # type: ignore[arg-type]
