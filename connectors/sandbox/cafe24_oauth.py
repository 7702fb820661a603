"""The vendor's token desk: codes, access tokens and refresh tokens that are good for one use.

Belongs here: issuing, refusing, running out, by a clock that is handed in. Does not belong here: HTTP
(``cafe24_server``).
"""

import base64
import datetime as dt
import secrets
from collections.abc import Callable, Mapping
from typing import Any

ACCESS_LIFE, REFRESH_LIFE = 2 * 3600, 14 * 24 * 3600  # seconds
KST = dt.timezone(dt.timedelta(hours=9))
Answer = tuple[int, dict[str, Any]]


class TokenDesk:
    """Tokens of one app and mall. ``clock``: seconds since 1970."""

    def __init__(
        self, clock: Callable[[], float], client_id: str, client_secret: str, redirect_uri: str, scopes: tuple[str, ...]
    ) -> None:
        self.client_id = client_id
        self.client_secret = client_secret
        self.redirect_uri = redirect_uri
        self.scopes = scopes
        self.refreshes = 0
        self._clock = clock
        self._codes: set[str] = set()
        self._access: dict[str, float] = {}
        self._refresh: dict[str, float] = {}

    def let_in(self) -> str:
        """The shop's owner lets the app in: the code that the vendor's page leads back with, good for one use."""
        code = secrets.token_urlsafe(16)
        self._codes.add(code)
        return code

    def first_token(self) -> str:
        """A refresh token got elsewhere."""
        return str(self._issue()["refresh_token"])

    def withdraw_access(self) -> None:
        """Every access token stops working now."""
        self._access.clear()

    def admits(self, token: str) -> bool:
        return self._access.get(token, 0.0) > self._clock()

    def exchange(self, authorization: str, form: Mapping[str, str]) -> Answer:
        """What the token endpoint answers."""
        expected = base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        if authorization != f"Basic {expected}":
            return 401, {"error": "invalid_client", "error_description": "Client authentication failed"}
        grant = form.get("grant_type")
        if grant == "authorization_code":
            if form.get("code") not in self._codes or form.get("redirect_uri") != self.redirect_uri:
                return 400, {"error": "invalid_grant", "error_description": "Invalid authorization code"}
            self._codes.discard(form["code"])
            return 200, self._issue()
        if grant == "refresh_token":
            if self._refresh.pop(form.get("refresh_token", ""), 0.0) <= self._clock():
                return 400, {"error": "invalid_grant", "error_description": "Invalid refresh_token"}
            self.refreshes += 1
            return 200, self._issue()
        return 400, {"error": "unsupported_grant_type", "error_description": "grant_type is not known"}

    def _issue(self) -> dict[str, Any]:
        now = self._clock()
        access, refresh = secrets.token_urlsafe(16), secrets.token_urlsafe(16)
        self._access[access] = now + ACCESS_LIFE
        self._refresh = {refresh: now + REFRESH_LIFE}
        return {
            "access_token": access,
            "expires_at": _korean(now + ACCESS_LIFE),
            "refresh_token": refresh,
            "refresh_token_expires_at": _korean(now + REFRESH_LIFE),
            "client_id": self.client_id,
            "mall_id": "sandbox",
            "user_id": "sandbox",
            "scopes": list(self.scopes),
            "issued_at": _korean(now),
            "shop_no": "1",
        }


def _korean(seconds: float) -> str:
    """As the vendor writes it: local time without an offset."""
    return dt.datetime.fromtimestamp(seconds, KST).replace(tzinfo=None).isoformat(timespec="milliseconds")
