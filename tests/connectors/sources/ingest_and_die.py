"""Run by test_kill: ingests one file and kills itself at the N-th file it would move into the landing zone.

Usage: python ingest_and_die.py HOME MAPPING FILE N [before|after]
"""

import datetime as dt
import os
import signal
import sys
from pathlib import Path
from typing import Any

from connectors.home import durable
from connectors.home.paths import open_home
from connectors.home.settings import Settings
from connectors.sources.ingest import ingest


def main(home: str, mapping: str, file: str, at: str, when: str) -> None:
    left = [int(at)]
    rename = os.replace

    def rename_or_die(*paths: Any) -> None:
        left[0] -= 1
        if left[0] == 0 and when == "after":
            rename(*paths)
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        rename(*paths)

    durable.os.replace = rename_or_die  # type: ignore[attr-defined]
    now = dt.datetime(2025, 6, 1, 12, tzinfo=dt.UTC)
    ingest(open_home(home), Settings(), Path(mapping), [Path(file)], lambda members: None, lambda: now)


if __name__ == "__main__":
    main(*sys.argv[1:])
