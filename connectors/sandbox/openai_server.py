"""A local server that speaks OpenAI's chat completions: for the demo without a key, and for tests.

Belongs here: what the vendor checks, answers and gets wrong, on the loopback address with the standard library alone.
It plays a model that is asked for a name and a description. Does not belong here: the client (``connectors.naming``).

``python -m connectors.sandbox.openai_server`` serves until interrupted and prints the variables to set.
"""

import argparse
import hashlib
import json
import re
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

PATH = "/v1/chat/completions"
MODELS = ("gpt-4o-mini",)
SANDBOX_KEY = "sk-sandbox-000000000000000000000000"
_SCHEMA_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_KEYWORDS = re.compile(
    r"""(?:키워드|keywords?)["']?\s*[:：]\s*(\[[^\]]*\]|.+)""", re.IGNORECASE
)  # a line or a JSON list
_WORD = re.compile(r"[가-힣A-Za-z][가-힣A-Za-z0-9]+")
_ENDINGS = {"ko": ("컬렉션", "무드", "셀렉션", "스타일"), "en": ("Mood", "Style", "Edit", "Look")}
_SENTENCE = {
    "ko": "{words} 상품을 즐겨 보는 고객에게 어울리는 {ending}입니다.",
    "en": "A {ending} for customers who like to look at {words}.",
}
_NAME_LENGTH = 20


class Connection(Enum):
    """What can happen to a connection instead of a reply."""

    HELD = auto()  # nothing is sent for half a minute
    DRIPPING = auto()  # blanks instead of a body for some seconds
    RESET = auto()  # closed without a word


@dataclass(frozen=True)
class Reply:
    """One HTTP reply; a ``str`` body is sent as it is, anything else as JSON."""

    status: int
    body: object
    headers: Mapping[str, str] = field(default_factory=dict)


Fault = Reply | Connection


@dataclass(frozen=True)
class Request:
    """What one request carried; ``body`` is None when it was no JSON object."""

    path: str
    headers: Mapping[str, str]  # lower-case names
    body: Mapping[str, Any] | None


def error(status: int, message: str, *, type_: str = "", code: str | None = None, param: str | None = None) -> Reply:
    """An error in the vendor's shape."""
    kind = type_ or ("server_error" if status >= 500 else "invalid_request_error")
    return Reply(status, {"error": {"message": message, "type": kind, "param": param, "code": code}})


def rate_limited(headers: Mapping[str, str] | None = None) -> Reply:
    """429: too many requests; give ``{"Retry-After": "3"}`` for a server that says when to come back."""
    limits = {"x-ratelimit-limit-requests": "500", "x-ratelimit-remaining-requests": "0"}
    body = error(429, "Rate limit reached for requests", type_="requests", code="rate_limit_exceeded").body
    return Reply(429, body, {**limits, **(headers or {})})


def out_of_credit() -> Reply:
    """429 that no waiting helps against."""
    return error(429, "You exceeded your current quota", type_="insufficient_quota", code="insufficient_quota")


def refusal(text: str = "I can't help with that.") -> Reply:
    """The model refuses, as structured output makes it do: no content."""
    return Reply(200, completion({"role": "assistant", "content": None, "refusal": text}))


def content(text: str, *, finish_reason: str = "stop") -> Reply:
    """Any content under any reason for ending, such as ``length`` or ``content_filter``."""
    return Reply(200, completion({"role": "assistant", "content": text, "refusal": None}, finish_reason))


def named(name: str, description: str) -> Reply:
    """A well-formed answer of the given texts."""
    return content(json.dumps({"name": name, "description": description}, ensure_ascii=False))


def completion(message: Mapping[str, object], finish_reason: str = "stop", model: str = MODELS[0]) -> dict[str, object]:
    """A chat completion object around one message."""
    text = str(message["content"] or message["refusal"])
    return {
        "id": f"chatcmpl-{hashlib.sha256(repr(text).encode()).hexdigest()[:24]}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": model,
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": finish_reason}],
        "usage": {"prompt_tokens": 0, "completion_tokens": len(text), "total_tokens": len(text)},
    }


