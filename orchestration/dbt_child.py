"""dbt in a process of its own that never outlives its parent.

Belongs here: starting dbt's command line under watch. Does not belong here: what dbt is asked to do.
When a run is killed, an orphaned dbt would keep the warehouse locked and go on writing to it; this one ends within
half a second. DuckDB's log makes that safe: what was not committed is gone, what was committed stays.
"""

import gc
import os
import signal
import sys
import threading
import time

_POLL_SECONDS = 0.3
_GARBAGE = 100_000  # objects between looks for garbage: of what dbt parses nearly all stays


def end_with_parent(parent: int) -> None:
    """Kill this process as soon as ``parent`` is no longer its parent."""
    while os.getppid() == parent:
        time.sleep(_POLL_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """dbt's command line, under watch."""
    parent = os.getppid()
    threading.Thread(target=end_with_parent, args=(parent,), daemon=True, name="end-with-parent").start()
    gc.set_threshold(_GARBAGE, 50, 50)
    from dbt.cli.main import cli

    sys.argv[0] = "dbt"
    cli()


if __name__ == "__main__":
    main()
