"""What is known on a day of each product that a customer has bought: the features of the ranker of repeat purchases.

Belongs here: features as of a day, of nothing that came after it. Does not belong here: which of them count how much
(``ranker``), cycles themselves (``cycles``), how a repeat purchase is shown.
"""

import datetime as dt
from dataclasses import dataclass

import polars as pl

from models.recommend.repeat.cycles import PooledCycles, gaps_of, pooled_cycles, with_cycles
from models.recommend.repeat.history import History, day_number

# As many imaginary customers who re-buy as the whole shop does stand beside those of a product: rates of rare products
# would be noise.
_IMAGINARY = 10.0
_BASKET_FADE = 0.8  # what a basket says against the one after it
SHORT_DAYS, MIDDLE_DAYS, LONG_DAYS = 7, 28, 91

OF_PAIR = (
    "times", "since", "since_first", "span", "last_gap", "ln_gap", "cycle_days", "spread", "ratio", "fresh_30",
    "fresh_90", "baskets_since", "fresh_baskets", "in_last_5", "share_of_baskets", "share_since_first", "quantity",
    "last_quantity", "items_then",
)  # fmt: skip
OF_PRODUCT = (
    "buyers", "sold_7", "sold_28", "sold_91", "again_7", "again_28", "again_91", "repeat_share", "again_rate_28",
    "again_rate_91", "trend_7", "trend_28", "age", "since_sold",
)  # fmt: skip
OF_CUSTOMER = (
    "baskets", "products", "product_days", "repeats", "mean_items", "last_items", "basket_gap", "since_basket",
    "basket_ratio",
)  # fmt: skip
OF_BOTH = (
    "poisson_gamma", "rate_times_fresh", "times_rank", "recency_rank", "rate_rank", "fresh_rank", "share_of_customer",
    "quantity_ratio",
)  # fmt: skip
FEATURES = OF_PAIR + OF_PRODUCT + OF_CUSTOMER + OF_BOTH


@dataclass(frozen=True)
class ShopState:
    """What the whole shop tells on a day: product figures and pooled cycles, for the features of any customer."""

    as_of: dt.date
    products: pl.DataFrame
    cycles: PooledCycles


def shop_state(history: History, as_of: dt.date, categories: pl.DataFrame) -> ShopState:
    """State of the shop at the end of ``as_of``; ``categories``: product, category."""
    days = history.until(as_of)
    return ShopState(as_of, _of_products(days, day_number(as_of)), pooled_cycles(gaps_of(days), categories))


def features(days: pl.DataFrame, shop: ShopState) -> pl.DataFrame:
    """``customer, product, orders, last_day`` and :data:`FEATURES` of every product bought; sorted by both.

    ``days``: rows of a history up to ``shop.as_of`` of some customers, all of each. Memory: some 300 bytes a row.
    """
    today = day_number(shop.as_of)
    customers = _of_customers(days, today)
    pairs = _of_pairs(days.join(customers.select("customer", "baskets"), on="customer", maintain_order="left"), today)
    pairs = pairs.join(gaps_of(days).drop("squares"), on=["customer", "product"], how="left", maintain_order="left")
    pairs = with_cycles(pairs, shop.cycles)
    return (
        pairs.join(shop.products, on="product", maintain_order="left")
        .join(customers.drop("baskets"), on="customer", maintain_order="left")
        .with_columns((pl.col("since") / pl.col("cycle_days")).alias("ratio"), _poisson_gamma())
        .with_columns(*_of_both())
        .select("customer", "product", "orders", "last_day", *(pl.col(name).cast(pl.Float32) for name in FEATURES))
    )


def _age(today: int) -> pl.Expr:
    """Days before the end of ``today``: 1 for what was bought on it."""
    return (today + 1 - pl.col("day")).cast(pl.Float64)


def _of_products(days: pl.DataFrame, today: int) -> pl.DataFrame:
    age, again = _age(today), pl.col("nth") > 0
    windows = {SHORT_DAYS, MIDDLE_DAYS, LONG_DAYS}
    counted = days.group_by("product").agg(
        (~again).sum().cast(pl.Float64).alias("buyers"),
        (pl.col("nth") == 1).sum().alias("buyers_twice"),
        ((~again) & (age > MIDDLE_DAYS)).sum().cast(pl.Float64).alias("buyers_before_28"),
        *((age <= n).sum().cast(pl.Float64).alias(f"sold_{n}") for n in sorted(windows)),
        *((again & (age <= n)).sum().cast(pl.Float64).alias(f"again_{n}") for n in sorted(windows)),
        (age.max()).alias("age"),
        (age.min()).alias("since_sold"),
        pl.col("quantity").median().alias("usual_quantity"),
    )
    return counted.with_columns(
        _rate("buyers_twice", "buyers").alias("repeat_share"),
        _rate("again_28", "buyers_before_28").alias("again_rate_28"),
        _rate("again_91", "buyers").alias("again_rate_91"),
        ((pl.col("sold_7") + 1) / (pl.col("sold_28") + 4)).log().alias("trend_7"),
        ((pl.col("sold_28") + 3) / (pl.col("sold_91") + 9)).log().alias("trend_28"),
    ).sort("product")


