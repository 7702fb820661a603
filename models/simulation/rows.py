"""Turning integer columns into canonical event rows.

Belongs here: looking codes up in string tables, and the canonical columns' types.
Does not belong here: what happens (``events``) and when it is received (``delivery``).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from models.simulation.delivery import Deliveries
from models.simulation.events import BANNERS, NAMES, WIDGETS, Events
from models.simulation.moments import Moments
from models.simulation.pages import Pages
from models.simulation.plan import Plan
from models.simulation.sampling import Ints, look_up, table
from models.simulation.scenario import SOURCE
from models.simulation.urls import CATEGORY_PAGES, Addresses
from models.simulation.visits import HUMAN
from models.simulation.words_search import queries
from models.simulation.words_traffic import AGENTS, CATEGORY, DEVICES, PRODUCT, SEARCH

# The canonical event columns but for the hashes, which the landing zone adds, and with the member's number in
# place of the member's key, which only the home's secret can give.
COLUMNS: Final = (
    "event_id", "event_name", "event_at", "received_at", "visitor_id", "member_index", "session_hint", "url",
    "referrer", "user_agent", "device", "product_id", "category_id", "query", "price", "quantity", "order_id",
    "currency", "properties", "source",
)  # fmt: skip


@dataclass(frozen=True)
class Texts:
    """String tables of a scenario; each ends with null."""

    names: pl.Series
    visitors: pl.Series
    agents: pl.Series
    devices: pl.Series
    products: pl.Series
    categories: pl.Series
    queries: pl.Series
    notes: pl.Series
    dates: pl.Series


def make_texts(plan: Plan, addresses: Addresses) -> Texts:
    """Build the tables once for all days."""
    banners = [f'{{"banner_id":"main_{number + 1}"}}' for number in range(BANNERS)]
    widgets = [f'{{"widget_id":"{name}"}}' for name in ("viewed_together", "similar_style", "best", "recent")[:WIDGETS]]
    return Texts(
        names=table(NAMES),
        visitors=table(plan.devices.visitor_id),
        agents=table(AGENTS),
        devices=table(DEVICES),
        products=table(plan.catalogue.product_id),
        categories=table(CATEGORY_PAGES),
        queries=table(queries().texts),
        notes=table([*banners, *widgets, *(text for text in addresses.messages.to_list() if text is not None)]),
        dates=table([plan.scenario.date_of(day).strftime("%Y%m%d") for day in range(plan.scenario.days)]),
    )


def landing_suffixes(plan: Plan, day: int, pages: Pages, addresses: Addresses) -> Ints:
    """The campaign by which each landing page of a day was reached, -1 for other pages; shape (pages,)."""
    rng = plan.scenario.rng("suffixes", day)
    entry = plan.visits.entry[pages.visit]
    start, count = addresses.suffix_start[entry], addresses.suffix_count[entry]
    week = plan.visits.day[pages.visit] // 7
    chosen = start + week * count + (rng.random(len(entry)) * count).astype(np.int64)
    return np.where((pages.place == 0) & (start >= 0) & (plan.visits.bot[pages.visit] == HUMAN), chosen, -1)


def page_addresses(
    plan: Plan, day: int, pages: Pages, moments: Moments, addresses: Addresses, suffix: Ints
) -> tuple[pl.Series, pl.Series]:
    """(url, referrer) of every page of a day; the referrer of a page is the page before it, or the way in."""
    rng, size = plan.scenario.rng("addresses", day), len(pages.visit)
    variant = (rng.random(size) * addresses.variants[pages.kind]).astype(np.int64)
    variant = np.where(pages.kind == PRODUCT, pages.product, variant)
    variant = np.where(pages.kind == CATEGORY, pages.category, variant)
    variant = np.where(pages.kind == SEARCH, pages.query, variant)
    host = plan.devices.kind[plan.visits.device[pages.visit]]
    url = look_up(addresses.pages, addresses.base[pages.kind] + variant + host * addresses.host_size)
    landing = np.flatnonzero(suffix >= 0)
    tagged = pl.DataFrame({"url": url.gather(landing), "suffix": look_up(addresses.suffixes, suffix[landing])})
    url = url.scatter(landing, tagged.select(pl.format("{}?{}", "url", "suffix")).to_series())
    outside = _way_in(rng, plan, pages, moments, addresses)
    before = np.where((pages.place == 0) | (outside >= 0), -1, np.arange(size) - 1)
    joined = pl.DataFrame({"out": look_up(addresses.referrers, outside), "before": look_up(table(url), before)})
    return url, joined.select(pl.coalesce("out", "before")).to_series()


def _way_in(rng: np.random.Generator, plan: Plan, pages: Pages, moments: Moments, addresses: Addresses) -> Ints:
    """Referrers from outside: of landing pages by their entry, of pages after a payment the gateway, else -1."""
    counts = np.array([len(codes) for codes in addresses.entry_referrers])
    flat = np.concatenate(addresses.entry_referrers)
    kind = plan.devices.kind[plan.visits.device[pages.visit]]
    entry = plan.visits.entry[pages.visit] * len(DEVICES) + kind
    place = (rng.random(len(entry)) * counts[entry]).astype(np.int64)
    entered = np.where(pages.place == 0, flat[(np.cumsum(counts) - counts)[entry] + place], -1)
    return np.where(moments.gateway >= 0, addresses.gateways[moments.gateway], entered)


def to_frame(
    plan: Plan, texts: Texts, events: Events, deliveries: Deliveries, url: pl.Series, referrer: pl.Series
) -> pl.DataFrame:
    """The rows as received, with the columns COLUMNS; ``url`` and ``referrer`` have shape (pages,)."""
    row = events.take(deliveries.event)
    device = plan.visits.device[row.visit]
    is_bot = plan.visits.bot[row.visit] != HUMAN
    is_priced = row.price >= 0
    member = np.where(row.is_logged_in, plan.visits.customer[row.visit], -1)
    frame = pl.DataFrame(
        {
            "serial": row.serial,
            "event_name": look_up(texts.names, row.name),
            "event_at": row.at,
            "received_at": deliveries.received_at,
            "visitor_id": look_up(texts.visitors, device),
            "member_index": member.astype(np.int32),
            "visit": np.where(row.page >= 0, row.visit, -1),
            "url": look_up(table(url), row.page),
            "referrer": look_up(table(referrer), row.page),
            "user_agent": look_up(texts.agents, plan.agent[row.visit]),
            "device": look_up(texts.devices, np.where(is_bot, -1, plan.devices.kind[device])),
            "product_id": look_up(texts.products, row.product),
            "category_id": look_up(texts.categories, row.category),
            "query": look_up(texts.queries, row.query),
            "price": row.price,
            "quantity": row.quantity,
            "order": row.order,
            "order_date": look_up(texts.dates, np.where(row.order >= 0, plan.visits.day[row.order], -1)),
            "currency": look_up(table(["KRW"]), np.where(is_priced, 0, -1)),
            "properties": look_up(texts.notes, row.note),
        }
    )
    return _typed(frame, plan.scenario.seed)


def _typed(frame: pl.DataFrame, seed: int) -> pl.DataFrame:
    def known(column: str) -> pl.Expr:
        return pl.when(pl.col(column) >= 0).then(pl.col(column))

    return frame.select(
        pl.format("{}-{}", pl.lit(f"e{seed}"), "serial").alias("event_id"),
        "event_name",
        pl.col("event_at", "received_at").cast(pl.Datetime("us")),
        "visitor_id",
        known("member_index").alias("member_index"),
        pl.format("s{}", known("visit")).alias("session_hint"),
        "url", "referrer", "user_agent", "device", "product_id", "category_id", "query",
        known("price").cast(pl.Decimal(18, 4)).alias("price"),
        known("quantity").alias("quantity"),
        pl.when(pl.col("order") >= 0)
        .then(pl.format("{}-{}", "order_date", pl.col("order").cast(pl.String).str.zfill(7)))
        .alias("order_id"),
        "currency", "properties",
        pl.lit(SOURCE).alias("source"),
    )  # fmt: skip
