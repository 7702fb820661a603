"""The visits of customers who followed the link of a message: pages seen, carts filled, what is bought, as events.

Belongs here: canonical event rows made from responses. Does not belong here: who responds, when and with what
(``models.simulation.responses``), the click itself (the resolver of links writes it).

A visit is small: the landing page, up to three products, and a checkout where something is bought. Who buys hours later
comes back by themselves, in a visit of its own.
"""

from typing import Final

import numpy as np
import polars as pl

from models.campaigns.hashing import hashed
from models.simulation.demand import demand_on
from models.simulation.plan import Plan
from models.simulation.sampling import look_up, table
from models.simulation.scenario import DAY, MINUTE, SECOND, SOURCE
from models.simulation.tastes import NOISE
from models.simulation.words_traffic import (
    AGENTS,
    CART,
    CHECKOUT,
    COMPLETE,
    DEVICES,
    FIXED_PATHS,
    HOME,
    HOSTS,
    PRODUCT,
)  # fmt: skip

SAME_VISIT: Final = 30 * MINUTE  # a purchase later than this after the click has a visit of its own
ADDS: Final = 0.25  # of visitors who buy nothing, put something into the cart
_PATHS: Final = {kind: FIXED_PATHS[kind][0] for kind in (HOME, CART, CHECKOUT, COMPLETE)}


def return_visits(plan: Plan, responses: pl.DataFrame) -> pl.DataFrame:
    """Events of the visits that ``responses`` (``models.simulation.responses.respond``, of those who clicked, with
    ``url``: where the link led them) bring about: the columns ``models.simulation.rows.COLUMNS`` without
    ``session_hint``, sorted by event_at and event_id. Purchases bear ``order_id`` as :func:`order_ids` says."""
    rows = _with_people(plan, responses)
    pages = pl.concat([_browsing(plan, rows), _coming_back(rows), _checkout(rows)])
    return _formatted(plan, pages, rows).sort("event_at", "event_id")


def order_ids(plan: Plan) -> pl.Expr:
    """The order of a response, from ``bought_at``, ``send_no`` and ``seq``: a form that no planned order has."""
    local = pl.from_epoch(pl.col("bought_at") + plan.scenario.utc_offset_hours * 60 * MINUTE, "us")
    return pl.when(pl.col("bought_at").is_not_null()).then(
        pl.format("{}-M{}-{}", local.dt.strftime("%Y%m%d"), "send_no", "seq")
    )


def _with_people(plan: Plan, responses: pl.DataFrame) -> pl.DataFrame:
    """Responses with what their events need: the order, two products that they look at, how many they look at."""
    rows = responses.with_columns(order_ids(plan).alias("order_id"), pl.format("{}-{}", "send_no", "seq").alias("id"))
    salt = ("visit", str(plan.scenario.seed))
    keys = rows["send_no"] * 10_000_000 + rows["seq"]
    u = {name: hashed(keys, *salt, name) / 2.0**64 for name in ("first", "second", "pages", "adds")}
    taste = plan.people.mix[rows["customer"].to_numpy()]
    kind = np.where(taste.sum(axis=1) > 0, taste.argmax(axis=1), NOISE)
    day = (rows["clicked_at"].to_numpy() - plan.scenario.start_us) // DAY
    seen = np.full((2, len(rows)), -1)
    for one in np.unique(day):
        here, wanted = np.flatnonzero(day == one), demand_on(plan.catalogue, plan.scenario, int(one))
        seen[0, here], seen[1, here] = (wanted.draw(kind[here], u[name][here]) for name in ("first", "second"))
    is_new = pl.col("product") < 0
    return rows.with_columns(
        pl.when(is_new).then(pl.Series(seen[0])).otherwise("product").alias("look"),
        pl.Series("second", seen[1]),
        pl.Series("pages", (u["pages"] * 3).astype(np.int64)),  # after the landing page
        pl.Series("adds", u["adds"] < ADDS),
        (pl.col("bought_at") - pl.col("clicked_at") < SAME_VISIT).fill_null(False).alias("is_soon"),
    )


def _step(
    rows: pl.DataFrame, step: int, name: str, at: pl.Expr, page: int, product: pl.Expr | None = None
) -> pl.DataFrame:
    """One event for each row: ``step`` numbers the events of a message, ``page`` is the kind of page it is on (-1: the
    landing page)."""
    return rows.select(
        "id", "send_no", "seq", "customer", "device", "url", "order_id", "quantity",
        pl.lit(step, pl.Int64).alias("step"),
        pl.lit(name).alias("event_name"),
        at.cast(pl.Int64).alias("at"),
        pl.lit(page, pl.Int64).alias("page"),
        (pl.lit(-1) if product is None else product).cast(pl.Int64).alias("of_product"),
    )  # fmt: skip


