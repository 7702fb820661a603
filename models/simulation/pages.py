"""The pages of the visits of one day: which pages, what is on them, in which order.

Belongs here: laying out visits as page loads. Does not belong here: when they are loaded and what is done on them
(``moments``), the event rows (``events``).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from models.simulation.demand import Demand
from models.simulation.logins import FROM_START, MIDWAY, SIGNS_UP
from models.simulation.plan import Plan
from models.simulation.sampling import Bools, Floats, Ints, pick, pick_row, spread
from models.simulation.tastes import CATEGORIES, NOISE
from models.simulation.urls import PARENT_OF
from models.simulation.visits import HUMAN
from models.simulation.words_search import queries
from models.simulation.words_traffic import (
    CART,
    CATEGORY,
    COMPLETE,
    CONTENT,
    ENTRIES,
    HOME,
    JOIN,
    LOGIN,
    MYPAGE,
    PRODUCT,
    SEARCH,
)  # fmt: skip

_NEXT: Final = {HOME: 0.06, CATEGORY: 0.2, SEARCH: 0.11, PRODUCT: 0.55, CONTENT: 0.05, MYPAGE: 0.03}
_CRAWL: Final = {HOME: 0.02, CATEGORY: 0.13, PRODUCT: 0.85}


@dataclass(frozen=True)
class Pages:
    """Page loads of one day, visit after visit in order; arrays have shape (pages,)."""

    visit: Ints  # index into the plan's visits
    place: Ints  # 0 is the landing page
    kind: Ints  # HOME … COMPLETE
    product: Ints  # on product pages, else -1
    category: Ints  # index into CATEGORY_PAGES on category pages, else -1
    query: Ints  # index into the queries on search pages, else -1
    line: Ints  # cart line that is added on this page, else -1
    is_logged_in: Bools  # already when the page is loaded


def lay_out(plan: Plan, day: int, demand: Demand) -> Pages:
    """Lay out the visits that start on ``day``."""
    rng, rows = plan.scenario.rng("pages", day), plan.visits_of(day)
    carts, browse = plan.carts, plan.browse[rows]
    at_once, tail = carts.buys_at_once[rows], carts.tail[rows]
    owner, place = spread(browse + tail - at_once)
    visit = rows[owner]
    kind = _browse_kinds(rng, plan, visit, place)
    left = browse[owner] - 1 - place  # browsing pages still to come; negative in the checkout
    lines = (carts.first_line[rows + 1] - carts.first_line[rows])[owner]
    line = np.where((left >= 0) & (left < lines), carts.first_line[visit] + left, -1)
    kind[line >= 0] = PRODUCT
    mode = plan.logins.mode[rows]
    room = browse - 1 - (carts.first_line[rows + 1] - carts.first_line[rows])
    login_at = 1 + (rng.random(len(rows)) * np.maximum(room, 1)).astype(np.int64)
    here = (place == login_at[owner]) & (mode[owner] >= MIDWAY)
    kind[here] = np.where(mode[owner][here] == SIGNS_UP, JOIN, LOGIN)
    kind = np.where(left < 0, CART + at_once[owner] - left - 1, kind)
    after = (mode[owner] >= MIDWAY) & (place > login_at[owner])
    product = _products(rng, plan, demand, visit, kind, line)
    product = _look_again(rng, kind, place, product, line)
    return Pages(
        visit=visit,
        place=place,
        kind=kind,
        product=product,
        category=_categories(rng, plan, visit, kind),
        query=_queries(rng, plan, visit, kind),
        line=line,
        is_logged_in=(mode[owner] == FROM_START) | after,
    )


def _browse_kinds(rng: np.random.Generator, plan: Plan, visit: Ints, place: Ints) -> Ints:
    """Kinds of the pages before a checkout: the first by the entry, the others by what people do."""

    def row(chances: dict[int, float]) -> Floats:
        weights = np.zeros(COMPLETE + 1)
        weights[list(chances)] = list(chances.values())
        return weights

    choices = np.array([*(row(entry.lands) for entry in ENTRIES), row(_NEXT), row(_CRAWL)])
    entry = plan.visits.entry[visit]
    which = np.where(plan.visits.bot[visit] != HUMAN, len(ENTRIES) + 1, np.where(place == 0, entry, len(ENTRIES)))
    return pick_row(choices, which, rng.random(len(visit)))


def _products(rng: np.random.Generator, plan: Plan, demand: Demand, visit: Ints, kind: Ints, line: Ints) -> Ints:
    """Products of product pages: mostly of the visit's taste and intent, some favourites, some of anything."""
    shown = np.flatnonzero(kind == PRODUCT)
    which, taste = visit[shown], plan.visits.taste[visit[shown]]
    how = pick((0.50, 0.30, 0.07, 0.13), rng.random(len(shown)))  # intent, taste, anything, favourite
    category = np.where((how == 0) & (taste != NOISE), plan.intent[which], -1)
    drawn = demand.draw(np.where(how == 2, NOISE, taste), rng.random(len(shown)), category)
    favourite = plan.people.favourites[plan.visits.customer[which], rng.integers(0, 3, len(shown))]
    drawn = np.where((how == 3) & (plan.visits.bot[which] == HUMAN), favourite, drawn)
    product = np.full(len(visit), -1)
    product[shown] = drawn
    carted = np.flatnonzero((line >= 0) & (kind == PRODUCT))
    product[carted] = plan.carts.product[line[carted]]
    return product


def _look_again(rng: np.random.Generator, kind: Ints, place: Ints, product: Ints, line: Ints) -> Ints:
    """Some product pages show a product again that was seen earlier in the same visit."""
    again = np.flatnonzero((kind == PRODUCT) & (line < 0) & (place > 1) & (rng.random(len(kind)) < 0.12))
    earlier = again - 1 - (rng.random(len(again)) * place[again]).astype(np.int64)
    seen = product[earlier]
    product[again] = np.where(seen >= 0, seen, product[again])
    return product


def _categories(rng: np.random.Generator, plan: Plan, visit: Ints, kind: Ints) -> Ints:
    """Category pages: the intent's leaf, its parent, or (without a taste) any."""
    chosen = np.where(rng.random(len(visit)) < 0.25, rng.integers(0, len(CATEGORIES), len(visit)), plan.intent[visit])
    leaf = np.where(plan.visits.taste[visit] == NOISE, chosen, plan.intent[visit])
    found = np.where(rng.random(len(visit)) < 0.25, PARENT_OF[leaf], leaf)
    return np.where(kind == CATEGORY, found, -1)


def _queries(rng: np.random.Generator, plan: Plan, visit: Ints, kind: Ints) -> Ints:
    words, taste = queries(), plan.visits.taste[visit]
    low, high = words.start[taste, plan.intent[visit]], words.end[taste, plan.intent[visit]]
    return np.where(kind == SEARCH, low + ((high - low) * rng.random(len(visit))).astype(np.int64), -1)
