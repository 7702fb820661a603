"""`dangol play`.

Belongs here: reading what is asked, the run lock. Does not belong here: playing itself (``orchestration.playing``).
"""

import sys
from pathlib import Path

from connectors.home.paths import open_home
from connectors.home.settings import read_settings


def play_command(root: Path | None, days: int) -> int:
    """Live the last ``days`` days of the simulated shop with its campaigns. Returns the exit status."""
    from orchestration.playing.days import Play
    from orchestration.playing.opening import PlayError
    from orchestration.progress import Progress, open_stream
    from orchestration.run_lock import hold_run_lock

    home, say = open_home(root), Progress(open_stream()).say  # Dagster captures standard output while steps run
    try:
        with hold_run_lock(home, purpose="dangol play", say=say):
            return 0 if Play(home, read_settings(home.settings_file), days, say).run() else 1
    except PlayError as error:
        print(f"dangol play: {error}", file=sys.stderr)
        return 1
