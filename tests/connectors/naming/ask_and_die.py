"""Asks once and is killed at a given moment: ``ask_and_die.py FOLDER BASE_URL KEY MOMENT``.

Moments: ``reserved`` (call counted, nothing sent), ``answered`` (reply received, not kept), ``kept``.
"""

import datetime as dt
import os
import signal
import sys
from pathlib import Path

from connectors.naming.access import NamingAccess
from connectors.naming.language_model import LanguageModel
from connectors.naming.store import Answer, Declined, NameStore


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class MortalStore(NameStore):
    def reserve(self, day: dt.date, limit: int) -> bool:
        granted = super().reserve(day, limit)
        if moment == "reserved":
            die()
        return granted

    def put(self, key: str, reply: Answer | Declined) -> None:
        if moment == "answered":
            die()
        super().put(key, reply)
        die()


folder, base_url, key, moment = sys.argv[1:]
LanguageModel(
    NamingAccess(key, base_url),
    MortalStore(Path(folder)),
    calls_per_day=2,
    today=lambda: dt.date(2026, 3, 1),
    say=print,
).ask("group", "system", "키워드: 린넨")
