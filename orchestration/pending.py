"""Which landing files are waiting.

Belongs here: finding them for the planners. Does not belong here: deciding what to do with them (``planning``).
"""

from collections.abc import Collection

from assets.loading import LandingZone
from connectors.home.paths import Home
from connectors.warehouse.load import KINDS
from orchestration.planning import PendingFile


def find_pending(home: Home, landing: LandingZone, taken_in: Collection[str]) -> list[PendingFile]:
    """Landing files that are not in ``taken_in``, with when they were written."""
    found = []
    for kind in KINDS:
        for file in landing.files(kind):
            relative = file.path.relative_to(home.landing).as_posix()
            if relative not in taken_in and file.received_day is not None:
                found.append(PendingFile(relative, file.received_day, file.path.stat().st_mtime))
    return found
