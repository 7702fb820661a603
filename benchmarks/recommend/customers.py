"""Personal lists of a million customers: how many a second, in how much memory, and where the time goes.

Belongs here: customers of the planted visits, the measured stages. Does not belong here: the visits
(``planted_sessions``), whether the lists are any good (``quality``).

The measured part is a process of its own: ``customers FOLDER CUSTOMERS ASKED``. Ranker, space and candidates are made
from all visits as `dangol run` makes them; then lists of ``ASKED`` customers are made.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.processes import measure
from benchmarks.recommend.planted_sessions import plant_days
from benchmarks.taste.chain import Stages
from models.recommend.personal.candidates import candidates_in_batches, index_of, space_of
from models.recommend.personal.evaluation import TRAINING_SHARE
from models.recommend.personal.histories import MOST_STEPS, Histories, open_histories
from models.recommend.personal.lists import PersonalModel, fitted, lists_of
from models.recommend.personal.ranker import Ranker, Training, best_of
from models.recommend.sessions import Sessions, sessions_of
from models.recommend.steps import by_customer

CUSTOMERS, ASKED, PRODUCTS, DAYS, LENGTH = 1_000_000, 50_000, 100_000, 60, 20


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this part."""
    group = parser.add_argument_group("personal lists")
    group.add_argument("--personal-customers", type=int, default=CUSTOMERS, help="customers of the planted shop")
    group.add_argument("--personal-asked", type=int, default=ASKED, help="customers whose lists are made (by chance)")
    group.add_argument("--personal-products", type=int, default=PRODUCTS, help="products of the planted shop")
    group.add_argument("--personal-training", type=int, default=Training().histories, help="histories to learn from")


def run(folder: Path, chosen: argparse.Namespace) -> None:
    """Plant the shop and measure in a process of its own."""
    shop = folder / f"visits-{chosen.events}-{chosen.personal_products}"
    plant_days(shop, chosen.events, chosen.personal_products, DAYS)
    sizes = [chosen.personal_customers, chosen.personal_asked, chosen.personal_training]
    line = [sys.executable, "-m", "benchmarks.recommend.customers", str(shop), *map(str, sizes)]
    print(f"Personal lists of {sizes[1]:,} of {sizes[0]:,} customers, {chosen.personal_products:,} products")
    cost = measure(line, os.environ, shop)
    print((shop / "benchmark.log").read_text(encoding="utf-8"), end="")
    print(f"{'all of it':34} {cost}", flush=True)


def steps_of(shop: Path, customers: int) -> pl.DataFrame:
    """The planted views with a customer each: everybody makes one visit, chance says who makes the others."""
    visits = pl.concat(pl.read_parquet(file) for file in sorted(shop.glob("day-*.parquet")))
    numbers = visits["session_id"].unique(maintain_order=True)
    random = np.random.default_rng(1)
    others = random.integers(0, customers, max(0, len(numbers) - customers))
    of_visit = random.permutation(np.concatenate([np.arange(customers), others])[: len(numbers)])
    known = pl.DataFrame({"session_id": numbers, "customer_key": of_visit})
    return visits.join(known, on="session_id", maintain_order="left")


def measured(shop: Path, customers: int, asked: int, training: int) -> None:
    """Print what each stage costs."""
    stages = Stages(_say)
    steps = steps_of(shop, customers)
    sessions = sessions_of(steps)
    stages.done(f"read {len(steps):,} views, {len(sessions):,} visits")
    sequences = sessions_of(by_customer(steps, MOST_STEPS), sessions.ids)
    everybody = open_histories(sequences, known=len(sessions))
    stages.done(f"histories of {len(everybody):,} customers")
    del steps, sequences
    model, index = _made(sessions, training, stages)
    chance = np.sort(np.random.default_rng(2).choice(len(everybody), min(asked, len(everybody)), replace=False))
    histories = everybody.taken(chance)
    for name, used in (("neighbours only", PersonalModel(model.settings, "")), ("full", model)):
        begun = time.process_time()
        rows = sum(len(batch) for batch, _ in lists_of(index, used, histories, LENGTH))
        seconds = time.process_time() - begun
        stages.done(f"{name}: {rows / seconds:,.0f} customers a CPU s")
    _where_time_goes(index, model, histories)


def _made(sessions: Sessions, training: int, stages: Stages) -> tuple[PersonalModel, object]:
    """The ranker and the sessions laid out for it, and what each step of this costs."""
    categories = np.full(len(sessions.ids), -1, np.int32)
    said: list[str] = []

    def say(text: str) -> None:
        if said:
            stages.done(said[-1])
        said.append(text)

    first = int(len(sessions) * (1 - TRAINING_SHARE))
    how = replace(Training(), histories=training)
    model = fitted(sessions, first, len(sessions), categories, training=how, say=say)
    say("")
    space = space_of(sessions, model.settings)
    stages.done("space of products, nearest of each")
    index = index_of(sessions, space, categories)
    stages.done("sessions laid out")
    return model, index


def _where_time_goes(index: object, model: PersonalModel, histories: Histories) -> None:
    """CPU seconds of the compiled walk, of LightGBM, of the rest."""
    ranker, spent = Ranker(model.ranker), dict.fromkeys(("walk", "copy", "copy, LightGBM", "best"), 0.0)
    for seconds, name in _timed(index, model, histories, ranker):
        spent[name] += seconds
    whole = sum(spent.values())
    for name, seconds in spent.items():
        print(f"  {name:16} {seconds:6.1f} CPU s  {seconds / whole:.0%}")


def _timed(index: object, model: PersonalModel, histories: Histories, ranker: Ranker) -> Iterator[tuple[float, str]]:
    begun = time.process_time()
    for _, found in candidates_in_batches(index, histories, model.settings):  # type: ignore[arg-type]
        yield time.process_time() - begun, "walk"
        begun = time.process_time()
        found.table[found.filled]
        yield time.process_time() - begun, "copy"
        begun = time.process_time()
        scores = ranker.scores(found)
        yield time.process_time() - begun, "copy, LightGBM"
        begun = time.process_time()
        best_of(found, scores, LENGTH)
        yield time.process_time() - begun, "best"
        begun = time.process_time()


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    measured(Path(sys.argv[1]), *map(int, sys.argv[2:5]))
