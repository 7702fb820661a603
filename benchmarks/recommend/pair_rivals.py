"""Pairs by hand: a sum of lagged sparse matrices (SciPy), and a join of the views with themselves (DuckDB).

Belongs here: the rivals of ``pairs``. Does not belong here: what is measured.

Both weigh by distance as our count does. The matrices count every meeting of a visit, not the nearest only.
"""

from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
from scipy.sparse import coo_matrix, csr_matrix

from benchmarks.taste.chain import Stages
from models.recommend.counts.pairs import VIEWED_TOGETHER
from models.recommend.sessions import sessions_of

TOP = 20


def _say(text: str) -> None:
    print(f"  {text}", flush=True)


def sparse(shop: Path) -> None:
    """One matrix of products by products for each distance, added up."""
    stages = Stages(_say)
    sessions = sessions_of(pl.read_parquet(sorted(shop.glob("day-*.parquet"))))
    stages.done(f"read {len(sessions):,} visits")
    codes, session = sessions.products, np.repeat(np.arange(len(sessions), dtype=np.int32), sessions.lengths)
    products, total = len(sessions.ids), csr_matrix((len(sessions.ids), len(sessions.ids)), dtype=np.float32)
    for distance, weight in enumerate(VIEWED_TOGETHER.falloffs().astype(np.float32)[1:], start=1):
        here = np.flatnonzero((session[distance:] == session[:-distance]) & (codes[distance:] != codes[:-distance]))
        values = np.full(len(here), weight, np.float32)
        total = total + coo_matrix((values, (codes[here], codes[here + distance])), shape=(products, products)).tocsr()
    both_ways = (total + total.T).tocsr()
    stages.done(f"sum of {VIEWED_TOGETHER.reach} matrices, {both_ways.nnz:,} pairs")
    rows = sum(len(_best(both_ways, product)) for product in range(products))
    stages.done(f"{rows:,} rows of the best {TOP}")


def _best(matrix: csr_matrix, product: int) -> np.ndarray:
    values = matrix.data[matrix.indptr[product] : matrix.indptr[product + 1]]
    some = np.argpartition(-values, TOP)[:TOP] if len(values) > TOP else np.arange(len(values))
    return some[np.argsort(-values[some], kind="stable")]


def joined(shop: Path) -> None:
    """The views joined with themselves."""
    stages = Stages(_say)
    query = f"""
        with views as (
            select session_id, product_id, row_number() over (partition by session_id order by file_row_number) as at
            from read_parquet('{shop}/day-*.parquet', file_row_number = true)
        ),
        meetings as (
            select a.product_id, b.product_id as other_id,
                max(abs(a.at - b.at) ** -{VIEWED_TOGETHER.falloff}) as weight
            from views as a join views as b using (session_id)
            where a.product_id <> b.product_id and abs(a.at - b.at) <= {VIEWED_TOGETHER.reach}
            group by a.session_id, a.product_id, b.product_id
        ),
        pairs as (select product_id, other_id, sum(weight) as weight from meetings group by all)
        select count(*) from (
            select 1 from pairs qualify row_number() over (partition by product_id order by weight desc) <= {TOP}
        )
    """
    with duckdb.connect(config={"memory_limit": "3GB", "threads": 2}) as connection:
        connection.sql("set preserve_insertion_order = false")
        [(rows,)] = connection.sql(query).fetchall()
    stages.done(f"{rows:,} rows of the best {TOP}")


RIVAL: dict[str, Callable[[Path], None]] = {"sparse": sparse, "duckdb": joined}
