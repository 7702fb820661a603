"""A local server that speaks FCM HTTP v1 and Google's exchange of tokens; for the demo and for tests.

Belongs here: what the vendor checks and answers. Does not belong here: the client (``connectors.channels.push``).
The RS256 signature is checked with the public key alone: a power and a comparison (RFC 8017, 8.2.2), written without
the library that the client signs with.
"""

import base64
import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs

from connectors.sandbox.local_http import LocalServer, OnTaken, Reply, Request

PROJECT: Final = "sandbox-project"
EMAIL: Final = "sender@sandbox-project.iam.gserviceaccount.com"
SCOPE: Final = "https://www.googleapis.com/auth/firebase.messaging"
_TOKEN_PATH: Final = "/token"
_DIGEST_INFO: Final = bytes.fromhex("3031300d060960864801650304020105000420")  # of SHA-256: RFC 8017, 9.2, note 1
_TOKEN_SECONDS: Final = 3600


class FcmServer(LocalServer):
    """The server for the length of a ``with`` block. ``clock``: epoch seconds. ``accepted`` counts messages by device;
    ``gone``: tokens of apps that were removed; ``per_minute``: the quota; ``on_taken``: for others to set."""

    def __init__(self, *, clock: Callable[[], float] = time.time, port: int = 0, per_minute: int = 600_000) -> None:
        super().__init__(port)
        self.clock = clock
        self.accepted: Counter[str] = Counter()
        self.gone: set[str] = set()
        self.on_taken: OnTaken | None = None
        self.per_minute = per_minute
        self.token_requests = 0
        self._private_pem, self._modulus, self._exponent = _new_key()
        self._bearers: dict[str, float] = {}
        self._minute = (0, 0)

    def write_account(self, folder: Path) -> Path:
        """The JSON file of a service account of this server, readable by its owner alone."""
        path = folder / "fcm-sandbox.json"
        account = {
            "type": "service_account", "project_id": PROJECT, "client_email": EMAIL, "private_key_id": "sandbox",
            "private_key": self._private_pem, "token_uri": self.url + _TOKEN_PATH,
        }  # fmt: skip
        path.touch(mode=0o600)
        path.write_text(json.dumps(account), encoding="utf-8")
        return path

    def environment(self, folder: Path) -> dict[str, str]:
        """Variables that lead our client here; the account's file is written into ``folder``."""
        return {"DANGOL_FCM_SERVICE_ACCOUNT": str(self.write_account(folder)), "DANGOL_FCM_URL": self.url}

    def end_tokens(self) -> None:
        """Every bearer token ends now, before its time."""
        self._bearers.clear()

    def sends(self, request: Request) -> bool:
        return request.path.endswith("/messages:send")

    def answer(self, request: Request) -> Reply:
        if request.path == _TOKEN_PATH and request.method == "POST":
            return self._token(request)
        if request.path != f"/v1/projects/{PROJECT}/messages:send" or request.method != "POST":
            return error(404, "NOT_FOUND", None)
        scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or self._bearers.get(bearer, 0) <= self.clock():
            return error(401, "UNAUTHENTICATED", None)
        return self._message(request.json)

    def _message(self, body: Any) -> Reply:
        message = body.get("message") if isinstance(body, dict) else None
        token = message.get("token") if isinstance(message, dict) else None
        if not isinstance(message, dict) or not isinstance(token, str) or not 0 < len(token) <= 4096:
            return error(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT")
        texts = all(isinstance(value, str) for value in message.get("data", {}).values())
        if not texts or len(json.dumps(message)) > 16_384:
            return error(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT")
        if token in self.gone:
            return error(404, "NOT_FOUND", "UNREGISTERED")
        minute, used = int(self.clock() // 60), self._minute[1]
        used = used + 1 if minute == self._minute[0] else 1
        if used > self.per_minute:
            return error(429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED", {"Retry-After": str(60 - int(self.clock() % 60))})
        self._minute = minute, used
        self.accepted[token] += 1
        if self.on_taken is not None:
            self.on_taken(token, message)
        return Reply(200, {"name": f"projects/{PROJECT}/messages/0:{self.accepted.total()}"})

    def _token(self, request: Request) -> Reply:
        self.token_requests += 1
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        refused = Reply(400, {"error": "invalid_grant", "error_description": "Invalid JWT Signature."})
        if form.get("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer":
            return Reply(400, {"error": "unsupported_grant_type"})
        try:
            head, claims, signature = form.get("assertion", "").split(".")
            header, said = json.loads(_decoded(head)), json.loads(_decoded(claims))
            right = self._is_signed(f"{head}.{claims}".encode(), _decoded(signature)) and header["alg"] == "RS256"
        except (ValueError, KeyError):
            return refused
        now = self.clock()
        in_time = said["iat"] - 300 <= now < said["exp"] and said["exp"] - said["iat"] <= 3600
        if not (right and in_time and said["iss"] == EMAIL and said["aud"] == self.url + _TOKEN_PATH):
            return refused
        if SCOPE not in said["scope"].split():
            return Reply(400, {"error": "invalid_scope"})
        bearer = hashlib.sha256(f"{now} {self.token_requests} {signature}".encode()).hexdigest()
        self._bearers[bearer] = now + _TOKEN_SECONDS
        return Reply(200, {"access_token": bearer, "expires_in": _TOKEN_SECONDS, "token_type": "Bearer"})

    def _is_signed(self, text: bytes, signature: bytes) -> bool:
        size = (self._modulus.bit_length() + 7) // 8
        opened = pow(int.from_bytes(signature, "big"), self._exponent, self._modulus).to_bytes(size, "big")
        inner = _DIGEST_INFO + hashlib.sha256(text).digest()
        return opened == b"\x00\x01" + b"\xff" * (size - len(inner) - 3) + b"\x00" + inner


def error(status: int, name: str, code: str | None, headers: dict[str, str] | None = None) -> Reply:
    """An error in FCM's shape."""
    details = [{"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": code}] if code else []
    body = {"error": {"code": status, "message": name.lower(), "status": name, "details": details}}
    return Reply(status, body, headers or {})


def _new_key() -> tuple[str, int, int]:
    """A fresh private key as PEM, its modulus and public exponent."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode("ascii")
    numbers = key.public_key().public_numbers()
    return pem, numbers.n, numbers.e


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
