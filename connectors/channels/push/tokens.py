"""The bearer token of a service account: fetched once, used until shortly before it ends, by all threads.

Belongs here: the exchange and its errors. Does not belong here: the signature (``service_account``).
"""

import datetime as dt
import threading
from collections.abc import Callable
from typing import Final

import requests

from connectors.channels.protocol import SenderDown, Transient
from connectors.channels.push.service_account import AccountProblem, ServiceAccount, assertion
from connectors.channels.wire import ask, object_of, raise_for_reading

_GRANT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_EARLY: Final = dt.timedelta(minutes=1)
_WHAT: Final = "token of the service account"


class BearerTokens:
    """``now``: aware."""

    def __init__(self, account: ServiceAccount, session: requests.Session, now: Callable[[], dt.datetime]) -> None:
        self._account = account
        self._session = session
        self._now = now
        self._lock = threading.Lock()
        self._token = ""
        self._until: dt.datetime | None = None

    def token(self, refused: str = "") -> str:
        """A token that is not ``refused``. Raises ``SenderDown`` for an account that is, else ``Transient``."""
        with self._lock:
            if self._until is None or self._now() >= self._until or self._token == refused:
                self._fetch()
            return self._token

    def _fetch(self) -> None:
        try:
            form = {"grant_type": _GRANT, "assertion": assertion(self._account, int(self._now().timestamp()))}
        except AccountProblem as error:
            raise SenderDown(str(error), "private_key") from None
        request = self._session.prepare_request(requests.Request("POST", self._account.token_uri, data=form))
        response = ask(self._session, request, _WHAT)
        if response.status_code in (400, 401, 403):
            text = (
                f"{_WHAT}: refused ({response.status_code}): check the account's file, rights and this machine's clock"
            )
            raise SenderDown(text, str(response.status_code))
        raise_for_reading(response, _WHAT)
        body = object_of(response, _WHAT, Transient)
        token, seconds = body.get("access_token"), body.get("expires_in")
        if not isinstance(token, str) or not isinstance(seconds, int):
            raise Transient(f"{_WHAT}: the answer has no token", "unreadable")
        self._token = token
        self._until = self._now() + dt.timedelta(seconds=seconds) - _EARLY
