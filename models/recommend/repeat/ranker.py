"""Which of the products that a customer has bought before are bought again next.

Belongs here: training the ranker on days gone by, scoring everybody's products as of a day. Does not belong here: the
features (``features``), purchase cycles (``cycles``), lists (``message_items``), reading purchases.

LambdaRank (Burges, 2010, "From RankNet to LambdaRank to LambdaMART: an overview", MSR-TR-2010-82) learns from several
cut-off days: features of what was known on the day, labels of the weeks after it. No label reaches beyond the last day
of the purchases it is trained on.
"""

import datetime as dt
import json
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.recommend.repeat.cycles import LEAST_ORDERS, DueWindow, due
from models.recommend.repeat.features import FEATURES, features, shop_state
from models.recommend.repeat.history import History, bought_after, day_number, history_of, pieces

FALLBACK = "rate_times_fresh"  # the best single figure on UCI Online Retail, see docs/benchmarks.md
_MOST_OF_A_CUSTOMER = 5_000  # candidates: the ranking objective takes no group of more than 10,000
SCORED = pl.Schema(
    {
        "customer_key": pl.String(),
        "product_id": pl.String(),
        "score": pl.Float64(),
        "cycle_days": pl.Float64(),
        "due_day": pl.Date(),
        "times_bought": pl.Int64(),
        "is_due": pl.Boolean(),
    }
)
_CODED = pl.Schema(
    {"customer": pl.UInt64(), "product": pl.UInt32(), **{name: SCORED[name] for name in SCORED.names()[2:]}}
)


@dataclass(frozen=True)
class Training:
    """How the ranker is trained; chosen on UCI Online Retail without its last four weeks.

    Twice the rounds, the leaves, or both at half the rate did not find more and cost up to twice as much
    (docs/benchmarks.md).
    """

    horizon_days: int = 28  # labels: bought again within so many days
    cut_offs: int = 8
    step_days: int = 14  # between cut-offs
    rounds: int = 100
    leaves: int = 15
    learning_rate: float = 0.1
    least_in_leaf: int = 100
    least_customers: int = 200  # who bought something again: fewer teach nothing that the fallback does not know
    most_rows: int = 1_000_000  # of all cut-offs; customers are drawn where there are more
    seed: int = 0
    threads: int = 2


