"""Other shops than the one of the main benchmark: where does it fall apart?

Belongs here: which shops, the table. Does not belong here: the generator (``planted``), scores.
"""

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.taste.ceiling import best_possible, truth_frame
from benchmarks.taste.planted import BROWSERS, plant
from benchmarks.taste.prepared import outcome, prepare_planted
from benchmarks.taste.scores import HEADING, as_members, score


@dataclass(frozen=True)
class Variation:
    """A shop unlike the usual one: ``shop`` are arguments of ``planted.plant``."""

    name: str
    shop: dict[str, Any] = field(default_factory=dict)
    most_groups: int = 30


VARIATIONS = (
    Variation("as always"),
    Variation("as always, seed 2", {"seed": 2}),
    Variation("as always, seed 3", {"seed": 3}),
    Variation("6 views a customer", {"mean_views": 6.0}),
    Variation("6 views a customer, seed 2", {"mean_views": 6.0, "seed": 2}),
    Variation("10 views a customer", {"mean_views": 10.0}),
    Variation("30 views a customer", {"mean_views": 30.0}),
    Variation("8 tastes", {"tastes": 8}),
    Variation("15 tastes", {"tastes": 15}),
    Variation("50 tastes, at most 30 groups", {"tastes": 50}),
    Variation("50 tastes, at most 60 groups", {"tastes": 50}, 60),
    Variation("500 products", {"products": 500}),
    Variation("20,000 products", {"products": 20_000}),
    Variation("no browsers", {"browsers": 0.0}),
    Variation("half are browsers", {"browsers": 0.5}),
    Variation("sittings without a mood", {"has_moods": False}),
    Variation("tastes of equal size", {"size_exponent": 0.0}),
)


def run(folder: Path, customers: int) -> None:
    """Print a line for each shop; "possible": the true likelihoods at the same coverage, see ``ceiling``."""
    print(f"Other planted shops, {customers:,} customers")
    print(f"  {'':29} {HEADING}   possible AMI   ARI")
    for number, variation in enumerate(VARIATIONS):
        shop = plant(customers, **variation.shop)
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            prepared = prepare_planted(Path(scratch) / str(number), shop)
            found = outcome(prepared, most=variation.most_groups).score
            browsers = variation.shop.get("browsers", BROWSERS)
            truth = truth_frame(shop)
            best = score(truth, as_members(truth, best_possible(shop, browsers, found.coverage)))
        print(f"  {variation.name:29} {found}          {best.ami:5.3f} {best.ari:5.3f}", flush=True)
