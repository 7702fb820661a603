"""Customers' lists that stand: what a run leaves as the days before made it.

Belongs here: which lists still hold, the files of the lake without the others, what they count for. Does not belong
here: making lists (``customers``), the ranker's own ones (``own_lists``).

The list of a customer is made anew on the day after he did something, when a product on it may not be shown to him any
more, when it is too short, when a new ranker has ranked what he looked at, and else every :data:`RENEWED_DAYS` days, on
a day of his own, so that no day has many. All are made anew when ``recipe`` is another one. So a day costs what it
changes; all customers' lists are read (two columns of them), and those that stand are written on without being made.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from assets.recommendations import tables
from assets.recommendations.inputs import Inputs
from connectors.lake.tables import LakeTables
from models.recommend.pages.shelves import CUSTOMER
from models.recommend.steps import customer_of

RENEWED_DAYS: Final = 28  # a list of somebody who does nothing is never older: two reports of a month see another one
GENERAL: Final = ""  # in ``Demands.shown``: the lists of all models
LISTS: Final = (tables.RECOMMENDATIONS, tables.MODEL_LISTS)
STANDING: Final = pl.Schema({"context_id": pl.String(), "made": pl.Date()})
_KEYS: Final = ("algorithm", "basis")


@dataclass(frozen=True)
class Demands:
    """What a list must meet to stand.

    ``everyone``: customers (context_id). ``active``: numbers (as in steps) of those whose lists are made anew at any
    rate. ``unwanted``: context_id, product_id. ``shown``: by model (:data:`GENERAL`: all) what
    ``Rulebook.for_customers`` says. ``length``: of a full list.
    """

    everyone: pl.DataFrame
    active: pl.Series
    unwanted: pl.DataFrame
    shown: Mapping[str, pl.DataFrame]
    length: int


def recipe_of(inputs: Inputs, settings: str, shown: Mapping[str, pl.DataFrame]) -> str:
    """Another text when all lists have to be made anew: other settings, rules or models, or what pins bring into all
    lists."""
    brought = [
        (model, verdicts.drop_nulls("brought_by").select("product_id", "brought_by").rows())
        for model, verdicts in sorted(shown.items())
    ]
    return hashlib.sha256(repr((inputs.documents, settings, brought)).encode()).hexdigest()[:32]


def run_before(lake: LakeTables, day: dt.date) -> dict[str, Any] | None:
    """The row of ``rec_runs`` of the last run of a day before ``day``."""
    last = lake.latest_day(tables.RUNS, before=day)
    return None if last is None else lake.read_day(tables.RUNS, last).row(0, named=True)


def lists_that_stand(lake: LakeTables, day: dt.date, asked: Demands) -> pl.DataFrame:
    """:data:`STANDING`: customers whose lists of days before ``day`` hold, with the day that each was made on."""
    days = [made for made in lake.days(tables.RECOMMENDATIONS) if made < day]
    if not days or not asked.length:
        return pl.DataFrame(schema=STANDING)
    full = pl.concat(
        _of_customers(lake, tables.RECOMMENDATIONS, made)
        .filter(pl.col("rank") == asked.length)  # ranks have no gaps: there is one where the list is full
        .select("context_id", pl.lit(made).alias("made"))
        for made in days
    ).collect()
    number = customer_of("context_id")
    since_turn = (number % RENEWED_DAYS + day.toordinal()) % RENEWED_DAYS
    kept = full.filter(
        pl.col("made") >= pl.lit(day) - pl.duration(days=since_turn), ~number.is_in(asked.active.implode())
    )
    kept = kept.join(asked.everyone, on="context_id", how="semi")
    for broken in _broken(lake, days, asked):
        kept = kept.join(broken, on="context_id", how="anti")
    return kept.sort("context_id", "made").unique("context_id", keep="last", maintain_order=True).cast(STANDING)


def without_the_others(
    lake: LakeTables, day: dt.date, standing: pl.DataFrame
) -> dict[tuple[str, dt.date], pl.LazyFrame]:
    """The files of days other than ``day``, by table and day, that hold more than what stands: without it."""
    found = {}
    for table in LISTS:
        for made in (each for each in lake.days(table) if each != day):
            mine = standing.filter(pl.col("made") == made)["context_id"]
            rows, stands = lake.scan_day(table, made), _stands(mine)
            if rows.filter(pl.col("rank") == 1, ~stands).select(pl.len()).collect().item():
                found[table, made] = rows.filter(stands)
    return found


def shares_of(lake: LakeTables, standing: pl.DataFrame) -> pl.DataFrame:
    """What the lists that stand add to ``rec_sources``: as ``ruled.counts_of`` has it."""
    rows = [
        lake.scan_day(tables.RECOMMENDATIONS, made).filter(_stands(each["context_id"])).group_by(*_KEYS, "source")
        .agg(pl.len().cast(pl.Int64).alias("rows"), (pl.col("rank") == 1).sum().cast(pl.Int64).alias("lists"))
        .collect()
        for (made,), each in standing.group_by("made", maintain_order=True)
        if isinstance(made, dt.date)
    ]  # fmt: skip
    if not rows:
        return pl.DataFrame(schema=dict.fromkeys((*_KEYS, "source"), pl.String) | {"rows": pl.Int64})
    every = pl.concat(rows)
    lists = every.group_by(_KEYS).agg(pl.col("lists").sum(), pl.col("lists").sum().alias("full_lists"))
    return pl.concat([every.drop("lists"), lists], how="diagonal")


def _of_customers(lake: LakeTables, table: str, made: dt.date) -> pl.LazyFrame:
    return lake.scan_day(table, made).filter(pl.col("basis") == CUSTOMER)


def _stands(customers: pl.Series) -> pl.Expr:
    return (pl.col("basis") == CUSTOMER) & pl.col("context_id").is_in(customers.implode())


def _broken(lake: LakeTables, days: list[dt.date], asked: Demands) -> Iterator[pl.DataFrame]:
    """Customers (context_id) with something on a list that may not be shown to them any more."""
    for table in LISTS:
        for made in (each for each in lake.days(table) if each in days):
            rows = _of_customers(lake, table, made)
            bought = asked.unwanted.lazy()
            theirs = rows.filter(pl.col("context_id").is_in(asked.unwanted["context_id"].unique().implode()))
            yield theirs.join(bought, on=["context_id", "product_id"], how="semi").select("context_id").collect()
            for model, verdicts in asked.shown.items():
                if (model == GENERAL) == (table == tables.RECOMMENDATIONS):
                    of_model = rows if model == GENERAL else rows.filter(pl.col("model_id") == model)
                    allowed = verdicts.filter(~pl.col("is_out"))["product_id"]
                    out = of_model.filter(~pl.col("product_id").is_in(allowed.implode()))
                    yield out.select("context_id").unique().collect()
