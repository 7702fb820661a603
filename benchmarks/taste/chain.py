"""The measured chain: from rows of ``product_interest`` to members, by the functions that the assets call.

Belongs here: calling them in order and saying what each stage cost. Does not belong here: planted shops, scores.

Run as a process it goes from files to published members: ``chain SHOP HOME``.
"""

import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from assets.taste_embedding import EmbeddedProducts, embed_products
from assets.taste_history import MEMBERS_SCHEMA, MEMBERS_TABLE
from assets.taste_inputs import TasteInputs
from benchmarks.taste.shops import DAYS, LAST_DAY, ShopFiles
from connectors.home.paths import Home
from connectors.home.settings import TasteSettings
from connectors.lake.tables import LakeTables
from connectors.published.lake import publish_lake_table
from connectors.published.tables import PublishedTables
from models.taste.continuity import Before, continue_segments
from models.taste.interest import ROWS, Interest, weigh
from models.taste.segmentation import Segmentation, segment

Say = Callable[[str], None]


@dataclass(frozen=True)
class Made:
    """What one run made; ``found`` is None where nothing lies dense."""

    interest: Interest
    products: EmbeddedProducts
    found: Segmentation | None


class Stages:
    """Says what each stage cost, in CPU seconds of this process, and the most memory it has held so far."""

    def __init__(self, say: Say) -> None:
        self._say, self._begun = say, time.process_time()

    def done(self, name: str) -> None:
        now = time.process_time()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        self._say(f"{name:34} {now - self._begun:6.1f} CPU s   peak so far {peak:5.2f} GiB")
        self._begun = now


def no_stages() -> Stages:
    """Stages that nobody wants to read."""
    return Stages(lambda text: None)


def inputs_of(rows: pl.LazyFrame, catalogue: pl.DataFrame) -> TasteInputs:
    """``rows`` of ``product_interest`` and a catalogue as a run reads them."""
    return TasteInputs(LAST_DAY, rows.select(ROWS.names()).cast(ROWS), catalogue.sort("product_id"), "planted")


def read_shop(files: ShopFiles) -> TasteInputs:
    """The input of a run on a shop that was written."""
    return inputs_of(pl.scan_parquet(files.interest), pl.read_parquet(files.products))


def make_tastes(
    home: Home, settings: TasteSettings, inputs: TasteInputs, stages: Stages, say: Say = lambda text: None
) -> Made:
    """Interest, product vectors and groups of one day, as ``assets.taste_finding`` makes them."""
    interest = weigh(inputs.rows, inputs.catalogue["product_id"], inputs.day, days=DAYS)
    stages.done(f"interest of {interest.weights.shape[0]:,} customers")
    products = embed_products(home, settings, inputs, interest, say)
    stages.done(f"vectors of {len(interest.products):,} products")
    found = segment(
        interest, products.space.vectors, fewest=settings.min_groups, most=settings.max_groups,
        sample=settings.sample_customers, seed=settings.seed, say=say,
    )  # fmt: skip
    stages.done(f"{0 if found is None else len(found.centroids)} groups and members")
    return Made(interest, products, found)


def publish_members(home: Home, made: Made, stages: Stages) -> Path:
    """Give the groups ids, write the members into the lake and publish them; the folder of the published table."""
    if made.found is None:
        raise SystemExit("no groups were found")
    continued = continue_segments(made.interest, made.products.space.vectors, made.found, Before(), LAST_DAY)
    stages.done("ids, profiles, bundles")
    lake, published = LakeTables(home), PublishedTables(home)
    members = continued.members.select(pl.lit(LAST_DAY).alias("day"), pl.all())
    lake.write_day(MEMBERS_TABLE, LAST_DAY, members)
    publish_lake_table(
        published, MEMBERS_TABLE, lake.paths(MEMBERS_TABLE), "day", [LAST_DAY],
        signature="planted", empty=pl.DataFrame(schema=MEMBERS_SCHEMA),
    )  # fmt: skip
    stages.done(f"{members.height:,} members published")
    return published.path(MEMBERS_TABLE)


def published_members(home: Home) -> pl.DataFrame:
    """``customer_key, segment_id`` of the published table."""
    folder = PublishedTables(home).path(MEMBERS_TABLE)
    rows = pl.scan_parquet(folder / "**/*.parquet", hive_partitioning=False)
    return rows.select("customer_key", "segment_id").collect()


def main(shop: Path, root: Path) -> None:
    """The whole chain on the files of ``shop`` in a home at ``root``."""
    stages = Stages(lambda text: print(text, flush=True))
    stages.done("start, imports")
    home = Home(root)
    made = make_tastes(home, TasteSettings(), read_shop(ShopFiles(shop)), stages)
    publish_members(home, made, stages)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
