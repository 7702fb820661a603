"""Which contents were ingested with which mapping: a small JSON file for each, in ``landing/.ingested/``.

Belongs here: reading and writing those files. Does not belong here: deciding rows (``landing`` does, without this).
The ledger only saves time: delete it and the same file is read again and adds nothing.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from connectors.home.durable import move
from connectors.home.paths import Home
from connectors.home.settings import Settings
from connectors.sources.sql import scratch_folder


def ledger_key(digest: str, mapping_text: str, settings: Settings) -> str:
    """32 hexadecimal digits over everything that decides what becomes of the file's rows."""
    parts = [digest, mapping_text, settings.time_zone, settings.first_day.isoformat()]
    if settings.members.default_region != "KR":  # as the key was before there was a choice
        parts.append(settings.members.default_region)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def recall(home: Home, key: str) -> dict[str, Any] | None:
    """The report kept under ``key``; None when there is none (or it can not be read)."""
    try:
        found = json.loads(_path(home, key).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def remember(home: Home, key: str, report: dict[str, Any]) -> None:
    """Keep ``report`` under ``key``; only after everything of the file is on disk."""
    _path(home, key).parent.mkdir(parents=True, exist_ok=True)
    with scratch_folder(home.scratch) as folder:
        aside = folder / "report.json"
        aside.write_text(json.dumps(report, ensure_ascii=False), encoding="utf-8")
        move(aside, _path(home, key))


def _path(home: Home, key: str) -> Path:
    return home.landing / ".ingested" / f"{key}.json"
