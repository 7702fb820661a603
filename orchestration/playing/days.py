"""`dangol play`: the last days of the simulated shop, lived day by day with its campaigns.

Belongs here: the order of a day (tables up to yesterday, passes over the campaigns, what customers do about it) and
going on where a killed play stopped. Does not belong here: the parts (beside this module), sending
(``assets.campaigns``).

How far a play is stands in ``truth/play``: the day up to which tables were made and the simulated moment, the messages
that were delivered, and a file of responses for each day that is over. Sends themselves are in the ledger, and events
land in batches with fixed names, so that whatever is done again changes nothing.
"""

import datetime as dt
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import polars as pl

from assets.campaigns.shop import Shop, open_shop
from assets.campaigns.texts.links import link_host
from assets.campaigns.vendors.opening import Vendors, open_vendors
from connectors.home.durable import write_text
from connectors.home.paths import Home
from connectors.home.settings import Settings
from models.simulation.campaigns import shipped
from models.simulation.scenario import Scenario
from models.simulation.shop import Simulation
from models.tracking.codes import read_code
from orchestration.opening import make_landing, make_published
from orchestration.playing.clock import MovedClock
from orchestration.playing.customers import Customers, campaigns_truth, write_whole
from orchestration.playing.inbox import Inbox
from orchestration.playing.opening import PlayError, next_moment, put_in_force, start, stop

_START: Final = dt.time(0, 10)  # of the first day: campaigns are started
_END: Final = dt.time(20, 40)  # the last pass of a day is before
_FIXED: Final = (dt.time(9, 0), dt.time(20, 0))  # passes whatever is due
_APART: Final = dt.timedelta(minutes=10)
_MOST_PASSES: Final = 24  # of a day, far more than there ever are
# What decisions are made from; scores, the sizes of segments and reports are left to the run after the play, so are
# tastes once recommendations have the product vectors that come with them.
FIRST: Final = (
    'not (key:"lake/ai*" or key:"published/ai*" or key:"lake/segment*" or key:"published/segment*" '
    "or group:campaigns or group:attribution or group:reports)"
)
SELECT: Final = f'{FIRST} and not (key:"lake/taste*" or key:"published/taste*" or key:"lake/product_embeddings")'
Say = Callable[[str], None]


@dataclass(frozen=True)
class Progress:
    """How far a play is. ``tables``: the receive day up to which tables were made; ``at``: the simulated moment."""

    days: int
    tables: str = ""
    at: str = ""


@dataclass(frozen=True)
class Opened:
    """What a play works with."""

    shop: Shop
    clock: MovedClock
    vendors: Vendors
    inbox: Inbox
    customers: Customers


class Kept:
    """The vendors of all passes: they stay open for the whole play (see ``assets.campaigns.step.VendorDesk``)."""

    def __init__(self, vendors: Vendors) -> None:
        self._vendors = vendors

    def open(self, shop: Shop) -> Vendors:
        return self._vendors


