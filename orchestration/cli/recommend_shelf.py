"""What `dangol recommend show` and `quality` start with: the tables, the language, and how lists are printed.

Belongs here: opening the published recommendations, finding what was asked for, errors with what is nearest, printing.
Does not belong here: which lists are shown (``recommend_show``, ``recommend_page``), reasons (``recommend_why``).
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property

import polars as pl

from connectors.home.member_key import member_key, read_secret
from connectors.published.query import open_reader
from connectors.published.recommendations import RecommendTables, Row
from connectors.published.tables import PublishedTables
from models.recommend.counts.trends import WHOLE_SHOP
from models.recommend.search.queries import normalised
from orchestration.cli.recommend_show_words import PHRASES
from orchestration.cli.recommend_view import Desk
from orchestration.cli.recommend_why import Reasons
from orchestration.cli.screen import Column, write_rows
from orchestration.cli.taste_words import Words as Amounts
from orchestration.cli.words import CommandError, Words

_NEAR = 3
_COLUMNS = (
    "list", "algorithm", "basis", "context_id", "rank", "product_id", "name", "price", "score", "source", "support",
    "reason",
)  # fmt: skip


@dataclass(frozen=True)
class Section:
    """One list under a title. ``rows``: of a list (algorithm, basis, context_id, rank, product_id, score, source,
    support, reason), or of an item of messages (rank, product_id); ``key``: its name for machines."""

    key: str
    title: str
    rows: Sequence[Row]
    notes: Sequence[str] = field(default=())


@dataclass(frozen=True)
class Shelf:
    """Published recommendations that are looked at; ``run``: the newest row of ``rec_runs``."""

    desk: Desk
    tables: RecommendTables
    words: Words
    run: Row

    @property
    def day(self) -> dt.date:
        day = self.run["day"]
        return day if isinstance(day, dt.date) else dt.date.fromisoformat(str(day))

    @cached_property
    def reasons(self) -> Reasons:
        since = self.day - dt.timedelta(days=self.desk.settings.recommend.window_days - 1)
        rules = [*self.desk.rules, *(rule for model in self.desk.models for rule in model.rules or ())]
        names = {rule.id: rule.name for rule in rules if not isinstance(rule, str)}
        return Reasons(self.tables, self.words, since, names)

    def product(self, product_id: str) -> Row:
        """A product of the catalogue. Raises :class:`CommandError` naming products like it."""
        found = self.tables.products([product_id]).to_dicts()
        if not found:
            near = [f"{row['product_id']} {row['name']}" for row in self.tables.nearest_products(product_id, _NEAR)]
            raise CommandError(self.words("no_product", id=product_id, hint=self._hint(near)))
        return found[0]

    def customer(self, who: str) -> str:
        """The key of a customer, given by it or by the shop's own member id."""
        for key in (who, member_key(who, read_secret(self.desk.home))):
            if self.tables.customer(key) is not None:
                return key
        raise CommandError(self.words("no_customer", id=who))

    def category(self, text: str) -> str:
        """A category that has lists, however its levels are parted."""
        known = self.tables.categories()
        wanted = " > ".join(level.strip() for level in text.split(">"))
        if wanted not in known:
            holding = [name for name in known if wanted in name]
            near = holding[:_NEAR] or get_close_matches(wanted, known, n=_NEAR, cutoff=0.4)
            raise CommandError(self.words("no_category", id=text, hint=self._hint(near)))
        return wanted

    def meant(self, query: str) -> Row | None:
        """``query, spelling, main`` of what ``query`` was taken for; None where nobody searched for it twice."""
        key = normalised(pl.Series([query]))[0]
        found = self.tables.spellings([key])
        if not found:
            return None
        return next(iter(self.tables.spellings([found[0]["main"]])), found[0])

    def nearest_queries(self, query: str) -> str:
        """Queries like one, as a sentence."""
        near = [f"'{spelling}'" for spelling in self.tables.nearest_queries(query, _NEAR)]
        return self._hint(near, "nearest_queries_are")

    def _hint(self, nearest: Sequence[str], phrase: str = "nearest_are") -> str:
        return self.words(phrase, nearest=", ".join(nearest)) if nearest else self.words("nothing_near")

    def category_name(self, context: str) -> str:
        return self.words("whole_shop") if context == WHOLE_SHOP else context

    def with_reasons(self, rows: Sequence[Row]) -> list[Row]:
        """Rows of one list, each with its ``reason``."""
        return [row | {"reason": reason} for row, reason in zip(rows, self.reasons.of_list(rows), strict=True)]

    def print(self, title: str, notes: Sequence[str], sections: Sequence[Section]) -> None:
        """Print lists with the names and prices of their products."""
        ids = {row["product_id"] for section in sections for row in section.rows}
        known = {row["product_id"]: row for row in self.tables.products(ids).to_dicts()}
        if self.desk.form != "table":
            rows = [self._machine_row(section, row, known) for section in sections for row in section.rows]
            write_rows(_COLUMNS, rows, self.desk.form, self.desk.out)
            return
        screen = self.desk.screen
        screen.line(title, "bold")
        for note in (*notes, self.words("data_until", day=self.day)):
            screen.line(note)
        for section in sections:
            screen.heading(section.title)
            for note in section.notes:
                screen.line(note)
            self._print_rows(section.rows, known)

    def _print_rows(self, rows: Sequence[Row], known: dict[str, Row]) -> None:
        if not rows:
            self.desk.screen.line(self.words("no_rows"))
            return
        words = self.words
        columns = [Column(words("rank"), right=True), Column(words("product_id"), whole=True), Column(words("product"))]
        columns += [Column(words("price"), right=True), Column(words("why"))]
        told = any("reason" in row for row in rows)
        cells = [self._cells(row, known.get(row["product_id"], {})) for row in rows]
        self.desk.screen.table(columns if told else columns[:-1], cells if told else [row[:-1] for row in cells])

    def _cells(self, row: Row, product: Row) -> list[str]:
        amounts = Amounts(self.desk.settings.locale, self.desk.settings.currency)
        name = [str(row["rank"]), row["product_id"], product.get("name") or ""]
        return [*name, amounts.price(_price(product)), row.get("reason", "")]

    def _machine_row(self, section: Section, row: Row, known: dict[str, Row]) -> Row:
        product = known.get(row["product_id"], {})
        named = {"list": section.key, "name": product.get("name"), "price": _price(product)}
        return {column: (named | row).get(column) for column in _COLUMNS}


@contextmanager
def open_shelf(desk: Desk) -> Iterator[Shelf]:
    """The published recommendations of a home. Raises :class:`CommandError` where there are none yet."""
    words = Words(desk.words.locale, PHRASES)
    with open_reader(PublishedTables(desk.home), desk.settings.memory_limit) as connection:
        tables = RecommendTables(connection)
        run = tables.last_run()
        if run is None:
            raise CommandError(words("no_lists"))
        yield Shelf(desk, tables, words, run)


def _price(product: Row) -> float | None:
    sale, price = product.get("sale_price"), product.get("price")
    return price if sale is None else sale
