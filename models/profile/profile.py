"""The profile of a segment: what some customers did in a period, beside the whole shop.

Belongs here: bringing visits, orders and products together. Does not belong here: which customers are meant, reading
published tables, how it is shown.

Visits are sessions that began in the period, without robots and without mere refunds and opened or tapped messages;
orders are those placed in it, whoever's visit they came from.
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

from models.profile.actions import BOUGHT, CARTED, TOP, top_products
from models.profile.figures import Totals, figures_of
from models.profile.period import Period

_MICROSECONDS: Final = 1_000_000
_MONEY: Final = 10_000  # prices have four decimals
_INSIDE: Final = "is_inside"
SUMS: Final = ("customers", "visits", "page_views", "dwell", "bought", "new", "orders", "money")


@dataclass(frozen=True)
class Facts:
    """Published tables, all days that the period needs: ``sessions``, ``orders``, ``products`` as published, and
    ``actions`` as ``models.profile.actions`` makes them."""

    sessions: pl.LazyFrame
    orders: pl.LazyFrame
    actions: pl.LazyFrame
    products: pl.LazyFrame


@dataclass(frozen=True)
class Profile:
    """``figures``: see ``models.profile.figures``; ``bought``, ``carted``: see ``top_products``.

    ``devices``, ``channels``, ``hours`` (0 to 23 of the shop's zone, all of them): the value (``device``, ``channel``,
    ``hour``), ``visits`` and ``site_visits``, ``share`` and ``site_share`` of them (null where there are none),
    ``difference`` in percentage points.
    """

    period: Period
    figures: pl.DataFrame
    bought: pl.DataFrame
    carted: pl.DataFrame
    devices: pl.DataFrame
    channels: pl.DataFrame
    hours: pl.DataFrame


def profile_of(inside: pl.LazyFrame, facts: Facts, period: Period, top: int = TOP) -> Profile:
    """The profile of the customers ``inside`` (column ``customer_id``; each counts once)."""
    members = inside.select("customer_id").unique()
    visits = _flagged(visits_within(facts.sessions, period), members)
    orders = _flagged(orders_within(facts.orders, period), members)
    segment, site = _totals(visits, orders)
    by_hour = _compared(visits, "hour").lazy()
    hours = pl.LazyFrame({"hour": range(24)}, schema={"hour": pl.Int64}).join(by_hour, on="hour", how="left")
    return Profile(
        period=period,
        figures=figures_of(segment, site),
        bought=top_products(facts.actions, BOUGHT, members, facts.products, top),
        carted=top_products(facts.actions, CARTED, members, facts.products, top),
        devices=_shares(_compared(visits, "device").lazy(), "device"),
        channels=_shares(_compared(visits, "channel").lazy(), "channel"),
        hours=_shares(hours.with_columns(pl.col("visits", "site_visits").fill_null(0)), "hour").sort("hour"),
    )


def _within(rows: pl.LazyFrame, moment: str, period: Period) -> pl.LazyFrame:
    return rows.filter(pl.col(moment) >= period.since, pl.col(moment) < period.until)


def orders_within(orders: pl.LazyFrame, period: Period) -> pl.LazyFrame:
    """Orders that count."""
    return _within(orders, "ordered_at", period)


def visits_within(sessions: pl.LazyFrame, period: Period) -> pl.LazyFrame:
    """Sessions that count as visits, with the ``hour`` of the shop's zone."""
    visits = _within(sessions, "started_at", period).filter(
        ~pl.col("is_bot"), ~pl.col("is_off_site").fill_null(value=False)
    )
    local = pl.col("started_at").dt.replace_time_zone("UTC").dt.convert_time_zone(period.zone.key)
    return visits.with_columns(hour=local.dt.hour().cast(pl.Int64))


def _flagged(rows: pl.LazyFrame, members: pl.LazyFrame) -> pl.LazyFrame:
    """The rows with whether they are of a member."""
    flagged = rows.join(members.with_columns(pl.lit(value=True).alias(_INSIDE)), on="customer_id", how="left")
    return flagged.with_columns(pl.col(_INSIDE).fill_null(value=False))


def _totals(visits: pl.LazyFrame, orders: pl.LazyFrame) -> tuple[Totals, Totals]:
    """Of the segment, and of everybody."""
    sides = sums_by(visits, orders, _INSIDE).collect()
    return totals_of(sides.filter(_INSIDE)), totals_of(sides)


def sums_by(visits: pl.LazyFrame, orders: pl.LazyFrame, key: str) -> pl.LazyFrame:
    """Sums by ``key``, such as the customer. Whole numbers of the smallest unit, so that order does not matter."""
    dwell = (pl.col("dwell_seconds") * _MICROSECONDS).round().cast(pl.Int64)
    money = (pl.col("revenue") * _MONEY).round().cast(pl.Int64)
    of_visits = visits.select(
        pl.col(key), pl.col("customer_id").alias("_customer"), "page_views", "orders", "is_new_visitor", dwell=dwell
    ).group_by(key).agg(
        customers=pl.col("_customer").n_unique(),
        visits=pl.len(),
        page_views=pl.col("page_views").cast(pl.Int64).sum(),
        dwell=pl.col("dwell").sum(),
        bought=(pl.col("orders") > 0).sum(),
        new=pl.col("is_new_visitor").sum(),
    )  # fmt: skip
    of_orders = orders.group_by(key).agg(orders=pl.len(), money=money.sum())
    sides = of_visits.join(of_orders, on=key, how="full", coalesce=True)
    return sides.with_columns(pl.col(*SUMS).fill_null(0).cast(pl.Int64))


def totals_of(sums: pl.DataFrame) -> Totals:
    """Rows of :func:`sums_by` added up, of keys that share no customer; none are nothing."""
    total = {name: int(sums[name].sum()) for name in SUMS}
    return Totals(
        customers=total["customers"],
        visits=total["visits"],
        page_views=total["page_views"],
        dwell_seconds=total["dwell"] / _MICROSECONDS,
        bought_visits=total["bought"],
        new_visits=total["new"],
        orders=total["orders"],
        revenue=total["money"] / _MONEY,
    )


def _compared(visits: pl.LazyFrame, name: str) -> pl.DataFrame:
    """Visits by the values of a column: of the segment and of everybody."""
    return visits.group_by(name).agg(
        visits=pl.col(_INSIDE).sum().cast(pl.Int64), site_visits=pl.len().cast(pl.Int64)
    ).collect()  # fmt: skip


def _shares(compared: pl.LazyFrame, name: str) -> pl.DataFrame:
    """Shares of the visits, the most frequent value of the segment first."""
    found = compared.with_columns(
        share=_share_of("visits"), site_share=_share_of("site_visits")
    ).with_columns(difference=(pl.col("share") - pl.col("site_share")) * 100)  # fmt: skip
    order = found.sort(["visits", "site_visits", name], descending=[True, True, False], nulls_last=True)
    return order.select(name, "visits", "site_visits", "share", "site_share", "difference").collect()


def _share_of(name: str) -> pl.Expr:
    total = pl.col(name).sum()
    return pl.when(total > 0).then(pl.col(name) / total)
