"""The columns that statistics of reports have.

Belongs here: schemas of the six tables, shared by who makes rows and who publishes them. Does not belong here: making
rows (``lift_rows``, ``variant_rows``, ``characteristic_rows``, ``model_rows``; ``models.profile.many``), what columns
mean to readers (docs/guides/tables.md).
"""

from typing import Final

import polars as pl

LIFT_ROWS: Final = pl.Schema(
    {
        "day": pl.Date(),
        "first_day": pl.Date(),
        "campaign_id": pl.String(),
        "send_id": pl.String(),
        "sends": pl.Int64(),
        "window": pl.String(),
        "metric": pl.String(),
        "treated": pl.Int64(),
        "held_out": pl.Int64(),
        "treated_mean": pl.Float64(),
        "held_out_mean": pl.Float64(),
        "absolute_lift": pl.Float64(),
        "absolute_low": pl.Float64(),
        "absolute_high": pl.Float64(),
        "relative_lift": pl.Float64(),
        "relative_low": pl.Float64(),
        "relative_high": pl.Float64(),
        "p_value": pl.Float64(),
        "incremental": pl.Float64(),
        "incremental_low": pl.Float64(),
        "incremental_high": pl.Float64(),
        "last_touch": pl.Float64(),
        "cuped_theta": pl.Float64(),
        "variance_kept": pl.Float64(),
        "detectable_lift": pl.Float64(),
        "needed_people": pl.Int64(),
        "expected_held_out": pl.Float64(),
        "split_p_value": pl.Float64(),
        "warnings": pl.String(),
        "is_collecting": pl.Boolean(),
        "conclusion": pl.String(),
    }
)
VARIANT_ROWS: Final = pl.Schema(
    {
        "day": pl.Date(),
        "campaign_id": pl.String(),
        "window": pl.String(),
        "metric": pl.String(),
        "place": pl.Int64(),
        "variant": pl.String(),
        "recipients": pl.Int64(),
        "conversions": pl.Int64(),
        "mean": pl.Float64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
        "difference": pl.Float64(),
        "difference_low": pl.Float64(),
        "difference_high": pl.Float64(),
        "p_value": pl.Float64(),
        "chance_best": pl.Float64(),
        "expected_loss": pl.Float64(),
        "split_p_value": pl.Float64(),
        "verdict": pl.String(),
        "winner": pl.String(),
        "needed_people": pl.Int64(),
        "is_collecting": pl.Boolean(),
        "conclusion": pl.String(),
    }
)
CHARACTERISTIC_ROWS: Final = pl.Schema(
    {
        "day": pl.Date(),
        "scope": pl.String(),
        "scope_id": pl.String(),
        "window": pl.String(),
        "rank": pl.Int64(),
        "trait_kind": pl.String(),
        "trait": pl.String(),
        "trait_name": pl.String(),
        "people": pl.Int64(),
        "support": pl.Float64(),
        "converters": pl.Int64(),
        "rate": pl.Float64(),
        "overall_rate": pl.Float64(),
        "lift": pl.Float64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
        "p_value": pl.Float64(),
        "is_over": pl.Boolean(),
        "sentence": pl.String(),
    }
)
MODEL_ROWS: Final = pl.Schema(
    {
        "day": pl.Date(),
        "period": pl.String(),
        "first_day": pl.Date(),
        "scope": pl.String(),
        "scope_id": pl.String(),
        "window": pl.String(),
        "model": pl.String(),
        "orders": pl.Float64(),
        "revenue": pl.Float64(),
    }
)
PROFILE_ROWS: Final = pl.Schema(
    {
        "day": pl.Date(),
        "segment_id": pl.String(),
        "name": pl.String(),
        "kind": pl.String(),
        "members": pl.Int64(),
        "period": pl.String(),
        "first_day": pl.Date(),
        "place": pl.Int64(),
        "figure": pl.String(),
        "unit": pl.String(),
        "segment": pl.Float64(),
        "site": pl.Float64(),
        "share": pl.Float64(),
        "difference": pl.Float64(),
        "percent": pl.Float64(),
    }
)
PRODUCT_ROWS: Final = pl.Schema(
    {
        "day": pl.Date(),
        "segment_id": pl.String(),
        "period": pl.String(),
        "kind": pl.String(),
        "rank": pl.Int64(),
        "product_id": pl.String(),
        "product_name": pl.String(),
        "quantity": pl.Int64(),
        "customers": pl.Int64(),
        "share": pl.Float64(),
        "site_quantity": pl.Int64(),
        "site_share": pl.Float64(),
    }
)
