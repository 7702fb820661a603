"""The seven items of a personal message: which products stand for a customer in each of them.

Belongs here: from a customer's products, related lists and due repeat purchases to ranked products per item. Does not
belong here: what is related (the recommendation tables), when a purchase is due (``repeat.ranker``), writing messages.

latest_cart, latest_viewed, most_viewed: the customer's own products. cart_related, recent_related,
most_viewed_related: what is related to the first of these, whether it is still sold or not; too short a list is filled
on from the second, third … repeat_purchase: bought twice or more and due.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

Codes = NDArray[np.int32]

ITEMS = (
    "cart_related",
    "recent_related",
    "most_viewed_related",
    "latest_cart",
    "most_viewed",
    "latest_viewed",
    "repeat_purchase",
)
CUSTOMER_PRODUCTS = pl.Schema(
    {
        "customer_key": pl.String(),
        "product_id": pl.String(),
        "views": pl.Int64(),
        "last_viewed_at": pl.Datetime("us"),
        "last_carted_at": pl.Datetime("us"),
    }
)
MESSAGE_ITEMS = pl.Schema(
    {"customer_key": pl.String(), "item": pl.String(), "rank": pl.Int32(), "product_id": pl.String()}
)
_NONE = -1  # no product


@dataclass(frozen=True)
class Lists:
    """How long lists are, from how many products a related one is filled, and customers worked on at once."""

    most: int = 8
    bases: int = 5
    piece: int = 100_000


@dataclass(frozen=True)
class _Shop:
    """Products as places in ``ids`` (sorted), customers as places in ``keys`` (sorted)."""

    keys: pl.Series
    ids: pl.Series
    allowed: NDArray[np.bool_]
    related: Codes  # products x depth, _NONE where a list ends
    how: Lists


def message_items(
    customer_products: pl.LazyFrame,
    related: pl.LazyFrame,
    repeats: pl.LazyFrame,
    allowed: pl.Series,
    just_bought: pl.LazyFrame,
    how: Lists | None = None,
) -> Iterator[pl.DataFrame]:
    """Pieces of :data:`MESSAGE_ITEMS`, one at least, sorted by customer, item (in the order of :data:`ITEMS`) and rank.

    ``customer_products``: columns :data:`CUSTOMER_PRODUCTS`, one row per pair; ``views`` in the window, last_carted_at
    null where the product is not in the cart now. ``related``: product_id, other_id, rank. ``repeats``: customer_key,
    product_id, score, is_due. ``just_bought``: customer_key, product_id, left out of related items unless due again.
    ``allowed``: ids that may be shown. Ranks run from 1 without a gap; no list holds a product twice; what is more
    recent comes first among equals, then the lower id. No row for a customer without any product in an item.
    """
    how = how or Lists()
    due = repeats.filter(pl.col("is_due")).select("customer_key", "product_id", "score")
    keys = _distinct(customer_products, due, name="customer_key")
    others = related.select(pl.col("other_id").alias("product_id"))
    shown = pl.LazyFrame({"product_id": allowed.cast(pl.String)})
    ids = _distinct(customer_products, related, others, due, shown, name="product_id")
    is_allowed = np.zeros(len(ids), dtype=np.bool_)
    is_allowed[_coded(shown, None, ids)["product"].to_numpy()] = True
    shop = _Shop(keys, ids, is_allowed, _related_lists(related, ids, is_allowed), how)
    own, again = _coded(customer_products, keys, ids), _coded(due, keys, ids)
    left_out = _coded(just_bought.select("customer_key", "product_id"), keys, ids)
    left_out = left_out.join(again, on=["customer", "product"], how="anti", maintain_order="left")
    for first in range(0, max(1, len(keys)), how.piece):
        count = min(how.piece, len(keys) - first)
        yield _piece(shop, first, count, *(_slice(rows, first, count) for rows in (own, again, left_out)))


def _piece(
    shop: _Shop, first: int, count: int, own: pl.DataFrame, again: pl.DataFrame, left_out: pl.DataFrame
) -> pl.DataFrame:
    """Items of the customers ``first`` to ``first + count - 1``; the frames count customers from ``first``."""
    carted = own.filter(pl.col("last_carted_at").is_not_null())
    seen = own.filter((pl.col("views") > 0) & pl.col("last_viewed_at").is_not_null())
    orders = {
        "cart": _ordered(carted, "last_carted_at"),
        "recent": _ordered(seen, "last_viewed_at"),
        "most_viewed": _ordered(seen, "views", "last_viewed_at"),
    }
    pairs = left_out["customer"].to_numpy().astype(np.int64) * len(shop.ids) + left_out["product"].to_numpy()
    unwanted = np.sort(pairs)
    items = {
        f"{name}_related": _related(shop, _bases(rows, count, shop.how.bases), unwanted)
        for name, rows in orders.items()
    }
    items["latest_cart"] = _first(shop, orders["cart"])
    items["most_viewed"] = _first(shop, orders["most_viewed"])
    items["latest_viewed"] = _first(shop, orders["recent"])
    items["repeat_purchase"] = _first(shop, _ordered(again, "score"))
    rows = [items[name].with_columns(pl.lit(place, pl.Int8).alias("place")) for place, name in enumerate(ITEMS)]
    found = pl.concat(rows).sort("customer", "place", "rank")
    return found.select(
        shop.keys.gather(found["customer"] + first).alias("customer_key"),
        pl.Series(ITEMS, dtype=pl.String).gather(found["place"]).alias("item"),
        "rank",
        shop.ids.gather(found["product"]).alias("product_id"),
    )


def _ordered(rows: pl.DataFrame, *by: str) -> pl.DataFrame:
    """``customer, product, rank`` (from 1): the highest ``by`` first, then the lowest id."""
    descending = [False, *(True for _ in by), False]
    return _ranked(rows.sort("customer", *by, "product", descending=descending).select("customer", "product"))


def _ranked(rows: pl.DataFrame) -> pl.DataFrame:
    place = pl.int_range(pl.len(), dtype=pl.Int32)
    is_first = (pl.col("customer") != pl.col("customer").shift(1)).fill_null(True)
    start = pl.when(is_first).then(place).forward_fill()
    return rows.with_columns((place - start + 1).alias("rank"))


def _first(shop: _Shop, rows: pl.DataFrame) -> pl.DataFrame:
    """The first products that may be shown of each customer."""
    shown = _ranked(rows.filter(pl.Series(shop.allowed[rows["product"].to_numpy()])).drop("rank"))
    return shown.filter(pl.col("rank") <= shop.how.most)


def _bases(rows: pl.DataFrame, count: int, bases: int) -> Codes:
    """The first products of each customer, shape (count, bases), _NONE where there are fewer."""
    found = np.full((count, bases), _NONE, dtype=np.int32)
    top = rows.filter(pl.col("rank") <= bases)
    found[top["customer"].to_numpy(), top["rank"].to_numpy() - 1] = top["product"].to_numpy()
    return found


def _related(shop: _Shop, bases: Codes, unwanted: NDArray[np.int64]) -> pl.DataFrame:
    """Lists of the first base, filled on from the next; none of the bases, none of the ``unwanted`` pairs (sorted)."""
    most = shop.how.most
    chosen = np.full((len(bases), most), _NONE, dtype=np.int32)
    filled = np.zeros(len(bases), dtype=np.int64)
    has_unwanted = np.zeros(len(bases), dtype=np.bool_)
    has_unwanted[unwanted // max(1, len(shop.ids))] = True
    for base in range(bases.shape[1]):
        rows = np.flatnonzero((filled < most) & (bases[:, base] != _NONE))
        found = shop.related[bases[rows, base]]
        good = found != _NONE
        for taken in (*bases[rows].T, *(chosen[rows].T if base else ())):
            good &= found != taken[:, None]
        some = np.flatnonzero(has_unwanted[rows])
        good[some] &= ~_among(unwanted, rows[some, None] * len(shop.ids) + found[some])
        place = filled[rows, None] + np.cumsum(good, axis=1) - 1
        good &= place < most
        row, column = np.nonzero(good)
        chosen[rows[row], place[row, column]] = found[row, column]
        filled[rows] += good.sum(axis=1)
    customer, place = np.nonzero(chosen != _NONE)
    columns = {"customer": customer.astype(np.uint32), "product": chosen[customer, place].astype(np.uint32)}
    return pl.DataFrame(columns | {"rank": (place + 1).astype(np.int32)})


def _among(known: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of ``wanted`` are in ``known`` (sorted)."""
    if not len(known):
        return np.zeros(wanted.shape, dtype=np.bool_)
    place = np.searchsorted(known, wanted).clip(max=len(known) - 1)
    return np.asarray(known[place] == wanted)


