"""What rules must do to one list, written down row by row, to compare the set-based pass with; and shops to try on."""

import json
from typing import Any

import polars as pl

from models.documents.reading import read_documents
from models.recommend.rules.document import Condition, ProductTest, Rule

Row = dict[str, Any]
Truth = bool | None
PRODUCTS = pl.Schema(
    {
        "product_id": pl.String(), "name": pl.String(), "category_path": pl.String(), "brand": pl.String(),
        "price": pl.Float64(), "sale_price": pl.Float64(), "status": pl.String(), "attributes": pl.String(),
    }
)  # fmt: skip
LISTS = pl.Schema(
    {
        "algorithm": pl.String(), "basis": pl.String(), "context_id": pl.String(), "rank": pl.Int32(),
        "product_id": pl.String(), "score": pl.Float64(), "source": pl.String(), "support": pl.Int64(),
    }
)  # fmt: skip


def products_of(*rows: Row) -> pl.DataFrame:
    return pl.DataFrame([{name: row.get(name) for name in PRODUCTS} for row in rows], schema=PRODUCTS)


def list_of(
    ids: list[str], basis: str = "product", context: str = "ctx", algorithm: str = "viewed_together"
) -> pl.DataFrame:
    rows = [
        {"algorithm": algorithm, "basis": basis, "context_id": context, "rank": rank, "product_id": one,
         "score": 1.0 / rank, "source": algorithm, "support": 5}
        for rank, one in enumerate(ids, 1)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=LISTS)


def rules_of(text: str) -> tuple[Rule, ...]:
    return read_documents([("rules.yaml", text)], Rule)


def expected(
    candidates: list[str], basis: str, context_id: str, products: dict[str, Row], rules: list[Rule], page: str, n: int
) -> list[str]:
    """The list after the rules: ids in order."""
    active = sorted((rule for rule in rules if rule.acts_on(page)), key=lambda rule: rule.order)
    context = _context(basis, context_id, products)

    def holds(rule: Rule, product: str) -> bool:
        return rule.if_ is None or _condition(rule.if_, products[product], context) is True

    def first(kinds: set[str], product: str) -> Rule | None:
        return next((r for r in active if any(r.action(kind) for kind in kinds) and holds(r, product)), None)

    own = list(dict.fromkeys(candidates))
    brought = [p for p in sorted(products) if p not in own and not (basis == "product" and p == context_id)]
    brought = [p for p in brought if any(r.action("pin") and p in _named(r.if_) and holds(r, p) for r in active)]
    left = [
        p
        for p in own + brought
        if p in products and (products[p]["status"] or "active") == "active" and not first({"exclude"}, p)
    ]
    pins = {p: rule for p in left if (rule := first({"pin"}, p))}
    places: dict[str, int] = {}
    for rule in active:
        for p in left:
            if pins.get(p) is rule:
                place = rule.action("pin").pin
                while place in places.values():
                    place += 1
                places[p] = place

    def key(p: str) -> tuple[float, int]:
        place, rule = left.index(p) + 1, first({"boost", "bury"}, p)
        if rule is None:
            return place, place
        boost, bury = rule.action("boost"), rule.action("bury")
        factor = 1 / boost.boost if boost else float("inf") if bury.bury == "end" else bury.bury
        return place * factor, place

    order = sorted(left, key=key)
    for rule in active:
        for limit in rule.limits:
            counts: dict[str, int] = {}
            kept = set(order)
            for p in sorted(order, key=lambda one: one not in places):
                group = _group(products[p], limit.per)
                if group is None or not holds(rule, p):
                    continue
                counts[group] = counts.get(group, 0) + 1
                if counts[group] > limit.most and p not in places:
                    kept.remove(p)
            order = [p for p in order if p in kept]
    others = [p for p in order if p not in places]
    waiting = sorted(places, key=lambda one: places[one])
    result: list[str] = []
    while others or waiting:
        if waiting and (places[waiting[0]] <= len(result) + 1 or not others):
            result.append(waiting.pop(0))
        else:
            result.append(others.pop(0))
    return result[:n]


def _named(condition: Condition | None) -> tuple[str, ...]:
    if condition is None:
        return ()
    if condition.candidate and condition.candidate.ids:
        return condition.candidate.ids
    return next((ids for part in condition.all_ or () if (ids := _named(part))), ())


def _group(product: Row, per: str) -> str | None:
    if per == "brand":
        return product["brand"]
    path = product["category_path"]
    return path if path is None or per == "category" else path.split(" > ")[0]


