"""What is put into carts, what becomes of it, and what is sent back: planned before any page is laid out.

Belongs here: cart lines, orders, refunds of the whole period as arrays. Does not belong here: pages and events.
"""

from dataclasses import dataclass

import numpy as np

from models.simulation.catalogue import Catalogue
from models.simulation.demand import Demand
from models.simulation.people import People
from models.simulation.sampling import Bools, Floats, Ints, pick, spread
from models.simulation.scenario import DAY, HOUR, Scenario
from models.simulation.visits import HUMAN, Visits

TWIN_SHARE = 0.03  # two identical lines of one order are two events, and must stay two
TAIL_NONE, TAIL_CART, TAIL_CHECKOUT, TAIL_ORDER = 0, 1, 2, 3


@dataclass(frozen=True)
class Carts:
    """Carts and orders. Per visit: shape (visits,); per line: shape (lines,), lines of a visit next to each other."""

    tail: Ints  # per visit: how far it gets (TAIL_…)
    bought_from: Ints  # per visit: the visit whose cart is bought here (often itself), -1 for none
    buys_at_once: Bools  # per visit: orders without the cart
    first_line: Ints  # (visits + 1,)
    visit: Ints  # per line
    product: Ints  # per line
    quantity: Ints  # per line
    is_removed: Bools  # per line: taken out of the cart again
    is_twin: Bools  # per line: the same product and quantity as the line before


@dataclass(frozen=True)
class Refunds:
    """Returned lines, ordered by day; arrays have shape (refunds,)."""

    line: Ints
    order_visit: Ints
    quantity: Ints
    at: Ints  # UTC microseconds
    day: Ints


def plan_carts(scenario: Scenario, people: People, visits: Visits) -> Carts:
    """Decide which visits fill a cart and what comes of it; products are filled in by :func:`fill_lines`."""
    rng, size = scenario.rng("carts"), len(visits.start)
    human = visits.bot == HUMAN
    spend = np.where(human, people.spend[visits.customer], 0.0)
    has_cart = (human & (rng.random(size) < 0.11 * spend) & (visits.browse >= 2)) | visits.is_staple
    fate = np.where(visits.is_staple, 0.0, rng.random(size))
    buys, later = has_cart & (fate < 0.36), has_cart & (fate >= 0.36) & (fate < 0.55)
    tail = np.where(has_cart & ~buys, pick((0.6, 0.25, 0.15), rng.random(size)), TAIL_NONE)
    bought_from = np.where(buys, np.arange(size), -1)
    here = np.flatnonzero(later[:-1])
    follows = (visits.device[here + 1] == visits.device[here]) & ~has_cart[here + 1]
    follows &= visits.start[here + 1] - visits.start[here] < 10 * DAY
    bought_from[here[follows] + 1] = here[follows]
    tail[bought_from >= 0] = TAIL_ORDER
    counts = np.where(has_cart, 1 + np.minimum(rng.poisson(0.7, size), 4), 0)
    visit, place = spread(counts)
    is_removed = (place > 0) & (rng.random(len(visit)) < 0.15)
    is_twin = (place == 1) & ~is_removed & (rng.random(len(visit)) < TWIN_SHARE)
    quantity = np.where(rng.random(len(visit)) < 0.82, 1, rng.integers(2, 5, len(visit)))
    quantity[is_twin] = quantity[np.flatnonzero(is_twin) - 1]
    return Carts(
        tail=tail,
        bought_from=bought_from,
        buys_at_once=buys & (rng.random(size) < 0.12),
        first_line=np.concatenate([[0], np.cumsum(counts)]),
        visit=visit,
        product=np.full(len(visit), -1),
        quantity=quantity,
        is_removed=is_removed,
        is_twin=is_twin,
    )


def fill_lines(
    carts: Carts, people: People, visits: Visits, lines: Ints, intent: Ints, offer: Demand, u: Floats
) -> None:
    """Choose the products of ``lines`` (indices, all of one day), in place.

    ``intent`` is the category that the line's visit is about, ``offer`` what can be bought on that day; ``u`` has
    shape (2, lines), uniform.
    """
    visit = carts.visit[lines]
    category = np.where(u[0] < 0.6, intent, -1)
    product = offer.draw(visits.taste[visit], u[1], category)
    staple = visits.is_staple[visit] & (carts.first_line[visit] == lines)
    carts.product[lines] = np.where(staple, people.staple[visits.customer[visit]], product)
    twins = lines[carts.is_twin[lines]]
    carts.product[twins] = carts.product[twins - 1]


def plan_refunds(scenario: Scenario, visits: Visits, carts: Carts) -> Refunds:
    """One in eighteen bought lines comes back, wholly or in part, two to ten days later."""
    rng = scenario.rng("refunds")
    order_of = np.full(len(visits.start), -1)
    orders = np.flatnonzero(carts.bought_from >= 0)
    order_of[carts.bought_from[orders]] = orders
    order_visit = order_of[carts.visit]
    chosen = np.flatnonzero((order_visit >= 0) & ~carts.is_removed & (rng.random(len(order_visit)) < 1 / 18))
    day = visits.day[order_visit[chosen]] + rng.integers(2, 11, len(chosen))
    at = scenario.start_us + day * DAY + rng.integers(9 * HOUR, 22 * HOUR, len(chosen))
    quantity = 1 + (rng.random(len(chosen)) * carts.quantity[chosen]).astype(np.int64)
    kept = np.flatnonzero(day < scenario.days)
    kept = kept[np.argsort(day[kept], kind="stable")]
    return Refunds(chosen[kept], order_visit[chosen[kept]], quantity[kept], at[kept], day[kept])


def paid_price(carts: Carts, catalogue: Catalogue, line: Ints, day: Ints) -> Ints:
    """Won paid for one piece of each line when ordered on ``day``."""
    return catalogue.price(carts.product[line], day)
