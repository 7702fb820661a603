"""Addresses of links: parameters put into them, the way through a login page, short links.

Belongs here: addresses in, addresses out. Does not belong here: codes (``codes``), which link leads where (assets),
following one (``connectors.tracking``).

Parameters go behind those that are there and before the fragment. Where a link goes through a login page, they go into
the address that the login page returns to: the login page would drop its own. What is put in is UTF-8; what a marketer
wrote stays, also in another encoding, save letters that no address may hold.
"""

import base64
import binascii
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final
from urllib.parse import quote, unquote, urlsplit

CLICK: Final = "dg_click"
# Path of each mall's login page; {url}: the encoded address to return to, {base64}: the same in base64.
LOGIN_PAGES: Final[Mapping[str, str]] = {
    "cafe24": "/member/login.html?returnUrl={url}",
    "godomall": "/member/login.php?returnUrl={url}",
    "makeshop": "/shop/member.html?type=login&returnurl={url}",
    "imweb": "/login?back_url={base64}&used_login_btn=Y",
}
_KEPT: Final = "%/:?#[]@!$&'()*+,;=~-._"
_PLACE: Final = re.compile(r"\{(url|base64)\}")


@dataclass(frozen=True)
class Slot:
    """An address with room for a code: ``start + before + code + after + end``, of which the middle part is put into
    base64 where ``is_base64``."""

    start: str
    before: str
    after: str
    end: str
    is_base64: bool = False

    def filled(self, code: str) -> str:
        """The address with a code (letters and digits) in it."""
        middle = self.before + code + self.after
        return self.start + (_in_base64(middle) if self.is_base64 else middle) + self.end


@dataclass(frozen=True)
class _Behind:
    """A login page's address: ``start``, the encoded ``inner`` address, ``end``."""

    start: str
    inner: str
    end: str
    is_base64: bool

    @property
    def url(self) -> str:
        return self.start + (_in_base64(self.inner) if self.is_base64 else quote(self.inner, safe="")) + self.end


def plain(url: str) -> str | None:
    """The address as it goes over the wire (ASCII; Hangul hosts as xn--…), None for what is none."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").encode("idna").decode()
        port = f":{parts.port}" if parts.port is not None else ""
    except (ValueError, UnicodeError):
        return None
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:  # user@host: nobody's shop
        return None
    rest = url.strip().partition("://")[2][len(parts.netloc) :]
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}{quote(rest, safe=_KEPT)}"


def with_utm(url: str, utm: Mapping[str, str], login_path: str = "") -> str:
    """``url`` with the parameters ``utm`` (by name without 'utm_'); one that it has already stays as it is."""
    behind = _behind(url, login_path)
    if behind is not None:
        return replace(behind, inner=with_utm(behind.inner, utm)).url
    address, query, fragment = _cut(url)
    wanted = {f"utm_{name}": value for name, value in utm.items()}
    there = [part for part in query if _name(part) not in wanted or part.partition("=")[2]]  # an empty one is none
    names = {_name(part) for part in there}
    added = [f"{name}={quote(value, safe='')}" for name, value in wanted.items() if name not in names]
    return _joined(address, [*there, *added], fragment)


def with_click(url: str, code: str, login_path: str = "") -> str:
    """``url`` with the click's code, in place of another's that somebody copied along."""
    return click_slot(url, login_path).filled(code)


def click_slot(url: str, login_path: str = "") -> Slot:
    """Where in ``url`` a click's code goes: one address, many recipients."""
    behind = _behind(url, login_path)
    if behind is not None:
        inner = click_slot(behind.inner)
        if behind.is_base64:
            return Slot(behind.start, inner.before, inner.after, behind.end, True)
        return Slot(behind.start, quote(inner.before, safe=""), quote(inner.after, safe=""), behind.end)
    address, query, fragment = _cut(url)
    there = [part for part in query if _name(part) != CLICK]
    return Slot("", _joined(address, [*there, f"{CLICK}="], ""), fragment, "")


