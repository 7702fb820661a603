"""A local mail server that takes every letter and delivers none; for the demo and for tests.

Belongs here: SMTP from the server's side (RFC 5321) with STARTTLS and AUTH PLAIN where they are wanted, faults on
demand. Does not belong here: the client (``connectors.channels.mail``).
"""

import base64
import binascii
import socket
import socketserver
import ssl
import struct
import threading
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Final, Literal, Self

from connectors.sandbox.local_http import Connection, OnTaken, Slow

_REMEMBERED: Final = 2_000
Stage = Literal["MAIL", "RCPT", "DATA", "letter"]


@dataclass(frozen=True)
class Say:
    """An answer in the place of the usual one to the next letter, at one of its stages."""

    stage: Stage
    status: int


MailFault = Say | Slow | Connection


@dataclass(frozen=True)
class Letter:
    """One letter that was taken."""

    source: str
    to: str
    data: bytes

    @property
    def parsed(self) -> EmailMessage:
        made = message_from_bytes(self.data, policy=policy.default)
        assert isinstance(made, EmailMessage)
        return made

    @property
    def texts(self) -> dict[str, str]:
        """What can be read, by content type."""
        parts = (part for part in self.parsed.walk() if part.get_content_maintype() == "text")
        return {part.get_content_type(): part.get_content() for part in parts}


class SmtpServer:
    """The server on a port of the loopback address, for the length of a ``with`` block.

    ``faults``: one a letter, None for none, then ``choose`` is asked. ``accepted`` counts letters by recipient;
    ``letters``: the last of them; ``unknown``: mailboxes there are none of; ``connections``: how many there were;
    ``on_taken``: gets each letter that was taken, as who it is to and its texts by content type.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        user: str = "",
        password: str = "",
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.faults: deque[MailFault | None] = deque()
        self.choose: Callable[[], MailFault | None] = lambda: None
        self.on_taken: OnTaken | None = None
        self.accepted: Counter[str] = Counter()
        self.letters: deque[Letter] = deque(maxlen=_REMEMBERED)
        self.unknown: set[str] = set()
        self.connections = 0
        self.tls = tls
        self.closing = threading.Event()
        self.lock = threading.Lock()
        self._user, self._password = user, password
        self._tcp = _Tcp(("127.0.0.1", port), _Session)
        self._tcp.vendor = self
        self.port = self._tcp.server_address[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._tcp.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.closing.set()
        self._tcp.shutdown()
        self._tcp.server_close()

    @property
    def environment(self) -> dict[str, str]:
        """Variables that lead our client here."""
        security = "none" if self.tls is None else "starttls"
        found = {"DANGOL_SMTP_HOST": "127.0.0.1", "DANGOL_SMTP_PORT": str(self.port), "DANGOL_SMTP_SECURITY": security}
        if self._user:
            found |= {"DANGOL_SMTP_USER": self._user, "DANGOL_SMTP_PASSWORD": self._password}
        return found

    @property
    def wants_login(self) -> bool:
        return bool(self._user)

    def next_fault(self) -> MailFault | None:
        """What goes wrong with the letter that begins now."""
        with self.lock:
            return self.faults.popleft() if self.faults else self.choose()

    def admits(self, given: str) -> bool:
        """Whether the word of AUTH PLAIN holds user and password."""
        try:
            _, user, password = base64.b64decode(given, validate=True).decode().split("\0")
        except (binascii.Error, ValueError):
            return False
        return (user, password) == (self._user, self._password)

    def take(self, letter: Letter) -> None:
        with self.lock:
            self.accepted[letter.to] += 1
            self.letters.append(letter)
        if self.on_taken is not None:
            self.on_taken(letter.to, letter.texts)


class _Tcp(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64
    vendor: SmtpServer


class _End(Exception):
    """The connection ends now."""


class _Session(socketserver.StreamRequestHandler):
    server: _Tcp

    def handle(self) -> None:
        vendor = self.server.vendor
        with vendor.lock:
            vendor.connections += 1
        self._fault: MailFault | None = None
        self._source = self._to = ""
        self._in = vendor.tls is None, not vendor.wants_login
        try:
            self._say(220, "sandbox ready")
            while line := self.rfile.readline():
                self._command(line.decode("utf-8", "replace").rstrip("\r\n"))
        except (_End, OSError):
            return

    def _command(self, line: str) -> None:
        verb, _, rest = line.partition(" ")
        verb = verb.upper()
        if verb in ("EHLO", "HELO"):
            self._hello()
        elif verb == "STARTTLS":
            self._protect()
        elif verb == "AUTH":
            self._login(rest)
        elif verb in ("MAIL", "RCPT", "DATA"):
            self._letter(verb, rest)
        elif verb == "RSET":
            self._source = self._to = ""
            self._say(250, "ok")
        elif verb == "QUIT":
            self._say(221, "bye")
            raise _End
        else:
            self._say(250 if verb == "NOOP" else 500, "noop" if verb == "NOOP" else "unknown command")

    def _hello(self) -> None:
        vendor = self.server.vendor
        lines = ["sandbox", "SIZE 20000000"]
        lines += ["STARTTLS"] if vendor.tls is not None and not self._in[0] else []
        lines += ["AUTH PLAIN"] if vendor.wants_login and self._in[0] else []
        for line in lines[:-1]:
            self.wfile.write(f"250-{line}\r\n".encode())
        self._say(250, lines[-1])

    def _protect(self) -> None:
        context = self.server.vendor.tls
        if context is None:
            self._say(502, "no TLS")
            return
        self._say(220, "go ahead")
        self.connection = context.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", buffering=0)
        self._in = True, self._in[1]

    def _login(self, rest: str) -> None:
        mechanism, _, word = rest.partition(" ")
        right = self._in[0] and mechanism.upper() == "PLAIN" and self.server.vendor.admits(word)
        self._in = self._in[0], right
        self._say(235 if right else 535, "authentication")

    def _letter(self, verb: str, rest: str) -> None:
        if not all(self._in):
            self._say(530, "authentication and TLS first")
            return
        address = rest.partition("<")[2].partition(">")[0]
        if verb == "MAIL":
            self._fault = self.server.vendor.next_fault()
            self._source = address
        elif verb == "RCPT":
            self._to = address
        if isinstance(self._fault, Say) and self._fault.stage == verb:
            self._say(self._fault.status, "as asked for")
        elif verb == "RCPT" and address in self.server.vendor.unknown:
            self._say(550, "no such mailbox")
        elif verb != "DATA":
            self._say(250, "ok")
        elif not self._to:
            self._say(503, "no recipient")
        else:
            self._say(354, "go on")
            self._data()

    def _data(self) -> None:
        lines: list[bytes] = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        vendor, fault = self.server.vendor, self._fault
        if not line or fault is Connection.RESET:
            self._drop()
        if isinstance(fault, Slow):
            vendor.closing.wait(fault.seconds)
        if isinstance(fault, Say) and fault.stage == "letter":
            self._say(fault.status, "as asked for")
            return
        vendor.take(Letter(self._source, self._to, b"".join(lines)))
        if fault is Connection.HELD:
            vendor.closing.wait(60)
        if isinstance(fault, Connection):
            self._drop()
        self._source = self._to = ""
        self._say(250, "taken")

    def _drop(self) -> None:
        """End with a reset instead of an orderly end."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise _End

    def _say(self, status: int, text: str) -> None:
        self.wfile.write(f"{status} {text}\r\n".encode())
        if status == 421:
            raise _End
