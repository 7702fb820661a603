"""On-site messages: documents that the shop's own pages show, published as files.

Belongs here: writing them so that a reader sees all of an attempt or nothing. Does not belong here: showing them (the
web part), what a banner says (``models.messages``).

``published/onsite/<day>/<attempt>.json`` holds one attempt: its messages, each with the customer it is for and the
document. ``to``: the customer's key, a name that says nothing about the person. ``content``: the part ``onsite`` of a
template document, filled. The file's name is the attempt's, so that whether it was published is always known.
"""

import datetime as dt
import json
import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, Final

from connectors.channels.protocol import (
    Ambiguous,
    Answer,
    Attempt,
    CannotTell,
    Message,
    Outcome,
    Refused,
    Result,
    Transient,
)
from connectors.home.durable import write_text

_ATTEMPT: Final = re.compile(r"[0-9a-f]{32}")
_KEY: Final = re.compile(r"[A-Za-z0-9_:-]{1,128}")
_TELEPHONE: Final = re.compile(r"(?:\+?82|0)1\d{8,9}|0\d{8,10}")


class OnSiteChannel:
    """The folder ``published/onsite`` of a home."""

    batch_size = 1_000
    lookup_after = dt.timedelta()
    results_for = dt.timedelta()

    def __init__(self, published: Path) -> None:
        self._folder = published / "onsite"

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def send(self, attempt: Attempt) -> Answer:
        """Raises :class:`Transient` when the disk takes nothing."""
        target = self._file(attempt)
        if target is None:
            raise Refused("an attempt's id must be 32 hexadecimal digits", "malformed")
        good = [message for message in attempt.messages if _problem(message) is None]
        if good:
            said = {
                "attempt_id": attempt.attempt_id,
                "template": attempt.template,
                "published_at": attempt.opened_at.astimezone(dt.UTC).isoformat(),
                "messages": [{"id": one.id, "customer": one.to, "document": dict(one.content)} for one in good],
            }
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                write_text(target, json.dumps(said, ensure_ascii=False, separators=(",", ":")))
            except OSError as error:
                kind = Ambiguous if target.exists() else Transient  # flushing failed after the file appeared
                raise kind(f"published/onsite can not be written ({type(error).__name__})", "disk") from None
        return Answer([_outcome(message) for message in attempt.messages], attempt.attempt_id)

    def lookup(self, attempt: Attempt) -> Answer:
        """What the attempt's file holds; without a file nothing was published."""
        target = self._file(attempt)
        try:
            held: Any = json.loads(target.read_text(encoding="utf-8")) if target is not None else {}
        except FileNotFoundError:
            held = {}
        except (OSError, ValueError) as error:
            text = f"published/onsite can not be read ({type(error).__name__})"
            raise CannotTell(text, "disk", later=True) from None
        ids = {str(one["id"]) for one in held.get("messages", ())}
        found = [_outcome(message) for message in attempt.messages if message.id in ids]
        return Answer(found, attempt.attempt_id if found else None)

    def results(self, attempts: Sequence[Attempt]) -> Sequence[Result]:
        return []

    def _file(self, attempt: Attempt) -> Path | None:
        day = attempt.opened_at.astimezone(dt.UTC).strftime("%Y-%m-%d")
        return self._folder / day / f"{attempt.attempt_id}.json" if _ATTEMPT.fullmatch(attempt.attempt_id) else None


def forget(published: Path, customers: Collection[str]) -> int:
    """Take what was published for some customers out of all files, for who asks to be erased; how many messages."""
    removed = 0
    for path in sorted((published / "onsite").glob("*/*.json")):
        held = json.loads(path.read_text(encoding="utf-8"))
        left = [one for one in held["messages"] if one["customer"] not in customers]
        if gone := len(held["messages"]) - len(left):
            write_text(path, json.dumps(held | {"messages": left}, ensure_ascii=False, separators=(",", ":")))
            removed += gone
    return removed


def _problem(message: Message) -> str | None:
    """A published file must name nobody: no e-mail address and no telephone number stands in for a key."""
    return None if _KEY.fullmatch(message.to) and not _TELEPHONE.fullmatch(message.to) else "bad_key"


def _outcome(message: Message) -> Outcome:
    problem = _problem(message)
    return Outcome(message.id, "delivered" if problem is None else "refused", message.id, problem)
