"""One pull of one Cafe24 shop: everything that changed since the last one, landed.

Belongs here: the lock, the scratch folder, the order of the resources, handing lines to ``ingest``, the report.
Does not belong here: what is read (``resources``), how (``walks``, ``client``), printing (the CLI).

A pull may be killed anywhere and run again: rows land before the mark behind them moves, and a row that is read twice
lands once. The lock keeps two pulls of one mall apart; tokens have a lock of their own.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from connectors.home.lock import exclusive
from connectors.home.member_key import read_secret
from connectors.home.paths import Home
from connectors.home.settings import Settings
from connectors.sources.cafe24.access import mall_folder
from connectors.sources.cafe24.basket import LINES_A_FILE, Basket
from connectors.sources.cafe24.client import Cafe24Client
from connectors.sources.cafe24.cursors import Cursors
from connectors.sources.cafe24.resources import Reading
from connectors.sources.cafe24.windows import KST
from connectors.sources.ingest import Clock, MembersSink, ingest
from connectors.sources.report import FileReport, IngestReport
from connectors.sources.sql import scratch_folder

RESOURCES = ("products", "members", "orders")


@dataclass(frozen=True)
class PullReport:
    """What each resource brought; ``calls`` made and ``waited`` seconds spent for the vendor's limits."""

    ingested: IngestReport
    calls: int
    waited: float


def pull(
    home: Home,
    settings: Settings,
    client: Cafe24Client,
    *,
    members_sink: MembersSink,
    erased: Mapping[str, dt.datetime],
    now: Clock,
    say: Callable[[str], None] = lambda line: None,
    since: dt.date | None = None,
    only: Sequence[str] = RESOURCES,
    lines_a_file: int = LINES_A_FILE,
) -> PullReport:
    """Read what changed and land it.

    ``members_sink``, ``erased``, ``now``: as in :func:`connectors.sources.ingest.ingest`. ``since``: read orders again
    from that day (in Korea), and everything else whole. ``only``: some of ``RESOURCES``.
    Raises :class:`connectors.home.lock.RunInProgress` when another pull of the mall is under way and a
    :class:`connectors.sources.cafe24.errors.Cafe24Error` when the vendor can not be read; what landed before stays.
    """
    began = now()
    folder = mall_folder(home, settings.cafe24.mall_id)

    def land(mapping: Path, file: Path) -> FileReport:
        return ingest(home, settings, mapping, [file], members_sink, now, erased=erased).files[0]

    with (
        exclusive(folder / "pull.lock", purpose="dangol shop cafe24 pull", wait=False),
        scratch_folder(home.scratch) as scratch,
    ):
        cursors = Cursors(folder, settings.cafe24.shop_no)
        walk, secret = dt.timedelta(hours=settings.cafe24.full_walk_hours), read_secret(home)
        reading = Reading(client, cursors, now=began, full_walk=walk, secret=secret, erased=erased, say=say)
        baskets = []
        for name in (name for name in RESOURCES if name in only):
            basket = Basket(f"cafe24_{name}", scratch, land, cursors, size=lines_a_file)
            _read(reading, name, basket, _orders_from(settings, began, since), again=since is not None)
            basket.land()
            baskets.append(basket)
    return PullReport(IngestReport("cafe24", tuple(basket.report for basket in baskets)), client.calls, client.waited)


def _read(reading: Reading, name: str, basket: Basket, orders_from: dt.datetime, *, again: bool) -> None:
    if name == "products":
        reading.products(basket, whole=again)
    elif name == "members":
        reading.members(basket, whole=again)
    else:
        reading.orders(basket, orders_from, again=again)


def _orders_from(settings: Settings, began: dt.datetime, since: dt.date | None) -> dt.datetime:
    if since is not None:
        return dt.datetime.combine(since, dt.time(), KST)
    return began - dt.timedelta(days=settings.cafe24.first_days)
