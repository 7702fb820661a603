"""Who buys again within 30 days on UCI Online Retail: ours, recency and frequency, BG/NBD.

Belongs here: reading the file, the windows, the table. Does not belong here: the rivals (``bg_nbd``,
``models.propensity.baseline``). The data (Chen, Sain, Guo, 2012; UCI Machine Learning Repository, CC BY 4.0) is not in
the repository: one Parquet file with InvoiceNo, Quantity, InvoiceDate, UnitPrice, CustomerID.

Each window is judged by what had happened until its first day, settings the same in all. BG/NBD is fitted on everything
until that day; once as it is and once recalibrated (Platt) on the windows that ours learns from.
"""

import argparse
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.propensity.bg_nbd import KINDS, has_lifetimes, probabilities
from models.propensity import gate
from models.propensity.facts import Facts, facts_of
from models.propensity.figures import compared
from models.propensity.settings import Settings
from models.propensity.targets import TARGETS
from models.propensity.trees import PLATT, Floats, calibration_of
from models.propensity.weekly import Examples, examples_of, judge, train

WINDOWS, APART = 6, 30
_FIGURES = ("auc", "average_precision", "log_loss", "brier", "lift_10")


def run(folder: Path, chosen: argparse.Namespace) -> None:
    """Print the figures of each window, and their means."""
    del folder
    if chosen.uci is None:
        print("repurchase: left out, --uci says where UCI Online Retail is")
        return
    facts, how = facts_of(read(chosen.uci)), Settings()
    if not has_lifetimes():
        print("BG/NBD: left out, lifetimes is not installed")
    last = facts.span()[1]  # type: ignore[index]
    found: dict[str, list[list[float]]] = {}
    for back in range(WINDOWS):
        end = last + dt.timedelta(days=1 - APART * back)
        for name, figures in _judged(facts, end, how):
            found.setdefault(name, []).append(figures)
    print(f"{'mean of ' + str(WINDOWS) + ' windows':34}" + "".join(f"{figure:>19}" for figure in _FIGURES))
    for name, rows in found.items():
        print(f"{name:34}" + "".join(f"{figure:19.4f}" for figure in np.mean(rows, axis=0)), flush=True)


def read(path: Path) -> pl.DataFrame:
    """Orders of known customers; cancelled and free lines are left out."""
    lines = pl.read_parquet(path).filter(pl.col("CustomerID").is_not_null(), pl.col("UnitPrice") > 0)
    orders = lines.filter(pl.col("Quantity") > 0).group_by(
        pl.col("InvoiceNo").cast(pl.String).alias("order_id"), pl.col("CustomerID").cast(pl.Int64).alias("customer_id")
    )
    return orders.agg(
        pl.col("InvoiceDate").min().dt.date().alias("order_day"),
        (pl.col("UnitPrice") * pl.col("Quantity")).sum().alias("revenue"),
        pl.col("Quantity").sum().cast(pl.Int64).alias("quantity"),
    ).sort("order_id")


def _judged(facts: Facts, end: dt.date, how: Settings) -> Iterator[tuple[str, list[float]]]:
    examples = examples_of(facts, end, TARGETS["repeat_due"], how)
    if isinstance(examples, str):
        print(end, examples)
        return
    model = train(examples, TARGETS["repeat_due"], how)
    expected, _ = judge(model, examples, None, how)
    everyone = {"ours": expected[gate.NEW], "recency, frequency": expected[gate.BASELINE], **_rivals(examples)}
    labels = examples.judging["label"].to_numpy()
    comparison = compared(everyone, labels, is_value=False, resamples=how.resamples, seed=how.seed)
    print(
        f"{examples.windows.judging}: {len(labels):,} customers, {labels.mean():.1%} bought again, {model.rounds} trees"
    )
    for name in everyone:
        figures = [comparison.values[name, figure] for figure in _FIGURES]
        shown = "".join(f"{figure:9.4f}" for figure in figures)
        gain, low, high = comparison.difference("ours", name, "auc")
        print(f"  {name:32}{shown}   ours less it, AUC: {gain:+.4f} [{low:+.4f}, {high:+.4f}]", flush=True)
        yield name, figures


def _rivals(examples: Examples) -> dict[str, Floats]:
    if not has_lifetimes():
        return {}
    found, horizon = {}, examples.windows.horizon
    learned = pl.concat([examples.training, examples.tuning]).partition_by("cut_off")
    labels = np.concatenate([rows["label"].to_numpy() for rows in learned])
    for kind in KINDS:
        found[kind] = probabilities(kind, examples.judging, horizon)
        before = np.concatenate([probabilities(kind, rows, horizon) for rows in learned])
        line = calibration_of(PLATT, _log_odds(before), labels)
        found[f"{kind}, recalibrated"] = line(_log_odds(found[kind]))
    return found


def _log_odds(shares: Floats) -> Floats:
    sure = np.clip(shares, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(sure / (1 - sure)))
