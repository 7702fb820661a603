"""A planted shop's facts, day by day: who came, what they did, with which products.

Belongs here: the generator. Does not belong here: files (``facts``), what is asked of them (``conditions``).
The proportions are those of the simulated shop (`dangol demo`): on a day on which a customer comes 11.3 events, in 3.8
rows by event and device and 2.6 by product.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

EVENTS_A_DAY = 11.3
VISITS_A_DAY = 1.12
SKEW_OF_CUSTOMERS, SKEW_OF_PRODUCTS = 1.3, 0.8  # sigma of log-normal activity; exponent of Zipf's law
MOST_OFTEN = 0.9  # nobody comes on more of the days
MEMBERS = 0.6  # of the customers
DEVICES, DEVICE_SHARES = ("mobile_web", "pc", "app"), (0.62, 0.26, 0.12)
# event: share of the customers of a day who do it, mean times of those
HABITS = {
    "page_view": (0.99, 5.9),
    "category_view": (0.52, 1.8),
    "search": (0.27, 1.6),
    "begin_checkout": (0.075, 1.05),
    "login": (0.11, 1.05),
    "sign_up": (0.026, 1.0),
    "widget_impression": (0.36, 1.6),
    "banner_impression": (0.22, 1.3),
    "widget_click": (0.02, 1.0),
    "message_click": (0.11, 1.1),
}
LOOKERS, LOOKS = 0.74, 3.3  # share of the customers of a day who look at products, mean views of those
# event: share of the looks that end so
AFTER_LOOKING = {"add_to_cart": 0.075, "remove_from_cart": 0.002, "purchase": 0.045, "refund": 0.0025}


@dataclass(frozen=True)
class People:
    """Everybody who ever comes: numbers, chance to come on a day, device mostly used, membership."""

    ids: NDArray[np.int64]
    chance: NDArray[np.float64]
    device: NDArray[np.int8]
    is_member: NDArray[np.bool_]


@dataclass(frozen=True)
class Day:
    """One day. ``customer`` is a position in :class:`People`, ``product`` a number from 0, the most looked at first.

    ``counts``: customer, device, event_name, events. ``products``: the same with product, quantity and amount.
    ``visits``: customer, device, page_views, orders, revenue, second (of the day) and dwell_seconds.
    """

    counts: pl.DataFrame
    products: pl.DataFrame
    visits: pl.DataFrame


def plant_people(customers: int, events: int, days: int, seed: int = 1) -> People:
    """People whose days bring about ``events`` events in ``days`` days; most of them come on few days."""
    random = np.random.default_rng(seed)
    weight = random.lognormal(0.0, SKEW_OF_CUSTOMERS, customers)
    wanted = events / days / EVENTS_A_DAY
    chance = weight
    for _ in range(20):  # those at the limit pass their share on
        chance = np.minimum(chance * (wanted / chance.sum()), MOST_OFTEN)
    is_member = random.random(customers) < MEMBERS
    bits = np.where(is_member, 60, 63)  # as customer_id has them
    ids = random.integers(0, 2**63 - 1, customers, dtype=np.int64) >> (63 - bits)
    device = random.choice(len(DEVICES), customers, p=DEVICE_SHARES).astype(np.int8)
    return People(ids.astype(np.int64), chance, device, is_member)


def plant_days(people: People, products: int, days: int, seed: int = 1) -> Iterator[Day]:
    """One day after the other; a day does not depend on how many follow."""
    for number in range(days):
        yield plant_day(people, products, np.random.default_rng([seed, number]))


def plant_day(people: People, products: int, random: np.random.Generator) -> Day:
    """What happens on one day."""
    came = np.flatnonzero(random.random(len(people.ids)) < people.chance)
    device = people.device[came].copy()
    other = random.random(len(came)) < 0.06
    device[other] = random.integers(0, len(DEVICES), other.sum())
    looked = _looks(came, device, products, random)
    done = [
        _habit(came, device, share, mean, random).with_columns(event_name=pl.lit(name))
        for name, (share, mean) in HABITS.items()
    ]
    of_products = looked.group_by("event_name", "customer", "device").agg(pl.col("events").sum())
    counts = pl.concat([*done, of_products], how="diagonal")
    return Day(counts, looked, _visits(came, device, counts, looked, random))


def _habit(
    came: NDArray[np.int64], device: NDArray[np.int8], share: float, mean: float, random: np.random.Generator
) -> pl.DataFrame:
    who = random.random(len(came)) < share
    times = random.geometric(1 / mean, who.sum())
    return pl.DataFrame({"customer": came[who], "device": device[who], "events": times.astype(np.int32)})


def _looks(
    came: NDArray[np.int64], device: NDArray[np.int8], products: int, random: np.random.Generator
) -> pl.DataFrame:
    """Looks at products, and what came of them."""
    lookers = np.flatnonzero(random.random(len(came)) < LOOKERS)
    look = np.repeat(lookers, random.geometric(1 / LOOKS, len(lookers)))
    product = zipf(random, products, len(look))
    frames = []
    for name, share in {"product_view": 1.0, **AFTER_LOOKING}.items():
        chosen = random.random(len(look)) < share
        pieces = np.where(random.random(chosen.sum()) < 0.85, 1, random.integers(2, 5, chosen.sum()))
        columns = {"customer": came[look[chosen]], "device": device[look[chosen]], "product": product[chosen]}
        frames.append(pl.DataFrame({**columns, "quantity": pieces}).with_columns(event_name=pl.lit(name)))
    return (
        pl.concat(frames)
        .group_by("event_name", "customer", "device", "product")
        .agg(events=pl.len().cast(pl.Int32), quantity=pl.col("quantity").sum())
        .with_columns(amount=pl.col("quantity") * price_of(pl.col("product")))
    )


def _visits(
    came: NDArray[np.int64],
    device: NDArray[np.int8],
    counts: pl.DataFrame,
    looked: pl.DataFrame,
    random: np.random.Generator,
) -> pl.DataFrame:
    """One visit of everybody who came, with all they did, and second ones that are short."""
    views = counts.filter(event_name="page_view").select("customer", page_views="events")
    bought = looked.filter(event_name="purchase").group_by("customer").agg(revenue=pl.col("amount").sum())
    first = pl.DataFrame({"customer": came, "device": device}).join(views, on="customer", how="left")
    first = first.join(bought, on="customer", how="left").with_columns(
        orders=pl.col("revenue").is_not_null().cast(pl.Int32)
    )
    again = first.filter(pl.Series(random.random(len(first)) < VISITS_A_DAY - 1))
    again = again.with_columns(page_views=pl.lit(1, pl.Int32), orders=pl.lit(0, pl.Int32), revenue=None)
    visits = pl.concat([first, again], how="vertical_relaxed").fill_null(0)
    return visits.with_columns(
        second=pl.Series(random.integers(0, 86_400, len(visits))),
        dwell_seconds=pl.Series(random.exponential(150.0, len(visits))),
    )


def price_of(product: pl.Expr) -> pl.Expr:
    """Between 5,000 and 99,500 won."""
    return (10 + product * 7919 % 190) * 500.0


def zipf(random: np.random.Generator, things: int, size: int) -> NDArray[np.int64]:
    """``size`` of the numbers below ``things``, the first ones most often."""
    shares = np.cumsum(np.arange(1, things + 1) ** -SKEW_OF_PRODUCTS)
    return np.asarray(np.minimum(np.searchsorted(shares / shares[-1], random.random(size)), things - 1))
