"""What a tracked link does when it is followed: where it leads, and that it was followed.

Belongs here: looking up codes, noting clicks and opens, unsubscribing, events for the landing zone. Does not belong
here: HTTP (the web service), how codes and addresses are made (handed in as ``LinkRules``).

Links lead to targets of the store only, so nobody can have the shop's name on a link to elsewhere. Robots and link
previews are led on like everybody else, and nothing is noted.
"""

import datetime as dt
import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, Protocol

import polars as pl

from connectors.home.paths import Home
from connectors.sources.landing import Landing
from connectors.store.consents import Consent
from connectors.store.store import Store
from connectors.tracking.journal import Journal
from connectors.tracking.robots import is_robot

_LOG = logging.getLogger(__name__)
SOURCE: Final = "tracked_links"  # column source of the events
_MOST_AGENT: Final = 500
_LINES: Final = {
    "event_name": pl.String(), "code": pl.String(), "send_no": pl.Int64(), "seq": pl.Int64(), "at_us": pl.Int64(),
    "url": pl.String(), "link": pl.String(), "user_agent": pl.String(), "device": pl.String(),
}  # fmt: skip
# The same noted click always makes the same event; two clicks at the same microsecond are one.
_EVENT_ID: Final = pl.format("{}:{}:{}", "event_name", "code", "at_us")
_PROPERTIES: Final = ("send_id", "campaign_id", "variant", "channel", "click_id", "link")

Device = Literal["pc", "mobile_web", "app"]


class ClickCode(Protocol):
    """What a code stands for; target 0: none."""

    @property
    def send_no(self) -> int: ...
    @property
    def seq(self) -> int: ...
    @property
    def target_no(self) -> int: ...


@dataclass(frozen=True)
class LinkRules:
    """``read``: what a code stands for, None for none of ours. ``with_click``: an address with a click's code.
    ``landing_of``: the page that an address through a login ends on."""

    read: Callable[[str], ClickCode | None]
    with_click: Callable[[str, str], str]
    landing_of: Callable[[str], str]


@dataclass(frozen=True)
class Followed:
    """``url``: where to redirect to; ``is_noted``: whether it counts as a click."""

    url: str
    is_noted: bool


class Resolver:
    """Follows the tracked links of one shop; usable from several threads and processes."""

    def __init__(self, home: Home, store: Store, landing: Landing, rules: LinkRules) -> None:
        self._store, self._landing, self._rules = store, landing, rules
        self._journal = Journal(home.root / "clicks")

    def follow(
        self, code: str, *, at: dt.datetime, user_agent: str | None = None, device: Device | None = None
    ) -> Followed | None:
        """Where a code of a link leads, None for what is none (answer 404). ``at``: aware; ``device``: where it is
        known, else it is derived from the user agent. Ask for GET only: HEAD is nobody's click."""
        read = self._rules.read(code)
        target = self._store.link_targets.url(read.target_no) if read is not None and read.target_no else None
        if read is None or target is None:
            return None
        url = self._rules.with_click(target, code)
        pages = {"url": self._rules.landing_of(url), "link": self._rules.landing_of(target)}
        return Followed(url, self._note("message_click", code, read, at, user_agent, device, pages))

    def opened(
        self, code: str, *, at: dt.datetime, user_agent: str | None = None, device: Device | None = None
    ) -> bool:
        """An e-mail's pixel was loaded; False where it counts for nothing. Answer with the picture in any case."""
        read = self._rules.read(code)
        if read is None or read.target_no:
            return False
        return self._note("message_open", code, read, at, user_agent, device, {})

    def unsubscribe(self, code: str, *, confirmed: bool) -> Literal["confirm", "done"] | None:
        """End the recipient's consent to e-mail; None for a code that is none.

        Without ``confirmed`` nothing is done ("confirm": show a page that asks): programs that look at links make GET
        requests (RFC 8058). Confirmed is a POST, of that page or of the mail program's own button."""
        read = self._rules.read(code)
        if read is None or read.target_no:
            return None
        if not confirmed:
            return "confirm"
        evidence = f"link to unsubscribe in message {read.send_no}-{read.seq}"
        keys = self._store.ledger.addressees({read.send_no: [read.seq]})["customer_key"]  # none: erased since
        self._store.record_consents([Consent(key, "email", False, evidence=evidence) for key in keys])
        return "done"

    def flush(self) -> int:
        """Land what was noted, as events; returns how many. Killed anywhere and done again it adds nothing twice."""
        files = self._journal.take()
        lines = pl.DataFrame(self._journal.lines(files), schema=_LINES)
        if lines.is_empty():
            self._journal.done(files)
            return 0
        batch = hashlib.md5("\n".join(lines.select(_EVENT_ID).to_series().sort()).encode()).hexdigest()[:16]
        # under the landing zone's lock, which an erasure holds too: nothing of a member lands after it
        landed = self._landing.append_events(lambda: self._events(lines), batch)
        self._journal.done(files)
        return landed.rows

    def _note(
        self,
        event_name: str,
        code: str,
        read: ClickCode,
        at: dt.datetime,
        user_agent: str | None,
        device: Device | None,
        pages: dict[str, str],
    ) -> bool:
        if is_robot(user_agent):
            return False
        since = at.astimezone(dt.UTC) - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
        line = {
            "event_name": event_name, "code": code, "send_no": read.send_no, "seq": read.seq,
            "at_us": since // dt.timedelta(microseconds=1), "device": device,
            "user_agent": user_agent[:_MOST_AGENT] if user_agent else None, **pages,
        }  # fmt: skip
        try:
            self._journal.add(line)
        except OSError as error:  # whoever clicked gets to the page all the same
            _LOG.warning("a click could not be written down (%s): see that the disk has room", type(error).__name__)
            return False
        return True

    def _events(self, lines: pl.DataFrame) -> pl.DataFrame:
        """Canonical events of those whose messages still have somebody."""
        wanted = dict(lines.group_by("send_no").agg("seq").iter_rows())
        found = lines.join(self._store.ledger.addressees(wanted), on=["send_no", "seq"], how="inner")
        found = found.with_columns(click_id="code").sort("at_us", "code", "event_name")
        return found.select(
            _EVENT_ID.alias("event_id"),
            "event_name",
            pl.from_epoch("at_us", time_unit="us").alias("event_at"),
            pl.col("customer_key").alias("visitor_id"),
            pl.col("customer_key").alias("member_key"),
            "url",
            "user_agent",
            "device",
            pl.struct(_PROPERTIES).struct.json_encode().alias("properties"),
            pl.lit(SOURCE).alias("source"),
        )
