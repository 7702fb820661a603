"""A worker that goes on with one send until it is over, its time is up, or it is killed.

Belongs here: what runs in its process, and how patient it is where it is going to be killed. Does not belong here:
starting and killing it (``crash``, ``rate``).
"""

import datetime as dt
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assets.campaigns.delivery.sending import send_on
from assets.campaigns.vendors.opening import Vendors
from benchmarks.sending.shop import opened
from connectors.sending.job import Policy

# Times of the default policy over 30: a killed worker's requests are given up after 3 s and asked about after 0.5 s.
HURRIED = Policy(
    in_flight=4, most_tries=30, stop_share=1.0, backoff=0.05, longest_backoff=0.2, patience=3.0, start_within=1.0,
    first_poll=0.0,
)  # fmt: skip
_LOOK_UP_AFTER = dt.timedelta(seconds=0.5)


def hurried(root: Path, url: str, environ: Mapping[str, str], send_no: int, going: Any) -> None:
    """Send until nothing is left; ``going`` (an event) is set when it begins."""
    vendors = Vendors(environ, is_sandbox=False, sandbox=None, lookup_after=_LOOK_UP_AFTER)
    with opened(root, url) as shop:
        going.set()
        while send_on(shop, vendors, shop.store.ledger.progress(send_no), policy=HURRIED).reason == "waiting":
            time.sleep(0.1)


def as_usual(root: Path, url: str, environ: Mapping[str, str], send_no: int, until: dt.datetime) -> None:
    """Send as the settings say until a moment."""
    vendors = Vendors(environ, is_sandbox=False, sandbox=None)
    with opened(root, url) as shop:
        send_on(shop, vendors, shop.store.ledger.progress(send_no), until)
