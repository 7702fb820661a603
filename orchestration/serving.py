"""One visit served from the published tables: what every model of a page shows to somebody now.

Belongs here: reading for one visit what ``models.recommend.pages.choice`` wants. Does not belong here: choosing and
filling lists (there), wording (``cli``).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from connectors.home.settings import RecommendSettings
from connectors.published.recommendations import RecommendTables
from models.recommend.definitions.document import RecommendModel
from models.recommend.pages import choice as serving
from models.recommend.pages import shown as serving_lists
from models.recommend.rules.apply import apply_rules
from models.recommend.rules.document import Rule
from models.recommend.search.queries import normalised


@dataclass(frozen=True)
class Visit:
    """Who looks at which page. ``products``: of a product page or of the cart, the newest first."""

    page: str
    customer_key: str | None = None
    category: str | None = None
    products: tuple[str, ...] = ()
    query: str | None = None

    def frame(self) -> pl.DataFrame:
        """One row of ``serving.VISITS``."""
        row = (self.page, self.page, self.customer_key, self.category, list(self.products), self.query)
        return pl.DataFrame([row], schema=serving.VISITS, orient="row")


def serve(
    tables: RecommendTables,
    models: Sequence[RecommendModel],
    rules: Sequence[Rule],
    visit: Visit,
    settings: RecommendSettings,
    day: dt.date,
) -> pl.DataFrame:
    """``serving_lists.SERVED`` of one visit; ``models`` and ``rules`` in force, ``day``: the newest with lists."""
    visits = visit.frame()
    placed = serving.placements(models, tables.models_with_own_lists())
    possible = serving.candidates(visits, placed, _known(tables, visit))
    lists = _lists(tables, possible)
    lists = pl.concat([lists, *_of_texts(tables, possible, lists, models, rules, settings.list_length)])
    chosen = serving.resolved(possible, lists)
    bought = _bought(tables, visit, settings, day)
    spare = serving_lists.spare_products(tables.best_of_categories()).head(serving_lists.MOST_SPARE + bought.height)
    ids = {*spare, *lists["product_id"], *chosen.filter(basis_used="product")["context_id"]}
    stock = serving_lists.Stock(spare, tables.products(ids), serving_lists.rules_of_models(models, rules))
    return serving_lists.served(visits, chosen, lists, bought, stock, settings.list_length)


def _known(tables: RecommendTables, visit: Visit) -> serving.Known:
    last = tables.customer(visit.customer_key) if visit.customer_key else None
    names = ("customer_key", "last_product_id", "last_category_id", "last_query")
    customers = pl.DataFrame([last] if last else [], schema=dict.fromkeys(names, pl.String))
    queries = pl.Series([visit.query, *(customers["last_query"])], dtype=pl.String).drop_nulls()
    spelled = tables.spellings(normalised(queries).to_list())
    spellings = pl.DataFrame(spelled, schema=dict.fromkeys(("query", "spelling", "main"), pl.String))
    return serving.Known(customers, tables.products(visit.products).select("product_id", "category_path"), spellings)


def _lists(tables: RecommendTables, possible: pl.DataFrame) -> pl.DataFrame:
    """The lists of all contexts that could serve."""
    parts = [pl.DataFrame(schema=serving_lists.LISTS)]
    models = possible.filter(pl.col("lists_of") != serving.GENERAL)["lists_of"].to_list()
    for (basis,), rows in possible.group_by("basis_used", maintain_order=True):
        parts.append(tables.lists(str(basis), rows["context_id"].to_list(), models))
    return pl.concat(part.select(serving_lists.LISTS.names()).cast(serving_lists.LISTS) for part in parts)


def _of_texts(
    tables: RecommendTables,
    possible: pl.DataFrame,
    lists: pl.DataFrame,
    models: Sequence[RecommendModel],
    rules: Sequence[Rule],
    n: int,
) -> list[pl.DataFrame]:
    """Lists of queries that nobody searched for before, by their texts and after the rules of each model."""
    asked = possible.filter(basis_used="search", came_from=serving.FROM_PAGE)
    unseen = asked.join(lists.filter(basis="search"), on=["lists_of", "context_id"], how="anti")
    if unseen.is_empty():
        return []
    found = serving_lists.text_lists(unseen["context_id"], tables.texts(), 2 * n)
    products = tables.products(found["product_id"].to_list())
    by_id, parts = {model.id: model for model in models}, []
    for (owner,), _ in unseen.group_by("lists_of", maintain_order=True):
        model = by_id.get(str(owner))
        mine, page = (model.rules_of(rules), model.page) if model else (tuple(rules), "")
        after, _ = apply_rules(found.drop("lists_of"), products, mine, page, n)
        parts.append(after.select(pl.lit(owner, pl.String).alias("lists_of"), pl.all()).select(found.columns))
    return parts


def _bought(tables: RecommendTables, visit: Visit, settings: RecommendSettings, day: dt.date) -> pl.DataFrame:
    customers = [visit.customer_key] if visit.customer_key else []
    return tables.just_bought(customers, day - dt.timedelta(days=settings.just_bought_days), day)