class Play:
    """The last ``days`` days of the simulated shop in ``home``."""

    def __init__(self, home: Home, settings: Settings, days: int, say: Say) -> None:
        self.home, self.settings, self.days, self.say = home, settings, days, say
        self.folder = home.truth / "play"
        self.scenario = read_scenario(home)
        if not 1 <= days < self.scenario.days:
            raise PlayError(f"--days {days}: the shop has {self.scenario.days} days, and the first needs one before it")
        self.first = self.scenario.date_of(self.scenario.days - days)
        self.second = self.first + dt.timedelta(days=min(1, days - 1))

    def run(self) -> bool:
        """Play what is left to play. True when it ended well; raises :class:`PlayError`."""
        if (self.home.truth / "responses.parquet").is_file():
            self.say("The campaigns of this shop have been played before: nothing was added.")
            return True
        if self.settings.messages.vendors != "sandbox":
            raise PlayError("messages.vendors of shop.yaml is live: simulated customers get no real messages")
        if not self._state_file.is_file() and (last := self._last_day()) is not None and last >= self.first:
            self.say(
                f"The tables of this shop reach {last}: campaigns can only be played before they do. "
                "Make another home: dangol demo --home DIR, dangol play --home DIR"
            )
            return True
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self._state_file.is_file():
            self._note(Progress(self.days))
        if self._progress.days != self.days:
            begun = self._progress.days
            raise PlayError(f"a play of {begun} days is under way here: give --days {begun}")
        return self._played()

    def _played(self) -> bool:
        begun = time.monotonic()
        if not self._tables(self.first - dt.timedelta(days=1), FIRST, self.say):
            return False
        simulation = Simulation(self.scenario)
        with self._opened(simulation) as opened:
            for number in range(self.days):
                day = self.first + dt.timedelta(days=number)
                if self._day_file(day).is_file():
                    continue
                if not self._tables(day - dt.timedelta(days=1), SELECT) or not self._day(opened, day):
                    return False
            stop(opened.shop, shipped.campaigns(self.first, self.second))
        self._write_truth()
        self.say(f"Played {self.days} days in {time.monotonic() - begun:.0f} s.")
        self.say(f"Next: dangol run --home {self.home.root}")
        return True

    @contextmanager
    def _opened(self, simulation: Simulation) -> Iterator[Opened]:
        home, settings = self.home, self.settings
        at = dt.datetime.fromisoformat(self._progress.at) if self._progress.at else self._moment(self.first, _START)
        clock = MovedClock(at)
        with open_shop(home, settings, make_published(home, settings), clock, clock.sleep, self.say) as shop:
            campaigns = shipped.campaigns(self.first, self.second)
            put_in_force(shop, campaigns)
            start(shop, campaigns)
            batch = f"play-s{self.scenario.seed}-{self.scenario.start:%Y%m%d}"
            customers = Customers(shop, simulation, make_landing(home, settings), batch)
            reads = partial(read_code, shop.secret)
            inbox = Inbox(self.folder / "inbox.ndjson", reads, link_host(settings), lambda: clock().timestamp())
            with open_vendors(shop) as vendors:
                assert vendors.sandbox is not None  # see ``run``
                inbox.listen(vendors.sandbox, simulation.members())
                yield Opened(shop, clock, vendors, inbox, customers)

    def _day(self, opened: Opened, day: dt.date) -> bool:
        """All passes of a day, then what the customers do about the messages of the day."""
        fixed, end = [self._moment(day, each) for each in _FIXED], self._moment(day, _END)
        begins = self._moment(day, _START)
        is_again = opened.clock() > begins  # a pass of this day was begun and killed: what was due then is due now
        opened.clock.move_to(begins)
        for _ in range(_MOST_PASSES):
            moment = opened.clock() if is_again else next_moment(opened.shop, fixed, end, _APART)
            is_again = False
            if moment is None:
                break
            opened.clock.move_to(moment)
            self._note(replace(self._progress, at=moment.isoformat()))
            if not self._pass(opened):
                return False
        messages = opened.inbox.messages()
        if known := [pl.read_parquet(file, columns=["send_no", "seq"]) for file in self._day_files()]:
            messages = messages.join(pl.concat(known), on=["send_no", "seq"], how="anti", maintain_order="left")
        responses = opened.customers.respond(day, messages)
        opened.clock.move_to(end)
        self._note(replace(self._progress, at=opened.clock().isoformat()))
        write_whole(responses, self._day_file(day))
        self.say(f"{day} {_told(responses)}")
        return True

    def _pass(self, opened: Opened) -> bool:
        """One pass over the campaigns, as a run of Dagster in this process; a line for each campaign that sent."""
        from orchestration.campaign_running import run_campaigns

        before, moment, lines = _counts(opened.shop), opened.clock(), list[str]()
        overrides: Mapping[str, Any] = {
            "clock": opened.clock, "sleep": opened.clock.sleep, "vendors": Kept(opened.vendors),
        }  # fmt: skip
        if not run_campaigns(self.home, self.settings, say=lines.append, overrides=overrides):
            self.say("\n".join(lines))
            return False
        local = moment.astimezone(self.settings.zone)
        for name, counts in _counts(opened.shop).items():
            more = tuple(now - then for now, then in zip(counts, before.get(name, (0, 0, 0)), strict=True))
            if any(more):
                self.say(f"  {local:%H:%M}  {name:<36} {more[0]:>7,} sent {more[1]:>7,} accepted {more[2]:>5,} failed")
        return True

    def _tables(self, last: dt.date, select: str, say: Say | None = None) -> bool:
        """The graph up to a receive day, unless that was done. ``say``: gets a line for each asset."""
        from orchestration.progress import Progress as RunProgress
        from orchestration.progress import SpokenLines
        from orchestration.running import Wish, execute, make_plan

        if self._progress.tables >= last.isoformat():
            return True
        begun, lines = time.monotonic(), list[str]()
        wish = Wish(last=last, select=select)
        plan = make_plan(self.home, self.settings, wish, dt.datetime.now(self.settings.zone).date(), self.say)
        progress = RunProgress(SpokenLines(say or lines.append))
        if plan.days is not None and not execute(self.home, wish, plan.days, progress):
            self.say("\n".join([*lines, *progress.failures]))
            return False
        self._note(replace(self._progress, tables=last.isoformat()))
        self.say(f"Tables up to {last} in {time.monotonic() - begun:.0f} s")
        return True

    def _write_truth(self) -> None:
        """``responses.parquet`` last: it says that the play is over."""
        files = self._day_files()
        responses = pl.concat([pl.read_parquet(file) for file in files]).drop("send_no")
        write_whole(campaigns_truth(responses), self.home.truth / "campaigns.parquet")
        write_whole(responses, self.home.truth / "responses.parquet")

    def _last_day(self) -> dt.date | None:
        """The last day that the published tables know of the simulated days."""
        published = make_published(self.home, self.settings)
        if published.current("daily_site_metrics") is None:
            return None
        last: dt.date | None = published.scan("daily_site_metrics").select(pl.col("day").max()).collect().item()
        return last

    def _moment(self, day: dt.date, time_of_day: dt.time) -> dt.datetime:
        return dt.datetime.combine(day, time_of_day, self.settings.zone)

    @property
    def _state_file(self) -> Path:
        return self.folder / "progress.json"

    @property
    def _progress(self) -> Progress:
        return Progress(**json.loads(self._state_file.read_text(encoding="utf-8")))

    def _note(self, progress: Progress) -> None:
        write_text(self._state_file, json.dumps(asdict(progress)) + "\n")

    def _day_file(self, day: dt.date) -> Path:
        return self.folder / f"responses-{day}.parquet"

    def _day_files(self) -> list[Path]:
        return sorted(self.folder.glob("responses-*.parquet"))


