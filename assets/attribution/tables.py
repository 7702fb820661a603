"""The tables of statistics: names, columns, where they come from, and what they say.

Belongs here: what the steps share. Does not belong here: making rows (``statistics``), their schemas as such
(``models.attribution.report_columns``), tables that dbt makes.
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
    "customer_product_days", "products", "daily_site_metrics",
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
    LIFT: ("report_send_arms", "report_sends", "sends"),
    VARIANTS: ("report_send_arms", "report_sends", "sends"),
    CHARACTERISTICS: (
        "conversions", "deliveries", "customers", "orders", "sessions", "segment_members", "segments",
    ),
    MODELS: ("conversions", "report_paths"),
    PROFILES: ("segment_members", "segments", "sessions", "orders"),
    PRODUCTS: ("segment_members", "customer_product_days", "products"),
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
KEPT_DAYS: Final = 3  # in the lake; the last one is published
