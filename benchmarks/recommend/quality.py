"""How well the product predicts what comes next, beside rivals in the same run.

Belongs here: session files, the demo shop's last week, the table of figures. Does not belong here: the protocol and our
algorithms (``models.recommend.personal.evaluation``), rivals (``rivals``), customers' next baskets (``baskets``).
"""

import argparse
import datetime as dt
from pathlib import Path

import polars as pl

from benchmarks.homes import FIRST_DAY, dangol
from benchmarks.recommend import baskets, rivals
from connectors.home.paths import Home
from connectors.sources.session_file import read_sessions
from models.recommend.personal.evaluation import Evaluated, evaluated
from models.recommend.personal.histories import beginnings
from models.recommend.personal.ranker import Training
from models.recommend.sessions import sessions_of
from models.recommend.steps import ordered_steps

K = 20
CUSTOMERS, DAYS, LATER = 3_000, 40, 7


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this part."""
    group = parser.add_argument_group("quality of recommendations")
    told = "session files (session_id, item_id, position or time) to predict; repeatable (default: the demo shop alone)"
    group.add_argument("--quality-files", metavar="NAME=TRAIN,TEST", action="append", default=[], help=told)
    group.add_argument("--quality-no-demo", action="store_true", help="leave the demo shop out")


def run(folder: Path, chosen: argparse.Namespace) -> None:
    """Session files, then the demo shop, then UCI Online Retail where ``--uci`` says where that is."""
    for told in chosen.quality_files:
        name, _, files = told.partition("=")
        train, test = (read_sessions(Path(file)) for file in files.split(","))
        judge_sessions(name, train, test)
    if not chosen.quality_no_demo:
        steps = demo_steps(demo_home(folder))
        border = steps["event_day"].max() - dt.timedelta(days=LATER)  # type: ignore[operator]
        began = pl.col("event_day").min().over("session_id")
        judge_sessions(f"demo shop, last {LATER} days", steps.filter(began <= border), steps.filter(began > border))
        baskets.judge_demo(steps, border)
    baskets.judge_uci(chosen.uci)


def demo_home(folder: Path) -> Home:
    """The simulated shop with published tables; made once, then reused."""
    home = Home(folder / f"demo-{CUSTOMERS}-{DAYS}")
    if not home.published.exists():
        home.root.mkdir(parents=True, exist_ok=True)
        dangol(home, "init")
        sizes = ("--customers", str(CUSTOMERS), "--days", str(DAYS), "--start", FIRST_DAY.isoformat())
        dangol(home, "demo", *sizes)
        dangol(home, "run")
    return home


def demo_steps(home: Home) -> pl.DataFrame:
    """The published events as steps, with the category of each product."""
    tables = home.published / "tables"
    steps = ordered_steps(pl.scan_parquet(tables / "events" / "**" / "*.parquet", hive_partitioning=False))
    products = pl.read_parquet(tables / "products" / "**" / "*.parquet", hive_partitioning=False)
    categories = products.select("product_id", pl.col("category_path").alias("category_id"))
    return steps.join(categories, on="product_id", how="left", maintain_order="left")


def judge_sessions(name: str, train: pl.DataFrame, test: pl.DataFrame) -> None:
    """Predict every next step of ``test``; both as :func:`evaluated` takes them."""
    print(f"{name}: {len(train):,} steps to learn from, {len(test):,} to predict")
    print(f"{'':24}{f'HR@{K}':>9}{f'MRR@{K}':>9}{f'NDCG@{K}':>9}{'CPU s':>8}{'a CPU s':>10}{'training CPU s':>16}")
    known = pl.concat([train["product_id"], test["product_id"]]).unique().sort()
    sessions, unseen = sessions_of(train, known), sessions_of(test, known)
    histories = beginnings(unseen, 0, len(unseen), known=len(sessions))
    for each in rivals.of_sessions(sessions, histories, K):
        _line(each)
    for each in evaluated(train, test, k=K, training=Training()):
        _line(each)


def _line(each: Evaluated) -> None:
    reached = each.quality
    figures = f"{reached.hit_rate:9.4f}{reached.reciprocal_rank:9.4f}{reached.ndcg:9.4f}"
    costs = f"{each.seconds:8.1f}{each.per_second:10,.0f}{each.training_seconds:16.1f}"
    print(f"{each.algorithm:24}{figures}{costs}", flush=True)
