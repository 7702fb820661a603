"""How events reach the shop: seconds later, days later, twice.

Belongs here: receive times and repeated deliveries. Does not belong here: the events themselves (``events``).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from models.simulation.events import Events
from models.simulation.plan import Plan
from models.simulation.sampling import Bools, Ints, pick
from models.simulation.scenario import DAY, HOUR, MINUTE, SECOND
from models.simulation.words_traffic import APP

LATE_AFTER: Final = 10 * MINUTE  # an event received later than this counts as late
LATE_VISITS: Final = 0.055  # share of app visits that were off line, about 1 % of all events
DUPLICATES: Final = 0.01
LONGEST: Final = 3 * DAY  # nothing is received later than this


@dataclass(frozen=True)
class Deliveries:
    """Rows as received, ordered by ``received_at``; arrays have shape (rows,)."""

    event: Ints  # index into the events
    received_at: Ints  # UTC microseconds
    is_duplicate: Bools
    is_late: Bools


def deliver(plan: Plan, day: int, events: Events) -> Deliveries:
    """Receive times of the events of a day, with about one in a hundred delivered a second time."""
    rng, size = plan.scenario.rng("delivery", day), len(events.at)
    received = events.at + (np.clip(rng.lognormal(0.3, 0.9, size), 0.05, 60) * SECOND).astype(np.int64)
    received = np.where(_is_offline(plan, rng, events), _when_back(plan, day, events), received)
    again = np.flatnonzero(rng.random(size) < DUPLICATES)
    shift = _repeat_after(rng, len(again))
    repeated = np.minimum(received[again] + shift, events.at[again] + LONGEST)
    event = np.concatenate([np.arange(size), again])
    received = np.concatenate([received, repeated])
    order = np.argsort(received, kind="stable")
    is_duplicate = order >= size
    is_late = ~is_duplicate & (received[order] - events.at[event[order]] > LATE_AFTER)
    return Deliveries(event[order], received[order], is_duplicate, is_late)


def _is_offline(plan: Plan, rng: np.random.Generator, events: Events) -> Bools:
    """Whole visits of the app that were off line; refunds come from the back office and never are."""
    drawn = plan.scenario.rng("offline").random(len(plan.visits.start)) < LATE_VISITS
    in_app = plan.devices.kind[plan.visits.device[events.visit]] == APP
    result: Bools = drawn[events.visit] & in_app & (events.page >= 0)
    return result


def _when_back(plan: Plan, day: int, events: Events) -> Ints:
    """When the device of each event is on line again: one moment for a whole visit, 1 to 68 hours after its start."""
    rows = plan.visits_of(day)
    delay = plan.scenario.rng("back-online", day).integers(1 * HOUR, 68 * HOUR, len(rows))
    back = np.zeros(len(plan.visits.start), dtype=np.int64)
    back[rows] = plan.visits.start[rows] + delay
    received: Ints = np.maximum(back[events.visit], events.at + SECOND)
    return received


def _repeat_after(rng: np.random.Generator, size: int) -> Ints:
    """A repeated delivery comes seconds, hours or a day or two later."""
    which = pick((0.6, 0.25, 0.15), rng.random(size))
    spans = np.array([[1 * SECOND, 5 * MINUTE], [5 * MINUTE, 6 * HOUR], [1 * DAY, 2 * DAY]])[which]
    after: Ints = spans[:, 0] + (rng.random(size) * (spans[:, 1] - spans[:, 0])).astype(np.int64)
    return after
