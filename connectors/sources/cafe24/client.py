"""One GET of the Admin API: held back by the bucket, repeated where that helps, with a token that works.

Belongs here: the order of things around a request. Does not belong here: what a reply means (``replies``), which pages
are asked for (``walks``).
"""

import datetime as dt
import random
import time
from collections.abc import Callable, Mapping
from typing import Any

import requests

from connectors.sources.cafe24.access import Cafe24Access
from connectors.sources.cafe24.bucket import LeakyBucket
from connectors.sources.cafe24.errors import AnswerUnreadable, VendorBusy
from connectors.sources.cafe24.replies import Again, TokenRefused, body_of, broken, not_authorised
from connectors.sources.cafe24.token_file import TokenFile
from connectors.sources.cafe24.tokens import TIMEOUT, TokenKeeper

LONGEST_WAIT = 600.0  # seconds; a vendor that asks for more is left alone in this run
_LONGEST_BACKOFF = 30.0
_ATTEMPTS = 6  # of a call that breaks
_REFUSALS = 30  # of one call by the call limit, each waited for as told
Params = Mapping[str, str | int]
Row = dict[str, Any]


class Cafe24Client:
    """Reads one mall. ``monotonic``: seconds of a clock that only rises; ``jitter`` in [0, 1) spreads the waits.

    ``calls`` counts the requests, ``waited`` the seconds slept.
    """

    def __init__(
        self,
        access: Cafe24Access,
        file: TokenFile,
        *,
        session: requests.Session,
        now: Callable[[], dt.datetime],
        say: Callable[[str], None] = lambda line: None,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.access = access
        self.calls = 0
        self.waited = 0.0
        self.tokens = TokenKeeper(access, file, session, now=now, sleep=sleep)
        self._session = session
        self._say = say
        self._monotonic = monotonic
        self._sleep = sleep
        self._jitter = jitter
        self._bucket = LeakyBucket()

    def rows(self, path: str, params: Params) -> list[Row]:
        """The list that ``path`` answers under its own last name (``orders``, ``products`` …).

        Raises a :class:`connectors.sources.cafe24.errors.Cafe24Error` when there is none to be had.
        """
        name = path.rpartition("/")[2]
        found = self._get(path, params).get(name)
        if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
            raise AnswerUnreadable(f"the answer has no list `{name}`", _call(path), "check cafe24.api_version")
        return found

    def count(self, path: str, params: Params) -> int:
        """How many rows ``path`` has under the same conditions."""
        found = self._get(f"{path}/count", params).get("count")
        if not isinstance(found, int) or isinstance(found, bool) or found < 0:
            raise AnswerUnreadable("the answer has no `count`", _call(f"{path}/count"), "check cafe24.api_version")
        return found

    def _get(self, path: str, params: Params) -> dict[str, Any]:
        broke = limited = 0
        refused = ""
        while True:
            token = self.tokens.access_token(refused)
            try:
                outcome = self._send(path, params, token)
            except TokenRefused:
                if refused:  # a token that is new and refused too: no third will do
                    raise not_authorised(_call(path)) from None
                refused = token
                continue
            if not isinstance(outcome, Again):
                return outcome
            limited += outcome.full
            broke += not outcome.full
            self._before_again(outcome, path, broke, limited)

    def _before_again(self, outcome: Again, path: str, broke: int, limited: int) -> None:
        """Wait as long as is right. Raises when it has been tried often enough."""
        backoff = min(_LONGEST_BACKOFF, 2.0 ** (broke + limited - 1)) * (0.5 + self._jitter() / 2)
        wait = backoff if outcome.wait is None else outcome.wait
        if broke >= _ATTEMPTS or limited >= _REFUSALS or wait > LONGEST_WAIT:
            kind = AnswerUnreadable if outcome.unreadable else VendorBusy
            raise kind(
                f"{outcome.why}, {broke + limited} times",
                _call(path),
                "nothing is lost: run the same again later, it goes on where it stopped",
            )
        self._say(f"{_call(path)}: {outcome.why}; trying again in {wait:.1f} s")
        self._wait(wait)

    def _send(self, path: str, params: Params, token: str) -> dict[str, Any] | Again:
        self._wait(self._bucket.wait(self._monotonic()))
        self._bucket.call(self._monotonic())
        self.calls += 1
        headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "X-Cafe24-Api-Version": self.access.api_version,
        }
        query = {"shop_no": self.access.shop_no, **params}
        try:
            response = self._session.get(
                self.access.admin_url(path), params=query, headers=headers, timeout=TIMEOUT, allow_redirects=False
            )
        except requests.RequestException as error:
            return broken(error)
        self._bucket.told(response.headers.get("X-Api-Call-Limit"), self._monotonic())
        outcome = body_of(response, _call(path))
        if isinstance(outcome, Again) and outcome.full:
            self._bucket.full(self._monotonic())
        return outcome

    def _wait(self, seconds: float) -> None:
        if seconds > 0:
            self.waited += seconds
            self._sleep(seconds)


def _call(path: str) -> str:
    return f"GET /api/v2/admin/{path}"
