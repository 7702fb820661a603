"""The whole plan of a simulated shop: catalogue, people, devices, visits, carts and log-ins, before any event.

Belongs here: putting the parts together in the right order. Does not belong here: how a part is drawn.
"""

from dataclasses import dataclass

import numpy as np

from models.simulation.carts import Carts, Refunds, fill_lines, plan_carts, plan_refunds
from models.simulation.catalogue import Catalogue, make_catalogue
from models.simulation.demand import demand_on
from models.simulation.logins import MIDWAY, Logins, plan_logins
from models.simulation.people import Devices, People, make_devices, make_people
from models.simulation.sampling import Ints
from models.simulation.scenario import Scenario
from models.simulation.visits import Visits, agents, bot_counts, draw_visits


@dataclass(frozen=True)
class Plan:
    """Everything that is settled before events are written; visits are ordered by device and start."""

    scenario: Scenario
    catalogue: Catalogue
    people: People
    devices: Devices
    visits: Visits
    carts: Carts
    refunds: Refunds
    logins: Logins
    browse: Ints  # (visits,): pages before a checkout, enough for the log-in and the cart lines
    intent: Ints  # (visits,): the category that a visit is about
    agent: Ints  # (visits,): index into AGENTS
    by_day: Ints  # visits ordered by day
    day_start: Ints  # (days + 1,): where a day begins in by_day

    def visits_of(self, day: int) -> Ints:
        """Indices of the visits that start on ``day``."""
        return self.by_day[self.day_start[day] : self.day_start[day + 1]]


def make_plan(scenario: Scenario) -> Plan:
    """Plan the whole period. Takes seconds and about 400 bytes of memory a visit."""
    catalogue = make_catalogue(scenario)
    people = make_people(scenario, catalogue, demand_on(catalogue, scenario, 0, to_buy=True))
    devices = make_devices(scenario, people, bots=sum(bot_counts(scenario)))
    visits = draw_visits(scenario, people, devices)
    carts = plan_carts(scenario, people, visits)
    logins = plan_logins(scenario, people, devices, visits, carts)
    lines = np.diff(carts.first_line)
    least = np.where(logins.mode >= MIDWAY, lines + 2, np.where(lines > 0, lines + 1, 1))
    by_day = np.argsort(visits.day, kind="stable")
    plan = Plan(
        scenario=scenario,
        catalogue=catalogue,
        people=people,
        devices=devices,
        visits=visits,
        carts=carts,
        refunds=plan_refunds(scenario, visits, carts),
        logins=logins,
        browse=np.maximum(visits.browse, least),
        intent=np.full(len(visits.start), -1),
        agent=agents(scenario, devices, visits),
        by_day=by_day,
        day_start=np.searchsorted(visits.day[by_day], np.arange(scenario.days + 1)),
    )
    for day in range(scenario.days):
        _settle_day(plan, day)
    return plan


def _settle_day(plan: Plan, day: int) -> None:
    """Choose what the visits of a day are about and what goes into their carts (in place)."""
    rng, rows = plan.scenario.rng("intents", day), plan.visits_of(day)
    wanted = demand_on(plan.catalogue, plan.scenario, day).draw(plan.visits.taste[rows], rng.random(len(rows)))
    plan.intent[rows] = plan.catalogue.category[wanted]
    counts = plan.carts.first_line[rows + 1] - plan.carts.first_line[rows]
    owner = np.repeat(np.arange(len(rows)), counts)
    ends = np.cumsum(counts)
    lines = plan.carts.first_line[rows][owner] + np.arange(len(owner)) - (ends - counts)[owner]
    offer = demand_on(plan.catalogue, plan.scenario, day, to_buy=True)
    u = rng.random((2, len(lines)))
    fill_lines(plan.carts, plan.people, plan.visits, lines, plan.intent[rows][owner], offer, u)
