"""SMS, LMS and MMS of the played SENS: what is refused, cut, taken, and reported later.

Belongs here: CHANNELS.md, section 2, from the vendor's side. Does not belong here: keys and paths (``sens_server``).
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from connectors.sandbox.local_http import OnTaken, Reply
from connectors.sandbox.sens_ledger import Batch, Row, SensLedger, Taken, shown

_BYTES: Final = {"SMS": 90, "LMS": 2_000, "MMS": 2_000}
_NUMBER: Final = re.compile(r"01[016789]\d{7,8}")
Fate = Callable[[str], str]  # number -> code of its result, empty when it is delivered
UNSUBSCRIBED: Final = "3006"


class SmsDesk:
    """``senders``: registered numbers; ``fate`` and ``delay`` (seconds) of results, ``on_taken``: for others to set."""

    def __init__(self, clock: Callable[[], float], senders: Sequence[str]) -> None:
        self.senders = set(senders)
        self.fate: Fate = lambda number: ""
        self.delay = 5.0
        self.on_taken: OnTaken | None = None
        self.ledger = SensLedger(clock, _row)
        self.files: dict[str, str] = {}
        self.unsubscribes: dict[str, tuple[str, float]] = {}  # number -> C (called) or M (by hand), when

    def send(self, body: Any) -> Reply:
        """202 with an id of the request, or 400 when anything about it is wrong: no part of it is taken then."""
        wrong = self._wrong(body)
        if wrong:
            return bad(wrong)
        shared = {name: body.get(name, "") for name in ("type", "contentType", "from")}
        batch = self.ledger.new_batch(shared)
        for one in body["messages"]:
            text = _cut(one.get("content") or body.get("content", ""), _BYTES[body["type"]])
            opted_out = shared["contentType"] == "AD" and one["to"] in self.unsubscribes
            fate = UNSUBSCRIBED if opted_out else self.fate(one["to"])
            self.ledger.take(batch, one["to"], text, fate, self.delay)
            if self.on_taken is not None and not fate:
                self.on_taken(one["to"], {"content": text})
        said = {"requestId": batch.request_id, "requestTime": shown(batch.at)}
        return Reply(202, {**said, "statusCode": "202", "statusName": "success"})

    def detail(self, message_id: str) -> Reply:
        row = self.ledger.detail(message_id)
        return (
            Reply(404) if row is None else Reply(200, {"statusCode": "200", "statusName": "success", "messages": [row]})
        )

    def upload(self, body: Any) -> Reply:
        """A picture of an MMS."""
        try:
            name, data = str(body["fileName"]), base64.b64decode(body["fileBody"], validate=True)
        except (KeyError, TypeError, binascii.Error):
            return bad("fileBody")
        if len(name) > 40 or not name.lower().endswith((".jpg", ".jpeg")) or len(data) > 300 * 1024:
            return bad("fileName")
        file_id = f"FILE{len(self.files) + 1:06d}"
        self.files[file_id] = name
        return Reply(200, {"fileId": file_id, "createTime": shown(self.ledger.clock())})

    def refused_numbers(self, method: str, body: Any, query: Mapping[str, str]) -> Reply:
        """The list of numbers that refused: read, added to, taken from."""
        if method == "GET":
            return self._unsubscribe_list(query)
        if not isinstance(body, list) or not 0 < len(body) <= 1_000:
            return bad("clientTelNo")
        numbers = [str(one["clientTelNo"]) for one in body]
        if method == "DELETE":
            for number in numbers:
                self.unsubscribes.pop(number, None)
            return Reply(204)
        for number in numbers:
            self.unsubscribes.setdefault(number, ("M", self.ledger.clock()))
        return Reply(200, [self._unsubscribe(number) for number in numbers])

    def _unsubscribe_list(self, query: Mapping[str, str]) -> Reply:
        size, index = int(query.get("pageSize", "100")), int(query.get("pageIndex", "0"))
        since, until = int(query.get("startTime", "0")) / 1000, int(query.get("endTime", "9" * 13)) / 1000
        found = [number for number, (_, at) in self.unsubscribes.items() if since <= at <= until]
        page = found[index * size : (index + 1) * size]
        return Reply(200, [self._unsubscribe(number) for number in page]) if page else Reply(404)

    def _unsubscribe(self, number: str) -> Row:
        kind, at = self.unsubscribes[number]
        return {"clientTelNo": number, "registerType": kind, "registerTime": shown(at)}

    def _wrong(self, body: Any) -> str:
        """What is wrong with a request, in a word; empty when nothing is."""
        if not isinstance(body, dict) or body.get("type") not in _BYTES:
            return "type"
        if body.get("contentType", "COMM") not in ("COMM", "AD"):
            return "contentType"
        if body.get("from") not in self.senders:
            return "from"
        messages = body.get("messages")
        if not isinstance(messages, list) or not 1 <= len(messages) <= 100:
            return "messages"
        if any(not isinstance(one, dict) or not _NUMBER.fullmatch(str(one.get("to"))) for one in messages):
            return "to"
        if body["type"] == "MMS" and not all(one.get("fileId") in self.files for one in body.get("files") or [{}]):
            return "files"
        if any(_size(one.get("content") or body.get("content") or "") is None for one in messages):
            return "content"
        subjects = [one.get("subject") or body.get("subject") or "" for one in messages]
        return "subject" if any((_size(one) or 41) > 40 for one in subjects if one) else ""


def bad(field: str) -> Reply:
    """400 in the service's shape."""
    return Reply(400, {"status": 400, "error": "Bad Request", "code": "1400", "errors": [field]})


def _size(text: str) -> int | None:
    try:
        return len(text.encode("cp949"))
    except UnicodeEncodeError:
        return None


def _cut(text: str, most: int) -> str:
    """What fits: longer texts are cut without a word, as the vendor does."""
    return text.encode("cp949")[:most].decode("cp949", "ignore")


def _row(batch: Batch, taken: Taken, now: float) -> Row:
    row: Row = {
        "requestId": batch.request_id, "messageId": taken.message_id, "requestTime": shown(batch.at),
        "contentType": batch.shared["contentType"], "type": batch.shared["type"], "countryCode": "82",
        "from": batch.shared["from"], "to": taken.to, "status": "PROCESSING",
    }  # fmt: skip
    if now < taken.done_at:
        return row
    told = {"statusCode": taken.fate or "0", "statusName": "fail" if taken.fate else "success"}
    return {**row, "status": "COMPLETED", **told, "completeTime": shown(taken.done_at), "telcoCode": "SKT"}
