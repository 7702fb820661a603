"""Why a product is on a list, in a sentence with figures that were counted.

Belongs here: which reason a source has and which published table counts it. Does not belong here: wording
(``recommend_show_words``), lists.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from connectors.published.recommendations import RecommendTables, Row
from models.recommend.counts.trends import WHOLE_SHOP
from models.recommend.pages.shelves import (
    BEST,
    BOUGHT,
    CATALOGUE,
    CATEGORY,
    CUSTOMER,
    FOUND,
    NEXT,
    PARENT,
    PERSONAL,
    SHOP,
    STYLE,
    TRENDING,
    VIEWED,
)
from models.recommend.search.answers import FROM_TEXT
from models.recommend.search.queries import normalised
from orchestration.cli.words import Words

_RECENT = 5  # products that a customer looked at last, one of which explains what he is recommended
_RULE = "rule:"


@dataclass(frozen=True)
class Reasons:
    """Reasons for rows of lists; what happened before ``since`` is not counted. ``rules``: names by id."""

    tables: RecommendTables
    words: Words
    since: dt.date
    rules: Mapping[str, str] = field(default_factory=dict)

    def of_list(self, rows: Sequence[Row]) -> list[str]:
        """One reason a row of one list (algorithm, basis, context_id, product_id, source, score, support)."""
        if not rows:
            return []
        first = rows[0]
        algorithm, basis, context = first["algorithm"], first["basis"], first["context_id"]
        told = {source: self._told(source, basis, context, rows) for source in {row["source"] for row in rows}}
        return [self._named(told[row["source"]][row["product_id"]], row["source"], algorithm) for row in rows]

    def _named(self, reason: str, source: str, algorithm: str) -> str:
        own = source == algorithm or source.startswith(_RULE) or (source, algorithm) == (FROM_TEXT, FOUND)
        return reason if own else self.words("instead", reason=reason)

    def _told(self, source: str, basis: str, context: str, rows: Sequence[Row]) -> dict[str, str]:
        """The reason of each product that ``source`` supplied."""
        mine = [row for row in rows if row["source"] == source]
        ids = [row["product_id"] for row in mine]
        if source.startswith(_RULE):
            name = source.removeprefix(_RULE)
            return dict.fromkeys(ids, self.words("rule", name=self.rules.get(name, name)))
        if source in (FOUND, FROM_TEXT):
            return self._searched(context, ids)
        if source == PERSONAL:
            return self._personal(context, ids)
        counts = self._counts(source, basis, context, ids)
        return {row["product_id"]: self._one(source, basis, context, row, counts) for row in mine}

    def _counts(self, source: str, basis: str, context: str, ids: Sequence[str]) -> Mapping[str, int]:
        """Customers who viewed, or bought, both."""
        if source not in (VIEWED, BOUGHT):
            return {}
        product = context
        if basis == CUSTOMER:
            product = (self.tables.customer(context) or {}).get("last_product_id") or ""
        count = self.tables.viewed_both if source == VIEWED else self.tables.bought_both
        return {other: customers for (_, other), customers in count([product], ids, self.since).items()}

    def _one(self, source: str, basis: str, context: str, row: Row, counts: Mapping[str, int]) -> str:
        support, words = int(row["support"]), self.words
        if source in (VIEWED, BOUGHT):
            kind, unit = ("viewed", "visits") if source == VIEWED else ("bought", "orders")
            if counts.get(row["product_id"]):
                return words(f"{kind}_customers", count=words.amount(counts[row["product_id"]]))
            return words(f"{kind}_{unit}", count=words.amount(support)) if support else words(kind)
        if source == NEXT:
            return words("next_visits", count=words.amount(support))
        if source == STYLE:
            return words("style", score=f"{row['score']:.2f}")
        if source == BEST and context != WHOLE_SHOP:
            return words("best_orders", count=words.amount(support)) if support else words("best")
        if source == PARENT:
            return words("best_of_parent" if basis == CATEGORY else "best_of_place")
        known = {BEST: "best_of_shop", SHOP: "best_of_shop", TRENDING: "rising", CATALOGUE: "on_sale"}
        return words(known[source]) if source in known else source

    def _searched(self, context: str, ids: Sequence[str]) -> dict[str, str]:
        """Clicks after all spellings of the query ``context``, else that the text matches."""
        spelled = self.tables.spellings_of(context)
        keys = [row["query"] for row in spelled] or [context]
        name = next((row["spelling"] for row in spelled if row["query"] == context), context)
        clicks = self.tables.clicks(ids, self.since)
        counted: dict[str, int] = {}
        if not clicks.is_empty():
            own = clicks.filter(normalised(clicks["query"]).is_in(keys))
            counted = dict(own.group_by("product_id").agg(pl.col("clicks").sum()).iter_rows())
        return {
            product: self.words("clicks", query=name, count=self.words.amount(counted[product]))
            if product in counted
            else self.words("text", query=name)
            for product in ids
        }

    def _personal(self, customer: str, ids: Sequence[str]) -> dict[str, str]:
        """What of the customer's own behaviour is behind each: seen before, or seen by others with something recent."""
        viewed = self.tables.viewed(customer)
        own = {row["product_id"]: row["views"] for row in viewed if row["views"]}
        recent = [row["product_id"] for row in viewed[:_RECENT]]
        names = {row["product_id"]: row["name"] for row in self.tables.products(recent).to_dicts()}
        best: dict[str, tuple[int, str]] = {}
        met = self.tables.viewed_both(recent, ids, self.since)
        for (product, other), count in sorted(met.items(), key=lambda pair: (recent.index(pair[0][0]), pair[0][1])):
            if count > best.get(other, (0, ""))[0]:  # of several the one looked at last
                best[other] = (count, names.get(product) or product)
        return {product: self._of_person(own.get(product), best.get(product)) for product in ids}

    def _of_person(self, views: int | None, with_recent: tuple[int, str] | None) -> str:
        if views:
            return self.words("seen_self", count=self.words.amount(views))
        if with_recent:
            return self.words("seen_with", count=self.words.amount(with_recent[0]), name=with_recent[1])
        return self.words("taste")
