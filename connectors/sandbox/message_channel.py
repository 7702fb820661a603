"""The channel of the made-up vendor (``message_vendor``).

Belongs here: its client, as short as a channel can be. Does not belong here: real vendors (``connectors.channels``).
"""

import datetime as dt
import http.client
import json
import threading
from collections.abc import Sequence
from typing import Any

from connectors.channels.protocol import Ambiguous, Answer, Attempt, CannotTell, Outcome, Result, Transient


class MessageChannel:
    """See ``connectors.channels.protocol.Channel``. ``can_tell``: whether it can be asked about requests."""

    def __init__(
        self,
        port: int,
        *,
        batch_size: int = 100,
        timeout: float = 1.0,
        lookup_after: float = 0.5,
        results_for: float = 0.0,
        can_tell: bool = True,
    ) -> None:
        self._port, self._timeout, self._can_tell, self._batch_size = port, timeout, can_tell, batch_size
        self._lookup_after, self._results_for = dt.timedelta(seconds=lookup_after), dt.timedelta(seconds=results_for)
        self._local = threading.local()

    @property
    def batch_size(self) -> int:
        """Most messages in one request."""
        return self._batch_size

    @property
    def lookup_after(self) -> dt.timedelta:
        """How long a request may be on its way."""
        return self._lookup_after

    @property
    def results_for(self) -> dt.timedelta:
        """How long results may come."""
        return self._results_for

    def send(self, attempt: Attempt) -> Answer:
        """One request; 429 and 503 are documented as not accepted."""
        messages = [{"id": one.id, "to": one.to, **one.content} for one in attempt.messages]
        status, body = self._asked("/send", {"attempt": attempt.attempt_id, "messages": messages})
        if status in (429, 503):
            raise Transient(f"the vendor answered {status}", str(status))
        if status != 202:
            raise Ambiguous(f"the vendor answered {status}", str(status))
        refused = set(body["refused"])
        states = [Outcome(one.id, "refused", code="R1") for one in attempt.messages if one.id in refused]
        states += [Outcome(one.id, "accepted") for one in attempt.messages if one.id not in refused]
        return Answer(states, body["request"])

    def lookup(self, attempt: Attempt) -> Answer:
        """What it accepted of a request."""
        if not self._can_tell:
            raise CannotTell("this vendor has no list of requests", "no_lookup")
        try:
            _, body = self._asked("/lookup", {"attempt": attempt.attempt_id})
        except (Ambiguous, Transient) as error:
            raise CannotTell("the vendor did not answer", error.code, later=True) from None
        return Answer([Outcome(one, "accepted") for one in body["messages"]], body["request"])

    def results(self, attempts: Sequence[Attempt]) -> Sequence[Result]:
        """What it delivered."""
        asked = [one.id for attempt in attempts for one in attempt.messages]
        _, body = self._asked("/results", {"messages": asked})
        return [Result(one, "delivered") for one in body["delivered"]]

    def _asked(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=self._timeout)
            try:
                connection.connect()
            except ConnectionRefusedError:
                raise Transient("the vendor refuses connections", "refused_connection") from None
            except OSError as error:
                raise Transient("the vendor can not be reached", type(error).__name__) from None
            self._local.connection = connection
        try:
            connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        except (OSError, http.client.HTTPException, ValueError) as error:
            connection.close()
            self._local.connection = None
            raise Ambiguous("the vendor's answer did not come", type(error).__name__) from None
