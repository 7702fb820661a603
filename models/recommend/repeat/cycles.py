"""How long a customer takes to buy a product again, and when the next purchase is due.

Belongs here: the personal purchase cycle, pooled by product, category and shop where a history is short; the window in
which a purchase counts as due. Does not belong here: which of the due products is bought first (``ranker``),
reading purchases.

Gaps are compared as logarithms, so that a purchase after twice the time is as far off as one after half of it, and the
middle one counts, so that one long pause moves nothing. A short history is shrunk towards what others do: the estimate
of a normal mean with a normal prior whose variances are estimated from all (Efron and Morris, 1975, "Data analysis
using Stein's estimator and its generalizations", JASA 70), here nested: customer < product < category < shop. Variances
between come from the moments of what is left after the noise (DerSimonian and Laird, 1986, Controlled Clin. Trials 7).
Pauses that have not ended yet are not looked at, so that cycles of young shops come out short.
"""

import math
from dataclasses import dataclass

import polars as pl

PURCHASES = pl.Schema(
    {
        "customer_key": pl.String(),
        "product_id": pl.String(),
        "order_id": pl.String(),
        "bought_on": pl.Date(),
        "quantity": pl.Int64(),
    }
)
LEAST_ORDERS = 2  # "bought twice or more": what a repeat purchase is, as the message item defines it
_MEDIAN = math.pi / 2  # how much more a median varies than a mean (Laplace); of one or two values they are the same
_NEVER_SEEN = math.log(30.0), 1.0  # a shop in which nobody has bought anything twice: a month, give or take e times


@dataclass(frozen=True)
class DueWindow:
    """A purchase is due from ``due_from`` to ``due_to`` personal cycles after the last one.

    On UCI Online Retail the rate of purchases is highest up to one cycle and below that of all products bought twice
    from one and a half on (docs/benchmarks.md). Raises :class:`ValueError` on an empty window.
    """

    due_from: float = 0.65
    due_to: float = 1.5

    def __post_init__(self) -> None:
        if not 0 <= self.due_from < self.due_to:
            raise ValueError(f"due from {self.due_from:g} to {self.due_to:g} cycles: expected 0 <= from < to")


@dataclass(frozen=True)
class PooledCycles:
    """What is known of cycles before one looks at a customer; natural logarithms of days throughout.

    ``products``: product, ln_cycle, variance (of the customers' cycles around it, its own uncertainty included).
    ``shop``, ``shop_variance``: the same for a product that nobody bought twice. ``within``: variance of one gap around
    the customer's own cycle.
    """

    products: pl.DataFrame
    shop: float
    shop_variance: float
    within: float


def gaps_of(days: pl.DataFrame) -> pl.DataFrame:
    """``customer, product, gaps, ln_gap, squares``: how often bought again, the middle gap, its squared deviations.

    ``days``: customer, product, gap (days since the purchase before, null at the first), one row per purchase day.
    Customers and products of any type; those bought on one day only have no row.
    """
    ln_gap = pl.col("gap").cast(pl.Float64).log()
    found = days.filter(pl.col("gap") > 0).group_by("customer", "product")
    return found.agg(
        pl.len().cast(pl.Int64).alias("gaps"),
        ln_gap.median().alias("ln_gap"),
        ((ln_gap - ln_gap.mean()) ** 2).sum().alias("squares"),
    ).sort("customer", "product")


def pooled_cycles(gaps: pl.DataFrame, categories: pl.DataFrame) -> PooledCycles:
    """What :func:`gaps_of` tells of products, categories (``product, category``; may lack products) and the shop."""
    if gaps.is_empty():
        empty = {"product": gaps.schema["product"], "ln_cycle": pl.Float64(), "variance": pl.Float64()}
        return PooledCycles(pl.DataFrame(schema=empty), *_NEVER_SEEN, _NEVER_SEEN[1])
    freedom = int(gaps["gaps"].sum()) - len(gaps)
    # without a customer who bought anything three times nothing tells noise from difference: half of each
    within = float(gaps["squares"].sum()) / freedom if freedom else _moment(gaps["ln_gap"]) / 2
    pairs = gaps.select("product", pl.col("ln_gap").alias("value"), _noise(within).alias("noise"))
    known = pairs.join(categories, on="product", how="left").with_columns(pl.col("category").cast(pl.String))
    between_customers, products = _level(known, ["category", "product"])
    between_products, groups = _level(products, ["category"])
    between_groups, shop = _level(groups.with_columns(pl.lit(0).alias("shop")), ["shop"])
    whole, doubt = float(shop["value"][0]), float(shop["noise"][0])
    groups = _shrunk(groups, pl.lit(whole), pl.lit(doubt + between_groups))
    around = groups.select("category", pl.col("best").alias("around"), pl.col("doubt").alias("group_doubt"))
    products = products.join(around, on="category", how="left", nulls_equal=True)
    products = _shrunk(products, pl.col("around"), pl.col("group_doubt") + between_products)
    variance = (pl.col("doubt") + between_customers).alias("variance")
    found = products.select("product", pl.col("best").alias("ln_cycle"), variance).sort("product")
    return PooledCycles(found, whole, doubt + between_groups + between_products + between_customers, within)


