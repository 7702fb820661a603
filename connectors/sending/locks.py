"""Locks of campaigns: who decides, who publishes, who works on a send.

Belongs here: where the locks lie and how they are tried. Does not belong here: locking itself
(``connectors.home.lock``), the work under them (``assets.campaigns.work``, erasing a member).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from connectors.home.lock import RunInProgress, exclusive
from connectors.home.paths import Home


def decide_lock(home: Home) -> Path:
    """Held by the pass that decides."""
    return _folder(home) / "decide.lock"


def is_held(lock: Path) -> bool:
    """Whether somebody holds a lock now."""
    try:
        with exclusive(lock, purpose="a look", wait=False):
            return False
    except RunInProgress:
        return True


def send_lock(home: Home, send_no: int) -> Path:
    """Held by the pass that works on a send."""
    return _folder(home) / f"send-{send_no}.lock"


def publish_lock(home: Home) -> Path:
    """Held by the pass that publishes."""
    return _folder(home) / "publish.lock"


@contextmanager
def held_alone(lock: Path) -> Iterator[bool]:
    """Hold a lock if nobody else does, and say whether; it is gone afterwards."""
    try:
        with exclusive(lock, purpose="sending", wait=False):
            yield True
            lock.unlink(missing_ok=True)
    except RunInProgress:
        yield False


def _folder(home: Home) -> Path:
    return home.root / "campaigns"