def _context(basis: str, context_id: str, products: dict[str, Row]) -> Row | None:
    if basis == "product":
        return products.get(context_id)
    if basis == "category" and context_id != "*":
        return {"category_path": context_id}
    return None


def _all(parts: list[Truth]) -> Truth:
    return False if False in parts else None if None in parts else True


def _not(part: Truth) -> Truth:
    return None if part is None else not part


def _condition(condition: Condition, product: Row, context: Row | None) -> Truth:
    parts: list[Truth] = [_condition(part, product, context) for part in condition.all_ or ()]
    if condition.any_:
        parts.append(_not(_all([_not(_condition(part, product, context)) for part in condition.any_])))
    if condition.not_:
        parts.append(_not(_condition(condition.not_, product, context)))
    if condition.candidate:
        parts += [_test(condition.candidate, product), _relation(condition.candidate, product, context)]
    if condition.context:
        parts.append(_test(condition.context, context))
    return _all(parts)


def _price(product: Row) -> float | None:
    return product.get("price") if product.get("sale_price") is None else product["sale_price"]


def _within(value: float | None, band: Any) -> Truth:
    if value is None:
        return None
    return (band.min is None or value >= band.min) and (band.max is None or value <= band.max)


def _test(test: ProductTest, product: Row | None) -> Truth:
    parts: list[Truth] = []
    if test.category:
        path = None if product is None else product.get("category_path")
        said = test.category
        asked = (said.is_, said.in_, said.under) != (None, None, None)
        truth = (
            not asked
            or path is not None
            and (
                (said.is_ is None or path == said.is_)
                and (said.in_ is None or path in said.in_)
                and (
                    said.under is None
                    or any(path == top or path.startswith(top + " > ") for top in map(_spaced, said.under))
                )
            )
        )
        parts.append(None if product is None else truth)
    is_product = product is not None and "product_id" in product
    attributes = json.loads(product["attributes"] or "{}") if is_product else {}

    def known(truth: bool) -> Truth:
        return truth if is_product else None

    if test.brand:
        brand = product.get("brand") if product else None
        said_brand = test.brand
        wanted = ([said_brand.is_] if said_brand.is_ else []) + list(said_brand.in_ or ())
        parts.append(known(not wanted or brand in wanted))
    if test.price:
        parts.append(_within(_price(product), test.price) if is_product else None)
    if test.ids:
        parts.append(known(is_product and product["product_id"] in test.ids))
    if test.status:
        parts.append(known(is_product and (product["status"] or "active") in test.status))
    if test.name_contains:
        parts.append(
            known(is_product and any(w.lower() in (product["name"] or "").lower() for w in test.name_contains))
        )
    if test.tags:
        parts.append(known(bool(set(_texts(attributes.get("tags"))) & set(test.tags))))
    for key, values in (test.attributes or {}).items():
        parts.append(known(bool(set(_texts(attributes.get(key))) & set(values))))
    return _all(parts)


def _spaced(path: str) -> str:
    return " > ".join(level.strip() for level in path.split(">"))


def _texts(value: Any) -> list[str]:
    return [str(one) for one in (value if isinstance(value, list) else [value]) if one is not None]


def _relation(test: Any, product: Row, context: Row | None) -> Truth:
    parts: list[Truth] = []
    path, other = product["category_path"], context.get("category_path") if context else None
    if test.category and test.category.same is not None:
        same = path is not None and other is not None and (path == other or path.startswith(other + " > "))
        parts.append(
            None if other is None and (context is None or "product_id" not in context) else same == test.category.same
        )
    if test.category and test.category.same_top is not None:
        same = path is not None and other is not None and path.split(" > ")[0] == other.split(" > ")[0]
        parts.append(
            None
            if other is None and (context is None or "product_id" not in context)
            else same == test.category.same_top
        )
    is_product = context is not None and "product_id" in context
    if test.brand and test.brand.same is not None:
        same = is_product and product["brand"] is not None and product["brand"] == context["brand"]
        parts.append((same == test.brand.same) if is_product else None)
    if test.price:
        mine, its = _price(product), _price(context) if is_product and context else None
        compared = mine is not None and its is not None
        if test.price.than_context:
            parts.append((mine < its if test.price.than_context == "cheaper" else mine > its) if compared else None)
        if test.price.ratio:
            parts.append(_within(mine / its if compared and its > 0 else None, test.price.ratio))
    return _all(parts)
