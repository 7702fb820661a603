"""What the tastes want on a day: chances of every product, and drawing products by them.

Belongs here: weights by taste and day (season, fashion waves, launches) and the draw.
Does not belong here: who draws, and when (``visits``, ``carts``, ``pages``).
"""

from dataclasses import dataclass

import numpy as np

from models.simulation.catalogue import Catalogue
from models.simulation.sampling import Floats, Ints
from models.simulation.scenario import Scenario
from models.simulation.tastes import CATEGORIES, NOISE


@dataclass(frozen=True)
class Demand:
    """Cumulative chances of one day, one row per taste and a last one for browsing without a taste."""

    total: Floats  # (tastes + 1, products + 1), each row from 0 to 1
    flat: Floats  # the rows behind each other, each raised by its number
    category_start: Ints  # (categories + 1,): products are ordered by category

    def draw(self, taste: Ints, u: Floats, category: Ints | None = None) -> Ints:
        """A product for each draw: of ``taste[i]`` (NOISE = any), within ``category[i]`` unless that is -1."""
        low, width = np.zeros(len(u)), np.ones(len(u))
        if category is not None:
            start, end = self.category_start[category], self.category_start[category + 1]
            found_low, found_width = self.total[taste, start], self.total[taste, end] - self.total[taste, start]
            usable = (category >= 0) & (found_width > 1e-9)  # a category may have nothing to offer yet
            low, width = np.where(usable, found_low, low), np.where(usable, found_width, width)
        products = self.total.shape[1] - 1
        found = np.searchsorted(self.flat, taste + low + width * u, side="right") - taste * products
        product: Ints = np.clip(found, 0, products - 1)
        return product


def demand_on(catalogue: Catalogue, scenario: Scenario, day: int, *, to_buy: bool = False) -> Demand:
    """Chances on ``day``: launched and not hidden products only; sold-out ones rarely, and never ``to_buy``."""
    weights = catalogue.popularity * _season(catalogue, scenario.date_of(day).timetuple().tm_yday)
    period, phase = catalogue.wave.T
    weights = weights * np.exp(0.7 * np.sin(2 * np.pi * day / period + phase))
    weights[(catalogue.launch_day > day) | (catalogue.hidden_day <= day)] = 0
    fresh = (catalogue.launch_day > 0) & (catalogue.launch_day <= day) & (catalogue.launch_day > day - 14)
    weights = weights * np.where(fresh, 2.5, 1.0)
    weights = weights * np.where(catalogue.sold_out_day <= day, 0.0 if to_buy else 0.15, 1.0)
    rows = np.concatenate([catalogue.affinity.T, np.ones((1, len(weights)))]) * weights
    total = np.zeros((NOISE + 1, len(weights) + 1))
    np.cumsum(rows, axis=1, out=total[:, 1:])
    total /= total[:, -1:]
    start = np.searchsorted(catalogue.category, np.arange(len(CATEGORIES) + 1))
    return Demand(total, (total[:, 1:] + np.arange(NOISE + 1)[:, None]).ravel(), start)


def _season(catalogue: Catalogue, day_of_year: int) -> Floats:
    warmth = np.cos(2 * np.pi * (day_of_year - 196) / 365)  # 1 in the middle of July, -1 in the middle of January
    return np.array([1.0, np.exp(1.2 * warmth), np.exp(-1.2 * warmth)])[catalogue.season]
