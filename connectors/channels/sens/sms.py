"""SMS, LMS and MMS through SENS.

Belongs here: the body of the request (CHANNELS.md, 2), what is refused before it is made, the picture files of an MMS.
Does not belong here: making texts (``models.messages``), looking up (``history``).

``content`` of a message: ``text``; ``subject`` (LMS, MMS); ``images``, names of picture files as ``[{"file": …}]``;
``advertising`` (true unless said otherwise); ``kind`` SMS, LMS or MMS, found from the text where it is not given.
"""

import base64
import datetime as dt
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal

from connectors.channels.protocol import Answer, Attempt, Message, Outcome, Refused, Reports, Result
from connectors.channels.sens.client import SensClient
from connectors.channels.sens.history import Told, looked_up, results
from connectors.channels.sens.numbers import wire_number
from connectors.channels.turns import grouped, in_turn, text_of

SMS_BYTES: Final = 90
LMS_BYTES: Final = 2_000
SUBJECT_BYTES: Final = 40
BATCH: Final = 100
_FILE_KEPT: Final = dt.timedelta(days=5)  # the vendor keeps them 6
_FILE_BYTES: Final = 300 * 1024
RESULTS_FOR: Final = {"SMS": dt.timedelta(hours=25), "LMS": dt.timedelta(hours=80), "MMS": dt.timedelta(hours=80)}
Kind = Literal["SMS", "LMS", "MMS"]
Shared = tuple[Kind, bool, tuple[str, ...]]  # what a request has once: type, advertising, pictures


class SmsChannel:
    """One registered sender number. ``pictures``: the JPEG of a name; ``lookup_after``: as of the protocol."""

    batch_size: int = BATCH

    def __init__(
        self,
        client: SensClient,
        sender_number: str,
        *,
        pictures: Callable[[str], bytes] | None = None,
        lookup_after: dt.timedelta = dt.timedelta(minutes=2),
        results_for: dt.timedelta = RESULTS_FOR["LMS"],
    ) -> None:
        self.lookup_after = lookup_after
        self.results_for = results_for
        self._client = client
        self._from = "".join(letter for letter in sender_number if letter.isdigit())
        self._pictures = pictures
        self._files: dict[str, tuple[str, dt.datetime]] = {}
        self._lock = threading.Lock()
        self._told = Told("sms", {"from": self._from}, sms_result, lambda row: None)

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def send(self, attempt: Attempt) -> Answer:
        """One request for each kind among the messages, mostly one."""
        refused = {message.id: code for message in attempt.messages if (code := problem(message)) is not None}
        sendable = [message for message in attempt.messages if message.id not in refused]
        outcomes = [Outcome(message_id, "refused", code=code) for message_id, code in refused.items()]
        if not sendable:
            return Answer(outcomes)
        answer = in_turn(grouped(sendable, shared), self._post)
        return Answer([*outcomes, *answer.outcomes], answer.request_id)

    def lookup(self, attempt: Attempt) -> Answer:
        return looked_up(
            self._client, self._told, _on_the_wire(attempt), lambda message: text_of(message.content, "text")
        )

    def results(self, attempts: Sequence[Attempt]) -> Sequence[Result]:
        return results(self._client, self._told, [_on_the_wire(attempt) for attempt in attempts])

    def _post(self, common: Shared, messages: Sequence[Message]) -> Answer:
        kind, advertising, images = common
        first = messages[0].content
        body: dict[str, Any] = {
            "type": kind,
            "contentType": "AD" if advertising else "COMM",
            "countryCode": "82",
            "from": self._from,
            "content": text_of(first, "text"),
            "messages": [_recipient(message, kind) for message in messages],
        }
        if kind != "SMS" and text_of(first, "subject"):
            body["subject"] = text_of(first, "subject")
        if images:
            body["files"] = [{"fileId": self._file_id(name)} for name in images]
        said = self._client.post("sms", "messages", body)
        request_id = str(said.get("requestId") or "") or None
        return Answer([Outcome(message.id, "accepted") for message in messages], request_id)

    def _file_id(self, name: str) -> str:
        """The vendor's id of a picture, uploaded if it has none or an old one. Raises a ``ChannelError``."""
        with self._lock:
            known = self._files.get(name)
            if known is not None and self._client.now() < known[1]:
                return known[0]
            if self._pictures is None:
                raise Refused("MMS: this sender was given no pictures", "no_picture")
            try:
                data = self._pictures(name)
            except OSError as error:
                raise Refused(f"MMS: a picture can not be read ({type(error).__name__})", "no_picture") from None
            if len(data) > _FILE_BYTES or not data.startswith(b"\xff\xd8") or len(name) > 40:
                raise Refused("MMS: a picture must be a JPEG of at most 300 KB, its name of 40 characters", "picture")
            body = {"fileName": name, "fileBody": base64.b64encode(data).decode("ascii")}
            file_id = str(self._client.upload("sms", "files", body).get("fileId") or "")
            if not file_id:
                raise Refused("MMS: the vendor took the picture and named none", "picture")
            self._files[name] = (file_id, self._client.now() + _FILE_KEPT)
            return file_id


