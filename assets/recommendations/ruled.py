"""Lists after the marketer's rules: those that hold everywhere, and those of single models.

Belongs here: which models need lists of their own, shares of sources. Does not belong here: what rules do
(``models.recommend.rules``).
"""

import polars as pl

from assets.recommendations import standing, tables
from assets.recommendations.inputs import Inputs
from connectors.lake.spool import Spool
from models.recommend.counts.trends import WHOLE_SHOP
from models.recommend.definitions.document import RecommendModel
from models.recommend.pages.shelves import TRENDING
from models.recommend.rules.apply import JustBought, Rulebook
from models.recommend.rules.document import Rule

EVERYWHERE = ""  # the page of rules that name no page
ALL_MODELS = "*"
EMPTIED = "none"


class RuledLists:
    """All lists on their way through the rules, a piece at a time; counts what rules did and who supplied what.

    Spooled are ``recommendations`` and ``model_recommendations``.
    """

    def __init__(
        self, inputs: Inputs, products: pl.DataFrame, bought: JustBought, n: int, sellable: int, spool: Spool
    ) -> None:
        self._day, self._n, self._sellable, self._spool = inputs.day, n, sellable, spool
        self._general = Rulebook(products, inputs.rules, EVERYWHERE, n, bought)
        self._own = [
            (model, Rulebook(products, rules, model.page, n, bought))
            for model in inputs.models
            if (rules := _own_rules(model, inputs.rules)) is not None
        ]
        self._reports: list[pl.DataFrame] = []
        self._shares: list[pl.DataFrame] = []

    def add(self, filled: pl.DataFrame) -> None:
        """Apply all rules to ``filled`` (``shelves.FILLED``: whole lists, longer than what is shown)."""
        day = pl.lit(self._day).alias("day")
        lists, report = self._general.applied(filled)
        self._spool.add(tables.RECOMMENDATIONS, lists.with_columns(day))
        self._reports.append(report.with_columns(pl.lit(ALL_MODELS).alias("model_id")))
        self._shares.append(counts_of(filled, lists, self._n, self._sellable))
        for model, rulebook in self._own:
            named = pl.lit(model.id).alias("model_id")
            after, told = rulebook.applied(filled.filter(_lists_of(model)))
            self._spool.add(tables.MODEL_LISTS, after.with_columns(day, named))
            self._reports.append(told.with_columns(named))

    def for_customers(self) -> dict[str, pl.DataFrame]:
        """What the rules of all models ('') and of each that has rules of its own say of products on lists of
        customers, whoever it is: ``Rulebook.for_customers``."""
        general = {standing.GENERAL: self._general.for_customers()}
        return general | {model.id: rulebook.for_customers() for model, rulebook in self._own}

    def stood(self, shares: pl.DataFrame) -> None:
        """Count lists of the days before that stand as they are: ``shares`` of ``standing.shares_of``."""
        self._shares.append(shares)

    def report(self) -> pl.DataFrame:
        """``rec_rules``."""
        figures = [name for name in tables.RULE_ROWS if name not in ("day", "model_id", "rule_id")]
        rows = pl.concat(self._reports).group_by("model_id", "rule_id", maintain_order=True).agg(pl.col(figures).sum())
        return rows.select(pl.lit(self._day).alias("day"), pl.all()).select(tables.RULE_ROWS.names())

    def shares(self) -> pl.DataFrame:
        """``rec_sources``. An algorithm whose lists rules have emptied altogether has one row of source ``none``."""
        keys = ["algorithm", "basis"]
        every = pl.concat(self._shares, how="diagonal")
        rows = every.filter(pl.col("source").is_not_null()).group_by(*keys, "source").agg(pl.col("rows").sum())
        lists = every.filter(pl.col("source").is_null()).group_by(keys).agg(pl.col("lists", "full_lists").sum())
        share = (pl.col("rows") / pl.col("rows").sum().over(keys)).alias("share")
        named = lists.join(rows.with_columns(share), on=keys, how="left").with_columns(
            pl.lit(self._day).alias("day"),
            pl.col("source").fill_null(EMPTIED),
            pl.col("rows").fill_null(0),
            pl.col("share").fill_null(0.0),
        )
        ordered = named.sort(*keys, "rows", "source", descending=[False, False, True, False])
        return ordered.select(tables.SHARE_ROWS.names())


def _own_rules(model: RecommendModel, stored: tuple[Rule, ...]) -> tuple[Rule, ...] | None:
    """The rules of a model that is on; None when they are those that hold everywhere, so that it needs no own lists."""
    if not model.on:
        return None
    mine = tuple(rule for rule in model.rules_of(stored) if rule.on and (not rule.pages or model.page in rule.pages))
    everywhere = tuple(rule for rule in stored if rule.on and not rule.pages)
    return None if mine == everywhere else mine


def _lists_of(model: RecommendModel) -> pl.Expr:
    """The lists that a model shows: its own, and the shop's trend, which serves where nothing is known of anybody."""
    own = pl.col("algorithm").is_in(model.algorithms) & (pl.col("basis") == model.basis)
    return own | ((pl.col("algorithm") == TRENDING) & (pl.col("context_id") == WHOLE_SHOP))


def counts_of(filled: pl.DataFrame, lists: pl.DataFrame, n: int, sellable: int) -> pl.DataFrame:
    """Rows by source, and (source null) lists and full ones, of ``lists``, which rules have made of ``filled``. A list
    is full with ``n`` products, or with all that can be sold but its own product where there are fewer; one that rules
    have emptied is a list too."""
    keys = ["algorithm", "basis"]
    full = min(n, max(0, sellable - 1))
    sizes = lists.group_by(*keys, "context_id").len()
    every = filled.select(*keys, "context_id").unique().join(sizes, on=[*keys, "context_id"], how="left")
    counted = every.group_by(keys).agg(
        pl.len().cast(pl.Int64).alias("lists"),
        (pl.col("len").fill_null(0) >= full).sum().cast(pl.Int64).alias("full_lists"),
    )
    rows = lists.group_by(*keys, "source").agg(pl.len().cast(pl.Int64).alias("rows"))
    return pl.concat([rows, counted], how="diagonal")
