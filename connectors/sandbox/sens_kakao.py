"""AlimTalk and Brand Messages of the played SENS: templates, limits, the night, results that come later.

Belongs here: CHANNELS.md, sections 3 and 4, from the vendor's side. Does not belong here: keys and paths
(``sens_server``), limits in detail (``sens_brand_limits``).
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from connectors.sandbox.local_http import OnTaken, Reply
from connectors.sandbox.sens_brand_limits import problem_of
from connectors.sandbox.sens_ledger import KOREA, Batch, Row, SensLedger, Taken, shown
from connectors.sandbox.sens_sms import Fate, bad

_NUMBER: Final = re.compile(r"01[016789]\d{7,8}")
_VARIABLE: Final = re.compile(r"#\{[^{}]*\}")
TAKEN: Final = ("A000", "success")
EVERY: Final = "*"
NO_TEMPLATE: Final = "3008"
UNLIKE_TEMPLATE: Final = "3016"
BAD_NUMBER: Final = "3013"
NIGHT: Final = "3022"


@dataclass
class SandboxTemplate:
    """An AlimTalk template at the vendor. ``channel``: whose it is, ``*``: of every channel."""

    code: str
    content: str
    channel: str = "@sandbox"
    inspection: str = "APR"
    buttons: Sequence[Mapping[str, Any]] = ()
    comments: list[Mapping[str, Any]] = field(default_factory=list)
    kind: str = "BA"

    def takes(self, text: str) -> bool:
        """Whether a text is this one with something in place of the variables."""
        pieces = [re.escape(piece) for piece in _VARIABLE.split(self.content)]
        return re.fullmatch(".*".join(pieces), text, re.DOTALL) is not None

    @property
    def row(self) -> Row:
        return {
            "templateCode": self.code, "templateName": self.code, "categoryCode": "001001", "messageType": self.kind,
            "content": self.content, "templateInspectionStatus": self.inspection, "templateStatus": "READY",
            "buttons": list(self.buttons), "comments": self.comments,
        }  # fmt: skip


class KakaoDesk:
    """What the two products share. ``fate``: number -> code of its result, empty when it is delivered. ``on_taken``:
    for others to set."""

    def __init__(self, clock: Callable[[], float], channels: Mapping[str, str]) -> None:
        self.channels = dict(channels)  # id -> status
        self.fate: Fate = lambda number: ""
        self.delay = 3.0
        self.on_taken: OnTaken | None = None
        self.ledger = SensLedger(clock, _row)

    def send(self, body: Any) -> Reply:
        """202 with an answer for each message, or 400 when the request itself is wrong."""
        wrong = self._wrong(body)
        if wrong:
            return bad(wrong)
        shared = {name: body.get(name, "") for name in ("plusFriendId", "templateCode", "messageType")}
        batch = self.ledger.new_batch(shared)
        rows = [self._take(batch, body, one) for one in body["messages"]]
        said = {"requestId": batch.request_id, "requestTime": shown(batch.at), "statusCode": "202"}
        return Reply(202, {**said, "statusName": "success", "messages": rows})

    def detail(self, message_id: str) -> Reply:
        row = self.ledger.detail(message_id)
        return Reply(404) if row is None else Reply(200, row)

    def listed(self, query: Mapping[str, str]) -> Reply:
        if "requestId" not in query and query.get("plusFriendId") not in self.channels:
            return bad("plusFriendId")
        return self.ledger.listed(query)

    def channel_list(self) -> Reply:
        if not self.channels:
            return Reply(404)
        rows = [{"channelId": one, "channelName": one[1:], "channelStatus": status, "useSmsFailover": False}
                for one, status in self.channels.items()]  # fmt: skip
        return Reply(200, rows)

    def refusal(self, body: Mapping[str, Any], one: Mapping[str, Any]) -> str:
        """The code one message is refused with; empty when it is taken."""
        raise NotImplementedError

    def _take(self, batch: Batch, body: Mapping[str, Any], one: Mapping[str, Any]) -> Row:
        to = str(one.get("to", ""))
        code = self.refusal(body, one) if _NUMBER.fullmatch(to) else BAD_NUMBER
        fate = self.fate(to)
        taken = self.ledger.take(batch, to, str(one.get("content", "")), fate, self.delay, refused=code)
        if self.on_taken is not None and not (code or fate):
            self.on_taken(to, one)
        return _answered(taken)

    def _wrong(self, body: Any) -> str:
        if not isinstance(body, dict) or self.channels.get(body.get("plusFriendId", "")) != "ACTIVE":
            return "plusFriendId"
        messages = body.get("messages")
        if not isinstance(messages, list) or not 1 <= len(messages) <= 100:
            return "messages"
        return "" if all(isinstance(one, dict) for one in messages) else "messages"


class AlimTalkDesk(KakaoDesk):
    """AlimTalk: what is sent must be an approved template with something in place of its variables."""

    def __init__(self, clock: Callable[[], float], channels: Mapping[str, str],
                 templates: Sequence[SandboxTemplate] = ()) -> None:  # fmt: skip
        super().__init__(clock, channels)
        self.templates = {template.code: template for template in templates}

    def refusal(self, body: Mapping[str, Any], one: Mapping[str, Any]) -> str:
        template = self.templates.get(str(body.get("templateCode", "")))
        if template is None or template.inspection != "APR" or template.channel not in (EVERY, body["plusFriendId"]):
            return NO_TEMPLATE
        text = str(one.get("content", ""))
        names = [button.get("name") for button in one.get("buttons", ())]
        same = template.takes(text) and len(text) <= 1_000 and names == [each.get("name") for each in template.buttons]
        return "" if same else UNLIKE_TEMPLATE

    def template_list(self, query: Mapping[str, str]) -> Reply:
        size, index = int(query.get("pageSize", "20")), int(query.get("pageIndex", "0"))
        if not 1 <= size <= 100:
            return bad("pageSize")
        code = query.get("templateCode")
        ours = [one for one in self.templates.values() if one.channel in (EVERY, query.get("channelId"))]
        found = [one.row for one in ours if code in (None, one.code)]
        page = found[index * size : (index + 1) * size]
        return Reply(200, page) if page else Reply(404)


class BrandDesk(KakaoDesk):
    """Brand Messages: limits of each type, pictures that were uploaded, nothing at night."""

    def __init__(self, clock: Callable[[], float], channels: Mapping[str, str]) -> None:
        super().__init__(clock, channels)
        self.images: dict[str, str] = {}  # id -> type

    def refusal(self, body: Mapping[str, Any], one: Mapping[str, Any]) -> str:
        if self._is_night():
            return NIGHT
        return problem_of(str(body.get("messageType", "")), one, self.images)

    def upload(self, body: bytes, content_type: str) -> Reply:
        """A picture as ``multipart/form-data``."""
        if not content_type.startswith("multipart/form-data"):
            return bad("Content-Type")
        kind = re.search(rb'name="imageType"\r\n\r\n([A-Z_]+)\r\n', body)
        if kind is None or (b"\xff\xd8\xff" not in body and b"\x89PNG" not in body):
            return bad("imageFile")
        image_id = f"IMG{len(self.images) + 1:06d}"
        self.images[image_id] = kind[1].decode()
        return Reply(200, {"imageId": image_id, "imageType": self.images[image_id]})

    def _is_night(self) -> bool:
        now = dt.datetime.fromtimestamp(self.ledger.clock(), KOREA).time()
        return now >= dt.time(20, 50) or now < dt.time(8)


def _answered(taken: Taken) -> Row:
    code, name = (taken.refused, "fail") if taken.refused else TAKEN
    return {
        "messageId": taken.message_id, "to": taken.to, "countryCode": "82", "requestStatusCode": code,
        "requestStatusName": name, "requestStatusDesc": name, "useSmsFailover": False,
    }  # fmt: skip


def _row(batch: Batch, taken: Taken, now: float) -> Row:
    row = {**_answered(taken), "requestId": batch.request_id, "requestTime": shown(batch.at),
           "plusFriendId": batch.shared["plusFriendId"], "templateCode": batch.shared["templateCode"]}  # fmt: skip
    if taken.refused or now < taken.done_at:
        return {**row, "messageStatusName": "fail" if taken.refused else "processing"}
    told = {"messageStatusCode": taken.fate or "0000", "messageStatusName": "fail" if taken.fate else "success"}
    return {**row, **told, "completeTime": shown(taken.done_at)}