@dataclass(frozen=True)
class RepeatModel:
    """A trained ranker: LightGBM's text and the features in its order, or no trees and ``why`` there are none."""

    trees: str | None
    feature_names: tuple[str, ...]
    why: str
    examples: int  # customers who bought something again, summed over cut-offs
    rows: int

    def to_json(self) -> str:
        """All of it as text; :meth:`from_json` reads it."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "RepeatModel":
        """Raises :class:`ValueError` on the text of a model with features that this version does not make."""
        values = json.loads(text)
        names = tuple(values.pop("feature_names"))
        if missing := [name for name in names if name not in FEATURES]:
            raise ValueError(f"the repeat model needs {', '.join(missing)}, which are no longer made: train it again")
        return cls(feature_names=names, **values)


def train(
    purchases: pl.LazyFrame, as_of: dt.date, categories: pl.DataFrame | None = None, how: Training | None = None
) -> RepeatModel:
    """Learn from ``purchases`` (columns ``cycles.PURCHASES``) up to ``as_of``; later ones are not looked at.

    ``categories``: product_id, category_id. The same model whatever the order of rows. Where too few customers bought
    anything again, the model has no trees and scores by :data:`FALLBACK`.
    """
    how = how or Training()
    history = history_of(purchases.filter(pl.col("bought_on") <= as_of))
    rows = _examples(history, as_of, _category_codes(history, categories), how)
    groups = rows.select("cut_off", "customer").n_unique() if len(rows) else 0
    if groups < how.least_customers:
        why = f"{groups} customers bought something again, {how.least_customers} are needed: ranked by {FALLBACK}"
        return RepeatModel(None, FEATURES, why, groups, len(rows))
    return RepeatModel(_fit(rows, how), FEATURES, "", groups, len(rows))


def score(
    model: RepeatModel,
    purchases: pl.LazyFrame,
    as_of: dt.date,
    categories: pl.DataFrame | None = None,
    window: DueWindow | None = None,
    least_orders: int = LEAST_ORDERS,
    threads: int = 2,
) -> pl.DataFrame:
    """Every product that a customer bought in ``least_orders`` orders or more up to ``as_of``: columns :data:`SCORED`.

    Sorted by customer, score (highest first) and product. ``due_day``: the day a cycle after the last purchase;
    ``is_due``: whether ``as_of`` lies in the ``window`` around it.
    """
    history = history_of(purchases.filter(pl.col("bought_on") <= as_of))
    shop = shop_state(history, as_of, _category_codes(history, categories))
    is_due = due(pl.col("last_day"), pl.lit(day_number(as_of)), window or DueWindow())
    rank = _ranker(model, threads)
    found = [pl.DataFrame(schema=_CODED)]
    for days in pieces(history.days):
        known = features(days, shop).filter(pl.col("orders") >= least_orders)
        figures = pl.Series("score", rank(known)), pl.col("orders").alias("times_bought"), *is_due
        found.append(known.with_columns(*figures).select(pl.col(name).cast(kind) for name, kind in _CODED.items()))
    return _named(pl.concat(found), history)


def _named(scored: pl.DataFrame, history: History) -> pl.DataFrame:
    products = pl.DataFrame({"product_id": history.products}).with_row_index("product")
    return (
        scored.join(history.keys, on="customer")
        .join(products, on="product")
        .select(SCORED.names())
        .sort("customer_key", "score", "product_id", descending=[False, True, False])
    )


def _category_codes(history: History, categories: pl.DataFrame | None) -> pl.DataFrame:
    """``product, category``; the first by name where a product stands in several."""
    if categories is None:
        return pl.DataFrame(schema={"product": pl.UInt32(), "category": pl.String()})
    one = categories.group_by("product_id").agg(pl.col("category_id").cast(pl.String).min().alias("category"))
    return history.product_codes(one["product_id"]).join(one, on="product_id").select("product", "category")


def _examples(history: History, as_of: dt.date, categories: pl.DataFrame, how: Training) -> pl.DataFrame:
    """``cut_off, customer, product, label`` and features of customers who bought something again."""
    newest = as_of - dt.timedelta(days=how.horizon_days)
    wanted = [newest - dt.timedelta(days=how.step_days * back) for back in range(how.cut_offs)]
    oldest = history.days.select(pl.col("day").min()).item()
    cut_offs = [day for day in wanted if oldest is not None and day_number(day) >= oldest]
    share = how.most_rows / max(1, sum(len(history.until(day)) for day in cut_offs))
    found = [_examples_of(history, day, categories, how, share) for day in cut_offs]
    return pl.concat(found) if found else pl.DataFrame()


def _examples_of(
    history: History, cut_off: dt.date, categories: pl.DataFrame, how: Training, share: float
) -> pl.DataFrame:
    labels = bought_after(history, cut_off, how.horizon_days)
    days = history.until(cut_off)
    active = labels.select(pl.col("customer").unique())
    if share < 1:
        # active customers are fewer than all: drawing by share of all rows stays below the limit
        drawn = pl.col("customer").hash(seed=how.seed) < pl.lit(int(share * 2**64), dtype=pl.UInt64)
        active = active.filter(drawn)
    shop = shop_state(history, cut_off, categories)
    label = pl.when(pl.col("is_next").is_null()).then(0).otherwise(1).cast(pl.Int32).alias("label")
    known = features(days.join(active, on="customer", how="semi", maintain_order="left"), shop)
    rows = known.join(labels, on=["customer", "product"], how="left", maintain_order="left").with_columns(label)
    place = pl.col(FALLBACK).rank("ordinal", descending=True).over("customer")
    rows = rows.filter(place <= _MOST_OF_A_CUSTOMER)
    rows = rows.filter(pl.col("label").max().over("customer") > 0)
    return rows.select(pl.lit(cut_off).alias("cut_off"), "customer", "product", "label", *FEATURES)


def _fit(rows: pl.DataFrame, how: Training) -> str:
    import lightgbm

    ordered = rows.sort("cut_off", "customer", "product")
    sizes = ordered.group_by("cut_off", "customer", maintain_order=True).len()["len"].to_numpy()
    parameters = {
        "objective": "lambdarank", "num_leaves": how.leaves, "learning_rate": how.learning_rate,
        "min_data_in_leaf": how.least_in_leaf, "lambda_l2": 5.0, "feature_fraction": 0.6, "bagging_fraction": 0.8,
        "bagging_freq": 1, "lambdarank_truncation_level": 20, "num_threads": how.threads, "deterministic": True,
        "force_row_wise": True, "seed": how.seed, "verbosity": -1,
    }  # fmt: skip
    data = lightgbm.Dataset(_matrix(ordered), ordered["label"].to_numpy(), group=sizes, feature_name=list(FEATURES))
    return str(lightgbm.train(parameters, data, num_boost_round=how.rounds).model_to_string())


def _ranker(model: RepeatModel, threads: int) -> Any:
    """A function from features to scores, one a row."""
    if model.trees is None:
        return lambda rows: rows[FALLBACK]
    import lightgbm

    booster = lightgbm.Booster(model_str=model.trees)

    def rank(rows: pl.DataFrame) -> NDArray[np.float64]:
        if rows.is_empty():
            return np.zeros(0)
        return np.asarray(booster.predict(_matrix(rows, model.feature_names), num_threads=threads), dtype=np.float64)

    return rank


def _matrix(rows: pl.DataFrame, names: tuple[str, ...] = FEATURES) -> NDArray[np.float32]:
    return rows.select(pl.col(name).fill_null(np.nan) for name in names).to_numpy()
