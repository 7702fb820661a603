"""Today's groups: from published views to members under lasting ids, judged before anybody sees them.

Belongs here: the order of the steps, the row of ``taste_runs``. Does not belong here: the steps (``models.taste``),
what is kept of them (``taste_run``), names (``taste_naming``).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from assets.taste_embedding import EmbeddedProducts, embed_products
from assets.taste_history import KEPT_PREVIOUS, NOT_ENOUGH_DATA, PUBLISHED, History, quality_values
from assets.taste_inputs import RECIPE, TasteInputs, shaping
from connectors.home.paths import Home
from connectors.home.settings import TasteSettings
from models.taste.arrays import Groups, Vectors
from models.taste.clusters import customer_vectors
from models.taste.continuity import Continued, continue_segments
from models.taste.gate import judge, not_enough_data
from models.taste.interest import LEAST_PRODUCTS, Interest, weigh
from models.taste.segmentation import Segmentation, no_groups, quality_of, segment

_MAPPED = 20_000  # customers among whom the points of the map are drawn


@dataclass(frozen=True)
class Found:
    """``run``: the row of ``taste_runs``; ``products``: where they lie. The rest is None unless there are groups:
    ``segmentation`` and ``continued`` the segments, ``sample`` vectors of customers and their groups, for the map."""

    run: Mapping[str, Any]
    products: EmbeddedProducts
    segmentation: Segmentation | None = None
    continued: Continued | None = None
    sample: tuple[Vectors, Groups] | None = None

    @property
    def is_published(self) -> bool:
        return bool(self.run["state"] == PUBLISHED)


def find_tastes(
    home: Home, settings: TasteSettings, inputs: TasteInputs, history: History, say: Callable[[str], None]
) -> Found:
    """Segments of ``inputs.day`` and the verdict on them; nothing is written but text models and vectors for reuse."""
    interest = weigh(inputs.rows, inputs.catalogue["product_id"], inputs.day, days=settings.window_days)
    say(f"{interest.weights.shape[0]:,} customers looked at {LEAST_PRODUCTS} products or more")
    products = embed_products(home, settings, inputs, interest, say)
    found = _segment(settings, inputs, interest, products, history, say)
    return replace(found, run=_told(settings, inputs, history, found))


def _segment(
    settings: TasteSettings,
    inputs: TasteInputs,
    interest: Interest,
    products: EmbeddedProducts,
    history: History,
    say: Callable[[str], None],
) -> Found:
    seen = int(inputs.rows.select(pl.col("customer_key").n_unique()).collect().item())
    customers, viewed = interest.weights.shape[0], int(np.unique(interest.weights.indices).size)
    lacking = not_enough_data(
        customers, viewed, days=settings.window_days, min_views=LEAST_PRODUCTS, min_customers=settings.min_customers
    )
    counts = {"customers": seen, "customers_with_taste": customers}
    segmentation = None
    if lacking is None:
        segmentation = segment(
            interest, products.space.vectors, fewest=settings.min_groups, most=settings.max_groups,
            sample=settings.sample_customers, seed=settings.seed, say=say,
        )  # fmt: skip
    if segmentation is None and lacking is None:
        lacking = f"no groups of like taste among {customers:,} customers"
        if history.quality is not None:  # there were groups before: a bad run, not a small shop
            run = quality_values(no_groups(seen, customers)) | {"state": KEPT_PREVIOUS, "reasons": [lacking]}
            return Found(run, products)
    if segmentation is None:
        return Found(counts | {"state": NOT_ENOUGH_DATA, "reasons": [lacking]}, products)
    quality = quality_of(interest, segmentation, seen)
    # Whoever has changed the settings wants other segments: there is nothing to compare them with.
    before = history.quality if history.settings == shaping(settings) else None
    verdict = judge(quality, before, history.refused)
    state = PUBLISHED if verdict.is_accepted else KEPT_PREVIOUS
    run = quality_values(quality) | {"state": state, "reasons": list(verdict.reasons)}
    continued = continue_segments(interest, products.space.vectors, segmentation, history.before, inputs.day)
    sample = _sample(interest, products, segmentation, settings.seed)
    return Found(run, products, segmentation, continued, sample)


def _sample(interest: Interest, products: EmbeddedProducts, found: Segmentation, seed: int) -> tuple[Vectors, Groups]:
    count = interest.weights.shape[0]
    rows = np.sort(np.random.default_rng(seed).choice(count, min(count, _MAPPED), replace=False))
    weighted = interest.weights[rows].multiply(interest.idf[None, :]).tocsr()
    return customer_vectors(weighted, products.space.vectors), found.members.groups[rows]


def _told(settings: TasteSettings, inputs: TasteInputs, history: History, found: Found) -> dict[str, Any]:
    """The whole row of ``taste_runs``."""
    products = found.products
    row = dict(found.run) | {
        "day": inputs.day,
        "window_days": settings.window_days,
        "products": len(products.space.vectors),
        "text_model": products.text_model,
        "text_share": products.space.text_share,
        "told_apart": None if np.isnan(products.space.told_apart) else products.space.told_apart,
        "settings": shaping(settings),
        "recipe": RECIPE,
        "signature": inputs.signature,
        "next_segment": history.before.next_segment,
        "next_bundle": history.before.next_bundle,
    }
    if found.segmentation is not None and found.continued is not None:
        chosen, matching = found.segmentation.grouping.chosen, found.continued.matching
        row |= {
            "members": found.continued.members.height,
            "agreement": chosen.agreement,
            "smallest_share": chosen.share,
            "moved_share": matching.moved_share,
            "new_segments": sum(score is None for score in matching.scores),
        }
        if row["state"] == PUBLISHED:
            row |= {"next_segment": matching.next_number, "next_bundle": found.continued.next_bundle}
    return row
