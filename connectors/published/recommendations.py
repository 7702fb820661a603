"""Recommendations as they are published, for whoever shows them.

Belongs here: the questions asked of the published tables, each one parameterised statement that reads only what is
asked for. Does not belong here: which list a page shows (``models.recommend.pages.choice``), what is made of the
answers and how it is worded (the command line). A table that was never published answers with nothing.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

import duckdb
import polars as pl

from connectors.published.errors import QueryError

Row = dict[str, Any]
Pair = tuple[str, str]
LISTS, MODEL_LISTS, MESSAGES = "recommendations", "model_recommendations", "message_items"
QUALITY, SOURCES, RULES, RUNS, SPELLINGS = "rec_quality", "rec_sources", "rec_rules", "rec_runs", "search_spellings"
_LIST = "algorithm, basis, context_id, rank, product_id, score, source, support"
_LIKE = 0.7  # of 1: queries below look like nothing that was meant
_FACTS = "product_id, name, category_path, brand, price, sale_price, status, attributes"


class RecommendTables:
    """The recommendation tables behind a connection of :func:`connectors.published.query.open_reader`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._names = {str(name) for (name,) in connection.execute("SHOW TABLES").fetchall()}

    def last_run(self) -> Row | None:
        """The newest row of ``rec_runs``."""
        return next(iter(self._rows((RUNS,), f"FROM {RUNS} ORDER BY day DESC LIMIT 1")), None)

    def lists(self, basis: str, context_ids: Collection[str], models: Collection[str] = ()) -> pl.DataFrame:
        """Lists of some contexts, by algorithm, context and rank: ``lists_of`` ('' for the lists of all models, else
        the model that a list is the own one of), and the columns of ``recommendations`` without the day."""
        wanted = {"basis": basis, "ids": sorted(set(context_ids))}
        where = "basis = $basis AND context_id IN (SELECT unnest($ids))"
        parts = [self._frame((LISTS,), f"SELECT '' AS lists_of, {_LIST} FROM {LISTS} WHERE {where}", **wanted)]
        if models:
            sql = f"SELECT model_id AS lists_of, {_LIST} FROM {MODEL_LISTS} WHERE {where} AND model_id IN $models"
            parts.append(self._frame((MODEL_LISTS,), sql, **wanted, models=sorted(set(models))))
        found = pl.concat([part for part in parts if part.width] or [_no_lists()])
        return found.sort("lists_of", "algorithm", "context_id", "rank")

    def models_with_own_lists(self) -> set[str]:
        """Models whose rules are their own, so that the general lists are not theirs, in the newest run."""
        sql = f"SELECT DISTINCT model_id FROM {RULES} WHERE day = (SELECT max(day) FROM {RULES}) AND model_id != '*'"
        return {row["model_id"] for row in self._rows((RULES,), sql)}

    def products(self, product_ids: Collection[str]) -> pl.DataFrame:
        """``product_id, name, category_path, brand, price, sale_price, status, attributes`` of products, by id."""
        sql = f"SELECT {_FACTS} FROM products WHERE product_id IN (SELECT unnest($ids)) ORDER BY product_id"
        return self._frame(("products",), sql, ids=sorted(set(product_ids)))

    def texts(self) -> pl.DataFrame:
        """``product_id, name, category_path, brand`` of everything on sale, for queries that have no list."""
        sql = "SELECT product_id, name, category_path, brand FROM products WHERE coalesce(status, 'active') = 'active'"
        return self._frame(("products",), sql)

    def best_of_categories(self) -> pl.DataFrame:
        """``algorithm, context_id, rank, product_id`` of the lists of all categories."""
        return self._frame(
            (LISTS,), f"SELECT algorithm, context_id, rank, product_id FROM {LISTS} WHERE basis = 'category'"
        )

    def categories(self) -> list[str]:
        """All categories that have lists, sorted; '*' is the whole shop."""
        sql = f"SELECT DISTINCT context_id AS id FROM {LISTS} WHERE basis = 'category' ORDER BY id"
        return [row["id"] for row in self._rows((LISTS,), sql)]

    def nearest_queries(self, text: str, most: int = 3) -> list[str]:
        """How the queries are written that look most like ``text``."""
        sql = (
            f"SELECT DISTINCT spelling, jaro_winkler_similarity(spelling, $text) AS likeness FROM {SPELLINGS} "
            f"WHERE query = main AND likeness >= {_LIKE} ORDER BY likeness DESC, spelling LIMIT $most"
        )
        return [row["spelling"] for row in self._rows((SPELLINGS,), sql, text=text, most=most)]

    def nearest_products(self, text: str, most: int = 3) -> list[Row]:
        """``product_id, name`` of the products whose id or name holds ``text``, the shortest names first."""
        sql = (
            "SELECT product_id, name FROM products WHERE contains(lower(name), lower($text)) "
            "OR contains(product_id, $text) ORDER BY length(name), product_id LIMIT $most"
        )
        return self._rows(("products",), sql, text=text, most=most)

    def spellings(self, keys: Collection[str] | None = None) -> list[Row]:
        """``query, spelling, main`` of some keys of queries, or of all, by key."""
        where = "" if keys is None else "WHERE query IN (SELECT unnest($keys))"
        values = {} if keys is None else {"keys": sorted(set(keys))}
        return self._rows(
            (SPELLINGS,), f"SELECT query, spelling, main FROM {SPELLINGS} {where} ORDER BY query", **values
        )

    def spellings_of(self, main: str) -> list[Row]:
        """``query, spelling, main`` of all keys that mean one main query."""
        return self._rows((SPELLINGS,), f"SELECT query, spelling, main FROM {SPELLINGS} WHERE main = $main", main=main)

    def customer(self, customer_key: str) -> Row | None:
        """``last_product_id, last_category_id, last_query`` of a customer, null where nothing is known; None for
        somebody who was never seen."""
        recent = "last_product_id, last_category_id, last_query"
        sql = f"SELECT customer_key, {recent} FROM customer_contexts WHERE customer_key = $customer"
        found = self._rows(("customer_contexts",), sql, customer=customer_key)
        if not found:
            nothing = ", ".join(f"NULL AS {name}" for name in recent.split(", "))
            sql = f"SELECT customer_key, {nothing} FROM customers WHERE customer_key = $customer LIMIT 1"
            found = self._rows(("customers",), sql, customer=customer_key)
        return next(iter(found), None)

    def viewed(self, customer_key: str) -> list[Row]:
        """``product_id, views, last_viewed_at`` of what a customer looked at, the newest first."""
        sql = (
            "SELECT product_id, views, last_viewed_at FROM customer_products "
            "WHERE customer_key = $customer AND last_viewed_at IS NOT NULL ORDER BY last_viewed_at DESC, product_id"
        )
        return self._rows(("customer_products",), sql, customer=customer_key)

    def cart(self, customer_key: str) -> list[str]:
        """The products in a customer's cart, the newest first."""
        sql = "SELECT product_id FROM carts WHERE customer_key = $customer ORDER BY last_added_at DESC, product_id"
        return [row["product_id"] for row in self._rows(("carts",), sql, customer=customer_key)]

    def message_items(self, customer_key: str) -> list[Row]:
        """``item, rank, product_id`` of a customer."""
        sql = f"SELECT item, rank, product_id FROM {MESSAGES} WHERE customer_key = $customer ORDER BY item, rank"
        return self._rows((MESSAGES,), sql, customer=customer_key)

    def just_bought(self, customer_keys: Collection[str], after: dt.date, until: dt.date) -> pl.DataFrame:
        """``customer_key, product_id`` of what customers bought after a day, up to another; not what is due again."""
        sql = (
            "SELECT DISTINCT customer_key, product_id FROM product_purchases "
            "WHERE customer_key IN (SELECT unnest($customers)) AND event_day > $after AND event_day <= $until"
        )
        if MESSAGES in self._names:
            sql += (
                " EXCEPT SELECT customer_key, product_id "
                f"FROM {MESSAGES} WHERE item = 'repeat_purchase' AND customer_key IN (SELECT unnest($customers))"
            )
        values = {"customers": sorted(set(customer_keys)), "after": after, "until": until}
        found = self._frame(("product_purchases",), sql, **values)
        return found if found.width else pl.DataFrame(schema={"customer_key": pl.String, "product_id": pl.String})

    def viewed_both(self, products: Sequence[str], others: Sequence[str], since: dt.date) -> dict[Pair, int]:
        """How many customers looked at one of ``products`` and one of ``others`` in one visit since a day."""
        return self._met("product_interest", "session_id", "views > 0", products, others, since)

    def bought_both(self, products: Sequence[str], others: Sequence[str], since: dt.date) -> dict[Pair, int]:
        """How many customers bought one of ``products`` and one of ``others`` with one order since a day."""
        return self._met("product_purchases", "order_id", "quantity > 0", products, others, since)

    def _met(
        self, table: str, together: str, counts: str, products: Sequence[str], others: Sequence[str], since: dt.date
    ) -> dict[Pair, int]:
        """Customers of each pair that was met at all."""
        sql = f"""
            WITH mine AS (
                SELECT DISTINCT product_id AS one, customer_key, {together}
                FROM {table} WHERE product_id IN $products AND {counts} AND event_day >= $since
            )
            SELECT mine.one, other.product_id AS other, count(DISTINCT mine.customer_key) AS customers
            FROM {table} AS other
            INNER JOIN mine ON other.{together} = mine.{together} AND other.customer_key = mine.customer_key
            WHERE other.product_id IN $others AND other.product_id != mine.one
                AND {counts} AND other.event_day >= $since
            GROUP BY ALL
        """
        if not products or not others:
            return {}
        rows = self._rows((table,), sql, products=list(products), others=list(others), since=since)
        return {(row["one"], row["other"]): row["customers"] for row in rows}

    def clicks(self, product_ids: Sequence[str], since: dt.date) -> pl.DataFrame:
        """``query`` (as it was typed), ``product_id, clicks``: products looked at after searches since a day."""
        sql = (
            "SELECT query, product_id, sum(product_views)::BIGINT AS clicks FROM search_products_daily "
            "WHERE product_id IN $products AND event_day >= $since GROUP BY ALL HAVING clicks > 0 ORDER BY ALL"
        )
        values = {"products": list(product_ids), "since": since}
        return self._frame(("search_products_daily",), sql, **values) if product_ids else pl.DataFrame()

    def quality(self, days: int) -> list[Row]:
        """Figures of everyone by algorithm over the last ``days`` days with figures, each day by its histories; the
        best hit rate first. ``first`` and ``last`` are the days."""
        figures = ("hr_20", "mrr_20", "ndcg_20", "catalogue_coverage", "novelty")
        means = ", ".join(f"sum({name} * histories) / sum(histories) AS {name}" for name in figures)
        sql = f"""
            WITH newest AS (SELECT DISTINCT day FROM {QUALITY} ORDER BY day DESC LIMIT $days)
            SELECT algorithm, min(day) AS first, max(day) AS last, sum(histories)::BIGINT AS histories, {means}
            FROM {QUALITY} SEMI JOIN newest USING (day)
            WHERE segment_id = '*' GROUP BY algorithm ORDER BY hr_20 DESC, algorithm
        """
        return self._rows((QUALITY,), sql, days=days)

    def sources(self) -> list[Row]:
        """``rec_sources`` of the newest day, by algorithm, the largest share first."""
        sql = f"FROM {SOURCES} WHERE day = (SELECT max(day) FROM {SOURCES}) ORDER BY algorithm, rows DESC, source"
        return self._rows((SOURCES,), sql)

    def _rows(self, tables: Sequence[str], sql: str, **values: Any) -> list[Row]:
        return self._frame(tables, sql, **values).to_dicts()

    def _frame(self, tables: Sequence[str], sql: str, **values: Any) -> pl.DataFrame:
        """The answer; an empty frame without columns where a table was never published."""
        if not self._names.issuperset(tables):
            return pl.DataFrame()
        try:
            found = pl.from_arrow(self._connection.sql(sql, params=values).to_arrow_table())
        except duckdb.Error as error:
            raise QueryError(f"{', '.join(tables)} can not be read: {str(error).splitlines()[0]}") from error
        return found if isinstance(found, pl.DataFrame) else found.to_frame()


def _no_lists() -> pl.DataFrame:
    texts = ("lists_of", "algorithm", "basis", "context_id")
    return pl.DataFrame(
        schema={
            **dict.fromkeys(texts, pl.String),
            "rank": pl.Int32,
            "product_id": pl.String,
            "score": pl.Float64,
            "source": pl.String,
            "support": pl.Int64,
        }
    )
