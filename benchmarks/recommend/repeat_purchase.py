"""Repeat purchase on UCI Online Retail: which of the products bought before does a customer buy again next.

Belongs here: reading the file, the last weeks as a test, rivals and the table. Does not belong here: the ranker
(``models.recommend.repeat.ranker``). The data (Chen, Sain, Guo, 2012; UCI Machine Learning Repository, CC BY 4.0) is
not in the repository: one Parquet file with InvoiceNo, StockCode, Quantity, InvoiceDate, UnitPrice, CustomerID.

Test: the ``TEST_DAYS`` last days. Candidates are the products that the customer bought before them; the wanted are
those of the candidates that are bought in them; ten are named. recall@10 = found / min(10, wanted), averaged over the
customers who bought something again. "next basket": the same for the first day of each customer in the test. Nothing
of the test is used to train or to choose a setting.
"""

import argparse
import datetime as dt
import time
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from models.recommend.repeat.cycles import LEAST_ORDERS, DueWindow
from models.recommend.repeat.features import features, shop_state
from models.recommend.repeat.history import History, bought_after, day_number, history_of
from models.recommend.repeat.ranker import Training, score, train

TEST_DAYS, NAMED = 28, 10
# the order of the rivals: the highest first; figures that are features of the ranker
RIVALS = {
    "most recent": "last_day",
    "frequency": "times",
    "frequency, the half of it 90 days ago": "fresh_90",
    "modified Poisson-Gamma": "poisson_gamma",
    "share of customers who bought again lately": "again_rate_28",
    "the same times frequency (fallback)": "rate_times_fresh",
}
_EDGES = (0.25, 0.5, 0.65, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0, 5.0)


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this benchmark."""
    group = parser.add_argument_group("repeat purchase")
    group.add_argument("--uci", type=Path, help="Parquet file of UCI Online Retail (default: leave the benchmark out)")


def run(folder: Path, chosen: argparse.Namespace) -> None:
    """Print recall of the rivals and of the ranker, and how sure a purchase is by the share of its cycle gone by."""
    del folder
    if chosen.uci is None:
        print("repeat purchase: left out, --uci says where UCI Online Retail is")
        return
    purchases = read(chosen.uci)
    last_day: dt.date = purchases["bought_on"].max()  # type: ignore[assignment]
    as_of = last_day - dt.timedelta(days=TEST_DAYS)
    history = history_of(purchases.lazy())
    print(f"UCI Online Retail: {len(purchases):,} lines; known until {as_of}, tested on the {TEST_DAYS} days after it")
    print(f"{'':45}{'customers':>10}{'recall@10':>10}{'next basket':>12}{'CPU s':>7}")
    known = features(history.until(as_of), shop_state(history, as_of, _NO_CATEGORIES))
    wanted = _named(bought_after(history, as_of, TEST_DAYS), history)
    named = _named(known, history)
    for name, figure in RIVALS.items():
        _line(name, named.with_columns(pl.col(figure).cast(pl.Float64).alias("score")), wanted, None)
    started = time.process_time()
    model = train(purchases.lazy(), as_of, how=Training())
    ranked = score(model, purchases.lazy(), as_of, least_orders=1)
    _line(f"ranker ({model.rows:,} rows)", ranked, wanted, time.process_time() - started)
    _print_due(history, as_of - dt.timedelta(days=TEST_DAYS))


def read(path: Path) -> pl.DataFrame:
    """Purchases (``cycles.PURCHASES``) of known customers; cancelled and free lines are left out."""
    columns = {"CustomerID": "customer_key", "StockCode": "product_id", "InvoiceNo": "order_id", "Quantity": "quantity"}
    lines = pl.read_parquet(path).filter(pl.col("CustomerID").is_not_null(), pl.col("UnitPrice") > 0)
    bought = lines.filter(pl.col("Quantity") > 0).rename(columns)
    return bought.select(
        pl.col("customer_key").cast(pl.String),
        "product_id",
        "order_id",
        pl.col("InvoiceDate").dt.date().alias("bought_on"),
        pl.col("quantity").cast(pl.Int64),
    )


def recall(ranked: pl.DataFrame, wanted: pl.DataFrame, named: int = NAMED) -> tuple[int, float]:
    """Customers, and the mean share of their wanted products among the first ``named``; ties go by product id."""
    pair = ["customer_key", "product_id"]
    placed = ranked.sort("customer_key", "score", "product_id", descending=[False, True, False]).with_columns(
        pl.int_range(pl.len()).over("customer_key").alias("place")
    )
    found = placed.join(wanted.select(pair), on=pair).group_by("customer_key")
    each = found.agg((pl.col("place") < named).sum().alias("hits"), pl.len().alias("wanted"))
    share = each["hits"] / each["wanted"].clip(upper_bound=named)
    return len(each), float(share.mean())  # type: ignore[arg-type]


def _line(name: str, ranked: pl.DataFrame, wanted: pl.DataFrame, seconds: float | None) -> None:
    customers, whole = recall(ranked, wanted)
    _, basket = recall(ranked, wanted.filter(pl.col("is_next")))
    spent = "" if seconds is None else f"{seconds:7.0f}"
    print(f"{name:45}{customers:>10,}{whole:>10.3f}{basket:>12.3f}{spent}", flush=True)


def _print_due(history: History, newest: dt.date) -> None:
    """How many of the products bought twice or more are bought in the next week, by time gone by in cycles."""
    shown = pl.concat(list(_waiting(history, newest)))
    cut = pl.col("ratio").cut([*_EDGES], left_closed=True).alias("cycles")
    rates = shown.group_by(cut).agg(pl.len().alias("pairs"), pl.col("bought").mean(), pl.col("bought").sum().alias("n"))
    all_of_them, everywhere = int(shown["bought"].sum()), float(shown["bought"].mean())  # type: ignore[arg-type]
    print(f"\nbought within a week of those bought in {LEAST_ORDERS} orders or more: {everywhere:.4f}")
    print(f"{'cycles gone by':>18}{'pairs':>10}{'bought':>9}{'against all':>13}{'of purchases':>14}")
    for cycles, pairs, share, n in rates.sort("cycles").iter_rows():
        print(f"{cycles:>18}{pairs:>10,}{share:>9.4f}{share / everywhere:>13.2f}{n / all_of_them:>14.2f}")
    window = DueWindow()
    chosen = shown.filter(pl.col("ratio").is_between(window.due_from, window.due_to))
    lift, part = chosen["bought"].mean() / everywhere, chosen["bought"].sum() / all_of_them  # type: ignore[operator]
    due = f"due ({window.due_from:g} to {window.due_to:g})"
    print(f"{due}: {len(chosen):,} pairs, {lift:.2f} times as often as all, {part:.2f} of purchases")


def _waiting(history: History, newest: dt.date) -> Iterator[pl.DataFrame]:
    for weeks in range(0, 24, 2):
        as_of = newest - dt.timedelta(weeks=weeks)
        known = features(history.until(as_of), shop_state(history, as_of, _NO_CATEGORIES))
        after = bought_after(history, as_of, 7).select("customer", "product", pl.lit(True).alias("bought"))
        pairs = known.filter(pl.col("orders") >= LEAST_ORDERS).join(after, on=["customer", "product"], how="left")
        exact = (day_number(as_of) - pl.col("last_day")) / pl.col("cycle_days").cast(pl.Float64)
        yield pairs.select(exact.alias("ratio"), pl.col("bought").fill_null(False))


def _named(rows: pl.DataFrame, history: History) -> pl.DataFrame:
    products = pl.DataFrame({"product_id": history.products}).with_row_index("product")
    return rows.join(products, on="product").join(history.keys, on="customer")


_NO_CATEGORIES = pl.DataFrame(schema={"product": pl.UInt32(), "category": pl.String()})
