"""What is asked of the simulation, and where all of its randomness comes from.

Belongs here: the arguments of a simulated shop, the sizes that follow from them, the seeded generators.
Does not belong here: what the shop looks like (``tastes``, ``catalogue``) and what happens in it (``visits`` ...).
"""

import datetime as dt
import zlib
from dataclasses import dataclass
from typing import Final

import numpy as np

SECOND: Final = 1_000_000  # all times of the simulation are integers in microseconds
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
SOURCE: Final = "demo"


@dataclass(frozen=True)
class Scenario:
    """Arguments of one simulated shop; equal scenarios give equal frames.

    ``customers`` people browse for ``days`` business days from ``start`` on; business days are those of a zone
    without daylight saving, ``utc_offset_hours`` ahead of UTC (Korea: 9).
    """

    customers: int = 5000
    days: int = 60
    seed: int = 7
    start: dt.date = dt.date(2025, 9, 1)
    utc_offset_hours: int = 9

    def __post_init__(self) -> None:
        if not 1 <= self.customers <= 5_000_000:
            raise ValueError(f"customers must be between 1 and 5,000,000, not {self.customers}")
        if not 1 <= self.days <= 999:
            raise ValueError(f"days must be between 1 and 999, not {self.days}")
        if self.seed < 0:
            raise ValueError(f"seed must not be negative, it is {self.seed}")

    @property
    def products(self) -> int:
        """Size of the catalogue: about 1,200 for 5,000 customers, 20,000 for 150,000."""
        return round(552 + self.customers * 0.12966)

    @property
    def start_us(self) -> int:
        """Local midnight of the first day as UTC microseconds since 1970."""
        return (self.start - dt.date(1970, 1, 1)).days * DAY - self.utc_offset_hours * HOUR

    def date_of(self, day: int) -> dt.date:
        """The business day number ``day`` (0 = ``start``)."""
        return self.start + dt.timedelta(days=day)

    def rng(self, purpose: str, batch: int = 0) -> np.random.Generator:
        """An independent generator for one purpose (and one batch of it), whatever was drawn elsewhere."""
        seeds = np.random.SeedSequence([self.seed, zlib.crc32(purpose.encode()), batch])
        return np.random.Generator(np.random.SFC64(seeds))
