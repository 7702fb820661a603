"""A shop with planted tastes, made to be unlike the demo shop: what taste segments are measured on.

Belongs here: the generator and its truth. Does not belong here: the measured code, yardsticks
(``rivals``, ``ceiling``), shops that change from day to day (``drifting``).

Thirty tastes of Zipf sizes. A product belongs to one taste; some are liked by a second taste too, and a few bestsellers
by everybody. Customers look mostly at products of their main taste, a third of them at a second taste as well, and all
of them now and then at what is popular; a fifth are browsers who have no taste at all. A sitting has one mood: the
products of one sitting come from one of the customer's tastes, or from none. Names are made of words of the taste, of
the category (shared by all tastes) and of words that mean nothing; some words of tastes are shared, so that text alone
can not tell them apart.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

TASTES, CATEGORIES, NO_TASTE = 30, 14, -1
BROWSERS, MIXED, BESTSELLERS, SHARED_PRODUCTS = 0.20, 0.33, 0.03, 0.15
SIZE_EXPONENT = 0.9  # of Zipf's law of sizes; 0: all tastes alike
LEAST_LEAN, MOST_LEAN = 0.55, 0.85  # part of the sittings that go to the main taste of two
STRAYING = 0.12  # share of sittings of somebody with a taste that follow what is popular instead
VIEWS_A_SITTING = 3.5
SYLLABLES = (
    "가나다라마바사아자차카타파하고노도로모보소오조초코토포호구누두루무부수우주추쿠투푸후기니디리미비시이지치키티피히"
)


@dataclass(frozen=True)
class PlantedShop:
    """The shop: products with names, views by sitting, and the truth.

    ``views``: customer (Int32), session (Int32), product (Int32), views (Int32), one row per sitting and product.
    ``taste``: main taste of each customer, -1 for browsers. ``likes``: (tastes + 1, products), how likely each taste
    and, last, nobody's taste looks at a product. ``sizes``: share of each taste. ``has_moods``: one taste a sitting.
    """

    products: pl.DataFrame
    views: pl.DataFrame
    taste: Ints
    product_taste: Ints
    likes: Floats
    sizes: Floats
    has_moods: bool


def plant(
    customers: int,
    *,
    products: int = 3000,
    seed: int = 1,
    mean_views: float = 17.5,
    tastes: int = TASTES,
    browsers: float = BROWSERS,
    size_exponent: float = SIZE_EXPONENT,
    has_moods: bool = True,
) -> PlantedShop:
    """Make a shop of ``customers`` customers, deterministic for a seed. Without moods each view goes its own way."""
    rng = np.random.default_rng([seed, customers, products])
    product_taste, likes = plant_products(rng, products, tastes)
    sizes = zipf(tastes, size_exponent)
    main, second, lean = plant_customers(rng, customers, sizes, browsers)
    views = _plant_views(rng, main, second, lean, likes, mean_views, has_moods)
    return PlantedShop(name_products(rng, product_taste, tastes), views, main, product_taste, likes, sizes, has_moods)


def zipf(count: int, exponent: float) -> Floats:
    """Shares of ``count`` parts by Zipf's law, largest first."""
    weights = 1.0 / np.arange(1, count + 1) ** exponent
    return np.asarray(weights / weights.sum())


def plant_products(rng: np.random.Generator, products: int, tastes: int) -> tuple[Ints, Floats]:
    """Taste of each product and how likely each taste (last row: no taste) looks at it; rows sum to one."""
    taste = rng.choice(tastes, products, p=0.5 / tastes + 0.5 * zipf(tastes, 1.0))
    taste[:tastes] = np.arange(tastes)  # no taste without a product
    popularity = rng.pareto(1.6, products) + 0.1
    likes = np.zeros((tastes + 1, products))
    likes[taste, np.arange(products)] = popularity
    shared = rng.random(products) < SHARED_PRODUCTS
    likes[rng.integers(0, tastes, shared.sum()), np.flatnonzero(shared)] += 0.6 * popularity[shared]
    best = rng.random(products) < BESTSELLERS
    likes[:, best] += 0.5 * popularity[best]
    likes[tastes] = popularity
    return taste, likes / likes.sum(axis=1, keepdims=True)


