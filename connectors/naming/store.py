"""What was asked and answered before, and how many calls a day has had.

Belongs here: keeping both on disk so that neither a killed run nor a repeated one pays twice.
Does not belong here: asking (``language_model``) and what makes two questions the same (the caller's key).

``answers/<hash of the key>.json`` is one reply; ``calls.json`` is calls by day. Each file is written aside, flushed and
renamed, under a lock: a run already holds the home's run lock, and two processes that did not would still be safe.
"""

import datetime as dt
import fcntl
import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from connectors.home.durable import write_text

_DAYS_KEPT = 60


@dataclass(frozen=True)
class Answer:
    """A name and a description as the model gave them; ``named_by`` is the label of the model that did."""

    name: str
    description: str
    named_by: str


@dataclass(frozen=True)
class Declined:
    """The model was asked and gave nothing usable: another call with the same content would be paid for in vain.

    ``declined_by`` names model and server: what one of them declines another may answer.
    """

    reason: str
    declined_by: str


@dataclass(frozen=True)
class _Kept:
    key: str
    reply: Answer | Declined


_KEPT = TypeAdapter(_Kept)
_CALLS = TypeAdapter(dict[dt.date, Annotated[int, Field(ge=0)]])


class NameStore:
    """Replies and calls, kept below one folder of the home; the folder is made when something is first kept."""

    def __init__(self, folder: Path, *, say: Callable[[str], None] = lambda text: None) -> None:
        self._folder = folder
        self._answers = folder / "answers"
        self._calls = folder / "calls.json"
        self._say = say

    def get(self, key: str) -> Answer | Declined | None:
        """The reply kept under ``key``; None when there is none, or none that can be read (which is said)."""
        path = self._path(key)
        try:
            kept = _KEPT.validate_json(path.read_bytes())
        except FileNotFoundError:
            return None
        except (ValidationError, OSError):
            kept = None
        if kept is None or kept.key != key:
            self._say(f"{path} can not be read or is damaged: its group is asked about again")
            return None
        return kept.reply

    def put(self, key: str, reply: Answer | Declined) -> None:
        """Keep ``reply``; when this returns, it outlives a power cut. Raises :class:`OSError` as on a full disk."""
        with self._locked():
            self._answers.mkdir(exist_ok=True)
            write_text(self._path(key), json.dumps(asdict(_Kept(key, reply)), ensure_ascii=False, indent=1))

    def calls_on(self, day: dt.date) -> int | None:
        """Calls reserved for ``day``; None when the file that counts them is damaged."""
        try:
            return _CALLS.validate_json(self._calls.read_bytes()).get(day, 0)
        except FileNotFoundError:
            return 0
        except ValidationError:
            return None

    def reserve(self, day: dt.date, limit: int) -> bool:
        """Count one more call of ``day`` before it is made; False, and nothing counted, when ``limit`` is reached.

        A crash between this and the call wastes one call and never adds one. A damaged file counts as a day used up.
        Raises :class:`OSError` when the count can not be written: the call must not be made then.
        """
        with self._locked():
            used = self.calls_on(day)
            if used is None:
                self._say(f"{self._calls} is damaged: the calls of {day} count as used up, the next day starts anew")
                self._write_calls({day: limit})
                return False
            if used >= limit:
                return False
            known = _CALLS.validate_json(self._calls.read_bytes()) if self._calls.exists() else {}
            self._write_calls(known | {day: used + 1})
            return True

    def _write_calls(self, calls: dict[dt.date, int]) -> None:
        newest = sorted(calls.items())[-_DAYS_KEPT:]
        write_text(self._calls, json.dumps({day.isoformat(): number for day, number in newest}, indent=1))

    def _path(self, key: str) -> Path:
        return self._answers / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.json"

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        with open(self._folder / "lock", "a") as handle:
            fcntl.flock(handle.fileno(), fcntl.LOCK_EX)  # held for a few writes; the kernel frees it with the process
            yield