def shared(message: Message) -> Shared:
    """What all messages of one request have in common."""
    content = message.content
    return kind_of(content), content.get("advertising", True) is not False, _images(content)


def kind_of(content: Mapping[str, Any]) -> Kind:
    """SMS, LMS or MMS: as it is said, else by pictures and bytes."""
    kinds: tuple[Kind, ...] = ("SMS", "LMS", "MMS")
    for kind in kinds:
        if content.get("kind") == kind:
            return kind
    if _images(content):
        return "MMS"
    size = _bytes(text_of(content, "text"))
    return "SMS" if size is not None and size <= SMS_BYTES else "LMS"


def problem(message: Message) -> str | None:
    """Why a message would be refused or cut by the vendor, before it is asked; None when nothing is wrong."""
    text, subject = _bytes(text_of(message.content, "text")), _bytes(text_of(message.content, "subject"))
    if wire_number(message.to) is None:
        return "bad_number"
    if text is None or subject is None:
        return "unencodable"
    if not text:
        return "empty"
    return _too_long(kind_of(message.content), text, subject)


def _too_long(kind: Kind, text: int, subject: int) -> str | None:
    if text > (SMS_BYTES if kind == "SMS" else LMS_BYTES):
        return "too_long"
    return "too_long" if kind != "SMS" and subject > SUBJECT_BYTES else None


def sms_result(row: Mapping[str, Any]) -> tuple[Reports, object]:
    """State and code of a row of the vendor's list."""
    if row.get("status") != "COMPLETED":
        return "pending", None
    return ("delivered" if row.get("statusName") == "success" else "failed"), row.get("statusCode")


def _recipient(message: Message, kind: Kind) -> dict[str, str]:
    one = {"to": wire_number(message.to) or "", "content": text_of(message.content, "text")}
    if kind != "SMS" and text_of(message.content, "subject"):
        one["subject"] = text_of(message.content, "subject")
    return one


def _on_the_wire(attempt: Attempt) -> Attempt:
    """The attempt with addresses as the vendor shows them."""
    messages = [Message(one.id, wire_number(one.to) or one.to, one.content, one.vendor_message_id)
                for one in attempt.messages]  # fmt: skip
    return Attempt(
        attempt.attempt_id, attempt.sender, attempt.template, attempt.opened_at, messages, attempt.request_id
    )


def _images(content: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(one["file"]) for one in content.get("images") or () if isinstance(one, Mapping) and "file" in one)


def _bytes(text: str) -> int | None:
    """Bytes in the Korean charset, None when it can not say the text (``euc_kr`` would count some letters wrongly)."""
    try:
        return len(text.encode("cp949"))
    except UnicodeEncodeError:
        return None