def _related_lists(related: pl.LazyFrame, ids: pl.Series, allowed: NDArray[np.bool_]) -> Codes:
    """Row of each product: what may be shown of its list, in order."""
    other = _codes(ids, "other_id", "other")
    rows = (
        related.join(_codes(ids, "product_id", "product"), on="product_id")
        .join(other, on="other_id")
        .group_by("product", "other")
        .agg(pl.col("rank").min())
        .collect(engine="streaming")
        .sort("product", "rank", "other")
    )
    rows = rows.filter(pl.Series(allowed[rows["other"].to_numpy()]))
    rows = _ranked(rows.select(pl.col("product").alias("customer"), "other"))
    lists = np.full((len(ids), int(rows["rank"].max() or 0)), _NONE, dtype=np.int32)  # type: ignore[arg-type]
    lists[rows["customer"].to_numpy(), rows["rank"].to_numpy() - 1] = rows["other"].to_numpy()
    return lists


def _distinct(*frames: pl.LazyFrame, name: str) -> pl.Series:
    found = pl.concat([frame.select(pl.col(name).unique()) for frame in frames])
    return found.drop_nulls().unique().collect(engine="streaming").to_series().sort()


def _codes(values: pl.Series, name: str, code: str) -> pl.LazyFrame:
    return pl.LazyFrame({name: values, code: pl.int_range(len(values), dtype=pl.UInt32, eager=True)})


def _coded(rows: pl.LazyFrame, keys: pl.Series | None, ids: pl.Series) -> pl.DataFrame:
    """Rows with codes in place of ids, by customer if those are known; what has no code is left out."""
    coded = rows.join(_codes(ids, "product_id", "product"), on="product_id").drop("product_id")
    if keys is None:
        return coded.collect(engine="streaming")
    coded = coded.join(_codes(keys, "customer_key", "customer"), on="customer_key").drop("customer_key")
    return coded.collect(engine="streaming").sort("customer")


def _slice(rows: pl.DataFrame, first: int, count: int) -> pl.DataFrame:
    """Rows, sorted by customer, of ``count`` customers; counted from ``first`` on."""
    low, high = (int(rows["customer"].search_sorted(edge, side="left")) for edge in (first, first + count))
    return rows.slice(low, high - low).with_columns(pl.col("customer") - first)
