"""Resources of campaigns: the shop that they are worked on with, waiting, and the vendors of messages.

Belongs here: what only runs of campaigns are given. Does not belong here: other resources (``resources``), vendors
themselves (``assets.campaigns.vendors.opening``). Nothing is opened before a step asks for it.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from typing import TYPE_CHECKING, Any

import dagster as dg

from orchestration.opening import make_published
from orchestration.run_lock import PROCESS_TAG, process_identity

if TYPE_CHECKING:
    from assets.campaigns.shop import Shop
    from assets.campaigns.vendors.opening import Vendors

Say = Callable[[str], None]


class LazyVendors:
    """The vendors of messages, opened by the first who asks and kept for all steps of a run: in the sandbox a step
    collects the results of what the one before it sent."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._opened: Vendors | None = None

    def open(self, shop: "Shop") -> "Vendors":
        """See ``assets.campaigns.step.VendorDesk``."""
        from assets.campaigns.vendors.opening import open_vendors

        if self._opened is None:
            self._opened = self._stack.enter_context(open_vendors(shop))
        return self._opened


def campaign_resources() -> Mapping[str, Any]:
    """Resources by key."""

    @dg.resource(description="Waiting: so many seconds of the clock's time")
    def sleep_resource(_: dg.InitResourceContext) -> Callable[[float], None]:
        return time.sleep

    @dg.resource(description="Vendors of messages: the sandbox, or the accounts of the environment")
    def vendors_resource(context: dg.InitResourceContext) -> Iterator[LazyVendors]:
        if context.run is not None and context.instance is not None:
            context.instance.add_run_tags(context.run.run_id, {PROCESS_TAG: process_identity()})
        with ExitStack() as stack:
            yield LazyVendors(stack)

    @dg.resource(
        description="Opens the store and the published tables for work on campaigns; takes no run lock",
        required_resource_keys={"home", "settings", "clock", "sleep"},
    )
    def shop_resource(context: dg.InitResourceContext) -> Callable[[Say], AbstractContextManager["Shop"]]:
        given = context.resources

        def open_for(say: Say) -> AbstractContextManager["Shop"]:
            from assets.campaigns.shop import open_shop

            published = make_published(given.home, given.settings)
            return open_shop(given.home, given.settings, published, given.clock, given.sleep, say)

        return open_for

    return {"sleep": sleep_resource, "vendors": vendors_resource, "campaign_shop": shop_resource}
