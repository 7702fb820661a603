"""What customers choose next, all of it: the next order on UCI Online Retail, the last week's views of the demo shop.

Belongs here: cutting the data, the shelf of simple baselines, the table. Does not belong here: `implicit` and item-kNN
themselves (``rivals``), recall of products bought before (``repeat_purchase``, which also names the data's source).

Everything is known until one day and nothing after it. UCI: each customer's first order of the ``TEST_DAYS`` last days,
of customers who had ordered before. Demo shop: all different products that a customer looked at in its last days.
recall@k = found / wanted (a large order can't be found in a short list), NDCG@20 with every wanted product alike.
"""

import datetime as dt
import importlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from benchmarks.recommend import repeat_purchase
from benchmarks.recommend.rivals import (
    KINDS,
    NEIGHBOURS,
    THREADS,
    Codes,
    best_of_rows,
    cosines,
    fitted_implicit,
    has_implicit,
    matrix_of,
)
from models.recommend.pages.filling import filled_up
from models.recommend.personal.candidates import index_of, space_of
from models.recommend.personal.evaluation import TRAINING_SHARE, categories_of, most_popular
from models.recommend.personal.histories import MOST_STEPS, Histories, open_histories
from models.recommend.personal.lists import PersonalModel, fitted, lists_of
from models.recommend.repeat import ranker as repeat_ranker
from models.recommend.sessions import Sessions, sessions_of
from models.recommend.steps import by_customer

TEST_DAYS, LATELY, K = 28, 28, 20
_FACTORS = 64


@dataclass(frozen=True)
class Task:
    """``steps``: known ones; ``sessions`` of them; ``sequences``: of all customers asked for, numbered as
    ``customers``; ``counts``: in how many sessions each (row) had each product; ``wanted``: sorted customer * products
    + product; ``popular``: lately."""

    steps: pl.DataFrame
    sessions: Sessions
    customers: pl.Series
    sequences: Histories
    counts: csr_matrix
    wanted: NDArray[np.int64]
    popular: Codes


def judge_uci(path: Path | None) -> None:
    """Print recall of the next order."""
    if path is None:
        print("next order: left out, --uci says where UCI Online Retail is")
        return
    purchases = repeat_purchase.read(path).sort("bought_on", maintain_order=True)
    as_of: dt.date = purchases["bought_on"].max() - dt.timedelta(days=TEST_DAYS)  # type: ignore[operator]
    lines = purchases.rename({"order_id": "session_id", "bought_on": "event_day"})
    later = lines.filter(pl.col("event_day") > as_of)
    first = later.filter(pl.col("session_id") == pl.col("session_id").first().over("customer_key"))
    task = task_of(lines.filter(pl.col("event_day") <= as_of), first)
    print(f"UCI Online Retail, next order: {_size(task)}")
    shown = dict(_judged(task))
    begun = time.process_time()
    model = repeat_ranker.train(purchases.lazy(), as_of)
    scored = repeat_ranker.score(model, purchases.lazy(), as_of, least_orders=1)
    again = _of_scores(task, scored.select("customer_key", "product_id", "score"))
    _line(task, "repeat purchases, best sellers", again, time.process_time() - begun)
    _line(task, "repeat purchases, personal", _followed(again, shown["personal"]), time.process_time() - begun)


def judge_demo(steps: pl.DataFrame, border: dt.date) -> None:
    """Print recall of what customers look at after ``border``."""
    task = task_of(
        steps.filter(pl.col("event_day") <= border), steps.filter((pl.col("event_day") > border) & pl.col("is_view"))
    )
    print(f"Demo shop, all that customers look at next: {_size(task)}")
    for _ in _judged(task):
        pass


def _size(task: Task) -> str:
    return f"{len(task.customers):,} customers, {len(task.wanted) / len(task.customers):.1f} products wanted of each"


def task_of(known: pl.DataFrame, later: pl.DataFrame) -> Task:
    """Rows (event_day, session_id, customer_key, product_id[, category_id]), in the order in which they happened."""
    ids = pl.concat([known["product_id"], later["product_id"]]).unique().sort()
    sessions, asked = sessions_of(known, ids), known.join(later, on="customer_key", how="semi", maintain_order="left")
    sequences = by_customer(asked, MOST_STEPS)
    customers = sequences["session_id"].unique(maintain_order=True).alias("customer_key")
    counts = _pairs(asked.unique(["session_id", "product_id"]), customers, ids)
    wanted = _pairs(later.unique(["customer_key", "product_id"]), customers, ids)
    rows, columns = wanted.nonzero()
    lately = known.filter(pl.col("event_day") > known["event_day"].max() - dt.timedelta(days=LATELY))  # type: ignore[operator]
    return Task(
        known,
        sessions,
        customers,
        open_histories(sessions_of(sequences, ids), known=len(sessions)),
        counts,
        np.sort(rows.astype(np.int64) * len(ids) + columns),
        most_popular(sessions_of(lately, ids), 2 * K),
    )


def _pairs(rows: pl.DataFrame, customers: pl.Series, ids: pl.Series) -> csr_matrix:
    """Numbers of rows by customer and product."""
    who = customers.to_frame("customer_key").with_row_index("row")
    what = ids.to_frame("product_id").with_row_index("column")
    places = rows.join(who, on="customer_key").join(what, on="product_id")
    values = np.ones(len(places), np.float32)
    where = (places["row"].to_numpy(), places["column"].to_numpy())
    return csr_matrix((values, where), shape=(len(customers), len(ids)))


