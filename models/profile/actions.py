"""What was put into carts and bought in a period: the most frequent products of some customers beside everybody's.

Belongs here: product actions from facts by day or from single events, and their ranking. Does not belong here: visits
and orders (``figures``).
"""

from typing import Final

import polars as pl

from models.profile.period import Period

CARTED: Final = "add_to_cart"
BOUGHT: Final = "purchase"
TOP: Final = 7
_ACTIONS: Final = (CARTED, BOUGHT)


def actions_by_day(customer_product_days: pl.LazyFrame, period: Period) -> pl.LazyFrame:
    """Rows ``customer_id, event_name, product_id, quantity`` of the table of that name.

    Raises :class:`ValueError` for a period that is not of whole business days: facts by day can not tell its hours.
    """
    if not period.is_whole_days:
        raise ValueError("facts by day answer for whole business days only; take single events for hours")
    rows = customer_product_days.filter(
        pl.col("event_day").is_between(period.first_day, period.last_day), pl.col("event_name").is_in(_ACTIONS)
    )
    return rows.select("customer_id", "event_name", "product_id", "quantity")


def actions_by_event(events: pl.LazyFrame, period: Period) -> pl.LazyFrame:
    """The same from single ``events``, to the moment; robots are left out, pieces not told are one."""
    rows = events.filter(
        pl.col("event_at") >= period.since,
        pl.col("event_at") < period.until,
        pl.col("event_name").is_in(_ACTIONS),
        pl.col("product_id").is_not_null(),
        ~pl.col("is_bot"),
    )
    return rows.select("customer_id", "event_name", "product_id", pl.col("quantity").fill_null(1))


def top_products(
    actions: pl.LazyFrame, event_name: str, inside: pl.LazyFrame, products: pl.LazyFrame, top: int = TOP
) -> pl.DataFrame:
    """The products that the customers ``inside`` (``customer_id``) took most pieces of, at most ``top``.

    ``rank`` from 1, ``product_id``, ``name`` (null where the catalogue lacks it), ``quantity`` and ``customers`` of the
    segment, ``share`` of its pieces, ``site_quantity``, ``site_share``. Of as many pieces those of more customers come
    first, then the lower product id.
    """
    wanted = actions.filter(pl.col("event_name") == event_name)
    wanted = wanted.join(
        inside.select("customer_id").unique().with_columns(is_inside=True), on="customer_id", how="left"
    )
    of_segment = pl.col("is_inside").fill_null(value=False)
    quantity = pl.col("quantity").cast(pl.Int64)
    counted = wanted.group_by("product_id").agg(
        quantity=quantity.filter(of_segment).sum(),
        customers=pl.col("customer_id").filter(of_segment).n_unique().cast(pl.Int64),
        site_quantity=quantity.sum(),
    )
    shares = counted.with_columns(
        share=pl.col("quantity") / pl.col("quantity").sum(),
        site_share=pl.col("site_quantity") / pl.col("site_quantity").sum(),
    )
    ranked = shares.filter(pl.col("quantity") > 0).sort(
        ["quantity", "customers", "product_id"], descending=[True, True, False]
    )
    named = ranked.head(top).join(
        products.select("product_id", "name"), on="product_id", how="left", maintain_order="left"
    )
    return named.with_row_index("rank", offset=1).select(
        pl.col("rank").cast(pl.Int64),
        "product_id", "name", "quantity", "customers", "share", "site_quantity", "site_share",
    ).collect()  # fmt: skip
