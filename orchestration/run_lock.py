"""One run at a time on a home, and the clearing up after one that was killed.

Belongs here: taking the home's lock once per process, telling dead runs from living ones, ending the dead.
Does not belong here: the lock itself (``connectors.home.lock``).

The command line takes the lock before it plans; the run inside it finds it taken by its own process and goes on. A run
started from the user interface or the daemon has a process of its own, and takes the lock with its first resource.
"""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from connectors.home.lock import exclusive
from connectors.home.paths import Home

if TYPE_CHECKING:
    import dagster as dg

PROCESS_TAG = "dangol/process"
_held: dict[Path, int] = {}
_guard = threading.Lock()


@contextmanager
def hold_run_lock(
    home: Home, *, purpose: str, wait: bool = True, say: Callable[[str], None] = lambda text: None
) -> Iterator[None]:
    """Hold the home's run lock; inside a block of the same process that holds it already, do nothing."""
    with ExitStack() as stack:
        with _guard:
            outermost = home.run_lock not in _held
        if outermost:
            stack.enter_context(exclusive(home.run_lock, purpose=purpose, wait=wait, say=say))
        with _guard:
            _held[home.run_lock] = _held.get(home.run_lock, 0) + 1
        try:
            yield
        finally:
            with _guard:
                _held[home.run_lock] -= 1
                if not _held[home.run_lock]:
                    del _held[home.run_lock]


def process_identity(pid: int | None = None) -> str:
    """Host, process id and its start, so that a process id given out again is not taken for the old one."""
    pid = pid or os.getpid()
    return f"{socket.gethostname()}/{pid}/{_started_at(pid)}"


def is_alive(identity: str) -> bool:
    """Whether the process behind ``identity`` still runs; processes of other machines count as alive."""
    host, pid, started = identity.rsplit("/", 2)
    if host != socket.gethostname():
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return _started_at(int(pid)) == started


def _started_at(pid: int) -> str:
    """Start of a process in clock ticks since boot; empty where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    except (OSError, IndexError):
        return ""
    return "" if fields[0] == "Z" else fields[19]


def end_dead_runs(instance: "dg.DagsterInstance", say: Callable[[str], None] = lambda text: None) -> list[str]:
    """Mark runs as failed whose process is gone. Gives their ids."""
    import dagster as dg

    open_states = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]
    ended = []
    for run in instance.get_runs(dg.RunsFilter(statuses=open_states)):
        identity = run.tags.get(PROCESS_TAG)
        if identity and not is_alive(identity):
            message = f"process {identity.split('/')[1]} died; what it had finished is kept, the rest is done again"
            instance.report_run_failed(run, message)
            say(f"run {run.run_id[:8]} was interrupted: {message}")
            ended.append(run.run_id)
    return ended


def free_pool_slots(instance: "dg.DagsterInstance", run_id: str | None = None) -> None:
    """Free the pool slots of every run but ``run_id``. Call it under the run lock.

    Whoever holds the lock is the only run at work, so any other slot was left by a killed one. Dagster frees those by
    its daemon alone, and a run from the command line would wait for a daemon that nobody started.
    """
    storage = instance.event_log_storage
    if storage.supports_global_concurrency_limits:
        for holder in storage.get_concurrency_run_ids() - {run_id}:
            storage.free_concurrency_slots_for_run(holder)
