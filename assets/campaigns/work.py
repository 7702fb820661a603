"""One pass over everything that campaigns have to do now: decide what is due, send, collect results, publish.

Belongs here: the order of it, and who does what when several passes run at the same time. Does not belong here: the
parts (``plans``, ``delivery``, ``vendors``, ``publishing``), Dagster (``step``).

Several passes may run at once, so that a send that takes hours holds nobody up. One at a time decides: campaigns of the
same hour are decided in the order of their ranks, each knowing what those before it took. A send is worked on by one
pass of this machine; the ledger alone would allow more (machines that share a PostgreSQL do), but none needs them. The
kernel gives the locks of a killed pass back.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from assets.campaigns import tables
from assets.campaigns.delivery.results import Collected, collect
from assets.campaigns.delivery.sending import send_on
from assets.campaigns.plans.deciding import UNDECIDED, Decided, decide_send
from assets.campaigns.plans.due import plan_due
from assets.campaigns.publishing import publish_table
from assets.campaigns.shop import MissingDocument, Shop
from assets.campaigns.vendors.opening import Vendors
from connectors.home.lock import exclusive
from connectors.published.versions import Version
from connectors.sending.job import Report
from connectors.sending.locks import decide_lock, held_alone, publish_lock, send_lock
from connectors.store.ledger.shapes import Send

AT_ONCE: Final = 4  # sends of one pass at the same time: one with a speed limit must not hold up the others
MOST_DECIDED: Final = 200  # sends that one pass decides about before it begins to send
_ROUNDS: Final = 20  # of sending what the round before has brought about; far more than ever happens


def decide_due(shop: Shop, ids: Sequence[str] | None = None) -> list[Decided]:
    """Plan what is due and decide about it, the most important of an hour first. ``ids``: of these campaigns only."""
    with exclusive(decide_lock(shop.home), purpose="deciding campaigns", say=shop.say):
        planned = sorted(
            plan_due(shop, ids), key=lambda send: (_hour(send.planned_at), _rank(shop, send), send.send_no)
        )
        return [decide_send(shop, send) for send in planned]


def send_due(shop: Shop, vendors: Vendors, ids: Sequence[str] | None = None) -> list[Report]:
    """Send what may go now, until nothing can any more: it has gone, or waits for the morning or a vendor. Of stopped
    sends the requests in doubt are looked up all the same."""
    reports: list[Report] = []
    done: set[tuple[int, int]] = set()
    for _ in range(_ROUNDS):
        ready = [
            send
            for send in shop.store.ledger.to_do(shop.clock())
            if send.state not in UNDECIDED and (ids is None or send.campaign_id in ids) and _mark(send) not in done
        ]
        if not ready:
            return reports
        done |= {_mark(send) for send in ready}
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="send") as pool:
            found = pool.map(lambda send: _alone(shop, send, lambda one: send_on(shop, vendors, one)), ready)
            reports += [report for report in found if report is not None]
    return reports


def collect_due(shop: Shop, vendors: Vendors, ids: Sequence[str] | None = None) -> list[Collected]:
    """Ask for results, send the substitutes that they call for, and ask about those."""
    found = [collect(shop, vendors)]
    for _ in range(_ROUNDS):
        if not send_due(shop, vendors, ids):
            return found
        found.append(collect(shop, vendors))
    return found


def publish(shop: Shop, wanted: Sequence[str] = tuple(tables.PUBLISHED)) -> dict[str, Version]:
    """Publish what was decided and sent; one pass at a time."""
    with exclusive(publish_lock(shop.home), purpose="publishing campaigns", say=shop.say):
        return {table: publish_table(shop, table) for table in wanted}


def _alone(shop: Shop, send: Send, work: Callable[[Send], Report]) -> Report | None:
    """``work`` on a send that nobody else on this machine works on; None where somebody does."""
    with held_alone(send_lock(shop.home, send.send_no)) as mine:
        return work(send) if mine else None


def _hour(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(dt.UTC).replace(minute=0, second=0, microsecond=0)


def _rank(shop: Shop, send: Send) -> tuple[int, int, str]:
    try:
        campaign = shop.campaign(send.campaign_id, send.version)
    except MissingDocument:  # deciding says so
        return 0, 0, send.campaign_id
    return campaign.in_force(shop.policies).rank


def _mark(send: Send) -> tuple[int, int]:
    """What tells that there was no progress on a send since it was looked at."""
    return send.send_no, send.reserved + send.sending
