"""What the played SENS remembers: messages it took, lists of them, results that come later.

Belongs here: one product's messages, found by request, by message, by time. Does not belong here: what is refused
(``sens_sms``, ``sens_kakao``), HTTP (``sens_server``).
"""

import bisect
import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from zoneinfo import ZoneInfo

from connectors.sandbox.local_http import Reply

KOREA: Final = ZoneInfo("Asia/Seoul")
Row = dict[str, Any]


@dataclass(slots=True)
class Taken:
    """One message. ``refused``: the code it was refused with at request time; ``fate``: the code of its result, an
    empty one when it was delivered."""

    message_id: str
    to: str
    content: str
    fate: str
    done_at: float
    refused: str = ""


@dataclass(slots=True)
class Batch:
    """One request that was taken. ``shared``: what lists show of each of its messages."""

    request_id: str
    at: float  # epoch seconds
    shared: Mapping[str, Any]
    messages: list[Taken] = field(default_factory=list)


class SensLedger:
    """One product's messages. ``accepted`` counts them by recipient; ``show``: a message as lists show it at a
    moment, without its content. ``list_delay``: seconds until a request appears in lists by time."""

    def __init__(self, clock: Callable[[], float], show: Callable[[Batch, Taken, float], Row]) -> None:
        self.accepted: Counter[str] = Counter()
        self.list_delay = 0.0
        self.clock = clock
        self._show = show
        self._batches: dict[str, Batch] = {}
        self._order: list[Batch] = []
        self._by_message: dict[str, tuple[Batch, Taken]] = {}
        self._by_number: dict[str, list[Batch]] = {}
        self._count = 0

    @property
    def total(self) -> int:
        """Messages accepted."""
        return self.accepted.total()

    def new_batch(self, shared: Mapping[str, Any]) -> Batch:
        batch = Batch(f"RQ{len(self._order) + 1:012d}", self.clock(), shared)
        self._batches[batch.request_id] = batch
        self._order.append(batch)
        return batch

    def take(self, batch: Batch, to: str, content: str, fate: str, delay: float, refused: str = "") -> Taken:
        """Remember one message; what was refused is listed and not counted."""
        self._count += 1
        taken = Taken(f"MS{self._count:012d}", to, content, fate, batch.at + delay, refused)
        batch.messages.append(taken)
        self._by_message[taken.message_id] = batch, taken
        batches = self._by_number.setdefault(to, [])
        if not batches or batches[-1] is not batch:
            batches.append(batch)
        if not refused:
            self.accepted[to] += 1
        return taken

    def detail(self, message_id: str) -> Row | None:
        """One message with its content."""
        found = self._by_message.get(message_id)
        return None if found is None else {**self._show(*found, self.clock()), "content": found[1].content}

    def listed(self, query: Mapping[str, str]) -> Reply:
        """A page of messages: by request, or by the time of requests. 404 without a body when there is none."""
        try:
            rows = [self._show(batch, taken, self.clock()) for batch, taken in self._chosen(query)]
            size, start = int(query.get("pageSize", "20")), int(query.get("nextToken", "0"))
        except (ValueError, KeyError):
            return Reply(400, {"status": 400, "error": "Bad Request", "code": "1400"})
        if not 1 <= size <= 100:
            return Reply(400, {"status": 400, "error": "pageSize", "code": "1400"})
        page = rows[start : start + size]
        if not page:
            return Reply(404)
        more = start + size < len(rows)
        body = {"statusCode": "202", "statusName": "success", "pageSize": size, "itemCount": len(page), "hasMore": more}
        return Reply(200, {**body, "messages": page, **({"nextToken": str(start + size)} if more else {})})

    def _chosen(self, query: Mapping[str, str]) -> Iterable[tuple[Batch, Taken]]:
        if "requestId" in query:
            batch = self._batches.get(query["requestId"])
            batches = [batch] if batch is not None else []
        else:
            start, end = moment(query["requestStartTime"]), moment(query["requestEndTime"])
            if end < start or end - start > 30 * 86_400:
                raise ValueError("window")
            end = min(end, self.clock() - self.list_delay)
            if "to" in query:
                batches = [one for one in self._by_number.get(query["to"], []) if start <= one.at <= end]
            else:
                first = bisect.bisect_left(self._order, start, key=lambda one: one.at)
                last = bisect.bisect_right(self._order, end, key=lambda one: one.at)
                batches = self._order[first:last]
        for batch in batches:
            for taken in batch.messages:
                if query.get("to", taken.to) == taken.to and self._fits(batch, query):
                    yield batch, taken

    def _fits(self, batch: Batch, query: Mapping[str, str]) -> bool:
        return all(query.get(name, batch.shared[name]) == batch.shared[name]
                   for name in ("from", "type", "plusFriendId", "templateCode") if name in batch.shared)  # fmt: skip


def moment(text: str) -> float:
    """Epoch seconds of ``YYYY-MM-DD HH:mm:ss`` in Korea. Raises :class:`ValueError`."""
    return dt.datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=KOREA).timestamp()


def shown(at: float) -> str:
    """A time as answers show it."""
    return dt.datetime.fromtimestamp(at, KOREA).replace(tzinfo=None).isoformat(timespec="milliseconds")
