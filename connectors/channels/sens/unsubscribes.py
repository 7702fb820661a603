"""Numbers that refused text messages, as SENS keeps them (080 calls and entries by hand).

Belongs here: reading, adding and removing them. Does not belong here: consents of members (``connectors.store``).
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from connectors.channels.sens.client import PAGE, SensClient, moment_of

_MOST: Final = 1_000
_MOST_PAGES: Final = 10_000


@dataclass(frozen=True)
class Unsubscribe:
    """One number. ``by``: ``ars`` called the 080 number, ``manual`` was entered. ``at``: aware UTC where it is told."""

    number: str = field(repr=False)
    by: Literal["ars", "manual"]
    at: dt.datetime | None


def listed(client: SensClient, since: dt.datetime | None = None) -> Iterator[Unsubscribe]:
    """Every number that refused, or those since a moment. Raises ``Transient`` or ``SenderDown``."""
    query = {} if since is None else {
        "startTime": str(int(since.timestamp() * 1000)), "endTime": str(int(client.now().timestamp() * 1000) + 1)
    }  # fmt: skip
    for index in range(_MOST_PAGES):
        page = client.get("sms", "unsubscribes", {**query, "pageSize": str(PAGE), "pageIndex": str(index)})
        rows = page if isinstance(page, list) else []  # an empty list comes as a 404
        for row in rows:
            at = row.get("registerTime")
            moment = dt.datetime.fromtimestamp(at / 1000, dt.UTC) if isinstance(at, int) else moment_of(at)
            yield Unsubscribe(str(row["clientTelNo"]), "ars" if row.get("registerType") == "C" else "manual", moment)
        if len(rows) < PAGE:
            return


def add(client: SensClient, numbers: Sequence[str]) -> None:
    """Enter numbers by hand. Doing it twice changes nothing."""
    _change(client, "POST", numbers)


def remove(client: SensClient, numbers: Sequence[str]) -> None:
    """Take numbers off the list."""
    _change(client, "DELETE", numbers)


def _change(client: SensClient, method: str, numbers: Sequence[str]) -> None:
    for start in range(0, len(numbers), _MOST):
        body = [{"clientTelNo": number} for number in numbers[start : start + _MOST]]
        client.change(method, "sms", "unsubscribes", body)
