"""A worker of the crash test: a process that sends a campaign until it is done, or killed.

Belongs here: what runs in the process. Does not belong here: killing it (``test_sending_crash``).
"""

import datetime as dt
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assets.campaigns.delivery.sending import send_on
from assets.campaigns.shop import open_shop
from assets.campaigns.vendors.opening import Vendors
from connectors.home.paths import make_home
from connectors.home.settings import Settings
from connectors.published.tables import PublishedTables
from connectors.sending.job import Policy
from tests.assets.campaigns.sending_rigs import SETTINGS

POLICY = Policy(
    in_flight=2, most_tries=15, stop_share=1.0, backoff=0.05, longest_backoff=0.2, patience=2.0, start_within=0.5,
    longest_wait=5.0,
)  # fmt: skip


def clock() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def work(root: Path, environ: Mapping[str, str], send_no: int, going: Any) -> None:
    """Send until nothing is left. ``going`` (an event) is set when it begins."""
    home = make_home(root)
    settings = Settings.model_validate(SETTINGS)
    vendors = Vendors(environ, is_sandbox=False, sandbox=None, lookup_after=dt.timedelta(seconds=0.5))
    with open_shop(home, settings, PublishedTables(home), clock, time.sleep) as shop:
        going.set()
        while send_on(shop, vendors, shop.store.ledger.progress(send_no), policy=POLICY).reason == "waiting":
            time.sleep(0.1)
