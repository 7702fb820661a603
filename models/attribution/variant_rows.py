"""Which variant is better, as rows: every campaign with several, each window, three metrics.

Belongs here: from sums of variants to figures with intervals and a verdict in words. Does not belong here: the
statistics (``variants``), counting (dbt: ``report_send_arms``), phrases (``words``).

Recipients are all who were decided to be sent to, whatever became of the message. Sends of a campaign are added up.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import polars as pl

from models.attribution.moments import Moments
from models.attribution.report_columns import VARIANT_ROWS
from models.attribution.variants import (
    Metric,
    Variant,
    Verdict,
    chances,
    comparisons,
    estimates,
    split_p_value,
    verdict,
)
from models.attribution.words import StatisticsWords

METRICS: Final[Mapping[str, Metric]] = {"conversion": "conversion", "click": "conversion", "revenue": "revenue"}
_SUMS: Final = ("people", "buyers", "clicked", "revenue", "revenue_squares", "revenue_cubes")
_NOTHING: Final = 1e-9  # share of somebody who should have got none


def variant_rows(
    arms: pl.DataFrame, sends: pl.DataFrame, shares: pl.DataFrame, words: StatisticsWords, smallest: float
) -> pl.DataFrame:
    """Columns :data:`VARIANT_ROWS`, sorted by campaign, window, metric and place.

    ``arms``, ``sends``, ``smallest``: see ``lift_rows``; ``shares``: by ``send_id`` and ``variant`` its ``place`` in
    the campaign (from 1, the one that others are compared with) and its ``share`` of the recipients. Where the shares
    of a send are not known places are those of the names, and whether the split is right is not told."""
    rows: list[dict[str, Any]] = []
    summed = _summed(arms, sends, shares)
    for (campaign, window), group in summed.partition_by(
        "campaign_id", "window", as_dict=True, maintain_order=True
    ).items():
        told = group.rows(named=True)
        if len(told) >= 2:
            for metric in METRICS:
                shared = {"campaign_id": campaign, "window": window, "metric": metric}
                rows += [shared | row for row in _tested(told, metric, words, smallest)]
    return pl.DataFrame(rows, schema=VARIANT_ROWS).sort("campaign_id", "window", "metric", "place")


def _summed(arms: pl.DataFrame, sends: pl.DataFrame, shares: pl.DataFrame) -> pl.DataFrame:
    """One row a campaign, window and variant with recipients: sums, how many ``expected`` recipients (null: not
    known)."""
    sent = arms.filter(pl.col("arm") == "send", pl.col("variant").is_not_null(), pl.col("people") > 0)
    known = sent.join(shares, on=["send_id", "variant"], how="left")
    expected = pl.col("share") * pl.col("people").sum().over("send_id", "window")
    collecting = sends.group_by("campaign_id", "window").agg(pl.col("is_collecting").any())
    summed = known.with_columns(expected=expected).group_by("campaign_id", "window", "variant").agg(
        pl.col("day").max(), pl.col("place").max(), pl.col(*_SUMS).sum(),
        pl.when(pl.col("expected").null_count() == 0).then(pl.col("expected").sum()).alias("expected"),
    )  # fmt: skip
    return (
        summed.join(collecting, on=["campaign_id", "window"], how="left")
        .with_columns(pl.col("is_collecting").fill_null(value=True))
        .sort("campaign_id", "window", "place", "variant", nulls_last=True)
    )


def _tested(
    group: Sequence[Mapping[str, Any]], metric: str, words: StatisticsWords, smallest: float
) -> list[dict[str, Any]]:
    """Rows of one campaign, window and metric."""
    variants, kind = [_variant(row, metric) for row in group], METRICS[metric]
    is_known = all(row["expected"] is not None for row in group)
    if not is_known:  # nothing can be said of the split: take it as it is
        variants = [replace(one, weight=one.recipients) for one in variants]
    own, chance = estimates(variants, kind), chances(variants, kind)
    compared, found = [None, *comparisons(variants, kind)], verdict(variants, kind, smallest=smallest)
    is_collecting = any(row["is_collecting"] for row in group)
    shared = {
        "day": max(row["day"] for row in group), "split_p_value": split_p_value(variants) if is_known else None,
        "verdict": found.key, "winner": found.values["name"] if found.key == "winner" else None,
        "needed_people": _needed(found), "is_collecting": is_collecting,
        "conclusion": " ".join(
            [words("collecting")] * is_collecting + [words.variants(found, metric, variants[0].name, smallest)]
        ),
    }  # fmt: skip
    rows = []
    for place, (variant, mean, luck, other) in enumerate(zip(variants, own, chance, compared, strict=True), 1):
        row = {"place": place, "variant": variant.name, "recipients": variant.recipients,
               "conversions": variant.conversions, "mean": mean.estimate, "low": _end(mean.low),
               "high": _end(mean.high), "chance_best": luck.best, "expected_loss": luck.loss}  # fmt: skip
        if other is not None:
            gap = other.difference
            row |= {"difference": gap.estimate, "difference_low": _end(gap.low), "difference_high": _end(gap.high),
                    "p_value": other.p_value}  # fmt: skip
        rows.append(shared | row)
    return rows


def _variant(row: Mapping[str, Any], metric: str) -> Variant:
    conversions = row["clicked"] if metric == "click" else row["buyers"]
    revenue = Moments(row["people"], *(float(row[name]) for name in ("revenue", "revenue_squares", "revenue_cubes")))
    weight = max(row["expected"] or 0.0, _NOTHING)
    return Variant(row["variant"], weight, row["people"], conversions, revenue if metric == "revenue" else None)


def _needed(found: Verdict) -> int | None:
    """Recipients that each variant needs in all, where that is what is missing."""
    needed = float(found.values["recipients"]) if found.key == "needs_more" else math.inf
    return int(needed) if math.isfinite(needed) else None


def _end(value: float) -> float | None:
    return value if math.isfinite(value) else None
