"""The Google service account that pushes are sent with, from the environment.

Belongs here: reading the key file, signing what Google exchanges for a token (RFC 7523, RS256). Does not belong here:
the exchange (``tokens``), messages (``fcm``). No repr and no message shows the key.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

FILE_VARIABLE = "DANGOL_FCM_SERVICE_ACCOUNT"
URL_VARIABLE = "DANGOL_FCM_URL"
DEFAULT_URL = "https://fcm.googleapis.com"
SCOPE: Final = "https://www.googleapis.com/auth/firebase.messaging"
_GRANT_SECONDS: Final = 3600
_NEEDED: Final = ("project_id", "client_email", "private_key", "token_uri")


class AccountProblem(ValueError):
    """The service account can not be used; the message says what to do and quotes no key."""


@dataclass(frozen=True)
class ServiceAccount:
    """A project of Firebase and the key that opens it."""

    project_id: str
    client_email: str = field(repr=False)
    private_key: str = field(repr=False)
    token_uri: str = field(repr=False)
    key_id: str = field(default="", repr=False)
    base_url: str = DEFAULT_URL


def read_account(environ: Mapping[str, str]) -> ServiceAccount | None:
    """The account whose JSON file the environment names; None where it names none. Raises :class:`AccountProblem`."""
    named = environ.get(FILE_VARIABLE, "").strip()
    if not named:
        return None
    try:
        held: Any = json.loads(Path(named).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise AccountProblem(
            f"{FILE_VARIABLE} must name the JSON file of a service account ({type(error).__name__}): download it anew"
        ) from None
    missing = [name for name in _NEEDED if not (isinstance(held, dict) and isinstance(held.get(name), str))]
    if missing:
        raise AccountProblem(f"the file of {FILE_VARIABLE} lacks {', '.join(missing)}: download it anew")
    url = environ.get(URL_VARIABLE, "").strip() or DEFAULT_URL
    return ServiceAccount(held["project_id"], held["client_email"], held["private_key"], held["token_uri"],
                          str(held.get("private_key_id", "")), url.rstrip("/"))  # fmt: skip


def assertion(account: ServiceAccount, issued_at: int) -> str:
    """The signed request for a token: a JWT of RS256 (RFC 7515, 7519). ``issued_at``: epoch seconds.

    Raises :class:`AccountProblem` when the key is no RSA key.
    """
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import padding, rsa

    header = {"alg": "RS256", "typ": "JWT", **({"kid": account.key_id} if account.key_id else {})}
    claims = {"iss": account.client_email, "scope": SCOPE, "aud": account.token_uri, "iat": issued_at,
              "exp": issued_at + _GRANT_SECONDS}  # fmt: skip
    try:
        key = serialization.load_pem_private_key(account.private_key.encode(), password=None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, rsa.RSAPrivateKey):
        raise AccountProblem(f"the private_key of {FILE_VARIABLE} is no RSA key: download the file anew")
    signed = f"{_part(header)}.{_part(claims)}"
    return f"{signed}.{_encoded(key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def _part(value: Mapping[str, object]) -> str:
    return _encoded(json.dumps(value, separators=(",", ":")).encode())


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
