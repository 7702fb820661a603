"""Which days of attribution and reports a change concerns. Pure.

Belongs here: how far a message and an order reach. Does not belong here: noticing changes (``building``), what is made
of the days (the dbt project).

A message of a send day goes out within three days of it (quiet hours, limits of speed and cost), and the widest window
is seven days: so a send day concerns the order days up to ten days after it, and an order day the send days up to ten
days before. What changed concerns a fixed number of days, however long the history is.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

REACH: Final = 10  # days


@dataclass(frozen=True)
class Remade:
    """Days to make anew, sorted. ``order_days``: what is kept by the day something happened; ``send_days``: what is
    kept by the day a send was planned for; ``file_days``: send days whose files are needed for both."""

    order_days: tuple[dt.date, ...] = ()
    send_days: tuple[dt.date, ...] = ()
    file_days: tuple[dt.date, ...] = ()

    @property
    def touched(self) -> tuple[dt.date, ...]:
        """Every day of which a row may have changed."""
        return tuple(sorted({*self.order_days, *self.send_days}))


def changed_sends(before: Mapping[dt.date, str], now: Mapping[dt.date, str]) -> set[dt.date]:
    """Send days that came, went or are not what they were."""
    return {day for day in {*before, *now} if before.get(day) != now.get(day)}


def days_to_remake(sends: Collection[dt.date], changed: Collection[dt.date], sent: Collection[dt.date]) -> Remade:
    """Days that changes concern. ``sends``: all send days; ``changed``: days on which orders or clicks are no longer
    what they were; ``sent``: send days of which that is so."""
    order_days = {*changed, *(day + dt.timedelta(days=ahead) for day in sent for ahead in range(REACH + 1))}
    send_days = _reaching({*sends, *sent}, changed) | set(sent)
    return Remade(
        order_days=tuple(sorted(order_days)),
        send_days=tuple(sorted(send_days)),
        file_days=tuple(sorted((send_days | _reaching(sends, order_days)) & set(sends))),
    )


def _reaching(sends: Collection[dt.date], days: Collection[dt.date]) -> set[dt.date]:
    """Send days with one of ``days`` among those that follow it."""
    before = {day - dt.timedelta(days=back) for day in days for back in range(REACH + 1)}
    return before & set(sends)