def _judged(task: Task) -> Iterator[tuple[str, Codes]]:
    """Judge what every kind of history allows, and hand on the lists."""
    print(f"{'':34}{'recall@10':>10}{'recall@20':>10}{'NDCG@20':>9}{'CPU s':>8}")
    for name, make in {**_simple(task), **_item_item(task)}.items():
        begun = time.process_time()
        lists = make()
        yield name, _line(task, name, lists, time.process_time() - begun)
    yield from _ours(task)


def _simple(task: Task) -> dict[str, Callable[[], Codes]]:
    nobody = np.empty((len(task.customers), 0), np.int32)
    every = np.tile(most_popular(task.sessions, K), (len(task.customers), 1))
    return {
        "best sellers": lambda: every,
        f"best sellers of the last {LATELY} days": lambda: nobody,
        "own, the latest first": lambda: _latest(task),
        "own, the most frequent first": lambda: best_of_rows(task.counts, K),
    }


def _item_item(task: Task) -> dict[str, Callable[[], Codes]]:
    found: dict[str, Callable[[], Codes]] = {"item-kNN, cosine of sessions": lambda: _item_knn(task)}
    if has_implicit():
        for kind in KINDS:
            for neighbours in NEIGHBOURS:
                found[f"implicit {kind}, {neighbours}"] = partial(_implicit, task, kind, neighbours)
        found[f"implicit ALS, {_FACTORS} factors"] = lambda: _listed(task, _als(task))
    return found


def _als(task: Task) -> Any:
    als = importlib.import_module("implicit.als").AlternatingLeastSquares
    model = als(factors=_FACTORS, random_state=1, num_threads=THREADS)
    model.fit(task.counts, show_progress=False)
    return model


def _implicit(task: Task, kind: str, neighbours: int) -> Codes:
    return _listed(task, fitted_implicit(kind, task.counts, neighbours))


def _listed(task: Task, model: Any) -> Codes:
    rows = np.arange(len(task.customers))
    found, _ = model.recommend(rows, task.counts, N=K, filter_already_liked_items=False)
    return np.asarray(found, np.int32)


def _item_knn(task: Task) -> Codes:
    """Products like what the customer had, each counted as often as it was had; what was had is like itself."""
    alike = cosines(matrix_of(task.sessions))
    alike.setdiag(1)
    return best_of_rows((task.counts @ alike).tocsr(), K)


def _latest(task: Task) -> Codes:
    rows = np.repeat(np.arange(len(task.customers)), np.diff(task.sequences.starts))
    order = np.arange(len(rows)) + 1.0
    latest = pl.DataFrame({"row": rows, "column": task.sequences.steps, "at": order})
    latest = latest.group_by("row", "column").agg(pl.col("at").max())
    last = csr_matrix((latest["at"], (latest["row"], latest["column"])), shape=task.counts.shape)
    return best_of_rows(last, K)


def _ours(task: Task) -> Iterator[tuple[str, Codes]]:
    """Personal lists, with the neighbours alone and with the ranker."""
    begun = time.process_time()
    sessions, categories = task.sessions, categories_of(task.steps, task.sessions.ids)
    owners = task.steps.group_by("session_id", maintain_order=True).agg(pl.col("customer_key").first())["customer_key"]
    numbers = owners.rank("dense").cast(pl.Int64).to_numpy()
    model = fitted(sessions, int(len(sessions) * (1 - TRAINING_SHARE)), len(sessions), categories, owners=numbers)
    index = index_of(sessions, space_of(sessions, model.settings), categories)
    trained = time.process_time() - begun
    for name, used in (("neighbours", PersonalModel(model.settings, "")), ("personal", model)):
        begun = time.process_time()
        lists = np.concatenate([found.products for _, found in lists_of(index, used, task.sequences, K)])
        yield name, _line(task, name, lists, time.process_time() - begun + trained)


def _of_scores(task: Task, scored: pl.DataFrame) -> Codes:
    """Lists of scored products (customer_key, product_id, score)."""
    who = task.customers.to_frame("customer_key").with_row_index("row")
    what = task.sessions.ids.to_frame("product_id").with_row_index("column")
    places = scored.join(who, on="customer_key").join(what, on="product_id")
    lowest = float(places["score"].min()) - 1.0  # type: ignore[arg-type]
    values = (places["score"] - lowest).to_numpy()
    return best_of_rows(csr_matrix((values, (places["row"], places["column"])), shape=task.counts.shape), K)


def _followed(first: Codes, second: Codes) -> Codes:
    """``first``, filled up with ``second``, no product twice."""
    both = np.concatenate([first, second], axis=1)
    for place in range(1, both.shape[1]):
        both[(both[:, :place] == both[:, place, None]).any(axis=1), place] = -1
    return np.asarray(np.take_along_axis(both, np.argsort(both < 0, axis=1, kind="stable"), 1)[:, :K])


def _line(task: Task, name: str, lists: Codes, seconds: float) -> Codes:
    """Print the figures of ``lists``, which best sellers of late fill up; gives the lists as they were."""
    full = filled_up(lists, task.popular, K)
    rows = np.arange(len(full), dtype=np.int64)[:, None] * len(task.sessions.ids)
    hits = np.isin(rows + full, task.wanted) & (full >= 0)
    sizes = np.bincount(task.wanted // len(task.sessions.ids), minlength=len(full))
    gains = 1 / np.log2(np.arange(K) + 2)
    ideal = np.cumsum(gains)[np.minimum(sizes, K) - 1]
    figures = [(hits[:, :k].sum(axis=1) / sizes).mean() for k in (10, K)]
    ndcg = ((hits * gains).sum(axis=1) / ideal).mean()
    print(f"{name:34}{figures[0]:10.4f}{figures[1]:10.4f}{ndcg:9.4f}{seconds:8.1f}", flush=True)
    return lists
