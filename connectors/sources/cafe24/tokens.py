"""OAuth: an access token that works, and never two refreshes for one.

Belongs here: when to refresh, asking for tokens, the order of keeping and using them.
Does not belong here: the file (``token_file``), calls of the API (``client``).

Cafe24's access tokens live 2 hours, its refresh tokens 14 days. Each refresh answers a NEW refresh token and the old
one is dead from then on, so the answer is on disk before its access token is used. What remains is a crash of the
machine between the vendor's answer and our rename, or an answer lost on its way: then the shop has to be authorised
again, and the error says so. Processes that share a home refresh under a lock; who waited finds the new token there.

The vendor writes times without an offset, by its own clock: only the span between ``issued_at`` and ``expires_at`` is
taken from it and counted from our clock, before the request.
"""

import datetime as dt
import hashlib
import time
from collections.abc import Callable
from typing import Any

import requests

from connectors.home.lock import exclusive
from connectors.sources.cafe24.access import AUTHORISE_AGAIN, TOKEN_VARIABLE, Cafe24Access
from connectors.sources.cafe24.errors import AnswerUnreadable, NotConfigured, RequestRefused, VendorBusy
from connectors.sources.cafe24.replies import Again, TokenRefused, body_of, broken, not_authorised, words
from connectors.sources.cafe24.token_file import TokenFile, Tokens

ACCESS_LIFE = dt.timedelta(hours=2)
REFRESH_LIFE = dt.timedelta(days=14)
_MARGIN = dt.timedelta(minutes=5)
_ATTEMPTS = 4
_CALL = "POST /api/v2/oauth/token"
TIMEOUT = (10.0, 60.0)  # seconds to connect, seconds of silence


class TokenKeeper:
    """The tokens of one mall; any number of keepers in any number of processes may share a file."""

    def __init__(
        self,
        access: Cafe24Access,
        file: TokenFile,
        session: requests.Session,
        *,
        now: Callable[[], dt.datetime],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._access = access
        self._file = file
        self._session = session
        self._now = now
        self._sleep = sleep

    def access_token(self, refused: str = "") -> str:
        """A token for the next call; ``refused``: the one that the vendor has just turned away.

        Raises :class:`NotAuthorised` when no refresh token is left that works, :class:`VendorBusy` after an outage.
        """
        held = self._usable(refused)
        if held:
            return held
        with exclusive(self._file.lock, purpose="refreshing the Cafe24 token"):
            held = self._usable(refused)  # another process may have refreshed while this one waited
            return held or self._refresh()

    def authorise(self, code: str) -> Tokens:
        """Exchange the code of the vendor's page, which is good for a minute and one try, for tokens; keep them."""
        if not self._access.redirect_uri:
            raise NotConfigured("cafe24.redirect_uri is empty", "shop.yaml", "set it to the app's redirect URI")
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self._access.redirect_uri}
        with exclusive(self._file.lock, purpose="authorising Cafe24"):
            return self._exchange(form, _digest(self._access.first_token))

    def _usable(self, refused: str) -> str:
        held = self._held()
        return held.access if held and held.access != refused and held.is_fresh(self._now(), _MARGIN) else ""

    def _held(self) -> Tokens | None:
        """The kept tokens, unless they are another app's, or a person has put a new first token since."""
        held = self._file.read()
        if held is None or held.client_id != self._access.client_id:
            return None
        given = self._access.first_token
        return None if given and _digest(given) != held.first else held

    def _refresh(self) -> str:
        held, given = self._held(), self._access.first_token
        if held is not None and self._now() >= held.refresh_until:
            raise not_authorised(_CALL, "the refresh token is older than 14 days")
        refresh = held.refresh if held is not None else given
        if not refresh:
            raise NotConfigured(
                "this home has no Cafe24 token yet", str(self._file.path), f"{AUTHORISE_AGAIN}; or set {TOKEN_VARIABLE}"
            )
        form = {"grant_type": "refresh_token", "refresh_token": refresh}
        return self._exchange(form, held.first if held is not None else _digest(given)).access

    def _exchange(self, form: dict[str, str], first: str) -> Tokens:
        with self._file.replacing() as writer:
            asked = self._now()
            body = self._ask(form)
            tokens = _tokens(body, asked, self._access.client_id, first)
            writer.put(tokens)
        return tokens

    def _ask(self, form: dict[str, str]) -> dict[str, Any]:
        why = ""
        for attempt in range(_ATTEMPTS):
            if attempt:
                self._sleep(2.0**attempt)
            outcome = self._send(form)
            if not isinstance(outcome, Again):
                return outcome
            why = outcome.why
        raise VendorBusy(f"{why}, {_ATTEMPTS} times", _CALL, "run the same again later")

    def _send(self, form: dict[str, str]) -> dict[str, Any] | Again:
        try:
            response = self._session.post(
                self._access.token_url,
                data=form,
                auth=(self._access.client_id, self._access.client_secret),
                timeout=TIMEOUT,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            return broken(error)
        if response.status_code in (400, 401):
            raise not_authorised(_CALL, _why_refused(response, form["grant_type"]))
        try:
            return body_of(response, _CALL)
        except TokenRefused:  # not met: 401 is dealt with above
            raise RequestRefused("the token was refused", _CALL, AUTHORISE_AGAIN) from None


def _why_refused(response: requests.Response, grant: str) -> str:
    """The vendor tells a wrong app (``invalid_client``) from a dead token (``invalid_grant``)."""
    try:
        kind = str(response.json().get("error"))
    except (ValueError, AttributeError):
        kind = ""
    if kind in ("invalid_client", "unauthorized_client"):
        return (
            f"Cafe24 does not know this app ({response.status_code}{words(response)}): check the client id and secret"
        )
    what = "the refresh token (used before, withdrawn or too old)" if grant == "refresh_token" else "the code"
    return f"Cafe24 refuses {what} ({response.status_code}{words(response)})"


def _tokens(body: dict[str, Any], asked: dt.datetime, client_id: str, first: str) -> Tokens:
    access, refresh = body.get("access_token"), body.get("refresh_token")
    if not (isinstance(access, str) and access and isinstance(refresh, str) and refresh):
        raise AnswerUnreadable("the answer holds no tokens", _CALL, AUTHORISE_AGAIN)
    return Tokens(
        access=access,
        access_until=asked + _span(body, "expires_at", ACCESS_LIFE),
        refresh=refresh,
        refresh_until=asked + _span(body, "refresh_token_expires_at", REFRESH_LIFE),
        client_id=client_id,
        first=first,
    )


def _span(body: dict[str, Any], until: str, usual: dt.timedelta) -> dt.timedelta:
    """From ``issued_at`` to ``until``; the documented life where the answer does not say, or says nonsense."""
    try:
        span = dt.datetime.fromisoformat(str(body[until])) - dt.datetime.fromisoformat(str(body["issued_at"]))
    except (KeyError, ValueError, TypeError):
        return usual
    return span if dt.timedelta() < span <= usual else usual


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest() if token else ""
