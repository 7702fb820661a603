"""Who comes when, by which device and entry: the plan of all visits of the whole period.

Belongs here: drawing visits (people and bots) and ordering them. Does not belong here: carts and orders (``carts``),
logins (``logins``), the pages of a visit (``pages``).
"""

from dataclasses import dataclass

import numpy as np

from models.simulation.people import Devices, People
from models.simulation.sampling import Bools, Floats, Ints, pick, pick_row, spread
from models.simulation.scenario import DAY, HOUR, Scenario
from models.simulation.tastes import NOISE, TASTES, season_factor
from models.simulation.words_traffic import AGENT_RANGES, ENTRIES, HOURS, NIGHT_HOURS, WEEKDAYS

HUMAN, DECLARED_BOT, HIDDEN_BOT = 0, 1, 2
APART = 2 * HOUR  # visits of one device start at least this far apart


@dataclass(frozen=True)
class Visits:
    """All visits, ordered by device and start; arrays have shape (visits,)."""

    device: Ints
    customer: Ints  # -1 for a bot
    day: Ints
    start: Ints  # UTC microseconds since 1970
    taste: Ints  # the taste of this visit; NOISE for none
    is_staple: Bools  # comes to buy the staple again
    entry: Ints  # index into ENTRIES
    browse: Ints  # pages before a checkout
    bot: Ints  # HUMAN, DECLARED_BOT, HIDDEN_BOT


