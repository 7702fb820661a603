"""The simulated customers' side of a day: they read what reached them, follow links, look around, buy.

Belongs here: from messages to clicks through the real resolver and visits in the landing zone; what was planted, for
checks. Does not belong here: chances and delays (``models.simulation.responses``), pages
(``models.simulation.return_visits``).
"""

import datetime as dt
from pathlib import Path
from typing import Final

import polars as pl

from assets.campaigns.delivery.clicks import open_resolver
from assets.campaigns.shop import Shop
from connectors.home.durable import ASIDE, move
from connectors.home.member_key import member_key
from connectors.sources.landing import Landing
from models.campaigns.hashing import hashed
from models.simulation.members import member_ids
from models.simulation.responses import respond
from models.simulation.return_visits import order_ids, return_visits
from models.simulation.sampling import look_up, table
from models.simulation.shop import Simulation
from models.simulation.words_traffic import AGENTS, DEVICES
from models.tracking.codes import read_code

_FIRST_LINK: Final = 0.7  # share of those who click what stands first, where a message has several links
_PRODUCT: Final = r"/product/([^/?#]+)"
_TIMES: Final = ("delivered_at", "opened_at", "clicked_at", "bought_at")


class Customers:
    """The customers of a simulated shop. ``batch``: prefix of the batches that they land."""

    def __init__(self, shop: Shop, simulation: Simulation, landing: Landing, batch: str) -> None:
        self._shop, self._simulation, self._landing, self._batch = shop, simulation, landing, batch
        self._resolver = open_resolver(shop)

    def respond(self, day: dt.date, messages: pl.DataFrame) -> pl.DataFrame:
        """What comes of ``messages`` (``Inbox.messages``), which reached them on ``day``: clicks and visits land; the
        truth about each message is returned. The same messages again land nothing more."""
        plan = self._simulation.plan
        read = self._read(messages)
        responses = respond(plan, read).join(
            read.select("send_no", "seq", "code", "pixel", "customer_key"),
            on=["send_no", "seq"], maintain_order="left",
        )  # fmt: skip
        self._load_pixels(responses.filter(pl.col("opened_at").is_not_null() & pl.col("pixel").is_not_null()))
        clicked = self._follow(responses.filter(pl.col("clicked_at").is_not_null()))
        self._resolver.flush()
        if len(clicked):
            self._landing.append_events(
                self._keyed(return_visits(plan, clicked)), f"{self._batch}-{day}", skip_known=False
            )
        return _truth(responses.with_columns(order_ids(plan).alias("order_id")))

    def _read(self, messages: pl.DataFrame) -> pl.DataFrame:
        """Messages with what they are about, the link that the customer would follow, and the product behind it."""
        wanted = dict(messages.group_by("send_no").agg("seq").iter_rows())
        about = self._shop.store.ledger.addressees(wanted).drop("channel")
        rows = messages.join(about, on=["send_no", "seq"], how="inner").sort("send_no", "seq")
        drawn = pl.Series(hashed(rows["send_no"] * 10_000_000 + rows["seq"], "link") / 2.0**64)
        place = (drawn - _FIRST_LINK).clip(0) / (1 - _FIRST_LINK) * rows["codes"].list.len()
        rows = rows.with_columns(place.cast(pl.Int64).alias("place"))
        rows = rows.with_columns(pl.col("codes").list.get(pl.col("place")).alias("code"))
        read = {code: read_code(self._shop.secret, code) for code in rows["code"].unique()}
        targets = {code: said.target_no for code, said in read.items() if said is not None}
        urls = self._shop.store.link_targets.urls(set(targets.values()))
        url = rows["code"].replace_strict({code: urls.get(number) for code, number in targets.items()}, default=None)
        catalogue = self._simulation.plan.catalogue.product_id
        number = {product: place for place, product in enumerate(catalogue)}
        product = url.cast(pl.String).str.extract(_PRODUCT).replace_strict(number, default=-1, return_dtype=pl.Int64)
        return rows.with_columns(product.fill_null(-1).alias("product"))

    def _follow(self, clicked: pl.DataFrame) -> pl.DataFrame:
        """Through the resolver, as a phone would: the page that each link ends on."""
        devices = self._simulation.plan.devices
        device = clicked["device"].to_numpy()
        agents = look_up(table(AGENTS), devices.agent[device])
        urls = []
        for code, at, agent, kind in zip(
            clicked["code"], clicked["clicked_at"], agents, devices.kind[device], strict=True
        ):
            moment = dt.datetime.fromtimestamp(at / 1_000_000, dt.UTC)
            followed = self._resolver.follow(code, at=moment, user_agent=agent, device=DEVICES[kind])
            urls.append(None if followed is None else followed.url)
        return clicked.with_columns(pl.Series("url", urls, dtype=pl.String)).filter(pl.col("url").is_not_null())

    def _load_pixels(self, opened: pl.DataFrame) -> None:
        """The picture of each e-mail that was opened, as a mail program loads it."""
        devices = self._simulation.plan.devices
        agents = look_up(table(AGENTS), devices.agent[opened["device"].to_numpy()])
        for pixel, at, agent in zip(opened["pixel"], opened["opened_at"], agents, strict=True):
            self._resolver.opened(pixel, at=dt.datetime.fromtimestamp(at / 1_000_000, dt.UTC), user_agent=agent)

    def _keyed(self, events: pl.DataFrame) -> pl.DataFrame:
        """Events with the member's key in place of the customer's number."""
        known = events["member_index"].drop_nulls().unique()
        ids = member_ids(self._simulation.scenario.customers)
        keys = {number: member_key(ids[number], self._shop.secret) for number in known}
        key = events["member_index"].replace_strict(keys, default=None, return_dtype=pl.String)
        return events.drop("member_index").with_columns(key.alias("member_key"))


def _truth(responses: pl.DataFrame) -> pl.DataFrame:
    """One row a delivered message, by send and place in it."""
    named = responses.rename({"at": "delivered_at"})
    return named.select(
        "send_id", "campaign_id", "variant", "channel", "send_no", "seq", "customer_key", "customer",
        *(pl.from_epoch(name, "us").alias(name) for name in _TIMES),
        pl.col("opened_at").is_not_null().alias("opened"),
        pl.col("clicked_at").is_not_null().alias("clicked"),
        pl.col("bought_at").is_not_null().alias("bought"),
        "order_id", "revenue",
    ).sort("send_id", "seq")  # fmt: skip


def campaigns_truth(responses: pl.DataFrame) -> pl.DataFrame:
    """One row a campaign and variant: messages delivered, opened, clicked, and the orders that there would not have
    been without them."""
    return (
        responses.group_by("campaign_id", "variant")
        .agg(
            pl.len().cast(pl.Int64).alias("delivered"),
            *(pl.col(name).sum().cast(pl.Int64) for name in ("opened", "clicked")),
            pl.col("bought").sum().cast(pl.Int64).alias("caused_orders"),
            pl.col("revenue").sum().alias("caused_revenue"),
        )
        .sort("campaign_id", "variant")
    )


def write_whole(frame: pl.DataFrame, target: Path) -> None:
    """Write a Parquet file that is there whole or not at all."""
    aside = target.with_name(f"{ASIDE}{target.name}")
    frame.write_parquet(aside)
    move(aside, target)
