"""Kill an erasure at its first, second, third … step, finish it, and compare with one that was never killed.

Run as a program by the test of the same purpose: ``kill_everywhere.py HOME WORK EXPECTED STEPS``. The parent opens no
database itself and forks a child for every attempt; a fresh interpreter for each would take minutes.
"""

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import world

from connectors.erasure import warehouse
from connectors.erasure.erase import erase_member
from connectors.home.paths import Home

STEPS: list[tuple[ModuleType, tuple[str, ...]]] = [
    (os, ("replace", "rename", "unlink")),
    (warehouse, ("compact", "erase_from_warehouse")),
]


def kill_at(step: int) -> None:
    """Make this process kill itself just before its ``step``-th step."""
    done: list[str] = []

    def wrapped(name: str, real: Callable) -> Callable:
        def call(*arguments: object, **named: object) -> object:
            done.append(name)
            if len(done) == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **named)

        return call

    for module, names in STEPS:
        for name in names:
            setattr(module, name, wrapped(name, getattr(module, name)))


def forked(work: Callable[[], None]) -> int:
    """Run ``work`` in a child; gives its wait status."""
    child = os.fork()
    if child == 0:
        os.fsync = lambda descriptor: None  # type: ignore[assignment]  # a killed process loses nothing it wrote
        work()
        os._exit(0)
    return os.waitpid(child, 0)[1]


def erase(home: Home) -> None:
    with world.open_store(home) as store:
        erase_member(home, "A", store, world.now)


def main(original: Path, work: Path, expected: Path, steps: Path) -> None:
    step, killed = 0, True
    while killed:
        step += 1
        home = Home(work / str(step))
        shutil.copytree(original, home.root, symlinks=True)

        def cut_short(home: Home = home, step: int = step) -> None:
            kill_at(step)
            erase(home)

        def finish(home: Home = home, step: int = step) -> None:
            erase(home)
            found = json.dumps(world.contents(home), sort_keys=True)
            key = world.keys(home)["A"].encode()
            if found != expected.read_text() or key in home.warehouse.read_bytes():
                expected.with_suffix(f".{step}").write_text(found)
                os._exit(1)

        killed = forked(cut_short) == signal.SIGKILL
        if forked(finish) != 0:
            sys.exit(f"killed at step {step}: it does not end the same, see {expected.with_suffix(f'.{step}')}")
        shutil.rmtree(home.root)
    steps.write_text(str(step))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
