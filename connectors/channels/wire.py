"""One HTTP request to a vendor, and what is certain when it breaks.

Belongs here: the session, what a broken connection or a status means for a request that sends messages. Does not belong
here: any vendor's paths and bodies (``sens``, ``push``).

No text quotes an address, a body or a vendor's words: any of them may hold a number, a token or a key.
"""

import logging
import re
import ssl
from collections.abc import Iterator, Mapping
from typing import Any, Final

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from connectors.channels.protocol import Ambiguous, ChannelError, Refused, SenderDown, Transient

TIMEOUT: Final = (5.0, 30.0)  # seconds: to connect, and for the vendor to say something
_LONGEST_WAIT: Final = 24 * 3600.0
_CODE: Final = re.compile(r"(?!(?:\D*\d){7})[A-Za-z0-9_.-]{1,40}")  # no telephone number passes for a code
_NUMBER_IN_QUERY: Final = re.compile(r"([?&]to=)[^&\s\"]*")


class _NoNumbers(logging.Filter):
    """urllib3 logs the address of each request at the level DEBUG, and addresses of look-ups hold numbers."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(_NUMBER_IN_QUERY.sub(r"\1***", one) if isinstance(one, str) else one
                                for one in record.args)  # fmt: skip
        return True


_NO_NUMBERS: Final = _NoNumbers()


def open_session(connections: int = 10) -> requests.Session:
    """A session for ``connections`` threads that sends nothing twice and adds nothing of its own to a request."""
    logging.getLogger("urllib3.connectionpool").addFilter(_NO_NUMBERS)  # added once, however often it is called
    session = requests.Session()
    adapter = HTTPAdapter(pool_connections=4, pool_maxsize=connections, max_retries=0, pool_block=False)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    session.auth = _as_it_is  # else a .netrc would put its own password in place of ours
    return session


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def deliver(session: requests.Session, request: requests.PreparedRequest, what: str,
            timeout: tuple[float, float] = TIMEOUT) -> requests.Response:  # fmt: skip
    """The reply to one request. Raises :class:`Transient` when nothing can have arrived, else :class:`Ambiguous`."""
    settings = session.merge_environment_settings(request.url or "", {}, None, None, None)
    try:
        return session.send(request, timeout=timeout, allow_redirects=False, **settings)
    except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, requests.exceptions.MissingSchema):
        raise SenderDown(f"{what}: the vendor's address is no web address", "address") from None
    except requests.RequestException as error:
        kind = type(error).__name__
        if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in _causes(error)):
            raise SenderDown(f"{what}: the vendor's certificate is not trusted ({kind})", "certificate") from None
        if nothing_went_out(error):
            raise Transient(f"{what}: no connection to the vendor ({kind})", "connection") from None
        code = "timeout" if isinstance(error, requests.Timeout) else "reset"
        raise Ambiguous(f"{what}: no answer after the request went out ({kind})", code) from None


def nothing_went_out(error: requests.RequestException) -> bool:
    """Whether a request broke before a byte of it was sent: no connection came about."""
    return any(isinstance(cause, NewConnectionError | ConnectTimeoutError) for cause in _causes(error))


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error, and everything that it was made from, however it was wrapped."""
    waiting: list[object] = [error]
    seen: set[int] = set()
    while waiting:
        one = waiting.pop()
        if isinstance(one, BaseException) and id(one) not in seen:
            seen.add(id(one))
            yield one
            waiting += [getattr(one, "reason", None), one.__cause__, one.__context__, *one.args]


def raise_for_sending(response: requests.Response, what: str, code: str | None = None) -> None:
    """Raise what the status of a reply to a request that sends messages means; nothing for 2xx.

    429 and 503 say that nothing was done; 500 and the other 5xx say nothing (CHANNELS.md, 1).
    """
    status = response.status_code
    shown = code or str(status)
    if 200 <= status < 300:
        return
    if status in (429, 503):
        raise Transient(f"{what}: the vendor is busy ({status})", shown, retry_after(response.headers))
    if status >= 500 or status == 408:
        raise Ambiguous(f"{what}: the vendor failed ({status})", shown)
    if status == 401:
        raise SenderDown(f"{what}: the key was refused (401): check the key and this machine's clock", shown)
    if status in (402, 403, 404) or 300 <= status < 400:
        raise SenderDown(f"{what}: this account can not send ({status}): check the account and its address", shown)
    raise Refused(f"{what}: the request was refused ({status}, code {shown})", shown)


def raise_for_reading(response: requests.Response, what: str) -> None:
    """The same for a request that only asks: whatever it is, it may be asked again."""
    if not 200 <= response.status_code < 300:
        status = str(response.status_code)
        raise Transient(f"{what}: no answer ({status})", status, retry_after(response.headers))


def ask(session: requests.Session, request: requests.PreparedRequest, what: str) -> requests.Response:
    """:func:`deliver` for a request that only asks: when it breaks it may be made again."""
    try:
        return deliver(session, request, what)
    except (Ambiguous, SenderDown) as error:
        raise Transient(str(error), error.code) from None


def object_of(response: requests.Response, what: str, error: type[ChannelError] = Ambiguous) -> dict[str, Any]:
    """The JSON object of a reply. Raises ``error`` when it holds none."""
    try:
        body = response.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise error(f"{what}: the answer is no JSON object", "unreadable")
    return body


def vendor_code(value: object) -> str | None:
    """A vendor's code as it may be shown and stored; None for what could be anything else, such as a number."""
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return text if _CODE.fullmatch(text) else None


def retry_after(headers: Mapping[str, str]) -> float | None:
    """``Retry-After`` in seconds (RFC 9110, 10.2.3), None if it is absent, a date or absurd."""
    try:
        seconds = float(headers.get("Retry-After", ""))
    except ValueError:
        return None
    return seconds if 0 < seconds <= _LONGEST_WAIT else None
