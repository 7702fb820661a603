"""The memory of an erasure that is under way, so that a killed one can be finished.

Belongs here: remembering which visitors were seen with the member. The rows that say so are removed bit by bit; an
attempt that starts over in the middle could not find them again. Does not belong here: removing anything.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from connectors.home.durable import write_text
from connectors.home.paths import Home


@dataclass(frozen=True)
class Plan:
    """The file ``erasures/<member_key>.json`` in the home: it exists from before the first removal to the end."""

    path: Path

    @classmethod
    def of(cls, home: Home, key: str) -> "Plan":
        return cls(home.root / "erasures" / f"{key}.json")

    def remembered(self) -> frozenset[str] | None:
        """Visitors seen with the member when an earlier attempt began; None when there was none."""
        try:
            return frozenset(json.loads(self.path.read_text(encoding="utf-8"))["visitors"])
        except FileNotFoundError:
            return None

    def remember(self, visitors: Iterable[str]) -> None:
        """Write the visitors down, durably, before anything is removed."""
        self.path.parent.mkdir(exist_ok=True)
        write_text(self.path, json.dumps({"visitors": sorted(visitors)}))

    def forget(self) -> None:
        """The erasure is complete."""
        self.path.unlink(missing_ok=True)
