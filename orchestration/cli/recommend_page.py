"""`dangol recommend show --page`: what every model of a page shows to somebody.

Belongs here: the visit that was described, the titles of its lists. Does not belong here: which list a model shows
(``models.recommend.pages.choice``), reading for it (``orchestration.serving``), printing.
"""

from typing import TYPE_CHECKING

from models.recommend.definitions.document import RecommendModel
from models.recommend.pages.choice import FROM_PAGE, FROM_SHOP, PAGES
from models.recommend.pages.shelves import CATEGORY, CUSTOMER, PRODUCT, SEARCH
from orchestration.cli.recommend_shelf import Section, Shelf
from orchestration.cli.words import CommandError
from orchestration.serving import Visit, serve

if TYPE_CHECKING:
    import polars as pl

    from orchestration.cli.recommend_show import Wanted


def show_page(shelf: Shelf, wanted: "Wanted") -> None:
    """Print the lists of all models of a page. Raises :class:`CommandError` for what is not there."""
    words, page = shelf.words, str(wanted.page)
    if page not in PAGES:
        raise CommandError(words("no_page", page=page, pages=", ".join(PAGES)))
    visit = _visit(shelf, wanted)
    models = [model for model in shelf.desk.models if model.on and model.page == page]
    if wanted.algorithm is not None:
        known = sorted({model.algorithm for model in models})
        if wanted.algorithm not in known:
            told = words("no_algorithm", algorithm=wanted.algorithm, algorithms=", ".join(known))
            raise CommandError(told if known else words("no_models", page=words(f"page_{page}")))
        models = [model for model in models if model.algorithm == wanted.algorithm]
    if not models:
        raise CommandError(words("no_models", page=words(f"page_{page}")))
    found = serve(shelf.tables, models, shelf.desk.rules, visit, shelf.desk.settings.recommend, shelf.day)
    who = [] if visit.customer_key is None else [words("of_customer", id=visit.customer_key)]
    sections = [_section(shelf, model, found, wanted.limit) for model in models]
    shelf.print(words("of_page", page=words(f"page_{page}")), who, sections)


def _visit(shelf: Shelf, wanted: "Wanted") -> Visit:
    """The visit that was described. What the page is about may be anything, also what has no list: a page of the shop
    does not ask either."""
    customer = None if wanted.customer is None else shelf.customer(wanted.customer)
    products: tuple[str, ...] = () if wanted.product is None else (shelf.product(wanted.product)["product_id"],)
    if wanted.page == "cart" and customer is not None:
        products += tuple(product for product in shelf.tables.cart(customer) if product not in products)
    return Visit(str(wanted.page), customer, wanted.category, products, wanted.query)


def _section(shelf: Shelf, model: RecommendModel, found: "pl.DataFrame", limit: int) -> Section:
    rows = found.filter(model_id=model.id).with_columns(basis="basis_used").to_dicts()
    notes = [_told_context(shelf, rows[0]["came_from"], rows[0]["basis"], rows[0]["context_id"])] if rows else []
    if model.segment is not None:
        notes.append(shelf.words("only_segment", segment=model.segment))
    title = f"{model.name} ({model.id}) · {shelf.words(f'algorithm_{model.algorithm}')}"
    return Section(model.id, title, shelf.with_reasons(rows[:limit]), notes)


def _told_context(shelf: Shelf, came_from: str, basis: str, context: str) -> str:
    """Why this list: what of the page or of the customer it is the list of."""
    words = shelf.words
    if came_from == FROM_SHOP:
        return words("from_shop")
    if basis == CUSTOMER:
        return words("from_customer_self")
    what = context
    if basis == PRODUCT:
        names = shelf.tables.products([context])["name"].to_list()
        what = f"{words('basis_product')} {names[0] if names else ''} ({context})"
    elif basis == CATEGORY:
        what = f"{words('basis_category')} {shelf.category_name(context)}"
    elif basis == SEARCH:
        written = next((row["spelling"] for row in shelf.tables.spellings([context])), context)
        what = f"{words('basis_search')} '{written}'"
    if came_from == FROM_PAGE:
        return words("from_page", what=what)
    return words("from_customer_search" if basis == SEARCH else "from_customer", what=what)
