"""The tables of statistics: names, columns, where they come from, and what they say.

Belongs here: what the steps and docs/guides/tables.md share. Does not belong here: making rows
(``statistics``), their schemas as such (``models.attribution.report_columns``), tables that dbt makes.
"""

from collections.abc import Mapping
from typing import Final

import polars as pl

from models.attribution import report_columns as columns

LIFT, VARIANTS, CHARACTERISTICS = "report_lift", "report_variants", "report_characteristics"
MODELS, PROFILES, PRODUCTS = "report_attribution_models", "report_segment_profiles", "report_segment_products"
RUNS: Final = "statistics_runs"  # of the lake only: what the tables of a day were made from
RUN_ROWS: Final = pl.Schema({"day": pl.Date(), "signature": pl.String()})
# published tables that must be there; the others may be missing where nothing was ever sent or grouped
FACTS: Final = (
    "report_send_arms", "report_sends", "report_paths", "conversions", "customers", "orders", "sessions",
    "customer_product_days", "product_purchases", "products", "report_dashboard",
)  # fmt: skip
OPTIONAL: Final = ("sends", "deliveries", "segment_members", "segments")
PUBLISHED: Final[Mapping[str, pl.Schema]] = {
    LIFT: columns.LIFT_ROWS,
    VARIANTS: columns.VARIANT_ROWS,
    CHARACTERISTICS: columns.CHARACTERISTIC_ROWS,
    MODELS: columns.MODEL_ROWS,
    PROFILES: columns.PROFILE_ROWS,
    PRODUCTS: columns.PRODUCT_ROWS,
}
PARENTS: Final[Mapping[str, tuple[str, ...]]] = {
    LIFT: ("report_send_arms", "report_sends", "report_dashboard", "sends"),
    VARIANTS: ("report_send_arms", "report_sends", "sends"),
    CHARACTERISTICS: (
        "conversions", "deliveries", "customers", "orders", "product_purchases", "products", "sessions",
        "report_dashboard",
    ),
    MODELS: ("conversions", "report_paths", "report_dashboard"),
    PROFILES: ("segment_members", "segments", "sessions", "orders", "report_dashboard"),
    PRODUCTS: ("segment_members", "customer_product_days", "products", "report_dashboard"),
}  # fmt: skip
DESCRIPTIONS: Final[Mapping[str, str]] = {
    LIFT: "What messages changed, against the holdout: buyers, orders and net revenue with 95 % intervals, what last "
    "touch claims beside it, and what may be concluded. Campaigns that sent in the last 90 days. Grain: campaign, send "
    "(empty: all of them added up), window, metric.",
    VARIANTS: "A/B/N tests of the last 90 days: conversion, clicks and net revenue per recipient, intervals and "
    "p-values that hold however often one looks, and what may be concluded. Grain: campaign, window, metric, variant.",
    CHARACTERISTICS: "What customers who converted have in common, more than all who got the message: at most the best "
    "20 traits each. Messages of the last 90 days. Grain: campaign or channel, window, trait.",
    MODELS: "Orders and net revenue by each rule of attribution, and by the two learnt from paths, of the last 30 and "
    "90 days. Grain: period, campaign or channel, window, model.",
    PROFILES: "Figures of each segment beside the whole shop, of the last 7 and 30 days. Grain: "
    "segment, period, figure.",
    PRODUCTS: "The seven products that each segment bought and put into carts most, of the last 7 and 30 days. Grain: "
    "segment, period, kind, rank.",
}
_WINDOW: Final = "Attribution window: 3h, 6h, day, 3d or 7d after the message."
_COLLECTING: Final = "Whether figures can still grow: the window of a send's last message is not over."
_AS_OF: Final = "Last complete business day: as of then."
COLUMNS: Final[Mapping[str, Mapping[str, str]]] = {
    LIFT: {
        "day": "Last send day that counts.",
        "first_day": "First send day that counts.",
        "campaign_id": "Campaign.",
        "send_id": "Send; empty: all sends of the campaign with a holdout, a person once a send.",
        "sends": "Sends that count.",
        "window": "Attribution window, from the moment the message was due: 3h, 6h, day, 3d or 7d.",
        "metric": "buyers (people who ordered), orders, or revenue (net: less refunds).",
        "treated": "People decided to be sent to, whatever became of the message.",
        "held_out": "People held out.",
        "treated_mean": "Metric per person sent to; of revenue as if both groups had spent alike before (CUPED).",
        "held_out_mean": "Metric per person held out; likewise.",
        "absolute_lift": "Difference of the two, per person.",
        "absolute_low": "Lower end of its 95 % interval; null: not known.",
        "absolute_high": "Upper end; null: not known.",
        "relative_lift": "By which share of the held-out mean the other is larger (0.1: 10 %); null where that is 0.",
        "relative_low": "Lower end of its 95 % interval; null: not known.",
        "relative_high": "Upper end; null: not known.",
        "p_value": "Two-sided p-value of no difference, for one look when the window is over.",
        "incremental": "Metric that would not be there without the messages: absolute lift times people sent to.",
        "incremental_low": "Lower end of its 95 % interval; null: not known.",
        "incremental_high": "Upper end; null: not known.",
        "last_touch": "What last touch credits to the same sends and their substitute messages, for comparison.",
        "cuped_theta": "How much of a person's earlier spending is taken out of revenue; 0: nothing is.",
        "variance_kept": "Share of the variance that is left after that.",
        "detectable_lift": "Smallest absolute lift that so many people show in 80 of 100 cases.",
        "needed_people": "People of both groups, divided as now, that show the smallest lift worth knowing "
        "(attribution.smallest_lift) in 80 of 100 cases; null where nobody held out ordered.",
        "expected_held_out": "People that the campaign's share would hold out; null where the share is not its own.",
        "split_p_value": "P-value of a holdout as far from its share as this (exact binomial); null likewise.",
        "warnings": "Keys joined by commas: broken_split (holdout far from its share), too_small (no interval), "
        "underpowered, few_conversions (under 5 buyers in a group), skewed (a few people decide).",
        "is_collecting": _COLLECTING,
        "conclusion": "What may be concluded, in the shop's language.",
    },
    VARIANTS: {
        "day": "Last send day that counts.",
        "campaign_id": "Campaign.",
        "window": _WINDOW,
        "metric": "conversion (share who ordered), click (share who clicked), or revenue (net, per recipient).",
        "place": "Place of the variant in the campaign; 1 is what others are compared with.",
        "variant": "Variant.",
        "recipients": "People decided to be sent to with this variant.",
        "conversions": "Those of them who ordered; of the metric click who clicked.",
        "mean": "Metric per recipient.",
        "low": "Lower end of its 95 % interval, which holds at every look and for all variants; null: not known.",
        "high": "Upper end; null: not known.",
        "difference": "Mean less that of the first variant; null for the first.",
        "difference_low": "Lower end of its 95 % interval, which holds at every look; null: not known.",
        "difference_high": "Upper end; null: not known.",
        "p_value": "P-value of no difference to the first, valid at every look, adjusted for the number of variants.",
        "chance_best": "Probability to be the best variant, for one look; the verdict does not use it.",
        "expected_loss": "What choosing this variant costs on average per recipient, in the unit of the metric.",
        "split_p_value": "P-value of recipients divided as they are; null where the campaign's shares are not known.",
        "verdict": "winner, no_difference_yet, needs_more, too_small or broken_split.",
        "winner": "The variant that won; null: none.",
        "needed_people": "Recipients that each variant needs in all, where more are needed (needs_more).",
        "is_collecting": _COLLECTING,
        "conclusion": "What may be concluded, in the shop's language.",
    },
    CHARACTERISTICS: {
        "day": _AS_OF,
        "scope": "campaign or channel.",
        "scope_id": "Campaign or channel.",
        "window": _WINDOW,
        "rank": "1: surest and strongest.",
        "trait_kind": "rfm_grade, lifecycle, device (of the last visit), bought_category or grade_and_category; all as "
        "of the day before the first message.",
        "trait": "Grade, stage, device, category.",
        "trait_name": "As people call it.",
        "people": "Recipients who have it.",
        "support": "Share of converters who have it.",
        "converters": "Recipients who have it and are credited with an order by last touch.",
        "rate": "Conversion rate of those who have it.",
        "overall_rate": "Conversion rate of all recipients.",
        "lift": "Rate over overall rate; above 1.",
        "low": "Lower end of its 95 % interval.",
        "high": "Upper end.",
        "p_value": "Adjusted for all traits of the campaign or channel (Benjamini and Hochberg).",
        "is_over": "Whether it is surely more frequent among converters (adjusted p-value at most 0.05).",
        "sentence": "The row in words, in the shop's language.",
    },
    MODELS: {
        "day": _AS_OF,
        "period": "30d or 90d, of order days.",
        "first_day": "First day of the period.",
        "scope": "campaign or channel.",
        "scope_id": "Campaign or channel.",
        "window": _WINDOW,
        "model": "last_touch, first_touch, linear, position, time_decay, markov (removal effect) or shapley; the "
        "last two weigh the touches of each order by what all paths of the period taught.",
        "orders": "Orders credited; every model divides the same ones.",
        "revenue": "Net revenue credited.",
    },
    PROFILES: {
        "day": _AS_OF,
        "segment_id": "Segment.",
        "name": "Name of the segment.",
        "kind": "rule, taste or ai.",
        "members": "Customers in the segment.",
        "period": "7d or 30d.",
        "first_day": "First day of the period.",
        "place": "Order in which figures are shown.",
        "figure": "customers, visits, page_views, orders, revenue, page_views_per_visit, dwell_seconds_per_visit, "
        "purchase_rate, average_order_value or new_visit_rate.",
        "unit": "count, money, number, seconds or rate.",
        "segment": "The figure of the segment.",
        "site": "The figure of the whole shop, the segment included.",
        "share": "Share of the shop's, of what can be counted (0 to 1).",
        "difference": "Segment less shop, of averages; of rates in percentage points.",
        "percent": "By how many per cent of the shop's average the segment's is larger.",
    },
    PRODUCTS: {
        "day": _AS_OF,
        "segment_id": "Segment.",
        "period": "7d or 30d.",
        "kind": "bought or carted.",
        "rank": "1: most pieces.",
        "product_id": "Product.",
        "product_name": "Its name; null where the catalogue lacks it.",
        "quantity": "Pieces taken by the segment.",
        "customers": "Customers of the segment who took any.",
        "share": "Share of all pieces of the segment.",
        "site_quantity": "Pieces taken by everybody.",
        "site_share": "Share of all pieces of the shop.",
    },
}
KEPT_DAYS: Final = 3  # in the lake; the last one is published