def _browsing(plan: Plan, rows: pl.DataFrame) -> pl.DataFrame:
    """The landing page and the products looked at after it."""
    click = pl.col("clicked_at")
    on_product = rows.filter(pl.col("product") >= 0)
    one, two = rows.filter((pl.col("pages") >= 1) & (pl.col("product") < 0)), rows.filter(pl.col("pages") >= 2)
    adds = rows.filter(pl.col("adds") & pl.col("bought_at").is_null() & (pl.col("pages") >= 2))
    second = pl.col("second")
    return pl.concat([
        _step(rows, 0, "page_view", click + SECOND, -1),
        _step(on_product, 1, "product_view", click + SECOND, -1, pl.col("product")),
        _step(one, 2, "page_view", click + 40 * SECOND, PRODUCT, pl.col("look")),
        _step(one, 3, "product_view", click + 40 * SECOND, PRODUCT, pl.col("look")),
        _step(two, 4, "page_view", click + 95 * SECOND, PRODUCT, second),
        _step(two, 5, "product_view", click + 95 * SECOND, PRODUCT, second),
        _step(adds, 6, "add_to_cart", click + 130 * SECOND, PRODUCT, second),
    ])  # fmt: skip


def _coming_back(rows: pl.DataFrame) -> pl.DataFrame:
    """Who buys hours later begins at the front page."""
    late = rows.filter(pl.col("bought_at").is_not_null() & ~pl.col("is_soon"))
    return _step(late, 7, "page_view", pl.col("bought_at") - 210 * SECOND, HOME)


def _checkout(rows: pl.DataFrame) -> pl.DataFrame:
    """From the product that is bought to the order."""
    buyers, bought, product = (
        rows.filter(pl.col("bought_at").is_not_null()),
        pl.col("bought_at"),
        pl.col("bought_product"),
    )
    return pl.concat([
        _step(buyers, 8, "page_view", bought - 180 * SECOND, PRODUCT, product),
        _step(buyers, 9, "product_view", bought - 180 * SECOND, PRODUCT, product),
        _step(buyers, 10, "add_to_cart", bought - 150 * SECOND, PRODUCT, product),
        _step(buyers, 11, "page_view", bought - 110 * SECOND, CART),
        _step(buyers, 12, "page_view", bought - 80 * SECOND, CHECKOUT),
        _step(buyers, 13, "begin_checkout", bought - 79 * SECOND, CHECKOUT),
        _step(buyers, 14, "page_view", bought, COMPLETE),
        _step(buyers, 15, "purchase", bought + SECOND // 2, COMPLETE, product),
    ])  # fmt: skip


def _formatted(plan: Plan, events: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    device, product = events["device"].to_numpy(), events["of_product"].to_numpy()
    kind, page = plan.devices.kind[device], events["page"].to_numpy()
    day = (events["at"].to_numpy() - plan.scenario.start_us) // DAY
    price = np.where(product >= 0, plan.catalogue.price(np.maximum(product, 0), day), -1)
    logged_in = plan.devices.can_login[device]
    name = pl.col("event_name")
    has_quantity = name.is_in(["add_to_cart", "purchase"])
    at = pl.from_epoch("at", "us")
    host = look_up(table(HOSTS), kind)
    path = pl.Series([_PATHS.get(int(one)) for one in page], dtype=pl.String)
    product_id = look_up(table(plan.catalogue.product_id), product)
    made = events.with_columns(
        host.alias("host"), path.alias("path"), product_id.alias("product_id"),
        pl.Series("price", price), pl.Series("customer", np.where(logged_in, events["customer"].to_numpy(), -1)),
        look_up(plan.devices.visitor_id, device).alias("visitor_id"),
        look_up(table(DEVICES), kind).alias("device_name"),
        look_up(table(AGENTS), plan.devices.agent[device]).alias("user_agent"),
    )  # fmt: skip
    inside = pl.when(pl.col("page") == PRODUCT).then(pl.format("{}/product/{}", "host", "product_id"))
    return made.select(
        pl.format("m{}-{}-{}", pl.lit(plan.scenario.seed), "id", "step").alias("event_id"),
        "event_name",
        at.cast(pl.Datetime("us")).alias("event_at"),
        (at + pl.duration(seconds=1)).cast(pl.Datetime("us")).alias("received_at"),
        "visitor_id",
        pl.when(pl.col("customer") >= 0).then("customer").cast(pl.Int32).alias("member_index"),
        pl.when(pl.col("page") == -1).then("url").otherwise(
            pl.coalesce(inside, pl.concat_str("host", "path"))).alias("url"),
        "user_agent",
        pl.col("device_name").alias("device"),
        "product_id",
        pl.when(pl.col("of_product") >= 0).then("price").cast(pl.Decimal(18, 4)).alias("price"),
        pl.when(has_quantity).then(pl.col("quantity").fill_null(1)).alias("quantity"),
        pl.when(name == "purchase").then("order_id").alias("order_id"),
        pl.when(pl.col("of_product") >= 0).then(pl.lit("KRW")).alias("currency"),
        pl.lit(SOURCE).alias("source"),
    )  # fmt: skip
