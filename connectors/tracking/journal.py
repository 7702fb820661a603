"""Clicks and opens on their way to the landing zone: written down at once, so that a killed process loses none.

Belongs here: lines in files, taken by whoever lands them. Does not belong here: what the lines say (``resolver``).

Several processes may add and take at the same time. Lines hold no pseudonym: whose message a click came from is looked
up when it lands, so the journal has nothing of a member who is erased meanwhile.
"""

import fcntl
import json
import os
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any


class Journal:
    """The journal in ``folder``, which is made when the first line comes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open = folder / "open.ndjson"

    def add(self, line: Mapping[str, object]) -> None:
        """Write one line down. It outlives the process; with the power goes what the system had not yet written.
        Raises OSError when it can not be written."""
        data = b"\n" + json.dumps(line, ensure_ascii=False).encode()  # one that a full disk cut short stays alone
        self._folder.mkdir(parents=True, exist_ok=True)
        while True:
            handle = os.open(self._open, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                fcntl.flock(handle, fcntl.LOCK_SH)
                if self._is_current(handle):
                    os.write(handle, data)
                    return
            finally:
                os.close(handle)

    def take(self) -> Sequence[Path]:
        """Files whose lines are to be landed, also those that others took and did not finish; new lines go elsewhere
        from now on."""
        if self._open.exists():
            handle = os.open(self._open, os.O_WRONLY)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX)  # nobody is in the middle of a line
                if self._is_current(handle):
                    self._open.rename(self._folder / f"taken-{uuid.uuid4().hex}.ndjson")
            finally:
                os.close(handle)
        return sorted(self._folder.glob("taken-*.ndjson"))

    def lines(self, files: Sequence[Path]) -> list[dict[str, Any]]:
        """What was written down; of a file that another has landed meanwhile there is nothing left."""
        found = list[dict[str, Any]]()
        for file in files:
            with suppress(FileNotFoundError):
                for line in file.read_bytes().splitlines():
                    with suppress(ValueError):  # cut short
                        found.append(json.loads(line))
        return found

    def done(self, files: Sequence[Path]) -> None:
        """Their lines have landed."""
        for file in files:
            file.unlink(missing_ok=True)

    def _is_current(self, handle: int) -> bool:
        """Whether the file has not been taken since it was opened."""
        try:
            return os.path.samestat(os.fstat(handle), os.stat(self._open))
        except FileNotFoundError:
            return False
