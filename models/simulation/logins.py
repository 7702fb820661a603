"""Who is logged in when: sign-ups, first log-ins on a device, log-ins half-way through a visit.

Belongs here: the log-in state of every visit. Does not belong here: what members are called (``members``).
"""

from dataclasses import dataclass

import numpy as np

from models.simulation.carts import TAIL_ORDER, Carts
from models.simulation.people import JOINED_BEFORE, JOINS_DURING, Devices, People
from models.simulation.sampling import Bools, Ints
from models.simulation.scenario import Scenario
from models.simulation.visits import Visits
from models.simulation.words_traffic import APP

ANONYMOUS, FROM_START, MIDWAY, SIGNS_UP = 0, 1, 2, 3
_LONG_AGO, _NEVER = -(2**62), 2**62


@dataclass(frozen=True)
class Logins:
    """``mode`` has shape (visits,); ``is_member`` and ``joined_at`` (UTC microseconds) have shape (customers,)."""

    mode: Ints  # ANONYMOUS, FROM_START, MIDWAY, SIGNS_UP
    is_member: Bools
    joined_at: Ints  # long ago for those who joined before the period, far away for those who never do


def plan_logins(scenario: Scenario, people: People, devices: Devices, visits: Visits, carts: Carts) -> Logins:
    """Decide in which visits somebody is logged in, and from when on."""
    rng, size = scenario.rng("logins"), len(visits.start)
    able = devices.can_login[visits.device]
    sign_ups = _sign_up_visits(rng, people, visits, able)
    joined_at = np.where(people.joins == JOINED_BEFORE, _LONG_AGO, _NEVER)
    joined_at[visits.customer[sign_ups]] = visits.start[sign_ups]
    eligible = able & (visits.start > joined_at[visits.customer]) & (visits.customer >= 0)
    # A device is never logged in at the first visit of a known member: the log-in itself must have been seen.
    seen = np.cumsum(eligible)
    starts = np.r_[True, visits.device[1:] != visits.device[:-1]]
    before_device = np.maximum.accumulate(np.where(starts, seen - eligible, 0))
    is_first = eligible & (seen - before_device == 1)
    remembered = np.where(devices.kind[visits.device] == APP, 0.8, 0.45)
    u = rng.random(size)
    mode = np.where(u < remembered, FROM_START, np.where(u < remembered + 0.18, MIDWAY, ANONYMOUS))
    mode = np.where(is_first, np.where(u < 0.55, MIDWAY, ANONYMOUS), mode)
    buys = (carts.tail == TAIL_ORDER) & (rng.random(size) < 0.8)
    mode = np.where(buys & (mode == ANONYMOUS), MIDWAY, mode)
    mode = np.where(eligible, mode, ANONYMOUS)
    mode[sign_ups] = SIGNS_UP
    return Logins(mode, joined_at < _NEVER, joined_at)


def _sign_up_visits(rng: np.random.Generator, people: People, visits: Visits, able: Bools) -> Ints:
    """One visit of each customer who joins during the period: any one on a device that can log in."""
    key = rng.random(len(visits.start))
    candidates = np.flatnonzero(able & (people.joins[visits.customer] == JOINS_DURING) & (visits.customer >= 0))
    order = candidates[np.lexsort((key[candidates], visits.customer[candidates]))]
    first: Ints = np.unique(visits.customer[order], return_index=True)[1]
    chosen: Ints = order[first]
    return chosen
