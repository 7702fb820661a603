"""Homes for the tests of runs: made and run once a session, copied by whoever changes one."""

import contextlib
import datetime as dt
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

import duckdb
import pytest

from connectors.home.paths import Home, make_home
from connectors.published.tables import PublishedTables
from orchestration.cli import document_desk
from tests.assets.campaigns.campaign_home import fill, open_home
from tests.orchestration.campaign_desk import CampaignDesk
from tests.orchestration.taste_shop import FIRST, NAMES, THIRD, Shop

CUSTOMERS, DAYS = "150", "3"


def dangol(home: Home, *arguments: str, timeout: float = 150) -> subprocess.CompletedProcess[str]:
    """Run the command line on ``home`` in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "orchestration", *arguments, "--home", str(home.root)],
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
        env={**os.environ, "DANGOL_HOME": str(home.root)},
    )


def dangol_here(home: Home, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line on ``home`` in this process, which has loaded Dagster and PyTorch already: for what a
    command does and says. How a process starts and ends is shown by ``dangol``."""
    from orchestration.cli import main as command_line

    code: object = 0
    line = ["dangol", *arguments, "--home", str(home.root)]
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as out,  # Dagster wants files that it can redirect
        tempfile.TemporaryFile("w+", encoding="utf-8") as err,
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        patch.dict(os.environ, {"DANGOL_HOME": str(home.root)}),
        patch.object(sys, "argv", line),
        patch.object(command_line, "_leave", sys.exit),  # would end the tests
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")  # of Dagster's own parts; a user is shown none either
        try:
            command_line.main()
        except SystemExit as done:
            code = done.code
        for stream in (out, err):
            stream.flush()
            stream.seek(0)
        status = code if isinstance(code, int) else int(code is not None)
        return subprocess.CompletedProcess(line, status, out.read(), err.read())


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """The folder ``name``, made by whichever of the test processes comes first; the others wait for it."""
    base = factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    folder = shared / name
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            make(shared / f"{name}.making")
            (shared / f"{name}.making").rename(folder)
    return folder


@pytest.fixture(scope="session")
def landed_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with landing files that no run has seen. Read only."""

    def make(folder: Path) -> None:
        home = make_home(folder)
        done = dangol(home, "demo", "--customers", CUSTOMERS, "--days", DAYS)
        assert done.returncode == 0, done.stderr
        assert dangol(home, "init").returncode == 0

    return Home(made_once(tmp_path_factory, "landed_home", make))


@pytest.fixture(scope="session")
def ran_home(landed_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The same home after one undisturbed run. Read only."""

    def make(folder: Path) -> None:
        home = Home(folder)
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(landed_home.root, folder)
        done = dangol(home, "run")
        assert done.returncode == 0, done.stdout + done.stderr
        (folder / "first-run.txt").write_text(done.stdout, encoding="utf-8")

    return Home(made_once(tmp_path_factory, "ran_home", make))


@pytest.fixture
def copy_of(tmp_path: Path) -> Callable[[Home], Home]:
    """A home of the test's own, equal to another."""

    def copy(home: Home) -> Home:
        target = Home(tmp_path / "home")
        shutil.copytree(home.root, target.root, symlinks=True)
        return target

    return copy


@pytest.fixture
def shop(tmp_path: Path) -> Callable[..., Shop]:
    """A shop with as many days as wanted; on the second day segment 1 gets another name, on the third there is a
    bundle."""

    def make(*days: dt.date, locale: str = "ko") -> Shop:
        made = Shop(make_home(tmp_path / "home"), locale)
        for day in days:
            names = NAMES | ({1: "비건 스킨케어"} if day != FIRST else {})
            made.add_day(day, names, bundles={1: [1, 2]} if day == THIRD else None)
        with duckdb.connect() as connection:
            products = """
                SELECT *
                FROM (VALUES ('p1', '스킨케어 > 토너', 12900.0, 'active'), ('p2', '상의 > 셔츠', 39.5, 'sold_out'))
                AS t (product_id, category_path, sale_price, status)
            """
            PublishedTables(made.home).publish_full("products", connection, products)
        made.publish()
        return made

    return make


@pytest.fixture(scope="session")
def filled_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop of twenty members that nothing was sent in. Read only."""
    root = tmp_path_factory.mktemp("campaigns") / "home"
    with open_home(root) as home:
        fill(home)
    return root


@pytest.fixture
def desk(filled_shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CampaignDesk]:
    """`dangol campaign` on that shop, at nine in the morning of Monday, 2 March."""
    with open_home(shutil.copytree(filled_shop, tmp_path / "home", symlinks=True)) as home:
        monkeypatch.setattr(document_desk, "now", home.clock)
        yield CampaignDesk(home, tmp_path)
