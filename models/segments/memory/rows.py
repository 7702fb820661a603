"""Tests of single facts of a customer: products, texts, hours, days, JSON properties; and of how many fit.

Belongs here: what leaves of behaviour share. Does not belong here: the leaves (``behaviour``).
"""

import datetime as dt
import json
import math
from collections.abc import Sequence
from typing import Any, Final

from models.segments.context import Context
from models.segments.fields import Amount, Count, Hours, Occurrence, Scalar
from models.segments.leaves import ProductFilter
from models.segments.memory.facts import Product
from models.segments.windows import Span

LEVEL: Final = " > "  # between levels of a category path


def local(moment: dt.datetime, context: Context) -> dt.datetime:
    """A moment (UTC) as the clock of the shop shows it."""
    return moment.replace(tzinfo=dt.UTC).astimezone(context.zone)


def day_of(moment: dt.datetime, context: Context) -> dt.date:
    """The business day of a moment."""
    return local(moment, context).date()


def at_hours(moment: dt.datetime, hours: Hours | None, context: Context) -> bool:
    """Whether a moment lies in hours of the shop's day."""
    return hours is None or hours.holds(local(moment, context).hour)


def within(number: float | None, wanted: Amount | Count | None) -> bool:
    """Whether a number lies in a range, if one is asked for."""
    return wanted is None or wanted.holds(number)


def one_of(value: object, wanted: Sequence[object] | None) -> bool:
    """Whether a value is one of those asked for, if any are."""
    return wanted is None or value in wanted


def contains(text: str | None, words: Sequence[str] | None) -> bool:
    """Whether a text has one of ``words`` in it, in capitals or not, if any are asked for."""
    if words is None:
        return True
    return text is not None and any(lowered(word) in lowered(text) for word in words)


def lowered(text: str) -> str:
    """Small letters, one for each letter, as DuckDB makes them: no ending of a word, no letter that becomes two."""
    return "".join(small if len(small := one.lower()) == 1 else small[0] for one in text)


def of_products(product: Product | None, asked: ProductFilter) -> bool:
    """Whether a product is one of those asked for; no product is none."""
    if not asked.about_products:
        return True
    if product is None:
        return False
    return (
        one_of(product.product_id, asked.products)
        and contains(product.name, asked.name_contains)
        and (asked.category is None or any(_under(product.category_path, top) for top in asked.top_paths))
        and (asked.category_is is None or product.category_path in asked.paths)
        and one_of(product.brand, asked.brand)
    )


def _under(path: str | None, top: str) -> bool:
    return path is not None and (path == top or path.startswith(top + LEVEL))


def total(amounts: Sequence[float]) -> float:
    """A sum of prices, to the four decimals that prices have."""
    return round(math.fsum(amounts), 4)


def in_span(days: Sequence[dt.date], span: Span, occurrence: Occurrence, as_of: dt.date) -> int:
    """How many of ``days`` lie in ``span``; of the first (last) one alone: 1 or 0. Days to come do not count."""
    past = [day for day in days if day <= as_of]
    if not past or occurrence == "any":
        return sum(span.holds(day) for day in past)
    return int(span.holds(min(past) if occurrence == "first" else max(past)))


def has_property(properties: str | None, key: str, wanted: Scalar | tuple[Scalar, ...]) -> bool:
    """Whether the value at a path of keys is one of those wanted; what is no JSON has no values."""
    try:
        found: Any = json.loads(properties) if properties is not None else None
    except ValueError:
        return False
    for part in key.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return any(_equal(found, value) for value in (wanted if isinstance(wanted, tuple) else (wanted,)))


def _equal(found: object, wanted: Scalar) -> bool:
    """A text fits itself and the whole number written so; a number fits its like and the text of it."""
    if isinstance(wanted, bool) or isinstance(found, bool):
        return found is wanted
    if isinstance(wanted, str):
        return found == wanted or (isinstance(found, int) and str(found) == wanted)
    return found == json.dumps(wanted) if isinstance(found, str) else found == wanted
