"""The simulated shop: what the rest of the program asks for.

Belongs here: the one class that hands out frames, batch by batch. Does not belong here: how anything is drawn, and
where frames are written (``orchestration/cli/demo``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from models.simulation.catalogue import product_rows
from models.simulation.delivery import deliver
from models.simulation.demand import demand_on
from models.simulation.events import make_events
from models.simulation.members import make_members, member_ids
from models.simulation.moments import time_pages
from models.simulation.pages import lay_out
from models.simulation.plan import Plan, make_plan
from models.simulation.rows import Texts, landing_suffixes, make_texts, page_addresses, to_frame
from models.simulation.scenario import Scenario
from models.simulation.truth import bots_truth, customers_truth, products_truth, tastes_truth, visits_truth
from models.simulation.urls import Addresses, make_addresses
from models.simulation.visits import HUMAN


@dataclass(frozen=True)
class Batch:
    """The events that begin on one day, as received, and how many of what they are."""

    frame: pl.DataFrame  # columns: see rows.COLUMNS; ordered by received_at
    counts: Mapping[str, int]  # day, events (distinct), duplicates, late, bot_events, orders


@dataclass(frozen=True)
class Simulation:
    """A simulated shop. Every frame depends on the scenario alone, whatever was asked for before."""

    scenario: Scenario

    @cached_property
    def plan(self) -> Plan:
        """Everything that is settled before events are written; made once, on first use."""
        return make_plan(self.scenario)

    @cached_property
    def _addresses(self) -> Addresses:
        return make_addresses(self.scenario, self.plan.catalogue)

    @cached_property
    def _texts(self) -> Texts:
        return make_texts(self.plan, self._addresses)

    def products(self, day: int) -> pl.DataFrame:
        """Canonical product rows received on ``day``; empty on days without a change."""
        return product_rows(self.plan.catalogue, self.scenario, day)

    def members(self) -> pl.DataFrame:
        """Canonical member rows, one a member."""
        return make_members(self.plan)

    def member_ids(self) -> pl.Series:
        """Member id by the ``member_index`` of the events; shape (customers,), also for those who never join."""
        return member_ids(self.scenario.customers)

    def events(self, day: int) -> Batch:
        """All events of the visits that start on ``day`` (0 = first), some of them received up to 3 days later."""
        plan, addresses = self.plan, self._addresses
        pages = lay_out(plan, day, demand_on(plan.catalogue, self.scenario, day))
        moments = time_pages(plan, day, pages, len(addresses.gateways))
        suffix = landing_suffixes(plan, day, pages, addresses)
        url, referrer = page_addresses(plan, day, pages, moments, addresses, suffix)
        events = make_events(plan, day, pages, moments, addresses, suffix)
        deliveries = deliver(plan, day, events)
        counts = {
            "day": day,
            "events": len(events.at),
            "duplicates": int(deliveries.is_duplicate.sum()),
            "late": int(deliveries.is_late.sum()),
            "bot_events": int((plan.visits.bot[events.visit] != HUMAN).sum()),
            "orders": int((plan.carts.bought_from[plan.visits_of(day)] >= 0).sum()),
        }
        return Batch(to_frame(plan, self._texts, events, deliveries, url, referrer), counts)

    def truth(self) -> dict[str, pl.DataFrame]:
        """What was planted, by name of the table; for checks only."""
        plan = self.plan
        return {
            "tastes": tastes_truth(),
            "customers": customers_truth(plan),
            "products": products_truth(plan),
            "visits": visits_truth(plan),
            "bots": bots_truth(plan),
        }
