"""The loopback side of a vendor played by us: requests in, replies or faults out.

Belongs here: HTTP with the standard library, faults on demand. Does not belong here: what any vendor checks or answers
(``sens_server``, ``fcm_server``).
"""

import json
import random
import socket
import struct
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping, MutableSequence, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, Self
from urllib.parse import parse_qsl, urlsplit

_HELD_SECONDS: Final = 60
_REMEMBERED: Final = 2_000  # requests kept for tests to look at; a vendor's own count is kept by the vendor


class Connection(Enum):
    """What can happen to a connection instead of a reply."""

    RESET = auto()  # closed without a word, nothing was done
    LOST = auto()  # everything was done, and the connection closed without a word
    HELD = auto()  # everything was done, and nothing is said for a minute
    TRUNCATED = auto()  # half of the reply's body, then closed


@dataclass(frozen=True)
class Reply:
    """One HTTP reply; ``None`` as body sends none, a ``str`` is sent as it is, anything else as JSON.

    ``part``: how much of the body is sent before the connection is closed.
    """

    status: int
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    part: float = 1.0


@dataclass(frozen=True)
class Slow:
    """Latency: the request is answered as usual after so many seconds."""

    seconds: float


Fault = Reply | Connection | Slow
OnTaken = Callable[[str, Mapping[str, Any]], None]  # told of each message that will be delivered: to whom, what it says


@dataclass(frozen=True)
class Request:
    """What one request carried. ``target``: as it stood in the request line."""

    method: str
    target: str
    headers: Mapping[str, str]  # lower-case names
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def form(self) -> dict[str, str]:
        """The body as fields of a form."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace")))

    @property
    def json(self) -> Any:
        """The body as JSON, None when it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


class FaultMix:
    """Faults by chance, the same for the same seed: ``rates`` gives each its share of the requests."""

    def __init__(self, rates: Sequence[tuple[Fault, float]], seed: int) -> None:
        self._rates = tuple(rates)
        self._random = random.Random(seed)
        self._lock = threading.Lock()

    def __call__(self, request: Request) -> Fault | None:
        with self._lock:
            at = self._random.random()
        for fault, share in self._rates:
            at -= share
            if at < 0:
                return fault
        return None


class LocalServer:
    """A server on a port of the loopback address (0: a free one), for the length of a ``with`` block.

    ``faults`` come in the place of replies to requests that send, one each, None for none; then ``choose`` is asked.
    ``reading_faults`` is the same for all other requests. ``requests``: the last ones that arrived.
    """

    def __init__(self, port: int = 0) -> None:
        self.faults: deque[Fault | None] = deque()
        self.reading_faults: deque[Fault | None] = deque()
        self.choose: Callable[[Request], Fault | None] = lambda request: None
        self.requests: MutableSequence[Request] = deque(maxlen=_REMEMBERED)
        self.closing = threading.Event()
        self.lock = threading.RLock()
        self._http = _Http(("127.0.0.1", port), _Handler)
        self._http.vendor = self
        self.url = f"http://127.0.0.1:{self._http.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()

    def sends(self, request: Request) -> bool:
        """Whether a request sends messages."""
        raise NotImplementedError

    def answer(self, request: Request) -> Reply:
        """What the vendor does and replies when nothing goes wrong. Called with the lock held."""
        raise NotImplementedError

    def outcome(self, request: Request) -> Reply | Connection:
        """The reply, or what becomes of the connection."""
        with self.lock:
            self.requests.append(request)
            sends = self.sends(request)
            faults = self.faults if sends else self.reading_faults
            fault = faults.popleft() if faults else self.choose(request) if sends else None
        if isinstance(fault, Reply) or fault is Connection.RESET:
            return fault
        if isinstance(fault, Slow):
            self.closing.wait(fault.seconds)
        with self.lock:
            reply = self.answer(request)
        if fault is Connection.TRUNCATED:
            return replace(reply, part=0.5)
        return fault if isinstance(fault, Connection) else reply


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    vendor: LocalServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that is gone before it was answered (killed, for instance) is no trouble of the vendor's."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Http

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        outcome = self.server.vendor.outcome(Request(self.command, self.path, headers, body))
        if isinstance(outcome, Reply):
            self._send(outcome)
            return
        self.close_connection = True
        if outcome is Connection.HELD:
            self.server.vendor.closing.wait(_HELD_SECONDS)
        # lingering for no time makes the kernel send a reset instead of an orderly end
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def log_message(self, format: str, *args: object) -> None:
        """Silent: requests are recorded instead."""

    def _send(self, reply: Reply) -> None:
        if reply.body is None:
            data = b""
        elif isinstance(reply.body, str):
            data = reply.body.encode()
        else:
            data = json.dumps(reply.body, ensure_ascii=False).encode()
        self.send_response(reply.status)
        if data:
            self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data[: int(len(data) * reply.part)])
        self.close_connection = self.close_connection or reply.part < 1
