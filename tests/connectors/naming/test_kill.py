"""A run killed around a call: neither a second payment for an answer, nor more calls than the day has."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]


def ask_and_die(bench: Any, moment: str) -> None:
    script = Path(__file__).with_name("ask_and_die.py")
    command = [sys.executable, str(script), str(bench.folder), bench.server.base_url, bench.server.api_key, moment]
    done = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr


def test_killed_after_the_answer_was_kept_nothing_is_paid_again(bench: Any) -> None:
    ask_and_die(bench, "kept")
    answer = bench.model().ask("group", "system", "키워드: 린넨")
    assert answer is not None
    assert len(bench.server.requests) == 1


@pytest.mark.parametrize(("moment", "arrived"), [("reserved", 0), ("answered", 1)])
def test_killed_around_the_call_the_day_loses_a_call_and_never_gains_one(bench: Any, moment: str, arrived: int) -> None:
    ask_and_die(bench, moment)
    assert len(bench.server.requests) == arrived
    ask_and_die(bench, moment)
    assert bench.model(calls_per_day=2).ask("group", "system", "키워드: 린넨") is None
    assert len(bench.server.requests) == 2 * arrived
    assert "2 calls of 2026-03-01 are used up" in bench.said
