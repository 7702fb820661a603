"""The shop's products: what they are called, what they cost, when they come and go, and which taste they suit.

Belongs here: the catalogue's arrays and the product rows received on a day. Does not belong here: who looks at a
product (``demand`` turns the arrays into chances, ``pages`` draws).
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from models.simulation.sampling import Floats, Ints, pick
from models.simulation.scenario import DAY, MINUTE, SOURCE, Scenario
from models.simulation.tastes import CATEGORIES, TASTES
from models.simulation.words_traffic import HOSTS

NEVER = 10**6  # a day that does not come
TOOLS = ("뷰티소품", "이너뷰티")
PLAIN = ("가방", "신발", "액세서리", "스포츠·레저 > 캠핑", "스포츠·레저 > 요가 > 용품", *TOOLS)
_TASTE_SHARES = tuple(taste.share for taste in TASTES)


@dataclass(frozen=True)
class Catalogue:
    """All products that ever exist, ordered by category; arrays have shape (products,) unless said.

    Days count from the start of the scenario. ``affinity`` has shape (products, tastes): how much each taste likes it.
    """

    product_id: pl.Series
    names: pl.DataFrame  # name, category_path, brand, finish, material, is_beauty
    category: Ints  # index into CATEGORIES
    taste: Ints
    affinity: Floats
    popularity: Floats
    launch_day: Ints
    sold_out_day: Ints
    hidden_day: Ints
    season: Ints  # 0 all year, 1 spring and summer, 2 autumn and winter
    wave: Floats  # (products, 2): period in days and phase of its fashion
    list_price: Ints  # won
    sale_price: Ints  # won, until reprice_day
    later_price: Ints  # won, from reprice_day on
    reprice_day: Ints

    def price(self, product: Ints, day: Ints | int) -> Ints:
        """What ``product`` costs on ``day``, in won."""
        return np.where(self.reprice_day[product] <= day, self.later_price[product], self.sale_price[product])


def make_catalogue(scenario: Scenario) -> Catalogue:
    """Invent the catalogue of a scenario."""
    rng, size = scenario.rng("catalogue"), scenario.products
    taste = pick(_TASTE_SHARES, rng.random(size))
    item = rng.integers(0, 8, size)
    category = _category_of(taste, item)
    order = np.argsort(category, kind="stable")
    taste, item, category = taste[order], item[order], category[order]
    low, high = _price_ranges(taste, item)
    list_price = _round_price(low + (high - low) * rng.beta(1.5, 3.0, size))
    launched = np.where(rng.random(size) < 0.85, 0, rng.integers(1, max(scenario.days, 2), size))
    return Catalogue(
        product_id=pl.Series(100_000 + rng.permutation(size)).cast(pl.String),
        names=_names(rng, taste, item),
        category=category,
        taste=taste,
        affinity=_affinity(rng, taste),
        popularity=np.minimum(rng.pareto(1.5, size) + 0.15, 30),
        launch_day=launched,
        sold_out_day=_some_day(rng, 0.06, scenario, launched),
        hidden_day=_some_day(rng, 0.02, scenario, launched),
        season=pick((0.5, 0.25, 0.25), rng.random(size)),
        wave=np.stack([rng.uniform(20, 90, size), rng.uniform(0, 2 * np.pi, size)], axis=1),
        list_price=list_price,
        sale_price=_round_price(list_price * _discount(rng, size)),
        later_price=_round_price(list_price * _discount(rng, size)),
        reprice_day=_some_day(rng, 0.25, scenario, launched),
    )


def _category_of(taste: Ints, item: Ints) -> Ints:
    codes = np.array([[CATEGORIES.index(kind.category) for kind in each.items] for each in TASTES])
    found: Ints = codes[taste, item]
    return found


def _price_ranges(taste: Ints, item: Ints) -> tuple[Ints, Ints]:
    low = np.array([[kind.low for kind in each.items] for each in TASTES])
    high = np.array([[kind.high for kind in each.items] for each in TASTES])
    return low[taste, item], high[taste, item]


def _round_price(won: Floats) -> Ints:
    """Prices end in 00, most of them in 900."""
    rounded = np.maximum((won // 1000) * 1000 + 900, 900)
    return np.where(won % 1000 < 250, np.maximum(won // 100 * 100, 900), rounded).astype(np.int64)


def _discount(rng: np.random.Generator, size: int) -> Floats:
    return np.where(rng.random(size) < 0.45, 1.0, 1 - rng.integers(1, 11, size) * 0.05)


def _some_day(rng: np.random.Generator, share: float, scenario: Scenario, launched: Ints) -> Ints:
    """For ``share`` of the products a day after their launch, for the others never."""
    day = launched + rng.integers(1, max(scenario.days, 2), len(launched))
    return np.where(rng.random(len(launched)) < share, day, NEVER)


def _affinity(rng: np.random.Generator, taste: Ints) -> Floats:
    """One taste fully; for three in ten products a second one by half; the others hardly."""
    size, tastes = len(taste), len(TASTES)
    affinity = np.full((size, tastes), 0.002)
    second = (taste + rng.integers(1, tastes, size)) % tastes
    affinity[np.arange(size), second] = np.where(rng.random(size) < 0.3, 0.25, 0.002)
    affinity[np.arange(size), taste] = 1.0
    return affinity


def _names(rng: np.random.Generator, taste: Ints, item: Ints) -> pl.DataFrame:
    """Names such as '오버핏 헤비코튼 후드티 차콜': the taste's words around the noun; one row a product.

    Bags, shoes and the like are not made of the taste's fabrics: they get a second style word instead.
    """

    def words(choices: list[tuple[str, ...]]) -> pl.Series:
        counts = np.array([len(choice) for choice in choices])
        first, drawn = np.cumsum(counts) - counts, rng.random(len(taste))
        chosen = (drawn * counts[taste]).astype(np.int64)
        return pl.Series([word for choice in choices for word in choice]).gather(first[taste] + chosen)

    items = pl.DataFrame(
        [(kind.noun, kind.category, each.is_consumable) for each in TASTES for kind in each.items],
        schema=["noun", "category_path", "is_beauty"],
        orient="row",
    )
    drawn = items.select(pl.all().gather(taste * len(TASTES[0].items) + item)).with_columns(
        style=words([each.styles for each in TASTES]),
        other_style=words([each.styles for each in TASTES]),
        material=words([each.materials for each in TASTES]),
        finish=words([each.finishes for each in TASTES]),
        brand=words([each.brands for each in TASTES]),
    )
    is_plain = pl.any_horizontal(pl.col("category_path").str.starts_with(group) for group in PLAIN)
    is_tool = pl.any_horizontal(pl.col("category_path").str.starts_with(group) for group in TOOLS)
    worded = drawn.with_columns(
        material=pl.when(~is_plain).then("material"),
        finish=pl.when(is_tool).then(pl.lit("기획세트")).otherwise("finish"),
    ).with_columns(
        second=pl.coalesce("material", pl.when(pl.col("style") != pl.col("other_style")).then("other_style"))
    )
    name = pl.concat_str("style", "second", "noun", "finish", separator=" ", ignore_nulls=True)
    return worded.select(name.alias("name"), "category_path", "brand", "finish", "material", "is_beauty")


def product_rows(catalogue: Catalogue, scenario: Scenario, day: int) -> pl.DataFrame:
    """Product rows received on ``day``: everything on day 0, later what was launched or changed on that day."""
    days = (catalogue.launch_day, catalogue.sold_out_day, catalogue.hidden_day, catalogue.reprice_day)
    chosen = np.flatnonzero(np.any([each == day for each in days], axis=0) & (catalogue.launch_day <= day))
    number, names = catalogue.product_id.gather(chosen), catalogue.names[chosen]
    states = (catalogue.hidden_day[chosen] <= day) * 2 + (catalogue.sold_out_day[chosen] <= day)
    season = pl.Series(["사계절", "SS", "FW"]).gather(catalogue.season[chosen])
    frame = names.with_columns(season=season).with_columns(
        product_id=number,
        price=pl.Series(catalogue.list_price[chosen]),
        sale_price=pl.Series(catalogue.price(chosen, day)),
        status=pl.Series(["active", "sold_out", "hidden"]).gather(np.minimum(states, 2)),
        attributes=pl.when("is_beauty")
        .then(_json(size="finish", ingredient="material"))
        .otherwise(_json(colour="finish", material="material")),
        received_at=pl.lit(scenario.start_us + day * DAY + MINUTE).cast(pl.Datetime("us")),
        source=pl.lit(SOURCE),
    )
    return frame.select(
        "product_id", "name", "category_path", "brand",
        pl.col("price", "sale_price").cast(pl.Decimal(18, 4)),
        pl.format("https://img.dangolshop.co.kr/product/{}.jpg", "product_id").alias("image_url"),
        pl.format(f"{HOSTS[0]}/product/{{}}", "product_id").alias("url_pc"),
        pl.format(f"{HOSTS[1]}/product/{{}}", "product_id").alias("url_mobile"),
        "status", "attributes", "received_at", "source",
    )  # fmt: skip


def _json(**columns: str) -> pl.Expr:
    fields = [pl.col(column).alias(name) for name, column in columns.items()]
    return pl.struct(*fields, "season").struct.json_encode()
