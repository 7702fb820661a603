"""What a reply of the vendor means: rows, another try, or an error.

Belongs here: sorting replies and broken connections. Does not belong here: waiting and asking again (``client``).
"""

from dataclasses import dataclass
from typing import Any

import requests

from connectors.sources.cafe24.access import AUTHORISE_AGAIN
from connectors.sources.cafe24.errors import Cafe24Error, NotAuthorised, NotPermitted, RequestRefused

_TRANSIENT = (408, 500, 502, 503, 504)
_LONGEST_QUOTE = 200
WAIT_HEADERS = ("X-Cafe24-Call-Remain", "X-Cafe24-Time-Remain", "Retry-After")


@dataclass(frozen=True)
class Again:
    """Worth another try. ``wait``: seconds asked for; ``full``: the bucket is; ``unreadable``: the body is."""

    why: str
    wait: float | None = None
    full: bool = False
    unreadable: bool = False


class TokenRefused(Exception):
    """401: the access token has run out or was withdrawn."""


def body_of(response: requests.Response, call: str) -> dict[str, Any] | Again:
    """The JSON object of a good reply, or why to try again.

    Raises :class:`TokenRefused` for 401, and the typed error of whatever another try would not change.
    """
    status = response.status_code
    if status == 429:
        return Again("the call limit is reached (429)", _asked_wait(response), full=True)
    if status in _TRANSIENT:
        return Again(f"Cafe24 replied {status}", _asked_wait(response))
    if status == 401:
        raise TokenRefused
    if status != 200:
        raise _refused(response, call)
    try:
        body = response.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        return Again("the reply is not a JSON object", unreadable=True)
    return body


def broken(error: requests.RequestException) -> Again:
    """A connection that could not be made, was reset, fell silent, or ended in the middle of the body."""
    return Again(f"the connection failed ({type(error).__name__})")


def not_authorised(call: str, why: str = "Cafe24 refuses the tokens of the home") -> NotAuthorised:
    """The error that sends a person to authorise the app again."""
    return NotAuthorised(why, call, AUTHORISE_AGAIN)


def _refused(response: requests.Response, call: str) -> Cafe24Error:
    said = words(response)
    if response.status_code == 403:
        return NotPermitted(
            f"the app may not do this (403{said})",
            call,
            "give the app the scopes of docs/guides/cafe24.md, see that it is still installed, then " + AUTHORISE_AGAIN,
        )
    advice = {
        400: "check cafe24.api_version in shop.yaml",
        404: "check cafe24.mall_id and cafe24.api_url in shop.yaml",
        422: "check cafe24.shop_no and cafe24.api_version in shop.yaml",
    }
    return RequestRefused(
        f"the request was refused ({response.status_code}{said})",
        call,
        advice.get(response.status_code, "check the section `cafe24` of shop.yaml"),
    )


def words(response: requests.Response) -> str:
    """The vendor's own words after a colon, in one short line; empty if there are none."""
    try:
        said = response.json().get("error", "")
    except (ValueError, AttributeError):
        return ""
    text = said.get("message") if isinstance(said, dict) else said
    return f": {' '.join(text.split())[:_LONGEST_QUOTE]}" if isinstance(text, str) and text.strip() else ""


def _asked_wait(response: requests.Response) -> float | None:
    """The longest of the waits that the reply names, in seconds."""
    found = []
    for name in WAIT_HEADERS:
        try:
            found.append(float(response.headers.get(name, "")))
        except ValueError:
            continue
    return max((wait for wait in found if wait > 0), default=None)
