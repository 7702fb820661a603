"""The run lock: one run at a time on one home.

Belongs here: taking and giving back the lock. Does not belong here: what a run does.
The kernel frees an ``flock`` when its process dies, so a killed run never leaves a lock behind.
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


class RunInProgress(Exception):
    """Another process holds the lock; the message says which."""


@contextmanager
def exclusive(
    path: Path,
    *,
    purpose: str,
    wait: bool = True,
    say: Callable[[str], None] = lambda text: None,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[None]:
    """Hold the lock at ``path`` for the length of the block.

    When someone else holds it: says so once through ``say`` and waits, or with ``wait=False`` raises
    :class:`RunInProgress`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a+", encoding="utf-8") as handle:
        said = False
        while not _try_lock(handle.fileno()):
            handle.seek(0)
            holder = handle.read().strip() or "another process"
            if not wait:
                raise RunInProgress(f"{path.parent} is in use by {holder}; try again when it has finished")
            if not said:
                say(f"{path.parent} is in use by {holder}; waiting for it to finish ...")
                said = True
            sleep(0.2)
        handle.seek(0)
        handle.truncate()
        handle.write(f"{purpose} (process {os.getpid()})\n")
        handle.flush()
        yield


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
