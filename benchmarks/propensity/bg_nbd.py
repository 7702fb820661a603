"""BG/NBD of the package `lifetimes`, a rival that is not ours and that nothing of ours needs.

Belongs here: fitting it and asking it who orders in the next days. Does not belong here: what it is compared with.

Fader, Hardie, Lee (2005), "Counting your customers the easy way: an alternative to the Pareto/NBD model", Marketing
Science 24. `lifetimes` gives the probability that a customer is still one; given that, orders are Poisson with a gamma
distributed rate, so that none in h days has probability ((alpha + T) / (alpha + T + h)) ** (r + x). Time is in days:
with weeks or months the fit does not converge on this data.
"""

import contextlib
import importlib
import importlib.util
import io
import warnings
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]
KINDS = {"BG/NBD": "BetaGeoFitter", "modified BG/NBD": "ModifiedBetaGeoFitter"}
_PENALTIES = (0.0, 0.001, 0.01, 0.1)  # as its documentation advises where a fit does not converge


def has_lifetimes() -> bool:
    """Whether it is installed."""
    return importlib.util.find_spec("lifetimes") is not None


def probabilities(kind: str, customers: pl.DataFrame, horizon: int) -> Floats:
    """Probability of an order in the next ``horizon`` days of each row of features, of a model fitted on these rows.

    It sees all that is known on the day, as it is meant to be used.
    """
    days = customers["first_order_days_ago"].to_numpy().astype(np.float64)
    recency = days - customers["last_order_days_ago"].to_numpy()
    repeats = customers["order_days"].to_numpy().astype(np.float64) - 1
    fitted = _fitted(kind, repeats, recency, days)
    alive = np.asarray(fitted.conditional_probability_alive(repeats, recency, days), np.float64).ravel()
    r, alpha = float(fitted.params_["r"]), float(fitted.params_["alpha"])
    return np.asarray(alive * (1 - ((alpha + days) / (alpha + days + horizon)) ** (r + repeats)))


def _fitted(kind: str, repeats: Floats, recency: Floats, days: Floats) -> Any:
    lifetimes = importlib.import_module("lifetimes")
    refusal: type[Exception] = importlib.import_module("lifetimes.utils").ConvergenceError
    # it prints what a failed fit looks like
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        for penalty in _PENALTIES:
            try:
                return getattr(lifetimes, KINDS[kind])(penalizer_coef=penalty).fit(repeats, recency, days)
            except refusal:
                continue
    raise RuntimeError(f"{kind} does not converge, whatever the penalty")