def plant_customers(
    rng: np.random.Generator, customers: int, sizes: Floats, browsers: float
) -> tuple[Ints, Ints, Floats]:
    """Main taste, second taste (or the main one again) and how strongly each customer leans to the main one."""
    main = rng.choice(sizes.size, customers, p=sizes)
    second = np.where(rng.random(customers) < MIXED, rng.integers(0, sizes.size, customers), main)
    lean = rng.uniform(LEAST_LEAN, MOST_LEAN, customers)
    browser = rng.random(customers) < browsers
    return np.where(browser, NO_TASTE, main), second, lean


def _plant_views(
    rng: np.random.Generator,
    main: Ints,
    second: Ints,
    lean: Floats,
    likes: Floats,
    mean_views: float,
    has_moods: bool,
) -> pl.DataFrame:
    """Sittings, each in one mood, and what was looked at in them."""
    sittings = 1 + rng.poisson(rng.gamma(1.5, (mean_views / VIEWS_A_SITTING - 1) / 1.5, main.size))
    customer = np.repeat(np.arange(main.size), sittings)
    moods = _moods(rng, customer, main, second, lean, len(likes) - 1)
    session = np.repeat(np.arange(customer.size), 1 + rng.geometric(1 / (VIEWS_A_SITTING - 1), customer.size))
    moods = moods[session] if has_moods else _moods(rng, customer[session], main, second, lean, len(likes) - 1)
    frame = pl.DataFrame(
        {"customer": customer[session], "session": session, "product": looked_at(rng, moods, likes)},
        schema_overrides=dict.fromkeys(("customer", "session", "product"), pl.Int32),
    )
    return frame.group_by("customer", "session", "product", maintain_order=True).agg(
        pl.len().cast(pl.Int32).alias("views")
    )


def _moods(rng: np.random.Generator, customer: Ints, main: Ints, second: Ints, lean: Floats, popular: int) -> Ints:
    """The taste that each sitting (or view) of ``customer`` goes by; ``popular`` where it goes by none."""
    mood = np.where(rng.random(customer.size) < lean[customer], main[customer], second[customer])
    mood[rng.random(customer.size) < STRAYING] = popular
    mood[main[customer] == NO_TASTE] = popular
    return mood


def looked_at(rng: np.random.Generator, moods: Ints, likes: Floats) -> Ints:
    """A product for each of ``moods``, which are rows of ``likes``."""
    product = np.empty(moods.size, dtype=np.int64)
    for one in range(len(likes)):  # a draw a taste
        rows = np.flatnonzero(moods == one)
        cumulated = likes[one].cumsum()
        product[rows] = np.searchsorted(cumulated, rng.random(rows.size) * cumulated[-1])
    return product


def name_products(rng: np.random.Generator, taste: Ints, tastes: int) -> pl.DataFrame:
    """Names of three or four words, in the order style, noise, noun."""
    words = np.array(_words(rng, tastes * 5 + 80 + CATEGORIES * 6))
    style = rng.integers(0, tastes * 5, (tastes, 6))
    style[:, :4] = np.arange(tastes * 4).reshape(tastes, 4)  # four words of its own, two that others may share
    noise, nouns = words[tastes * 5 : tastes * 5 + 80], words[tastes * 5 + 80 :].reshape(CATEGORIES, 6)
    category = (taste * 5 + rng.integers(0, 6, taste.size)) % CATEGORIES
    name = [
        f"{words[style[t, a]]} {noise[b]} {words[style[t, d]] if e else noise[f]} {nouns[c, g]}"
        for t, a, b, c, d, e, f, g in zip(
            taste, rng.integers(0, 6, taste.size), rng.integers(0, 80, taste.size), category,
            rng.integers(0, 6, taste.size), rng.random(taste.size) < 0.3, rng.integers(0, 80, taste.size),
            rng.integers(0, 6, taste.size), strict=True,
        )
    ]  # fmt: skip
    return pl.DataFrame(
        {
            "product_id": [f"P{i:05d}" for i in range(taste.size)],
            "name": name,
            "category_path": [f"분류{c}" for c in category],
            "brand": [f"브랜드{b}" for b in rng.integers(0, 40, taste.size)],
            "attributes": pl.Series([None] * taste.size, dtype=pl.String),
        }
    )


def _words(rng: np.random.Generator, count: int) -> list[str]:
    """Distinct made-up words of two or three syllables."""
    made: dict[str, None] = {}
    while len(made) < count:
        made["".join(rng.choice(list(SYLLABLES), rng.integers(2, 4)))] = None
    return list(made)
