"""What SENS remembers of requests: looking up an attempt whose answer was lost, and results of accepted messages.

Belongs here: finding our request among the vendor's, results from its lists. Does not belong here: sending (``sms``,
``alimtalk``, ``brand``). The vendor takes no reference of ours, so that a request is told by whom it went to, when, and
by the text of its first message.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from connectors.channels.protocol import (
    Answer,
    Attempt,
    CannotTell,
    ChannelError,
    Message,
    Outcome,
    Reports,
    Result,
    Transient,
)
from connectors.channels.sens.client import SensClient, moment_of, vendor_time
from connectors.channels.wire import vendor_code

SKEW: Final = dt.timedelta(minutes=5)  # the vendor's clock may be this far from ours
_LONGEST: Final = dt.timedelta(days=29)  # of a list by time
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Told:
    """How one product tells what became of a message, and what lists of it need besides times."""

    product: str
    query: Mapping[str, str]
    result: Callable[[Row], tuple[Reports, object]]  # state and code of a row
    request_code: Callable[[Row], str | None]  # why a message was refused at request time; None: it was accepted


def looked_up(client: SensClient, told: Told, attempt: Attempt, text: Callable[[Message], str]) -> Answer:
    """An outcome for each message of the attempt that the vendor has. ``text``: what went out as its content."""
    try:
        return _found(client, told, attempt, text)
    except ChannelError as error:
        raise CannotTell(f"{told.product}: the vendor can not be asked now: {error}", error.code, later=True) from None


def results(client: SensClient, told: Told, attempts: Sequence[Attempt]) -> list[Result]:
    """Results of the messages of ``attempts``, as far as there are any. Raises :class:`Transient`."""
    found: list[Result] = []
    for attempt in attempts:
        try:
            rows = _rows_of(client, told, attempt)
        except Transient:
            raise
        except ChannelError as error:
            raise Transient(str(error), error.code) from None
        for message, row in _matched(attempt.messages, rows):
            state, code = told.result(row)
            if state != "pending":
                found.append(Result(message.id, state, _id_of(row), vendor_code(code),
                                    at=moment_of(row.get("completeTime"))))  # fmt: skip
    return found


def _rows_of(client: SensClient, told: Told, attempt: Attempt) -> list[Row]:
    """By request where it is known, else message by message."""
    rows: list[Row] = []
    if attempt.request_id:
        for request_id in attempt.request_id.split(","):
            rows += client.pages(told.product, "messages", {"requestId": request_id})
        return rows
    for message in attempt.messages:
        if message.vendor_message_id:
            rows += _detail(client, told, message.vendor_message_id)
    return rows


def _detail(client: SensClient, told: Told, message_id: str) -> list[Row]:
    """One message as the vendor has it: SMS answers a list of one, Kakao the message itself."""
    body = client.get(told.product, f"messages/{message_id}")
    found = body.get("messages", [body]) if isinstance(body, dict) else body
    return [row for row in found if isinstance(row, dict) and row]


def _found(client: SensClient, told: Told, attempt: Attempt, text: Callable[[Message], str]) -> Answer:
    now = client.now()
    start = max(attempt.opened_at - SKEW, now - _LONGEST)
    window = {"requestStartTime": vendor_time(start), "requestEndTime": vendor_time(now + SKEW), **told.query}
    waiting = {message.id: message for message in attempt.messages}
    seen: set[str] = set()
    outcomes: list[Outcome] = []
    requests: list[str] = []
    for message in attempt.messages:  # any of them may be the first that really went out
        if message.id not in waiting or not message.to:
            continue
        for request_id in _requests_to(client, told, window, message.to, seen):
            rows = client.pages(told.product, "messages", {"requestId": request_id})
            whose = _whose(client, told, rows, list(waiting.values()), text)
            if whose == "others":
                continue
            requests += [request_id] if whose == "ours" else []
            for one, row in list(_matched(list(waiting.values()), rows)):
                outcomes.append(_outcome(told, one, row) if whose == "ours" else _doubtful(one))
                del waiting[one.id]
    return Answer(outcomes, ",".join(requests) or None)


def _requests_to(client: SensClient, told: Told, window: Mapping[str, str], to: str, seen: set[str]) -> list[str]:
    """Requests of the window with a message to this address that were not looked at before."""
    rows = client.pages(told.product, "messages", {**window, "to": to})
    found = [one for one in dict.fromkeys(str(row.get("requestId") or "") for row in rows) if one and one not in seen]
    seen.update(found)
    return found


def _whose(
    client: SensClient,
    told: Told,
    rows: Sequence[Row],
    ours: Sequence[Message],
    text: Callable[[Message], str],
) -> Literal["ours", "perhaps", "others"]:
    """Whether a request is the one that was lost: it went to our recipients only and says what we say.

    What we say may have been made anew since, so that other words prove nothing where the recipients are ours for the
    most part: such a request is perhaps ours, and nothing is sent again because of a guess.
    """
    to, waiting = Counter(_to(row) for row in rows), Counter(message.to for message in ours)
    if not to or to - waiting:
        return "others"
    detail = next(iter(_detail(client, told, _id_of(rows[0]) or "")), {})
    said = detail.get("content")
    if not isinstance(said, str) or any(_same(said, text(one)) for one in ours if one.to == _to(rows[0])):
        return "ours"
    return "perhaps" if 2 * len(rows) > len(ours) else "others"


def _doubtful(message: Message) -> Outcome:
    return Outcome(message.id, "ambiguous", code="other_words")


def _same(one: str, other: str) -> bool:
    return one.split() == other.split()


def _matched(messages: Sequence[Message], rows: Sequence[Row]) -> Iterator[tuple[Message, Row]]:
    """Messages with their rows: by the vendor's id, else by address, several to one address in their order."""
    by_id = {_id_of(row): row for row in rows}
    by_address: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_address[_to(row)].append(row)
    for message in messages:
        if message.vendor_message_id:
            if message.vendor_message_id in by_id:
                yield message, by_id[message.vendor_message_id]
        elif by_address.get(message.to):
            yield message, by_address[message.to].pop(0)


def _outcome(told: Told, message: Message, row: Row) -> Outcome:
    code = told.request_code(row)
    return Outcome(message.id, "accepted" if code is None else "refused", _id_of(row), code)


def _id_of(row: Row) -> str | None:
    value = row.get("messageId")
    return str(value) if value else None


def _to(row: Row) -> str:
    """Digits of the address: lists may show numbers with dashes."""
    return "".join(letter for letter in str(row.get("to", "")) if letter.isdigit())
