"""What all steps of a run share: the inputs, the catalogue, the sessions of the window.

Belongs here: reading it once a run. Does not belong here: what is made of it (``making``), counts (``states``).
"""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from assets.recommendations.inputs import Inputs
from assets.recommendations.lists import Shop, candidates_of, shop_of
from assets.recommendations.personal import Window, window_of
from assets.recommendations.states import States
from connectors.home.settings import Settings
from connectors.lake.tables import LakeTables
from models.recommend.pages.shelves import Candidates


@dataclass(frozen=True)
class Stock:
    """What all steps of a run share."""

    inputs: Inputs
    settings: Settings
    shop: Shop
    window: Window

    def candidates(self, states: States, n: int) -> Candidates:
        """What every algorithm knows by ``states``."""
        return candidates_of(states, self.shop, n)


def stock_of(lake: LakeTables, settings: Settings, inputs: Inputs, say: Callable[[str], None]) -> Stock:
    """What the run of ``inputs.day`` needs."""
    say("reading products, searches and steps")
    products = inputs.whole("products").collect().sort("product_id")
    days = lake.days("product_embeddings")
    vectors = pl.DataFrame(schema={"product_id": pl.String, "vector": pl.List(pl.Float32)})
    if days:
        vectors = lake.read_day("product_embeddings", days[-1]).select("product_id", "vector")
    asked = inputs.of_days("searches_daily", inputs.first, inputs.day).select("query", "searches").collect()
    window = window_of(inputs.steps(inputs.first, inputs.day), products)
    return Stock(inputs, settings, shop_of(products, vectors, asked, 2 * settings.recommend.list_length), window)
