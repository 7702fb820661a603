"""What is possible: customers assigned by somebody who knows how the shop was planted.

Belongs here: the posterior of the generator. Does not belong here: the generator (``planted``), scoring.

Bayes' rule with the true likes, the true sizes and the true mixture: no method that sees only views can be expected to
do better.
"""

import numpy as np
import polars as pl

from benchmarks.taste.planted import LEAST_LEAN, MIXED, MOST_LEAN, STRAYING, Floats, Ints, PlantedShop

_LEANS = np.linspace(LEAST_LEAN, MOST_LEAN, 7)[1::2]  # midpoints of three equal parts


def best_possible(shop: PlantedShop, browsers: float, coverage: float) -> Ints:
    """The likeliest taste of each customer; -1 for those of whom it is least sure, so many that the share ``coverage``
    of the customers with a taste is left. ``browsers``: their share among customers, as planted."""
    moods, customer = _mood_likelihoods(shop)
    as_taste = _as_taste(moods, customer, len(shop.taste)) + np.log(shop.sizes) + np.log(1 - browsers)
    as_browser = np.full((len(shop.taste), 1), np.log(max(browsers, 1e-300)))  # views are likely relative to these
    every = np.hstack([as_taste, as_browser])
    peak = every.max(axis=1)
    certainty = as_taste.max(axis=1) - peak - np.log(np.exp(every - peak[:, None]).sum(axis=1))
    least = np.quantile(certainty[shop.taste >= 0], 1 - coverage)
    return np.where(certainty >= least, as_taste.argmax(axis=1), -1)


def _mood_likelihoods(shop: PlantedShop) -> tuple[Floats, Ints]:
    """Of each sitting (each view where sittings have no mood): how much likelier each taste makes it than what is
    popular does, shape (sittings, tastes); and whose it is."""
    ratio = np.log(np.maximum(shop.likes[:-1], 1e-300)) - np.log(shop.likes[-1])
    views = shop.views.sort("session", "product")
    product, times = views["product"].to_numpy(), views["views"].to_numpy()
    if not shop.has_moods:
        rows = np.repeat(np.arange(views.height), times)
        return np.exp(ratio.T[product[rows]]), views["customer"].to_numpy()[rows]
    first = np.flatnonzero(np.diff(views["session"].to_numpy(), prepend=-1))
    sums = np.add.reduceat(ratio.T[product] * times[:, None], first, axis=0)
    return np.exp(sums), views["customer"].to_numpy()[first]


def _as_taste(moods: Floats, customer: Ints, count: int) -> Floats:
    """Log likelihood of all that each customer looked at for each main taste, second tastes and leans summed out,
    shape (customers, tastes)."""
    tastes, order = moods.shape[1], np.argsort(customer, kind="stable")
    moods, owner = moods[order], customer[order]
    first = np.flatnonzero(np.diff(owner, prepend=-1))
    found = np.zeros((count, tastes))
    for main in range(tastes):
        alone = _log_sum(moods[:, [main]], moods[:, [main]], first, _LEANS[:1])
        mixed = np.stack([_log_sum(moods[:, [main]], moods, first, [lean]) for lean in _LEANS], axis=2)
        terms = np.concatenate(
            [alone + np.log(1 - MIXED), (mixed + np.log(MIXED / tastes / len(_LEANS))).reshape(len(first), -1)], axis=1
        )
        peak = terms.max(axis=1)
        found[owner[first], main] = peak + np.log(np.exp(terms - peak[:, None]).sum(axis=1))
    return found


def _log_sum(main: Floats, second: Floats, first: Ints, leans: "Floats | list[float]") -> Floats:
    """Log likelihood of the sittings of each customer, each straying, or in either of two moods."""
    (lean,) = leans
    likelihood = STRAYING + (1 - STRAYING) * (lean * main + (1 - lean) * second)
    return np.asarray(np.add.reduceat(np.log(likelihood), first, axis=0))


def truth_frame(shop: PlantedShop) -> pl.DataFrame:
    """``customer_key, taste`` of ``shop``, keys being positions."""
    return pl.DataFrame({"customer_key": [str(position) for position in range(len(shop.taste))], "taste": shop.taste})
