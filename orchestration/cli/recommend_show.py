"""`dangol recommend show`: the lists of a product, a customer, a query or a category.

Belongs here: which lists are printed of what was asked for. Does not belong here: what a page shows
(``recommend_page``), printing (``recommend_shelf``), reasons (``recommend_why``).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from connectors.published.recommendations import Row
from models.recommend.definitions.document import ALGORITHMS
from models.recommend.message_items import ITEMS
from models.recommend.pages.shelves import CATEGORY, CUSTOMER, PRODUCT, SEARCH
from models.recommend.pages.shown import text_lists
from models.recommend.rules.apply import apply_rules
from models.recommend.rules.part import SELLING
from orchestration.cli.recommend_shelf import Section, Shelf, open_shelf
from orchestration.cli.recommend_view import Desk
from orchestration.cli.words import CommandError


@dataclass(frozen=True)
class Wanted:
    """What somebody asked to see."""

    product: str | None = None
    customer: str | None = None
    query: str | None = None
    category: str | None = None
    algorithm: str | None = None
    page: str | None = None
    limit: int = 10


def show_lists(desk: Desk, wanted: Wanted) -> None:
    """Print what is recommended, and why. Raises :class:`CommandError` for what is not there."""
    with open_shelf(desk) as shelf:
        if wanted.limit < 1:
            raise CommandError(shelf.words("no_limit", limit=wanted.limit))
        if wanted.page is not None:
            from orchestration.cli.recommend_page import show_page

            show_page(shelf, wanted)
            return
        given = [name for name in (PRODUCT, CUSTOMER, "query", CATEGORY) if getattr(wanted, name) is not None]
        if len(given) != 1:
            raise CommandError(shelf.words("one_of"))
        {PRODUCT: _show_product, CUSTOMER: _show_customer, "query": _show_query, CATEGORY: _show_category}[given[0]](
            shelf, wanted
        )


def algorithms(shelf: Shelf, basis: str, wanted: str | None) -> Sequence[str]:
    """Algorithms of a basis, or the one that was asked for."""
    known = ALGORITHMS[basis]
    if wanted is not None and wanted not in known:
        raise CommandError(shelf.words("no_algorithm", algorithm=wanted, algorithms=", ".join(known)))
    return known if wanted is None else (wanted,)


def _sections(shelf: Shelf, basis: str, context: str, wanted: Wanted) -> list[Section]:
    """One list an algorithm."""
    rows = shelf.tables.lists(basis, [context])
    return [
        _section(shelf, algorithm, rows.filter(algorithm=algorithm).to_dicts(), wanted)
        for algorithm in algorithms(shelf, basis, wanted.algorithm)
    ]


def _section(shelf: Shelf, algorithm: str, rows: Sequence[Row], wanted: Wanted) -> Section:
    return Section(algorithm, shelf.words(f"algorithm_{algorithm}"), shelf.with_reasons(rows[: wanted.limit]))


def _show_product(shelf: Shelf, wanted: Wanted) -> None:
    product = shelf.product(str(wanted.product))
    sections = _sections(shelf, PRODUCT, product["product_id"], wanted)
    if not any(section.rows for section in sections):
        raise CommandError(shelf.words("new_since", id=product["product_id"]))
    notes = [product["category_path"] or ""]
    if (product["status"] or SELLING) != SELLING:
        notes.append(shelf.words("not_sold"))
    title = shelf.words("of_product", name=product["name"], id=product["product_id"])
    shelf.print(title, [note for note in notes if note], sections)


def _show_category(shelf: Shelf, wanted: Wanted) -> None:
    category = shelf.category(str(wanted.category))
    title = shelf.words("of_category", name=shelf.category_name(category))
    shelf.print(title, [], _sections(shelf, CATEGORY, category, wanted))


def _show_customer(shelf: Shelf, wanted: Wanted) -> None:
    customer = shelf.customer(str(wanted.customer))
    sections = _sections(shelf, CUSTOMER, customer, wanted)
    items = shelf.tables.message_items(customer)
    for item in ITEMS if wanted.algorithm is None else ():
        rows = [row for row in items if row["item"] == item][: wanted.limit]
        sections.append(Section(item, f"{shelf.words('messages')}: {shelf.words(f'item_{item}')}", rows))
    shelf.print(shelf.words("of_customer", id=customer), [], sections)


def _show_query(shelf: Shelf, wanted: Wanted) -> None:
    query = str(wanted.query)
    algorithms(shelf, SEARCH, wanted.algorithm)
    meant, notes = shelf.meant(query), []
    if meant is None:
        rows = _by_text(shelf, query)
        if not rows:
            raise CommandError(shelf.words("no_query", query=query, hint=shelf.nearest_queries(query)))
        notes.append(shelf.words("by_text", typed=query, hint=shelf.nearest_queries(query)))
        sections = [_section(shelf, ALGORITHMS[SEARCH][0], rows, wanted)]
    else:
        if meant["spelling"] != query:
            notes.append(shelf.words("taken_as", typed=query, meant=meant["spelling"]))
        sections = _sections(shelf, SEARCH, meant["query"], wanted)
    shelf.print(shelf.words("of_query", query=query), notes, sections)


def _by_text(shelf: Shelf, query: str) -> list[Row]:
    """What matches a query that nobody has searched for, after the rules of all pages."""
    n = shelf.desk.settings.recommend.list_length
    found = text_lists(pl.Series([query]), shelf.tables.texts(), 2 * n)
    products = shelf.tables.products(found["product_id"].to_list())
    after, _ = apply_rules(found.drop("lists_of"), products, shelf.desk.rules, "", n)
    return after.to_dicts()
