"""One request to the vendor, and what its reply means.

Belongs here: the request of the ``openai`` package, the schema of the answer, sorting replies and errors into kinds.
Does not belong here: budget, repetition, giving up (``language_model``). Nothing here raises for what a server does,
and no text quotes the key: where the key was refused the vendor's words, which may quote it, are left out.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from connectors.naming.access import KEY_VARIABLE, MODEL_VARIABLE, URL_VARIABLE, NamingAccess
from connectors.naming.backoff import retry_after
from connectors.naming.store import Answer

if TYPE_CHECKING:
    import httpx2
    from openai import APIConnectionError, APIStatusError, OpenAI

# Said in words as well: JSON mode demands it, and some servers accept a schema and then do not look at it.
SHAPE = 'Answer with one JSON object and nothing else: {"name": "...", "description": "..."}'
_CREDIT_CODES = {
    "insufficient_quota",
    "credit_balance_exhausted",
    "organization_spend_limit_exceeded",
    "project_spend_limit_exceeded",
    "organization_usage_limit_exceeded",
}
_FILTER_CODES = {"content_filter", "content_policy_violation"}
_LONGEST_QUOTE = 200


class Kind(Enum):
    """What follows from a request that brought no answer."""

    DECLINED = "the model replied without a usable name: the same question would end the same way"
    NO_SCHEMA = "the server does not know structured output"
    TRANSIENT = "worth another try after a wait"
    NO_BUDGET = "today's calls are used up"
    PERMANENT = "every question fails until somebody changes something"


@dataclass(frozen=True)
class NoAnswer:
    """Why there is no answer, for a person to read; ``retry_after`` in seconds, where the server asked for it."""

    kind: Kind
    why: str
    retry_after: float | None = None


class GroupName(BaseModel):
    """The answer's shape; lengths are the caller's to check, for strict schemas do not carry them everywhere."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(description="name of the group")
    description: str = Field(description="description of the group")


def open_client(access: NamingAccess, timeout_seconds: float) -> "OpenAI | NoAnswer":
    """A client that sends each request once and follows no redirect: every request has to be counted beforehand."""
    from openai import DefaultHttpxClient, OpenAI

    try:
        return OpenAI(
            api_key=access.api_key,
            base_url=access.base_url,
            timeout=timeout_seconds,
            max_retries=0,
            http_client=DefaultHttpxClient(
                follow_redirects=False, event_hooks={"response": [_whole_within(timeout_seconds)]}
            ),
        )
    except (ValueError, OSError, ImportError) as error:  # a proxy or a certificate file of the environment
        return NoAnswer(
            Kind.PERMANENT,
            f"no client can be made ({type(error).__name__}): check HTTPS_PROXY, ALL_PROXY and SSL_CERT_FILE",
        )


def _whole_within(seconds: float) -> "Callable[[httpx2.Response], None]":
    """Bound the time for the whole body: some servers send blanks for minutes while a question waits its turn.

    The client's own time-out is for silence, and such a server is never silent.
    """
    import httpx2

    class Bounded(httpx2.SyncByteStream):
        def __init__(self, inner: httpx2.SyncByteStream) -> None:
            self._inner = inner
            self._until = time.monotonic() + seconds

        def __iter__(self) -> Iterator[bytes]:
            for chunk in self._inner:
                if time.monotonic() > self._until:
                    raise httpx2.ReadTimeout(f"no whole reply within {seconds:.0f} s")
                yield chunk

        def close(self) -> None:
            self._inner.close()

    def bound(response: httpx2.Response) -> None:
        if isinstance(response.stream, httpx2.SyncByteStream):
            response.stream = Bounded(response.stream)

    return bound


