"""The mail server, from the environment.

Belongs here: reading the variables. Does not belong here: who mails come from (templates), SMTP (``smtp``). No repr and
no message shows user or password.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

HOST_VARIABLE = "DANGOL_SMTP_HOST"
PORT_VARIABLE = "DANGOL_SMTP_PORT"
USER_VARIABLE = "DANGOL_SMTP_USER"
PASSWORD_VARIABLE = "DANGOL_SMTP_PASSWORD"
SECURITY_VARIABLE = "DANGOL_SMTP_SECURITY"
Security = Literal["starttls", "tls", "none"]
_PORTS: dict[Security, int] = {"starttls": 587, "tls": 465, "none": 25}


class MailProblem(ValueError):
    """A variable of the environment is unusable; the message names it and says what to do."""


@dataclass(frozen=True)
class MailAccess:
    """A server that takes mail for others. ``security``: how the connection is protected."""

    host: str
    port: int
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    security: Security = "starttls"


def read_access(environ: Mapping[str, str]) -> MailAccess | None:
    """Access as the environment gives it; None where no host is named. Raises :class:`MailProblem`."""
    host = environ.get(HOST_VARIABLE, "").strip()
    if not host:
        return None
    security = _security(environ.get(SECURITY_VARIABLE, "").strip() or "starttls")
    user, password = environ.get(USER_VARIABLE, "").strip(), environ.get(PASSWORD_VARIABLE, "")
    if bool(user) != bool(password):
        raise MailProblem(f"set both {USER_VARIABLE} and {PASSWORD_VARIABLE}, or neither")
    if security == "none" and (user or host not in ("127.0.0.1", "localhost", "::1")):
        raise MailProblem(f"{SECURITY_VARIABLE}=none is for servers on this machine without a password: use starttls")
    port = environ.get(PORT_VARIABLE, "").strip() or str(_PORTS[security])
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise MailProblem(f"{PORT_VARIABLE} must be a number such as 587")
    return MailAccess(host, int(port), user, password, security)


def _security(said: str) -> Security:
    known: tuple[Security, ...] = ("starttls", "tls", "none")
    for one in known:
        if said == one:
            return one
    raise MailProblem(f"{SECURITY_VARIABLE} must be starttls, tls or none")
