"""The tokens of one mall on disk: readable by the owner alone, there whole or not at all.

Belongs here: the file and its safe replacement. Does not belong here: getting tokens (``tokens``).
"""

import datetime as dt
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

from connectors.home.durable import ASIDE, move

_ROOM = 16_384  # bytes kept free on disk before a token is spent


@dataclass(frozen=True)
class Tokens:
    """What the vendor gave last. Times are aware UTC, by our clock; ``first``: digest of the token all began with."""

    access: str = field(repr=False)
    access_until: dt.datetime
    refresh: str = field(repr=False)
    refresh_until: dt.datetime
    client_id: str
    first: str = ""

    def is_fresh(self, now: dt.datetime, margin: dt.timedelta) -> bool:
        return now + margin < self.access_until


class TokenFile:
    """``token.json`` in the mall's folder."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "token.json"
        self.lock = folder / "token.lock"

    def read(self) -> Tokens | None:
        """The tokens; None when there is no file, or one that can not be read (it is then replaced)."""
        try:
            found = json.loads(self.path.read_text(encoding="utf-8"))
            times = {name: dt.datetime.fromisoformat(found[name]) for name in ("access_until", "refresh_until")}
            return Tokens(**(found | times))
        except FileNotFoundError:
            return None
        except (ValueError, TypeError, KeyError):
            return None

    @contextmanager
    def replacing(self) -> Iterator["TokenWriter"]:
        """A writer with its file open and its room on disk taken, so that what can fail fails before a token is spent.

        The writer must be used within the block; nothing changes if it is not.
        """
        aside = self.path.with_name(f"{ASIDE}{self.path.name}.{os.getpid()}")
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
                os.posix_fallocate(handle.fileno(), 0, _ROOM)
                yield TokenWriter(handle, aside, self.path)
        finally:
            aside.unlink(missing_ok=True)


class TokenWriter:
    """Puts tokens in place of those of the file."""

    def __init__(self, handle: IO[str], aside: Path, target: Path) -> None:
        self._handle = handle
        self._aside = aside
        self._target = target

    def put(self, tokens: Tokens) -> None:
        """Write, flush to disk, rename: after this the tokens survive any crash."""
        times = {"access_until": tokens.access_until.isoformat(), "refresh_until": tokens.refresh_until.isoformat()}
        self._handle.write(json.dumps(asdict(tokens) | times))
        self._handle.truncate()
        self._handle.flush()
        move(self._aside, self._target)