def request_name(
    client: "OpenAI", access: NamingAccess, system: str, user: str, *, json_mode: bool, named_by: str
) -> Answer | NoAnswer:
    """Send one question. With ``json_mode`` the server is asked for any JSON object instead of one of our schema."""
    import openai

    try:
        completion = client.chat.completions.parse(
            model=access.model,
            messages=[{"role": "system", "content": f"{system}\n\n{SHAPE}"}, {"role": "user", "content": user}],
            response_format=GroupName,
            extra_body={"response_format": {"type": "json_object"}} if json_mode else None,
        )
        message = completion.choices[0].message
    except openai.APIStatusError as error:
        return _status(error, access, json_mode)
    except openai.APIConnectionError as error:
        return NoAnswer(Kind.TRANSIENT, f"{access.shown_url}: {_connection(error)}")
    except openai.LengthFinishReasonError:
        return NoAnswer(Kind.DECLINED, "the answer was cut off at the length limit")
    except openai.ContentFilterFinishReasonError:
        return NoAnswer(Kind.DECLINED, "the vendor's content filter stopped the answer")
    except ValidationError:
        return NoAnswer(Kind.DECLINED, "the answer is not the JSON that was asked for")
    except (ValueError, TypeError, AttributeError, IndexError):  # the package meets a reply that is no completion
        return NoAnswer(Kind.PERMANENT, f"{access.shown_url} does not reply as an OpenAI server: check {URL_VARIABLE}")
    if message.refusal:
        return NoAnswer(Kind.DECLINED, "the model refused")
    name, description = (" ".join(text.split()) for text in _texts(message.parsed))
    if not name or not description:
        return NoAnswer(Kind.DECLINED, "the answer is empty")
    return Answer(name, description, named_by)


def _texts(parsed: GroupName | None) -> tuple[str, str]:
    return (parsed.name, parsed.description) if parsed else ("", "")


def _status(error: "APIStatusError", access: NamingAccess, json_mode: bool) -> NoAnswer:
    status, said = error.status_code, _words(error, access)
    codes = {str(error.code), str(error.type)}
    if status in (400, 403) and codes & _FILTER_CODES:
        return NoAnswer(Kind.DECLINED, "the vendor's content filter refused the question")
    if status in (400, 422) and not json_mode and _is_about_schema(f"{error.param} {error.message} {said}"):
        return NoAnswer(Kind.NO_SCHEMA, f"{access.shown_url} does not know structured output ({status}{said})")
    if status == 402 or codes & _CREDIT_CODES:
        return NoAnswer(Kind.PERMANENT, f"no credit is left with the vendor ({status}): see to its billing page")
    if status in (408, 429) or status >= 500:
        return NoAnswer(
            Kind.TRANSIENT, f"{access.shown_url} replied {status}{said}", retry_after(error.response.headers)
        )
    advice = {
        401: f"the key was refused (401): check {KEY_VARIABLE} and that it belongs to {access.shown_url}",
        403: f"the key may not use model {access.model!r} (403{said}): check the key's rights, or {MODEL_VARIABLE}",
        404: f"no model {access.model!r} at {access.shown_url} (404{said}): check {MODEL_VARIABLE} and {URL_VARIABLE}",
    }
    refused = f"the request was refused ({status}{said}): check {MODEL_VARIABLE} and {URL_VARIABLE}"
    return NoAnswer(Kind.PERMANENT, advice.get(status, refused))


def _is_about_schema(text: str) -> bool:
    return "response_format" in text.lower() or "json_schema" in text.lower()


def _words(error: "APIStatusError", access: NamingAccess) -> str:
    """The vendor's own words after a colon, in one short line that can not hold the key; empty if it said none."""
    body = error.body
    text = body.get("message") if isinstance(body, dict) else body
    if not isinstance(text, str) or text.lstrip().startswith("<"):  # a web page
        return ""
    line = " ".join(text.replace(access.api_key, "***").split())[:_LONGEST_QUOTE]
    return f": {line}" if line else ""


def _connection(error: "APIConnectionError") -> str:
    from openai import APITimeoutError

    if isinstance(error, APITimeoutError):
        return "no reply in time"
    return f"no connection ({type(error.__cause__ or error).__name__})"