class OpenAIServer:
    """The server on a free port of the loopback address, for the length of a ``with`` block.

    Checks key, model and shape of the request as the vendor does, then takes the next of ``faults`` if there is one,
    else answers from the keywords of the question. ``requests`` holds every request that arrived, in order.
    """

    def __init__(
        self,
        *,
        api_key: str = SANDBOX_KEY,
        models: Sequence[str] = MODELS,
        structured_output: bool = True,
        port: int = 0,
    ) -> None:
        self.api_key = api_key
        self.models = tuple(models)
        self.structured_output = structured_output
        self.requests: list[Request] = []
        self.faults: deque[Fault] = deque()
        self.closing = threading.Event()
        self._http = _Http(("127.0.0.1", port), _Handler)
        self._http.vendor = self
        self.base_url = f"http://127.0.0.1:{self._http.server_port}/v1"

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()

    def outcome(self, request: Request) -> Fault:
        """What the vendor does about ``request``: what it finds wrong, else the next fault, else an answer."""
        refused = self._refused(request)
        if refused is not None:
            return refused
        if self.faults:
            return self.faults.popleft()
        assert request.body is not None
        return _answer(request.body)

    def _refused(self, request: Request) -> Reply | None:
        if request.path.partition("?")[0] != PATH:
            return error(404, f"Invalid URL (POST {request.path})")
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or not key:
            return error(401, "You didn't provide an API key")
        if key != self.api_key:
            return error(401, f"Incorrect API key provided: {key}", code="invalid_api_key")
        if request.body is None:
            return error(400, "The body of the request is not a JSON object")
        model, messages = request.body.get("model"), request.body.get("messages")
        if not isinstance(model, str) or not model:
            return error(400, "you must provide a model parameter", param="model")
        if model not in self.models:
            return error(404, f"The model `{model}` does not exist", code="model_not_found", param="model")
        if not _are_messages(messages):
            return error(400, "Invalid 'messages': expected an array of messages", param="messages")
        return self._refused_format(request.body.get("response_format"), json.dumps(messages))

    def _refused_format(self, wanted: object, messages: str) -> Reply | None:
        form = wanted if isinstance(wanted, dict) else {"type": "text" if wanted is None else None}
        problem = ""
        if form.get("type") == "json_schema":
            known = self.structured_output
            problem = _schema_problem(form.get("json_schema")) if known else "This response_format type is unavailable"
        elif form.get("type") == "json_object" and "json" not in messages.lower():
            problem = "'messages' must contain the word 'json' in some form to use 'json_object'"
        elif form.get("type") not in ("text", "json_object"):
            problem = "Invalid 'response_format.type'"
        return error(400, problem, param="response_format") if problem else None


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    vendor: OpenAIServer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Http

    def do_POST(self) -> None:
        vendor = self.server.vendor
        raw = self.rfile.read(int(self.headers.get("content-length") or 0))
        request = Request(self.path, {name.lower(): value for name, value in self.headers.items()}, _object(raw))
        vendor.requests.append(request)
        outcome = vendor.outcome(request)
        if isinstance(outcome, Reply):
            self._send(outcome)
            return
        self.close_connection = True
        if outcome is Connection.HELD:
            vendor.closing.wait(30)
        elif outcome is Connection.DRIPPING:
            self._drip(vendor.closing)
        else:  # lingering for no time makes the kernel send a reset instead of an orderly end
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def do_GET(self) -> None:
        self._send(error(405, "Not allowed to GET here: POST"))

    def _drip(self, closing: threading.Event) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
        with suppress(OSError):
            for _ in range(200):
                if closing.wait(0.02):
                    break
                self.wfile.write(b" ")

    def log_message(self, format: str, *args: object) -> None:
        """Silent: requests are recorded instead."""

    def _send(self, reply: Reply) -> None:
        as_is = isinstance(reply.body, str)
        data = (str(reply.body) if as_is else json.dumps(reply.body)).encode()
        self.send_response(reply.status)
        self.send_header("Content-Type", "text/html" if as_is else "application/json")
        self.send_header("Content-Length", str(len(data)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)


def _object(raw: bytes) -> Mapping[str, Any] | None:
    try:
        body = json.loads(raw)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def _are_messages(messages: object) -> bool:
    if not isinstance(messages, list) or not messages:
        return False
    return all(isinstance(message, dict) and {"role", "content"} <= set(message) for message in messages)


def _schema_problem(wanted: object) -> str:
    """What the vendor objects to in a ``json_schema``; empty when nothing."""
    if not isinstance(wanted, dict) or not _SCHEMA_NAME.fullmatch(str(wanted.get("name", ""))):
        return "Invalid 'response_format.json_schema.name'"
    schema, invalid = wanted.get("schema"), f"Invalid schema for response_format '{wanted['name']}': "
    if not isinstance(schema, dict) or schema.get("type") != "object":
        return f"{invalid}expected an object"
    if wanted.get("strict") is True and schema.get("additionalProperties") is not False:
        return f"{invalid}'additionalProperties' must be false"
    if wanted.get("strict") is True and set(schema.get("required", ())) != set(schema.get("properties", {})):
        return f"{invalid}'required' must list every property"
    return ""


def _answer(body: Mapping[str, Any]) -> Reply:
    """A name from the first keywords of the question, the same for the same question."""
    question = str(body["messages"][-1]["content"])
    listed = _KEYWORDS.search(question)
    words = list(dict.fromkeys(_WORD.findall(listed[1] if listed else question))) or ["취향"]
    language = "ko" if re.search("[가-힣]", "".join(words)) else "en"
    ending = _ENDINGS[language][hashlib.sha256(question.encode()).digest()[0] % 4]
    name = f"{words[0][: _NAME_LENGTH - 1 - len(ending)]} {ending}"
    if len(words) > 1 and len(words[1]) + 1 + len(name) <= _NAME_LENGTH:
        name = f"{words[0]} {words[1]} {ending}"
    description = _SENTENCE[language].format(words=", ".join(words[:5])[:120], ending=ending)
    answer = {"name": name, "description": description}
    text = json.dumps(answer, ensure_ascii=False)
    return Reply(200, completion({"role": "assistant", "content": text, "refusal": None}, model=str(body["model"])))


def main() -> None:
    """Serve on a fixed port until interrupted."""
    parser = argparse.ArgumentParser(description="A local server that answers like OpenAI's chat completions.")
    parser.add_argument("--port", type=int, default=8089)
    with OpenAIServer(port=parser.parse_args().port) as server, suppress(KeyboardInterrupt):
        print(f"export OPENAI_BASE_URL={server.base_url}\nexport OPENAI_API_KEY={server.api_key}", flush=True)
        server.closing.wait()


if __name__ == "__main__":
    main()
