"""Addresses: every page of the shop, entry referrers and campaign suffixes, as string tables to look up in.

Belongs here: building the tables and the codes of their entries. Does not belong here: which page comes when.
"""

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

import numpy as np
import polars as pl

from models.simulation.catalogue import Catalogue
from models.simulation.sampling import Ints, table
from models.simulation.scenario import Scenario
from models.simulation.tastes import CATEGORIES
from models.simulation.words_search import queries
from models.simulation.words_traffic import CATEGORY, ENTRIES, FIXED_PATHS, GATEWAYS, HOSTS, PRODUCT, SEARCH

# Leaf categories first, so that the index of a leaf is the same as in CATEGORIES; then their parents.
CATEGORY_PAGES: Final = (*CATEGORIES, *sorted({path.rsplit(" > ", 1)[0] for path in CATEGORIES} - set(CATEGORIES)))
PARENT_OF: Final = np.array([CATEGORY_PAGES.index(path.rsplit(" > ", 1)[0]) for path in CATEGORIES])

_MOBILE_HOSTS: Final = ("https://m.", "https://msearch.", "https://lm.")  # nobody comes from these by PC


@dataclass(frozen=True)
class Addresses:
    """String tables (each ends with null) and how to index them."""

    pages: pl.Series  # the pages of one host behind those of another
    host_size: int
    base: Ints  # by kind of page: where its variants begin
    variants: Ints  # by kind of page: how many there are (1 for those chosen by product, category or query)
    referrers: pl.Series  # entry referrers, then the payment gateways
    entry_referrers: tuple[Ints, ...]  # by entry * 3 + kind of device: indices into referrers, -1 for none
    gateways: Ints
    suffixes: pl.Series  # 'utm_…' by entry, week and campaign
    messages: pl.Series  # JSON of the message clicked, next to suffixes
    suffix_start: Ints  # by entry: first suffix, -1 for none
    suffix_count: Ints  # by entry: campaigns a week


def make_addresses(scenario: Scenario, catalogue: Catalogue) -> Addresses:
    """Build all tables of a scenario."""
    paths, base, variants = _paths(catalogue)
    pages = pl.concat([pl.DataFrame({"p": paths}).select(pl.lit(host) + pl.col("p")).to_series() for host in HOSTS])
    referrers: list[str] = []
    per_entry = []
    for entry in ENTRIES:
        codes = [-1 if referrer is None else len(referrers) + i for i, referrer in enumerate(entry.referrers)]
        referrers += [referrer or "" for referrer in entry.referrers]
        at_desk = [
            code
            for code, referrer in zip(codes, entry.referrers, strict=True)
            if referrer is None or not referrer.startswith(_MOBILE_HOSTS)
        ]
        per_entry += [np.array(at_desk or codes), np.array(codes), np.array(codes)]
    gateways = len(referrers) + np.arange(len(GATEWAYS))
    suffixes, messages, start, count = _suffixes(scenario)
    return Addresses(
        table(pages), len(paths), base, variants, table([*referrers, *GATEWAYS]), tuple(per_entry), gateways,
        table(suffixes), table(messages), start, count,
    )  # fmt: skip


def _paths(catalogue: Catalogue) -> tuple[pl.Series, Ints, Ints]:
    groups: dict[int, pl.Series] = {kind: pl.Series(paths) for kind, paths in FIXED_PATHS.items()}
    groups[CATEGORY] = pl.Series([f"/category/{number + 24}/" for number in range(len(CATEGORY_PAGES))])
    groups[SEARCH] = pl.Series([f"/product/search.html?keyword={quote(text)}" for text in queries().texts])
    groups[PRODUCT] = catalogue.product_id.to_frame("id").select(pl.lit("/product/") + pl.col("id")).to_series()
    kinds = sorted(groups)
    sizes = np.array([len(groups[kind]) for kind in kinds])
    variants = np.array([len(FIXED_PATHS.get(kind, ("",))) for kind in kinds])
    parts = [groups[kind].rename("path") for kind in kinds]
    return pl.concat(parts), np.cumsum(sizes) - sizes, variants


def _suffixes(scenario: Scenario) -> tuple[list[str], list[str], Ints, Ints]:
    """Campaign parameters: for each entry with a campaign, every week has its own campaign names."""
    suffixes: list[str] = []
    messages: list[str] = []
    start, count = np.full(len(ENTRIES), -1), np.zeros(len(ENTRIES), dtype=np.int64)
    for number, entry in enumerate(ENTRIES):
        if entry.utm is None:
            continue
        start[number], count[number] = len(suffixes), len(entry.campaigns)
        for week in range(scenario.days // 7 + 1):
            year, week_of_year, _ = scenario.date_of(week * 7).isocalendar()
            for campaign in entry.campaigns:
                name = f"{campaign}_{year}w{week_of_year:02d}"
                suffixes.append(f"utm_source={entry.utm[0]}&utm_medium={entry.utm[1]}&utm_campaign={name}")
                messages.append(f'{{"channel":"{entry.message}","campaign":"{name}"}}')
    return suffixes, messages, start, count
