"""Push notifications through FCM HTTP v1.

Belongs here: one request a message over a pool of connections, what each reply means (CHANNELS.md, 6). Does not belong
here: the text (``models.messages``), forgetting tokens (the engine, by the code ``UNREGISTERED``).

``to``: a device's token. ``content``: the part ``push`` of a template document, filled: ``title``, ``body``, ``image``,
``link``, ``app_link``. A message carries its id as tag and collapse key, so that a device shows it once.
"""

import datetime as dt
import hashlib
import json
import math
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import requests

from connectors.channels.protocol import (
    Ambiguous,
    Answer,
    Attempt,
    CannotTell,
    ChannelError,
    Message,
    Outcome,
    Refused,
    Result,
    SenderDown,
    Transient,
)
from connectors.channels.push.service_account import ServiceAccount
from connectors.channels.push.tokens import BearerTokens
from connectors.channels.turns import text_of
from connectors.channels.wire import deliver, raise_for_sending, retry_after, vendor_code

FORGET: Final = "UNREGISTERED"  # the token will never work again
# What is wrong with the one message or device, not with us.
_OF_MESSAGE: Final = (FORGET, "SENDER_ID_MISMATCH", "INVALID_ARGUMENT", "THIRD_PARTY_AUTH_ERROR")
_QUOTA_WAIT: Final = 60.0  # seconds, where a full quota comes without a Retry-After (FCM's own advice)
_WHAT: Final = "POST fcm messages:send"


class FcmChannel:
    """One Firebase project. ``connections``: requests at the same time; ``session`` needs a pool of as many."""

    lookup_after = dt.timedelta()
    results_for = dt.timedelta()

    def __init__(
        self,
        account: ServiceAccount,
        *,
        session: requests.Session,
        now: Callable[[], dt.datetime],
        connections: int = 8,
        batch_size: int = 40,
    ) -> None:
        self.batch_size = batch_size
        self._url = f"{account.base_url}/v1/projects/{account.project_id}/messages:send"
        self._session = session
        self._now = now
        self._tokens = BearerTokens(account, session, now)
        self._pool = ThreadPoolExecutor(connections, thread_name_prefix="fcm")
        self._lock = threading.Lock()
        self._not_before: dt.datetime | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown()

    def send(self, attempt: Attempt) -> Answer:
        """A request for each message. Raises only while nothing can have been accepted."""
        self._raise_if_asked_to_wait()
        self._tokens.token()
        told = list(self._pool.map(self._one, attempt.messages))
        errors = [one for one in told if isinstance(one, ChannelError)]
        if len(errors) == len(told) and errors and not any(isinstance(one, Ambiguous | Refused) for one in errors):
            down = next((one for one in errors if isinstance(one, SenderDown)), None)
            raise down or errors[0]
        return Answer([
            one if isinstance(one, Outcome) else _outcome(message, one)
            for message, one in zip(attempt.messages, told, strict=True)
        ])  # fmt: skip

    def lookup(self, attempt: Attempt) -> Answer:
        """FCM keeps no list of messages."""
        raise CannotTell("FCM can not be asked what became of a message", "no_lookup")

    def results(self, attempts: Sequence[Attempt]) -> Sequence[Result]:
        return []

    def _one(self, message: Message) -> Outcome | ChannelError:
        try:
            self._raise_if_asked_to_wait()
            token = self._tokens.token()
            response = self._post(message, token)
            if response.status_code == 401 and _error_code(response) not in _OF_MESSAGE:
                response = self._post(message, self._tokens.token(refused=token))  # one that ended early
            return self._told(message, response)
        except ChannelError as error:
            return error

    def _post(self, message: Message, token: str) -> requests.Response:
        body = json.dumps({"message": push_body(message)}, ensure_ascii=False).encode("utf-8", "replace")
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json; charset=utf-8"}
        request = requests.Request("POST", self._url, data=body, headers=headers)
        return deliver(self._session, self._session.prepare_request(request), _WHAT)

    def _told(self, message: Message, response: requests.Response) -> Outcome:
        code = _error_code(response)
        if code in _OF_MESSAGE and response.status_code < 500:
            return Outcome(message.id, "refused", code=code)
        if response.status_code in (429, 503):
            self._wait(retry_after(response.headers), quota=response.status_code == 429)
        raise_for_sending(response, _WHAT, code)
        try:
            name = response.json().get("name")
        except (ValueError, AttributeError):
            name = None
        if not isinstance(name, str):
            raise Ambiguous(f"{_WHAT}: the answer names no message", "unreadable")
        return Outcome(message.id, "accepted", name.rpartition("/")[2])

    def _wait(self, asked: float | None, quota: bool) -> None:
        seconds = asked if asked is not None else _QUOTA_WAIT if quota else 0.0
        with self._lock:
            until = self._now() + dt.timedelta(seconds=seconds)
            self._not_before = until if self._not_before is None else max(until, self._not_before)

    def _raise_if_asked_to_wait(self) -> None:
        with self._lock:
            left = 0.0 if self._not_before is None else (self._not_before - self._now()).total_seconds()
        if left > 0:
            raise Transient("FCM asked to wait", "QUOTA_EXCEEDED", math.ceil(left))


def push_body(message: Message) -> dict[str, Any]:
    """The message as FCM takes it; what the app needs for a tap stands in ``data``, where every value is text."""
    content = message.content
    tag = hashlib.sha256(message.id.encode()).hexdigest()[:32]
    data = {name: text_of(content, name) for name in ("link", "app_link") if text_of(content, name)}
    notification = {name: text_of(content, name) for name in ("title", "body", "image") if text_of(content, name)}
    body: dict[str, Any] = {
        "token": message.to,
        "notification": notification,
        "data": {"message_id": message.id, **data},
        "android": {"collapse_key": tag, "notification": {"tag": tag}},
        "apns": {"headers": {"apns-collapse-id": tag}},
    }
    if data.get("link", "").startswith("https://"):
        body["webpush"] = {"fcm_options": {"link": data["link"]}}
    return body


def _outcome(message: Message, error: ChannelError) -> Outcome:
    if isinstance(error, Ambiguous):
        return Outcome(message.id, "ambiguous", code=error.code)
    return Outcome(message.id, "refused" if isinstance(error, Refused) else "retry", code=error.code)


def _error_code(response: requests.Response) -> str | None:
    """FCM's own code out of the error's details, else the status in words."""
    if response.status_code < 400:
        return None
    try:
        error: Any = response.json()["error"]
        details: Sequence[Mapping[str, Any]] = error.get("details") or ()
        codes = [one.get("errorCode") for one in details if isinstance(one, Mapping) and one.get("errorCode")]
        return vendor_code(codes[0] if codes else error.get("status"))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
