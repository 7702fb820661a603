"""One small simulated shop that the tests of this folder share.

Belongs here: the shop and its frames. Does not belong here: checks.
"""

import polars as pl
import pytest

from models.simulation.scenario import Scenario
from models.simulation.shop import Simulation


@pytest.fixture(scope="session")
def shop() -> Simulation:
    return Simulation(Scenario(customers=3000, days=40, seed=11))


@pytest.fixture(scope="session")
def received(shop: Simulation) -> pl.DataFrame:
    """All rows of all days as received, repeated deliveries included."""
    return pl.concat([shop.events(day).frame for day in range(shop.scenario.days)])


@pytest.fixture(scope="session")
def events(received: pl.DataFrame) -> pl.DataFrame:
    """Distinct events, each as first received, ordered by visitor and time."""
    first = received.sort("received_at").unique("event_id", keep="first")
    return first.sort("visitor_id", "event_at", "event_id")


@pytest.fixture(scope="session")
def truth(shop: Simulation) -> dict[str, pl.DataFrame]:
    return shop.truth()
