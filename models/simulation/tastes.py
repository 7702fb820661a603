"""The planted tastes together: their order, and how the calendar moves them.

Belongs here: the list of all tastes and seasonal factors. Does not belong here: words, products, customers.
"""

import datetime as dt
from typing import Final

import numpy as np

from models.simulation.sampling import Floats
from models.simulation.words_beauty import BEAUTY
from models.simulation.words_fashion import FASHION

TASTES: Final = FASHION + BEAUTY
NOISE: Final = len(TASTES)  # the row of weight matrices that stands for browsing without a taste
CATEGORIES: Final = tuple(sorted({item.category for taste in TASTES for item in taste.items}))


def season_factor(date: dt.date) -> Floats:
    """How much each taste is wanted on a day, mean 1 over the year; shape (tastes,)."""
    day = date.timetuple().tm_yday
    peaks = np.array([taste.peak for taste in TASTES])
    swings = np.array([taste.swing for taste in TASTES])
    factor: Floats = 1 + swings * np.cos(2 * np.pi * (day - peaks) / 365)
    return factor
