"""A mall on the loopback address, a home that reads it, and a time that passes only when somebody sleeps."""

import datetime as dt
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest
import requests

from connectors.home.paths import Home, make_home
from connectors.home.settings import Settings
from connectors.sandbox.cafe24_demo import END, made_up_shop
from connectors.sandbox.cafe24_server import CLIENT_ID, CLIENT_SECRET, Cafe24Server, settings_of
from connectors.sources.cafe24.access import ID_VARIABLE, SECRET_VARIABLE, TOKEN_VARIABLE, mall_folder, read_access
from connectors.sources.cafe24.client import Cafe24Client
from connectors.sources.cafe24.pull import PullReport, pull
from connectors.sources.cafe24.token_file import TokenFile
from connectors.sources.landing import Landing


class Time:
    """Seconds since 1970 that pass when somebody sleeps."""

    def __init__(self, at: dt.datetime) -> None:
        self._seconds = at.timestamp()
        self._lock = threading.Lock()
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self._seconds

    def now(self) -> dt.datetime:
        return dt.datetime.fromtimestamp(self._seconds, dt.UTC)

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept.append(seconds)
            self._seconds += seconds


@dataclass
class Bench:
    """One home and one mall."""

    root: Path
    server: Cafe24Server
    time: Time
    settings: Settings
    first_token: str
    members: dict[str, dict[str, Any]] = field(default_factory=dict)
    erased: dict[str, dt.datetime] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.home: Home = make_home(self.root)

    @property
    def folder(self) -> Path:
        return mall_folder(self.home, "sandbox")

    def client(self, session: requests.Session | None = None, **environ: str) -> Cafe24Client:
        variables = {ID_VARIABLE: CLIENT_ID, SECRET_VARIABLE: CLIENT_SECRET, TOKEN_VARIABLE: self.first_token}
        return Cafe24Client(
            read_access(self.settings.cafe24, variables | environ),
            TokenFile(self.folder),
            session=session or requests.Session(),
            now=self.time.now,
            say=self.said.append,
            monotonic=self.time,
            sleep=self.time.sleep,
            jitter=lambda: 1.0,
        )

    def pull(self, client: Cafe24Client | None = None, **options: Any) -> PullReport:
        report = pull(
            self.home, self.settings, client or self.client(), members_sink=self.take, erased=self.erased,
            now=options.pop("now", self.time.now), say=self.said.append, **options,
        )  # fmt: skip
        assert all(one.adds_up for one in report.ingested.files)
        return report

    def take(self, members: Any) -> None:
        for row in members.to_pylist():
            self.members.setdefault(row["member_id"], {}).update(row)

    def take_stored(self) -> None:
        """Members whom another process stored (pull_and_die)."""
        stored = self.root / "members.ndjson"
        for line in stored.read_text(encoding="utf-8").splitlines() if stored.exists() else []:
            row = json.loads(line)
            self.members[row["member_id"]] = row | {"joined_at": dt.datetime.fromisoformat(row["joined_at"])}

    def rows(self, kind: str, columns: str = "*") -> list[tuple[Any, ...]]:
        landing = Landing(self.home, ZoneInfo("Asia/Seoul"))
        files = [str(file.path) for file in landing.files(kind)] + [str(landing.schema_file(kind))]
        with duckdb.connect() as con:
            query = f"select {columns} from read_parquet($1, hive_partitioning = false) order by all"
            return con.execute(query, [files]).fetchall()

    def content(self) -> dict[str, Any]:
        """Everything landed, without what depends on the moment and on the home's own key."""
        return {
            "events": self.rows("events", "* exclude (visitor_id, visitor_hash, member_key)"),
            "products": self.rows("products", "* exclude received_at"),
            "quarantine": self.rows("quarantine", "source, reason, raw"),
            "members": sorted(self.members.items()),
        }

    def totals(self) -> dict[str, tuple[int, int]]:
        """Events and pieces by name."""
        counted: dict[str, tuple[int, int]] = {}
        for name, pieces in self.rows("events", "event_name, quantity"):
            events, sum_ = counted.get(name, (0, 0))
            counted[name] = (events + 1, sum_ + pieces)
        return counted


MakeBench = Callable[..., Bench]


@pytest.fixture
def make_bench(tmp_path: Path) -> Iterator[MakeBench]:
    """A bench on a shop of given size; several benches of a test may share a server."""
    open_servers: list[Cafe24Server] = []

    def make(
        products: int = 30, members: int = 20, orders: int = 40, *, beside: Bench | None = None, **changed: Any
    ) -> Bench:
        number = len(list(tmp_path.iterdir()))
        if beside is not None:
            server, time = beside.server, beside.time
        else:
            time = Time(END + dt.timedelta(hours=1))
            options = {name: changed.pop(name) for name in ("scopes", "capacity") if name in changed}
            server = Cafe24Server(
                made_up_shop(products=products, members=members, orders=orders), clock=time, **options
            )
            open_servers.append(server.__enter__())
        settings = Settings.model_validate({"cafe24": {**settings_of(server), **changed}})
        return Bench(tmp_path / f"home{number}", server, time, settings, server.desk.first_token())

    yield make
    for server in open_servers:
        server.__exit__()


@pytest.fixture
def bench(make_bench: MakeBench) -> Bench:
    return make_bench()
