"""When the pages of one day are loaded, and what is done on them.

Belongs here: actions on pages, thinking times, pauses near the session limit, ways out to a payment gateway.
Does not belong here: which pages (``pages``), the event rows (``events``).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from models.simulation.pages import Pages
from models.simulation.plan import Plan
from models.simulation.sampling import Bools, Ints, pick
from models.simulation.scenario import MINUTE, SECOND
from models.simulation.visits import HUMAN, pace
from models.simulation.words_traffic import CART, COMPLETE, HOME, JOIN, LOGIN, PRODUCT

NOTHING, ADDS, REMOVES, LOGS_IN, SIGNS_UP, CLICKS_WIDGET, CLICKS_BANNER = range(7)
# Pauses within a visit that stand at the usual session limit of 30 minutes, and others around it.
EXACT_PAUSES: Final = (30 * MINUTE, 30 * MINUTE + 1, 30 * MINUTE - 1, 30 * MINUTE - SECOND, 30 * MINUTE + SECOND)
PAUSE_WEIGHTS: Final = (0.15, 0.15, 0.08, 0.06, 0.06, 0.5)  # the last: anything between 20 and 60 minutes
PAUSE_SHARE: Final = 0.025  # of the visits with at least two browsing pages
LATE_PAYMENT_SHARE: Final = 0.05  # of the payments take longer than 30 minutes


@dataclass(frozen=True)
class Moments:
    """What happens on each page and when; arrays have shape (pages,), times in microseconds."""

    at: Ints  # page load, UTC
    detail_after: Ints  # from the load to the specific event (product_view …), 0 to 9 ms
    has_impression: Bools  # of a widget on product pages, of a banner on home pages
    impression_after: Ints
    action: Ints  # NOTHING, ADDS …
    action_after: Ints
    gateway: Ints  # on pages reached from a payment gateway: which one, else -1


def time_pages(plan: Plan, day: int, pages: Pages, gateways: int) -> Moments:
    """Decide the moments of all pages of a day; ``gateways`` is the number of payment gateways."""
    rng, size = plan.scenario.rng("moments", day), len(pages.visit)
    human = plan.visits.bot[pages.visit] == HUMAN
    impression = human & (rng.random(size) < np.where(pages.kind == PRODUCT, 0.2, 0.5))
    impression &= (pages.kind == PRODUCT) | (pages.kind == HOME)
    action = _actions(rng, plan, pages, impression)
    detail_after = np.where(rng.random(size) < 0.4, 0, rng.integers(1, 9_999, size))
    impression_after = rng.integers(200_000, 900_000, size)
    action_after = (np.clip(rng.lognormal(1.9, 0.6, size), 1.5, 60) * SECOND).astype(np.int64)
    last = np.maximum(detail_after, np.where(impression, impression_after, 0))
    last = np.maximum(last, np.where(action != NOTHING, action_after, 0))
    paid = (pages.kind == COMPLETE) & (rng.random(size) < 0.75)
    gateway = np.where(paid, rng.integers(0, gateways, size), -1)
    think = (pace(plan.visits, rng, pages.visit) * SECOND).astype(np.int64)
    away = rng.integers(20 * SECOND, 200 * SECOND, size)
    away = np.where(rng.random(size) < LATE_PAYMENT_SHARE, rng.integers(31 * MINUTE, 75 * MINUTE, size), away)
    think = np.where(gateway >= 0, away, think)
    _pause(rng, plan, pages, think)
    step = think.copy()
    step[1:] += last[:-1]
    step[pages.place == 0] = 0
    total = np.cumsum(step)
    first = np.flatnonzero(pages.place == 0)
    begin = np.repeat(total[first], np.diff(np.append(first, size)))
    at = plan.visits.start[pages.visit] + total - begin
    return Moments(at, detail_after, impression, impression_after, action, action_after, gateway)


def _actions(rng: np.random.Generator, plan: Plan, pages: Pages, impression: Bools) -> Ints:
    """What is done on each page; a widget click leads to the product page that follows."""
    size, kind = len(pages.kind), pages.kind
    action = np.full(size, NOTHING)
    onward = np.zeros(size, dtype=bool)
    onward[:-1] = (kind[1:] == PRODUCT) & (pages.place[1:] > 0) & (pages.line[1:] < 0)
    u = rng.random(size)
    action[impression & (kind == PRODUCT) & onward & (u < 0.09)] = CLICKS_WIDGET
    action[impression & (kind == HOME) & (u < 0.04)] = CLICKS_BANNER
    adds = (pages.line >= 0) & ~plan.carts.buys_at_once[pages.visit]
    action[adds] = ADDS
    action[kind == LOGIN] = LOGS_IN
    action[kind == JOIN] = SIGNS_UP
    action[(kind == CART) & (removed_line(plan, pages.visit) >= 0)] = REMOVES
    return action


def removed_line(plan: Plan, visit: Ints) -> Ints:
    """The line that is taken out of the cart again in each visit (the last one it put in), -1 for none."""
    last = plan.carts.first_line[visit + 1] - 1
    last = np.where(last >= plan.carts.first_line[visit], last, -1)
    removed = np.append(plan.carts.is_removed, False)[last]  # -1 falls on the one that was appended
    return np.where(removed, last, -1)


def _pause(rng: np.random.Generator, plan: Plan, pages: Pages, think: Ints) -> None:
    """Let some visits rest before one of their pages, for about half an hour (in place)."""
    first = np.flatnonzero(pages.place == 0)
    visit = pages.visit[first]
    browse = plan.browse[visit]
    chosen = (plan.visits.bot[visit] == HUMAN) & (browse > 1) & (rng.random(len(first)) < PAUSE_SHARE)
    where = first + 1 + (rng.random(len(first)) * np.maximum(browse - 1, 1)).astype(np.int64)
    around = rng.integers(20 * MINUTE, 60 * MINUTE, len(first))
    which = pick(PAUSE_WEIGHTS, rng.random(len(first)))
    length = np.where(which < len(EXACT_PAUSES), np.append(EXACT_PAUSES, 0)[which], around)
    think[where[chosen]] = length[chosen]
