"""Homes for the tests of runs: made and run once a session, copied by whoever changes one."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from connectors.home.paths import Home, make_home

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


@pytest.fixture(scope="session")
def landed_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with landing files that no run has seen. Read only."""
    home = make_home(tmp_path_factory.mktemp("landed") / "home")
    done = dangol(home, "demo", "--customers", CUSTOMERS, "--days", DAYS)
    assert done.returncode == 0, done.stderr
    assert dangol(home, "init").returncode == 0
    return home


@pytest.fixture(scope="session")
def ran_home(landed_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The same home after one undisturbed run. Read only."""
    home = Home(tmp_path_factory.mktemp("ran") / "home")
    shutil.copytree(landed_home.root, home.root)
    done = dangol(home, "run")
    assert done.returncode == 0, done.stdout + done.stderr
    (home.root / "first-run.txt").write_text(done.stdout, encoding="utf-8")
    return home


@pytest.fixture
def copy_of(tmp_path: Path) -> Callable[[Home], Home]:
    """A home of the test's own, equal to another."""

    def copy(home: Home) -> Home:
        target = Home(tmp_path / "home")
        shutil.copytree(home.root, target.root, symlinks=True)
        return target

    return copy
