"""Who visits the shop: customers with their tastes and habits, and the devices that they are seen by.

Belongs here: what is fixed about a customer or a device for the whole period.
Does not belong here: single visits (``visits``), the members' personal data (``members``).
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from models.simulation.catalogue import NEVER, Catalogue
from models.simulation.demand import Demand
from models.simulation.sampling import Bools, Floats, Ints, pick, pick_row, scramble, spread
from models.simulation.scenario import DAY, SECOND, Scenario
from models.simulation.tastes import NOISE, TASTES
from models.simulation.words_traffic import AGENT_RANGES, APP

JOINS_NEVER, JOINED_BEFORE, JOINS_DURING = 0, 1, 2
NOISE_SHARE = 0.20  # customers without any taste
MIX_SHARE = 0.22  # customers with two or three tastes


@dataclass(frozen=True)
class People:
    """All customers; arrays have shape (customers,) unless said."""

    mix: Floats  # (customers, tastes): shares of the tastes, all zero for noise
    is_noise: Bools
    rate: Floats  # visits a day
    first_day: Ints  # day from which the customer may come
    is_owl: Bools  # visits at night
    joins: Ints  # JOINS_NEVER, JOINED_BEFORE, JOINS_DURING
    spend: Floats  # inclination to buy, mean about 1
    staple: Ints  # product bought again and again, -1 for none
    cycle: Floats  # days between two purchases of the staple
    favourites: Ints  # (customers, 3): products looked at again and again


@dataclass(frozen=True)
class Devices:
    """All devices (cookies); those of one customer lie next to each other. Arrays have shape (devices,)."""

    owner: Ints  # customer, -1 for a bot
    kind: Ints  # PC, MOBILE, APP
    can_login: Bools
    agent: Ints  # index into AGENTS
    visitor_id: pl.Series
    first: Ints  # (customers + 1,): where a customer's devices begin


def make_people(scenario: Scenario, catalogue: Catalogue, wants: Demand) -> People:
    """Draw the customers; ``wants`` is the demand of the first day, from which staples and favourites come."""
    rng, size = scenario.rng("people"), scenario.customers
    is_noise = rng.random(size) < NOISE_SHARE
    mix = _mixes(rng, is_noise)
    main = np.where(is_noise, NOISE, mix.argmax(axis=1))
    first_day = np.where(rng.random(size) < 0.7, 0, rng.integers(0, scenario.days, size))
    consumes = np.array([*(taste.is_consumable for taste in TASTES), False])[main] & (rng.random(size) < 0.35)
    staple = wants.draw(main, rng.random(size))
    lasting = np.minimum(catalogue.sold_out_day[staple], catalogue.hidden_day[staple]) == NEVER
    lasting &= catalogue.taste[staple] == main
    return People(
        mix=mix,
        is_noise=is_noise,
        rate=np.minimum(rng.lognormal(-2.92, 1.1, size), 2.0),
        first_day=first_day,
        is_owl=rng.random(size) < 0.05,
        joins=pick((0.35, 0.45, 0.20), rng.random(size)),
        spend=rng.gamma(1.2, 1 / 1.2, size),
        staple=np.where(consumes & lasting, staple, -1),
        cycle=rng.uniform(8, 35, size),
        favourites=wants.draw(np.repeat(main, 3), rng.random(3 * size)).reshape(-1, 3),
    )


def _mixes(rng: np.random.Generator, is_noise: Bools) -> Floats:
    """Shares of the tastes: one taste for most, two or three for some, none for noise."""
    size, tastes = len(is_noise), len(TASTES)
    counts = np.where(rng.random(size) < MIX_SHARE / (1 - NOISE_SHARE), rng.integers(2, 4, size), 1)
    counts[is_noise] = 0
    owner, place = spread(counts)
    shares = np.tile([taste.share for taste in TASTES], (3, 1))
    chosen = pick_row(shares, place, rng.random(len(owner)))
    mix = np.zeros((size, tastes))
    np.add.at(mix, (owner, chosen), np.array([1.0, 0.7, 0.4])[place])
    mix /= np.maximum(mix.sum(axis=1, keepdims=True), 1e-9)
    return mix


def make_devices(scenario: Scenario, people: People, bots: int) -> Devices:
    """One to three devices a customer, and ``bots`` devices that belong to nobody after them."""
    rng, size = scenario.rng("devices"), scenario.customers
    counts = pick((0.55, 0.33, 0.12), rng.random(size)) + 1
    owner, place = spread(counts)
    taken = pick((0.28, 0.50, 0.22), rng.random(size))
    kind = np.concatenate([(taken[owner] + place) % 3, np.zeros(bots, dtype=np.int64)])
    owner = np.concatenate([owner, np.full(bots, -1)])
    human, total = owner >= 0, len(owner)
    # An app is for those who log in; on other devices a third never do.
    can_login = human & (rng.random(total) < np.where(kind == APP, 0.95, 0.67)) & (people.joins[owner] > 0)
    low, high = np.array(AGENT_RANGES).T
    group = np.where(human, kind, 3)
    agent = low[group] + (rng.random(total) * (high - low)[group]).astype(np.int64)
    born = scenario.start_us // SECOND - rng.integers(0, 200 * DAY // SECOND, total)
    cookie = pl.DataFrame({"a": scramble(np.arange(total), 12_345 + scenario.seed), "b": born})
    return Devices(
        owner=owner,
        kind=kind,
        can_login=can_login,
        agent=agent,
        visitor_id=cookie.select(pl.format("{}.{}", "a", "b")).to_series(),
        first=np.concatenate([[0], np.cumsum(counts)]),
    )