def bot_counts(scenario: Scenario) -> tuple[int, int]:
    """How many visits declared and hidden bots make in the whole period (each with a cookie of its own)."""
    size = scenario.customers * scenario.days
    return max(scenario.days // 5, 2, size // 1500), max(2, size // 30_000)


def draw_visits(scenario: Scenario, people: People, devices: Devices) -> Visits:
    """Plan all visits."""
    drawn = [_usual(scenario, people), _staple(scenario, people)]
    customer, taste, day, is_staple = (np.concatenate(parts) for parts in zip(*drawn, strict=True))
    rng, size = scenario.rng("visit-times"), len(customer)
    first = devices.first[customer]
    count = devices.first[customer + 1] - first
    device = first + np.where(rng.random(size) < 0.6, 0, (rng.random(size) * count).astype(np.int64))
    hour = pick_row(np.array([HOURS, NIGHT_HOURS]), people.is_owl[customer].astype(np.int64), rng.random(size))
    start = scenario.start_us + day * DAY + hour * HOUR + rng.integers(0, HOUR, size)
    order = np.lexsort((start, device))
    close = np.zeros(size, dtype=bool)
    ordered = device[order]
    close[1:] = (ordered[1:] == ordered[:-1]) & (np.diff(start[order]) < APART)
    order = order[~close]
    customer, device, day, start = customer[order], device[order], day[order], start[order]
    entry = pick_row(np.array([e.weights for e in ENTRIES]).T, devices.kind[device], rng.random(len(order)))
    browse = _browse(rng, len(order))
    human = np.full(len(order), HUMAN)
    by_people = (device, customer, day, start, taste[order], is_staple[order], entry, browse, human)
    return Visits(*(np.concatenate(pair) for pair in zip(by_people, _bots(scenario, devices), strict=True)))


def _usual(scenario: Scenario, people: People) -> tuple[Ints, Ints, Ints, Bools]:
    """(customer, taste, day, is_staple) of the visits that people make as they like; at least one for each."""
    rng = scenario.rng("visits")
    counts = 1 + rng.poisson(people.rate * (scenario.days - people.first_day))
    customer = np.repeat(np.arange(scenario.customers), counts)
    chances = np.concatenate([people.mix, people.is_noise[:, None]], axis=1).astype(np.float32)
    total = np.cumsum(chances, axis=1)
    total[:, -1] = 1.0
    u = rng.random(len(customer), dtype=np.float32)
    taste = np.minimum((u[:, None] >= total[customer]).sum(axis=1), NOISE)
    return customer, taste, _days(scenario, taste, people.first_day[customer], rng), np.zeros(len(customer), bool)


def _days(scenario: Scenario, taste: Ints, earliest: Ints, rng: np.random.Generator) -> Ints:
    """A day for each visit, from ``earliest`` on: week days differ, and tastes have their seasons."""
    dates = [scenario.date_of(day) for day in range(scenario.days)]
    week = np.array([WEEKDAYS[date.weekday()] for date in dates])
    season = np.array([np.append(season_factor(date), 1.0) for date in dates]).T
    total = np.zeros((len(TASTES) + 1, scenario.days + 1))
    np.cumsum(season * week, axis=1, out=total[:, 1:])
    total /= total[:, -1:]
    low = total[taste, earliest]
    target = low + (1 - low) * rng.random(len(taste))
    flat = (total[:, 1:] + np.arange(len(total))[:, None]).ravel()
    found = np.searchsorted(flat, taste + target, side="right") - taste * scenario.days
    day: Ints = np.clip(found, earliest, scenario.days - 1)
    return day


def _staple(scenario: Scenario, people: People) -> tuple[Ints, Ints, Ints, Bools]:
    """Visits to buy a consumable again, one in each personal cycle (give or take a tenth)."""
    rng = scenario.rng("staples")
    owners = np.flatnonzero(people.staple >= 0)
    cycle = people.cycle[owners]
    begin = people.first_day[owners] + rng.random(len(owners)) * cycle
    counts = np.maximum(np.ceil((scenario.days - begin) / cycle), 0).astype(np.int64)
    owner, turn = spread(counts)
    day = (begin[owner] + cycle[owner] * (turn + rng.normal(0, 0.05, len(owner)))).astype(np.int64)
    customer = owners[owner]
    taste = people.mix[customer].argmax(axis=1)
    return customer, taste, np.clip(day, 0, scenario.days - 1), np.ones(len(owner), dtype=bool)


def _browse(rng: np.random.Generator, size: int) -> Ints:
    """Pages before a checkout: a third of the visits see one page, some very many."""
    pages = 2 + rng.lognormal(1.35, 0.75, size).astype(np.int64)
    return np.where(rng.random(size) < 0.33, 1, np.minimum(pages, 60))


def _bots(scenario: Scenario, devices: Devices) -> tuple[Ints, Ints, Ints, Ints, Ints, Bools, Ints, Ints, Ints]:
    """The same columns for bots: robots that say so, and some with a usual browser and an inhuman pace."""
    rng = scenario.rng("bots")
    declared, hidden = bot_counts(scenario)
    size = declared + hidden
    bot = np.repeat([DECLARED_BOT, HIDDEN_BOT], [declared, hidden])
    device = np.flatnonzero(devices.owner < 0)
    day = rng.integers(0, scenario.days, size)
    start = scenario.start_us + day * DAY + rng.integers(0, DAY, size)
    browse = np.where(bot == HIDDEN_BOT, rng.integers(120, 320, size), rng.integers(3, 60, size))
    nobody, noise = np.full(size, -1), np.full(size, NOISE)
    return device, nobody, day, start, noise, np.zeros(size, dtype=bool), np.zeros(size, np.int64), browse, bot


def agents(scenario: Scenario, devices: Devices, visits: Visits) -> Ints:
    """User agent of each visit: that of the device, but hidden bots look like a PC browser."""
    rng = scenario.rng("bot-agents")
    low, high = AGENT_RANGES[0]
    usual = low + pick(np.ones(high - low), rng.random(len(visits.bot)))
    return np.where(visits.bot == HIDDEN_BOT, usual, devices.agent[visits.device])


def pace(visits: Visits, rng: np.random.Generator, visit: Ints) -> Floats:
    """Seconds that the visitor of each page thinks before the next one; shape of ``visit`` (index into visits)."""
    size = len(visit)
    human = np.clip(rng.lognormal(2.85, 1.1, size), 1.0, 1200.0)
    crawl, rush = rng.uniform(1.5, 6.0, size), rng.uniform(0.15, 0.9, size)
    return np.choose(visits.bot[visit], [human, crawl, rush])