def _rate(count: str, of: str) -> pl.Expr:
    """``count`` / ``of``, shrunk to the rate of the whole shop (posterior mean of a beta prior)."""
    shop = (pl.col(count).sum() + 0.5) / (pl.col(of).sum() + 1.0)
    return (pl.col(count) + _IMAGINARY * shop) / (pl.col(of) + _IMAGINARY)


def _of_customers(days: pl.DataFrame, today: int) -> pl.DataFrame:
    visits = days.group_by("customer", "day").agg(pl.col("items").first().cast(pl.Float64)).sort("customer", "day")
    visits = visits.with_columns(pl.col("day").diff().over("customer").alias("gap"))
    of_visits = visits.group_by("customer").agg(
        pl.len().cast(pl.Int32).alias("baskets"),
        pl.col("items").mean().alias("mean_items"),
        pl.col("items").last().alias("last_items"),
        pl.col("gap").median().alias("basket_gap"),
        (_age(today).min()).alias("since_basket"),
    )
    of_days = days.group_by("customer").agg(
        pl.len().cast(pl.Float64).alias("product_days"),
        (pl.col("nth") == 0).sum().alias("products"),
        (pl.col("nth") > 0).mean().alias("repeats"),
    )
    ratio = (pl.col("since_basket") / pl.col("basket_gap")).alias("basket_ratio")
    return of_visits.join(of_days, on="customer").with_columns(ratio).sort("customer")


def _of_pairs(days: pl.DataFrame, today: int) -> pl.DataFrame:
    """One row per customer and product; ``days`` are sorted and know the ``baskets`` of their customer."""
    age, back = _age(today), pl.col("baskets") - 1 - pl.col("basket")
    found = days.group_by("customer", "product", maintain_order=True).agg(
        pl.len().cast(pl.Float64).alias("times"),
        pl.col("orders").sum().cast(pl.Int64),
        pl.col("day").last().alias("last_day"),
        age.last().alias("since"),
        age.first().alias("since_first"),
        pl.col("gap").last().alias("last_gap"),
        (0.5 ** (age / 30)).sum().alias("fresh_30"),
        (0.5 ** (age / 90)).sum().alias("fresh_90"),
        back.last().alias("baskets_since"),
        back.first().alias("baskets_since_first"),
        (_BASKET_FADE**back).sum().alias("fresh_baskets"),
        (back < 5).sum().alias("in_last_5"),
        pl.col("quantity").mean(),
        pl.col("quantity").last().alias("last_quantity"),
        pl.col("items").last().alias("items_then"),
        pl.col("baskets").last(),
    )
    return found.with_columns(
        (pl.col("since_first") - pl.col("since")).alias("span"),
        (pl.col("times") / pl.col("baskets")).alias("share_of_baskets"),
        (pl.col("times") / (pl.col("baskets_since_first") + 1)).alias("share_since_first"),
    )


def _poisson_gamma() -> pl.Expr:
    """Rate of the next purchase times the share of customers who buy the product again.

    The modified Poisson-Gamma model of Bhagat et al., 2018, "Buy It Again: Modeling Repeat Purchase Recommendations"
    (KDD): a rate that is low just after a purchase, highest a cycle later, falling from then on. The prior of the rate
    is one purchase in the usual cycle of the product.
    """
    usual = pl.col("cycle_days")
    waited = pl.when(pl.col("since") < 2 * usual).then(2 * (usual - pl.col("since")).abs()).otherwise(pl.col("since"))
    rate = (pl.col("times") + 1) / (pl.col("span") + waited + usual)
    return (rate * pl.col("repeat_share")).alias("poisson_gamma")


def _of_both() -> list[pl.Expr]:
    def rank(name: str) -> pl.Expr:
        return pl.col(name).rank("min", descending=True).over("customer")

    return [
        (pl.col("again_rate_28") * pl.col("fresh_90")).alias("rate_times_fresh"),
        rank("times").alias("times_rank"),
        rank("last_day").alias("recency_rank"),
        rank("again_rate_28").alias("rate_rank"),
        rank("fresh_90").alias("fresh_rank"),
        (pl.col("times") / pl.col("product_days")).alias("share_of_customer"),
        (pl.col("quantity") / pl.col("usual_quantity")).alias("quantity_ratio"),
    ]