def read_scenario(home: Home) -> Scenario:
    """The simulated shop that lies in a home. Raises :class:`PlayError` where there is none."""
    claim = home.truth / "scenario.json"
    if not claim.is_file():
        raise PlayError(f"{home.root} holds no simulated shop: `dangol demo --home {home.root}` makes one")
    told = json.loads(claim.read_text(encoding="utf-8"))
    return Scenario(**{**told, "start": dt.date.fromisoformat(told["start"])})


def _counts(shop: Shop) -> dict[str, tuple[int, int, int]]:
    """Messages sent, taken by the vendor and failed so far, by campaign; substitutes by themselves."""
    found: dict[str, tuple[int, int, int]] = {}
    for state in shop.store.campaign_states.all():
        for send in shop.store.ledger.of_campaign(state.campaign_id):
            name = f"{send.campaign_id} ({send.channel})"
            sent, accepted, failed = found.get(name, (0, 0, 0))
            gone = send.accepted + send.delivered + send.failed + send.unknown
            found[name] = sent + gone, accepted + send.accepted + send.delivered, failed + send.failed
    return found


def _told(responses: pl.DataFrame) -> str:
    """A day's responses in a line."""
    clicked, bought, revenue = (responses[name].sum() for name in ("clicked", "bought", "revenue"))
    return (
        f"{len(responses):,} messages with links delivered, {clicked:,} clicked, {bought:,} bought for {revenue:,} won"
    )
