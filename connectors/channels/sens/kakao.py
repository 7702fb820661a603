"""What AlimTalk and Brand Message have in common: answers per recipient, results, looking up.

Belongs here: one KakaoTalk channel as a sender. Does not belong here: the bodies of their messages (``alimtalk``,
``brand``), substitute text messages, which are sent by us and not by the vendor (its own do not cover what it refuses).
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from connectors.channels.protocol import Answer, Attempt, Message, Outcome, Refused, Reports, Result, Transient
from connectors.channels.sens.client import KOREA, SensClient
from connectors.channels.sens.history import Told, looked_up, results
from connectors.channels.sens.numbers import wire_number
from connectors.channels.turns import grouped, in_turn
from connectors.channels.wire import vendor_code

BATCH: Final = 100
ACCEPTED: Final = "A000"
DELIVERED: Final = "0000"
NIGHT: Final = "3022"  # Brand Messages are not taken from 20:50 to 08:00
MORNING: Final = dt.time(8)
# Kakao does not reach this person, so that a text message may stand in (G5): can not be sent to (3018), not a KakaoTalk
# user (3019), blocked (3020), too old a KakaoTalk (3021).
SUBSTITUTE_CODES: Final = ("3018", "3019", "3020", "3021")
Body = dict[str, Any]


class KakaoChannel:
    """One KakaoTalk channel (``@name``). ``body_of``: the request around its messages; ``message_of``: one message
    beside its address; ``key_of``: what all messages of a request share; ``text_of``: what lists show as content."""

    batch_size: int = BATCH

    def __init__(
        self,
        client: SensClient,
        product: str,
        channel_id: str,
        *,
        key_of: Callable[[Message], Any],
        body_of: Callable[[Any], Body],
        message_of: Callable[[Message], Body],
        text_of: Callable[[Message], str],
        lookup_after: dt.timedelta,
        results_for: dt.timedelta,
    ) -> None:
        self.lookup_after = lookup_after
        self.results_for = results_for
        self._client = client
        self._product = product
        self._channel_id = channel_id
        self._key_of = key_of
        self._body_of = body_of
        self._message_of = message_of
        self._text_of = text_of
        self._told = Told(product, {"plusFriendId": channel_id}, kakao_result, _request_code)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._product})"

    def send(self, attempt: Attempt) -> Answer:
        """One request for each template or kind among the messages, mostly one."""
        refused = [message for message in attempt.messages if wire_number(message.to) is None]
        gone = {message.id for message in refused}
        sendable = [message for message in attempt.messages if message.id not in gone]
        outcomes = [Outcome(message.id, "refused", code="bad_number") for message in refused]
        if not sendable:
            return Answer(outcomes)
        answer = in_turn(grouped(sendable, self._key_of), self._post)
        return Answer([*outcomes, *answer.outcomes], answer.request_id)

    def lookup(self, attempt: Attempt) -> Answer:
        return looked_up(self._client, self._told, _on_the_wire(attempt), self._text_of)

    def results(self, attempts: Sequence[Attempt]) -> Sequence[Result]:
        return results(self._client, self._told, [_on_the_wire(attempt) for attempt in attempts])

    def _post(self, key: Any, messages: Sequence[Message]) -> Answer:
        made: list[tuple[Message, Body]] = []
        outcomes: list[Outcome] = []
        for message in messages:
            try:
                made.append((message, self._message_of(message)))
            except Refused as error:  # a picture of this one message
                outcomes.append(Outcome(message.id, "refused", code=error.code))
            except (KeyError, TypeError, AttributeError):  # a part lacks what its kind has to have
                outcomes.append(Outcome(message.id, "refused", code="malformed"))
        if not made:
            return Answer(outcomes)
        bodies = [{"to": wire_number(message.to), **body} for message, body in made]
        try:
            said = self._client.post(
                self._product,
                "messages",
                {"plusFriendId": self._channel_id, **self._body_of(key), "messages": bodies},
            )
        except Refused as error:
            if error.code == NIGHT:
                raise self._night() from None
            raise
        told = _told_of([message for message, _ in made], said.get("messages"))
        if told and all(outcome.code == NIGHT for outcome in told) and len(told) == len(made) and not outcomes:
            raise self._night()
        return Answer([*outcomes, *told], str(said.get("requestId") or "") or None)

    def _night(self) -> Transient:
        now = self._client.now().astimezone(KOREA)
        morning = dt.datetime.combine(now.date(), MORNING, KOREA)
        morning += dt.timedelta(days=1) if morning <= now else dt.timedelta()
        return Transient("the vendor takes no Brand Messages until 08:00", NIGHT, (morning - now).total_seconds())


def _told_of(messages: Sequence[Message], rows: object) -> list[Outcome]:
    """Outcomes by the vendor's rows, which are in our order; by address where their number differs."""
    listed = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
    waiting: dict[str, list[Mapping[str, Any]]] = {}
    for row in listed:
        waiting.setdefault(str(row.get("to", "")), []).append(row)
    found = []
    for message in messages:
        of_this = waiting.get(wire_number(message.to) or "")
        if of_this:
            found.append(_outcome(message, of_this.pop(0)))
    return found


def _outcome(message: Message, row: Mapping[str, Any]) -> Outcome:
    code = vendor_code(row.get("requestStatusCode"))
    message_id = str(row["messageId"]) if row.get("messageId") else None
    if code == ACCEPTED:
        return Outcome(message.id, "accepted", message_id)
    if code is None:  # an answer that makes no sense
        return Outcome(message.id, "ambiguous", message_id)
    return Outcome(message.id, "retry" if code == NIGHT else "refused", message_id, code)


def _request_code(row: Mapping[str, Any]) -> str | None:
    code = vendor_code(row.get("requestStatusCode"))
    return None if code in (ACCEPTED, None) else code


def kakao_result(row: Mapping[str, Any]) -> tuple[Reports, object]:
    """State and code of a row of the vendor's list or of one message."""
    code = row.get("messageStatusCode")
    if not code or row.get("messageStatusName") == "processing":
        return "pending", None
    return ("delivered" if str(code) == DELIVERED else "failed"), code


def _on_the_wire(attempt: Attempt) -> Attempt:
    """The attempt with addresses as the vendor shows them."""
    messages = [Message(one.id, wire_number(one.to) or one.to, one.content, one.vendor_message_id)
                for one in attempt.messages]  # fmt: skip
    return Attempt(
        attempt.attempt_id, attempt.sender, attempt.template, attempt.opened_at, messages, attempt.request_id
    )
