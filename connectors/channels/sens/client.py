"""Signed requests to Naver Cloud SENS.

Belongs here: headers, signing exactly what is sent, the vendor's times and error codes. Does not belong here: what is
asked for (``sms``, ``alimtalk``, ``brand``, ``unsubscribes``, ``accounts``).
"""

import datetime as dt
import json
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

import requests

from connectors.channels.protocol import SenderDown, Transient
from connectors.channels.sens.access import SensAccess
from connectors.channels.sens.signature import signature
from connectors.channels.wire import (
    TIMEOUT,
    ask,
    deliver,
    object_of,
    raise_for_reading,
    raise_for_sending,
    vendor_code,
)

KOREA: Final = ZoneInfo("Asia/Seoul")
PAGE: Final = 100
_MOST_PAGES: Final = 1_000
_TIME: Final = "%Y-%m-%d %H:%M:%S"
Product = str  # sms, alimtalk, brandmessage


class SensClient:
    """Requests of one project. ``now``: aware; the vendor refuses timestamps more than 5 minutes off. ``timeout``:
    seconds to connect and to be answered."""

    def __init__(
        self,
        access: SensAccess,
        *,
        session: requests.Session,
        now: Callable[[], dt.datetime],
        timeout: tuple[float, float] = TIMEOUT,
    ) -> None:
        self._timeout = timeout
        self._access = access
        self._session = session
        self.now = now

    def post(self, product: Product, path: str, body: object) -> dict[str, Any]:
        """The answer to a request that sends. Raises what :mod:`connectors.channels.protocol` says of sending."""
        what = f"POST {product} {path}"
        response = deliver(self._session, self._signed("POST", product, path, {}, body), what, self._timeout)
        raise_for_sending(response, what, _error_code(response))
        return object_of(response, what)

    def upload(self, product: Product, path: str, body: object = None, files: Mapping[str, Any] | None = None
               ) -> dict[str, Any]:  # fmt: skip
        """The answer to a picture handed over. Nothing is sent by it, so that whatever breaks may be tried again."""
        what = f"POST {product} {path}"
        response = ask(self._session, self._signed("POST", product, path, {}, body, files), what)
        if response.status_code >= 500:
            raise Transient(f"{what}: the vendor failed ({response.status_code})", str(response.status_code))
        raise_for_sending(response, what, _error_code(response))
        return object_of(response, what, Transient)

    def change(self, method: str, product: Product, path: str, body: object) -> None:
        """A request that may be made twice without harm. Raises :class:`ChannelError`."""
        what = f"{method} {product} {path}"
        response = ask(self._session, self._signed(method, product, path, {}, body), what)
        raise_for_sending(response, what, _error_code(response))

    def get(self, product: Product, path: str, query: Mapping[str, str] | None = None) -> dict[str, Any] | list[Any]:
        """What a list or a message is; empty for the 404 without a body that means "no records".

        Raises :class:`SenderDown` for a key or service that is refused, :class:`Transient` for the rest.
        """
        what = f"GET {product} {path.partition('/')[0]}"
        response = ask(self._session, self._signed("GET", product, path, query or {}, None), what)
        if response.status_code == 404 and not response.content.strip(b" \r\n{}[]"):
            return {}
        if response.status_code in (401, 403, 404):
            raise_for_sending(response, what, _error_code(response))
        raise_for_reading(response, what)
        try:
            body = response.json()
        except ValueError:
            body = None
        if not isinstance(body, dict | list):
            raise Transient(f"{what}: the answer is no JSON", "unreadable")
        return body

    def pages(self, product: Product, path: str, query: Mapping[str, str]) -> list[dict[str, Any]]:
        """Every message of a list, over all its pages."""
        rows: list[dict[str, Any]] = []
        token: str | None = None
        for _ in range(_MOST_PAGES):
            asked = {**query, "pageSize": str(PAGE), **({"nextToken": token} if token else {})}
            page = self.get(product, path, asked)
            found = page.get("messages", []) if isinstance(page, dict) else page
            rows += [row for row in found if isinstance(row, dict)]
            token = page.get("nextToken") if isinstance(page, dict) else None
            if not token:
                return rows
        raise Transient(f"GET {product} {path}: the list has no end", "unreadable")

    def service(self, product: Product) -> str:
        """The service of a product. Raises :class:`SenderDown` where there is none."""
        service = self._access.sms_service if product == "sms" else self._access.kakao_service
        if not service:
            raise SenderDown(f"no service id for {product}: set it in the environment", "no_service")
        return service

    def _signed(self, method: str, product: Product, path: str, query: Mapping[str, str], body: object,
                files: Mapping[str, Any] | None = None) -> requests.PreparedRequest:  # fmt: skip
        url = f"{self._access.base_url}/{product}/v2/services/{quote(self.service(product), safe='')}/{path}"
        url += f"?{urlencode(query, quote_via=quote)}" if query else ""
        text = None if body is None else json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        data = None if text is None else text.encode("utf-8", "replace")  # half an emoji is no letter
        headers = {"Content-Type": "application/json; charset=utf-8"} if files is None else {}
        request = self._session.prepare_request(requests.Request(method, url, headers=headers, data=data, files=files))
        timestamp = str(int(self.now().timestamp() * 1000))
        request.headers["x-ncp-apigw-timestamp"] = timestamp
        request.headers["x-ncp-iam-access-key"] = self._access.access_key
        request.headers["x-ncp-apigw-signature-v2"] = signature(
            self._access.secret_key, method, request.path_url, timestamp, self._access.access_key
        )
        return request


def vendor_time(moment: dt.datetime) -> str:
    """A moment as lists take it: Korean time, whole seconds."""
    return moment.astimezone(KOREA).strftime(_TIME)


def moment_of(text: object) -> dt.datetime | None:
    """Aware UTC of a time that the vendor tells, with or without its zone; None when it is none."""
    try:
        found = dt.datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=KOREA)).astimezone(dt.UTC)


def _error_code(response: requests.Response) -> str | None:
    """The vendor's own code of an error, in either of the two shapes that gateway and service answer."""
    try:
        body = response.json()
    except ValueError:
        return None
    inner = body.get("error") if isinstance(body, dict) else None
    code = inner.get("errorCode") if isinstance(inner, dict) else body.get("code") if isinstance(body, dict) else None
    return vendor_code(code)
