"""Who is asked for names, and with which key.

Belongs here: reading the three variables of the environment, and saying what is wrong with them.
Does not belong here: asking (``language_model``). The key appears in no repr and in no message.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

KEY_VARIABLE = "OPENAI_API_KEY"
URL_VARIABLE = "OPENAI_BASE_URL"
MODEL_VARIABLE = "DANGOL_NAMING_MODEL"
DEFAULT_URL = "https://api.openai.com/v1"
DEFAULT_MODEL = "gpt-4o-mini"


@dataclass(frozen=True)
class NamingAccess:
    """An OpenAI-compatible server, the model to use there, and the key that opens it."""

    api_key: str = field(repr=False)
    base_url: str = field(default=DEFAULT_URL, repr=False)
    model: str = DEFAULT_MODEL

    @property
    def shown_url(self) -> str:
        """The base URL as messages may show it: without user, password and query.

        For an access without a :attr:`problem`.
        """
        parts = urlsplit(self.base_url)
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))

    @property
    def problem(self) -> str:
        """What makes this access unusable before anything is sent, and what to do; empty when nothing does."""
        if not (self.api_key.isascii() and self.api_key.isprintable() and " " not in self.api_key):
            return f"{KEY_VARIABLE} holds spaces or characters that no key has: copy the key again"
        if not _is_web_address(self.base_url):
            return f"{URL_VARIABLE} must look like {DEFAULT_URL}"
        return ""


def read_access(environ: Mapping[str, str]) -> NamingAccess | None:
    """Access as the environment gives it; None without a key, which means that the embedded namer is used."""

    def value(variable: str) -> str:
        return environ.get(variable, "").strip()

    if not value(KEY_VARIABLE):
        return None
    return NamingAccess(value(KEY_VARIABLE), value(URL_VARIABLE) or DEFAULT_URL, value(MODEL_VARIABLE) or DEFAULT_MODEL)


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