def with_cycles(pairs: pl.DataFrame, pooled: PooledCycles) -> pl.DataFrame:
    """``pairs`` (product, gaps, ln_gap; both null or 0 where bought on one day) with ``cycle_days`` and ``spread``.

    ``cycle_days`` > 0. ``spread``: standard deviation of the logarithm of the next gap, so that two of three come
    between cycle / e^spread and cycle * e^spread days.
    """
    prior, variance = pl.col("ln_cycle").fill_null(pooled.shop), pl.col("variance").fill_null(pooled.shop_variance)
    gaps = pl.col("gaps").fill_null(0)
    noise = _noise(pooled.within)
    # an equal share where neither noise nor difference was ever seen
    trust = pl.when(gaps == 0).then(0.0).when(variance + noise > 0).then(variance / (variance + noise)).otherwise(0.5)
    rest = pl.when(gaps == 0).then(variance).otherwise(trust * noise)
    return (
        pairs.join(pooled.products, on="product", how="left", maintain_order="left")
        .with_columns(
            (trust * pl.col("ln_gap").fill_null(0.0) + (1 - trust) * prior).exp().alias("cycle_days"),
            (rest + pooled.within).sqrt().alias("spread"),
        )
        .drop("ln_cycle", "variance")
    )


def due(last_day: pl.Expr, as_of: pl.Expr, window: DueWindow) -> tuple[pl.Expr, pl.Expr]:
    """``due_day`` and ``is_due`` on the day ``as_of`` of rows with ``cycle_days``; days counted as whole numbers."""
    since = (as_of - last_day) / pl.col("cycle_days")
    is_due = since.is_between(window.due_from, window.due_to)
    return (last_day + pl.col("cycle_days").round().cast(pl.Int32)).alias("due_day"), is_due.alias("is_due")


def _noise(within: float) -> pl.Expr:
    gaps = pl.col("gaps").cast(pl.Float64)
    return within / gaps * pl.when(gaps > 2).then(_MEDIAN).otherwise(1.0)


def _level(members: pl.DataFrame, keys: list[str]) -> tuple[float, pl.DataFrame]:
    """Variance between the true values of members of a group, and the groups with their own ``value`` and ``noise``."""
    groups = members.group_by(keys).agg(
        pl.len().cast(pl.Float64).alias("members"),
        pl.col("value").median().alias("middle"),
        (pl.col("value") - pl.col("value").mean()).pow(2).sum().alias("squares"),
        pl.col("noise").sum().alias("noise_sum"),
    )
    freedom = groups.select((pl.col("members") - 1).sum()).item()
    # groups of one tell nothing of the difference between members
    expected = (pl.col("noise_sum") * (1 - 1 / pl.col("members"))).sum()
    between = max(0.0, groups.select((pl.col("squares").sum() - expected) / freedom).item()) if freedom else 0.0
    noise = (between + pl.col("noise_sum") / pl.col("members")) / pl.col("members")
    noise = noise * pl.when(pl.col("members") > 2).then(_MEDIAN).otherwise(1.0)
    return between, groups.select(*keys, pl.col("middle").alias("value"), noise.alias("noise")).sort(keys)


def _shrunk(rows: pl.DataFrame, prior: pl.Expr, variance: pl.Expr) -> pl.DataFrame:
    """Rows (value, noise) with the ``best`` estimate given a normal prior, and its ``doubt`` (variance)."""
    total = variance + pl.col("noise")
    trust = pl.when(total > 0).then(variance / total).otherwise(0.5)
    best = (trust * pl.col("value") + (1 - trust) * prior).alias("best")
    return rows.with_columns(best, (trust * pl.col("noise")).alias("doubt"))


def _moment(values: pl.Series) -> float:
    """Variance, 1 (a factor of e) where there is one value only."""
    found = values.var()
    return float(found) if isinstance(found, float) else 1.0
