"""What the constants of taste segments are worth: each changed alone, on planted shops and on the simulated one.

Belongs here: which constants are compared, and the tables. Does not belong here: the chain (``prepared``).
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import polars as pl

from benchmarks.homes import dangol, make_shop
from benchmarks.taste.planted import plant
from benchmarks.taste.prepared import Outcome, Prepared, changed, outcome, prepare_home, prepare_planted
from benchmarks.taste.scores import HEADING, Score, score
from connectors.home.settings import read_settings
from models.taste import behaviour, clusters, density, embeddings, interest, membership, segmentation

_DEMO_EVENTS, _DEMO_DAYS = 325_000, 60
Change = tuple[str, Callable[[Prepared], Outcome]]


def run(folder: Path, customers: int, seeds: Sequence[int] = (1, 2)) -> None:
    """Print a table for each constant; figures are means over the seeds."""
    shops = [prepare_planted(folder / f"settings-{customers}-{seed}", plant(customers, seed=seed)) for seed in seeds]
    print(f"Settings, each changed alone; planted shops of {customers:,} customers, mean of {len(shops)}")
    _table(shops, "of the density", _density())
    _table(shops, "of the product vectors", _vectors())
    _table(shops, "of membership", _membership())
    print("\n  Every share of the smallest group by itself, on the first shop; a run chooses the highest score")
    _each_share(shops[0])
    home = make_shop(folder, _DEMO_EVENTS, _DEMO_DAYS)
    dangol(home, "run")
    demo = prepare_home(home, read_settings(home.settings_file).taste)
    print(f"\nThe simulated shop, {demo.truth.height:,} customers seen in the window")
    _table([demo], "of interest", [("as it is", outcome), *_interest()])
    print("\n  Every share of the smallest group by itself")
    _each_share(demo)


def _table(shops: Sequence[Prepared], title: str, changes: Sequence[Change]) -> None:
    print(f"\n  {title:29} {HEADING}")
    for name, change in changes:
        print(f"  {name:29} {_mean([change(shop).score for shop in shops])}", flush=True)


def _mean(scores: Sequence[Score]) -> Score:
    names = list(Score.__dataclass_fields__)
    means = {name: float(np.mean([getattr(each, name) for each in scores])) for name in names}
    return Score(**(means | {"groups": round(means["groups"])}))  # type: ignore[arg-type]


def _with(module: ModuleType, shop: Prepared, **values: Any) -> Outcome:
    with changed(module, **values):
        return outcome(shop)


def _density() -> list[Change]:
    rounds = [
        (f"{count} rounds of sharpening" + (" (as it is)" if count == density.ROUNDS else ""), count)
        for count in (0, 1, 2, density.ROUNDS, 5, 8)
    ]
    return [
        *((name, partial(_with, density, ROUNDS=count)) for name, count in rounds),
        *((f"{count} neighbours", partial(_with, density, NEIGHBOURS=count)) for count in (8, 30)),
        *((f"{count} dimensions for HDBSCAN", partial(_with, density, DIMENSIONS=count)) for count in (8, 16, 64)),
    ]  # fmt: skip


def _vectors() -> list[Change]:
    def only(kind: str) -> Callable[..., behaviour.Behaviour]:
        """Behaviour from one kind of togetherness alone."""
        both = behaviour.behaviour_vectors
        if kind == "sittings":
            return lambda sittings, customers, **rest: both(sittings, customers[:0], **rest)
        # choosing the share of text asks for vectors of sittings without customers: these stay as they are
        return lambda sittings, customers, **rest: both(sittings[: 0 if customers.nnz else None], customers, **rest)

    return [
        *((f"{count} dimensions of behaviour", partial(outcome, dimensions=count)) for count in (16, 32, 64, 128)),
        ("behaviour from sittings alone", partial(_with, embeddings, behaviour_vectors=only("sittings"))),
        ("behaviour from customers alone", partial(_with, embeddings, behaviour_vectors=only("customers"))),
        ("of 5,000 baskets only", partial(_with_baskets, most=5_000)),
        ("of 20,000 baskets only", partial(_with_baskets, most=20_000)),
        *(
            (f"text share {share:.1f}, not chosen", partial(_with, embeddings, TEXT_SHARES=(share,)))
            for share in (0.0, 0.2, 0.5, 1.0)
        ),
    ]  # fmt: skip


def _with_baskets(shop: Prepared, most: int) -> Outcome:
    def fewer(sittings: object, customers: object, **rest: object) -> behaviour.Behaviour:
        return behaviour.behaviour_vectors(sittings[:most], customers[:most], **rest)  # type: ignore

    return _with(embeddings, shop, behaviour_vectors=fewer)


def _membership() -> list[Change]:
    return [
        *(
            (f"sharpness of votes {value:.0f}", partial(_with, membership, SHARPNESS=value))
            for value in (2.0, 4.0, 8.0, 20.0)
        ),
        *(
            (f"browsers to be rejected {share:.1f}", partial(_with, segmentation, REJECTED_BROWSERS=share))
            for share in (0.0, 0.4, 0.5, 0.6, 0.7, 0.9)
        ),
        ("nearest centroid, no votes", _nearest),
    ]  # fmt: skip


def _nearest(shop: Prepared) -> Outcome:
    """Everybody in the group whose centroid is nearest to their vector; nobody is rejected."""
    made = outcome(shop)
    vectors = clusters.customer_vectors(made.interest.weighted, made.products)
    groups = (vectors @ made.found.centroids.T).argmax(axis=1)
    members = pl.DataFrame({"customer_key": made.interest.customers, "group": groups})
    return replace(made, score=score(shop.truth, members))


def _interest() -> list[Change]:
    weigh = interest.customer_products

    def half_life(days: float) -> Callable[..., pl.LazyFrame]:
        return lambda rows, products, last_day, half_life_days: weigh(rows, products, last_day, days)

    def weights(cart: float, bought: float) -> Callable[[Prepared], Outcome]:
        return partial(_with, interest, CART_VIEWS=cart, PURCHASE_VIEWS=bought)

    return [
        *(
            (f"cart {cart:.0f}, purchase {bought:.0f} views", weights(cart, bought))
            for cart, bought in ((0.0, 0.0), (1.0, 1.0), (5.0, 10.0))
        ),
        *(
            (f"half-life {days:.0f} days", partial(_with, interest, customer_products=half_life(days)))
            for days in (5.0, 30.0, 1000.0)
        ),
    ]  # fmt: skip


def _each_share(shop: Prepared) -> None:
    """The trials of one run, each followed by what its setting alone would have led to."""
    trials = outcome(shop).found.grouping.trials
    print(f"  share   groups  stability  agreement  entropy  score  validity   then: {HEADING}")
    for trial in trials:
        alone = _with(clusters, shop, SHARES=(trial.share,)).score
        told = (
            f"{trial.groups:7} {trial.stability:10.2f} {trial.agreement:10.2f} {trial.entropy:8.2f} {trial.score:6.2f}"
        )
        print(f"  {trial.share:.2%} {told} {trial.validity:9.2f}         {alone}", flush=True)
