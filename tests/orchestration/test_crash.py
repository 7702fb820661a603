"""A run that is killed at any moment and started again publishes what an undisturbed run publishes."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from connectors.home.paths import Home
from tests.orchestration.conftest import dangol
from tests.orchestration.test_run import published_rows


@pytest.mark.slow
@pytest.mark.feature("M4")
def test_killed_runs_lose_nothing(landed_home: Home, ran_home: Home, copy_of: Callable[[Home], Home]) -> None:
    home = copy_of(landed_home)
    random_moments = random.Random(os.environ.get("DANGOL_CRASH_SEED", "7"))
    for _ in range(3):
        run = subprocess.Popen(
            [sys.executable, "-m", "orchestration", "run", "--home", str(home.root)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _wait_for_start(home, run)
        time.sleep(random_moments.uniform(0, 10))
        run.send_signal(signal.SIGKILL)
        run.wait()
    done = dangol(home, "run")
    assert done.returncode == 0, done.stdout + done.stderr
    assert published_rows(home) == published_rows(ran_home)

    import dagster as dg

    from orchestration.instance import open_instance

    with open_instance(home) as instance:
        left = instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED]))
        assert not left, "runs of dead processes are marked as failed"


def _wait_for_start(home: Home, run: "subprocess.Popen[bytes]") -> None:
    """Until the run holds the lock: the time before is of no interest."""
    for _ in range(300):
        if run.poll() is not None or (home.run_lock.exists() and str(run.pid) in home.run_lock.read_text()):
            return
        time.sleep(0.05)