def through_login(url: str, mall: str, login_path: str, hosts: Collection[str]) -> str:
    """The login page of the shop that returns to ``url``, on the same host (of PC and mobile pages each has its own).

    ``mall``: of ``LOGIN_PAGES``; any other has its page in ``login_path`` (with ``{url}`` or ``{base64}``). Addresses
    on none of ``hosts`` (www. and m. apart), those that are such a page already, and all where no page is known, stay
    as they are."""
    page = login_page(mall, login_path)
    parts = urlsplit(url)
    if page is None or site(parts.netloc) not in {site(host) for host in hosts} or _behind(url, login_path):
        return url
    origin = f"{parts.scheme}://{parts.netloc}"
    inner = "/" + url[len(origin) :].lstrip("/")  # '//host' would lead to another host
    start, kind, end = _PLACE.split(page, maxsplit=1)
    return _Behind(origin + start, inner, end, kind == "base64").url


def login_page(mall: str, login_path: str) -> str | None:
    """Path of the login page with its place for the address, None where it is not known."""
    page = LOGIN_PAGES.get(mall, login_path)
    return page if page.startswith("/") and _PLACE.search(page) else None


def landing_of(url: str, login_path: str = "") -> str:
    """The address that one lands on after the login; others are that themselves."""
    behind = _behind(url, login_path)
    if behind is None:
        return url
    origin = "://".join(urlsplit(url)[:2])
    return origin + behind.inner if behind.inner.startswith("/") else behind.inner


def short_link(link_host: str, code: str) -> str:
    """What a text message has room for."""
    return f"{link_host}/{code}"


def unsubscribe_link(link_host: str, code: str) -> str:
    """Where one says that one wants no more e-mail."""
    return f"{link_host}/u/{code}"


def open_pixel(link_host: str, code: str) -> str:
    """The picture that an opened e-mail loads."""
    return f"{link_host}/o/{code}.gif"


def site(host: str) -> str:
    """A host as its shop: without port, 'www.' and 'm.', in small letters."""
    return re.sub(r"^(www|m)\.", "", host.lower().partition(":")[0])


def _cut(url: str) -> tuple[str, list[str], str]:
    """Address, parts of the query, fragment with its '#'."""
    whole, mark, fragment = url.partition("#")
    address, _, query = whole.partition("?")
    return address, [part for part in query.split("&") if part], mark + fragment


def _joined(address: str, query: list[str], fragment: str) -> str:
    return address + ("?" + "&".join(query) if query else "") + fragment


def _name(part: str) -> str:
    return unquote(part.partition("=")[0])


def _behind(url: str, login_path: str) -> _Behind | None:
    """A link through a login page of any mall, also one that a marketer has made by hand."""
    for page in (*LOGIN_PAGES.values(), *([login_path] if _PLACE.search(login_path) else [])):
        found = _pattern(page).match(url)
        inner = _inner(found[2], "{base64}" in page) if found else None
        if found and inner is not None:
            return _Behind(found[1], inner, found[3], "{base64}" in page)
    return None


@lru_cache(maxsize=32)
def _pattern(page: str) -> re.Pattern[str]:
    """``start``, encoded address and ``end`` of a login page's address; other parameters may stand before it."""
    start = _PLACE.split(page, maxsplit=1)[0]
    path, asks, query = start.partition("?")
    named = rf"{re.escape(path)}\?(?:[^#]*&)?{re.escape(query.rpartition('&')[2])}" if asks else re.escape(start)
    return re.compile(rf"(https?://[^/?#]+{named})([^&#]+)(.*)", re.IGNORECASE | re.DOTALL)


def _inner(encoded: str, is_base64: bool) -> str | None:
    """The address in a login page's parameter as ASCII; None where it is no address."""
    found = unquote(encoded, errors="surrogateescape")  # other encodings stay what they are
    if is_base64:
        try:
            found = base64.b64decode(found, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return None
    is_address = found.startswith("/") or re.match(r"https?://", found, re.IGNORECASE)
    return quote(found, safe=_KEPT, errors="surrogateescape") if is_address else None


def _in_base64(text: str) -> str:
    return quote(base64.b64encode(text.encode()).decode(), safe="")
