"""A made-up vendor of messages on loopback, which counts what it accepted and fails on demand.

Belongs here: a real HTTP server to prove the sending engine against, whatever the real vendors' forms are. Does not
belong here: those (one server each beside this one), the client (``message_channel``).
"""

import json
import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Faults:
    """How often (0 to 1) a request ends badly. ``busy``: 429, ``broken``: 503, both documented as not accepted;
    ``reset_before`` and ``reset_after`` acceptance; ``lost``: accepted, never answered. ``latency``: seconds."""

    busy: float = 0.0
    broken: float = 0.0
    reset_before: float = 0.0
    reset_after: float = 0.0
    lost: float = 0.0
    latency: float = 0.0
    refused_share: float = 0.0
    seed: int = 7


@dataclass
class Vendor:
    """The running vendor. ``accepted``: how often each address was accepted; ``requests``: messages by attempt."""

    port: int
    faults: Faults
    accepted: Counter[str] = field(default_factory=Counter)
    requests: dict[str, list[str]] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    is_down: bool = False


@contextmanager
def running(faults: Faults = Faults(), port: int = 0) -> Iterator[Vendor]:  # noqa: B008 frozen
    """A vendor on a port of its own, for as long as the block lasts."""
    server = _Server(("127.0.0.1", port), _Handler)
    server.vendor = Vendor(server.server_address[1], faults)
    server.chance = random.Random(faults.seed)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server.vendor
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    vendor: Vendor
    chance: random.Random

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that are killed break their connections; that is what they are here for."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server
    lock = threading.Lock()

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/lookup":
            found = self.server.vendor.requests.get(body["attempt"], [])
            self._answer(200, {"messages": found, "request": body["attempt"] if found else None})
        elif self.path == "/results":
            self._answer(200, {"delivered": body["messages"]})
        else:
            self._send(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 the base class calls it so
        """Nothing is logged."""

    def _send(self, body: dict[str, Any]) -> None:
        vendor, faults = self.server.vendor, self.server.vendor.faults
        time.sleep(faults.latency)
        with self.lock:
            vendor.calls["send"] += 1
            drawn = self.server.chance.random()
        if vendor.is_down:
            self._answer(503, {})
            return
        for kind in ("busy", "broken", "reset_before", "reset_after", "lost"):
            drawn -= getattr(faults, kind)
            if drawn < 0:
                self._fail(kind, body)
                return
        self._answer(202, self._accept(body))

    def _fail(self, kind: str, body: dict[str, Any]) -> None:
        with self.lock:
            self.server.vendor.calls[kind] += 1
        if kind in ("busy", "broken"):
            self._answer(429 if kind == "busy" else 503, {})
            return
        if kind != "reset_before":
            self._accept(body)
        if kind == "lost":
            time.sleep(1.0)
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        self.connection.close()

    def _accept(self, body: dict[str, Any]) -> dict[str, Any]:
        vendor, messages = self.server.vendor, body["messages"]
        refused = [one["id"] for one in messages if hash_share(one["to"]) < vendor.faults.refused_share]
        taken = [one for one in messages if one["id"] not in set(refused)]
        with self.lock:
            vendor.accepted.update(one["to"] for one in taken)
            vendor.requests[body["attempt"]] = [one["id"] for one in taken]
        return {"request": body["attempt"], "refused": refused}

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


def hash_share(to: str) -> float:
    """A number from 0 to 1 that is always the same for an address."""
    return random.Random(to).random()
