"""Robots that follow links and load pictures: link previews of messengers, search engines, scripts.

Belongs here: the warehouse's list of user agents, so that a click is nobody's here exactly where a visit is nobody's
there. Does not belong here: what is done about them.
"""

import csv
import re
from functools import lru_cache
from pathlib import Path

_LIST = Path(__file__).resolve().parents[2] / "dbt_project" / "seeds" / "bot_user_agents.csv"


def is_robot(user_agent: str | None) -> bool:
    """Whether a user agent is one of a robot; one that is not told is none."""
    return user_agent is not None and _patterns().search(user_agent.lower()) is not None


@lru_cache(maxsize=1)
def _patterns() -> re.Pattern[str]:
    with _LIST.open(encoding="utf-8", newline="") as lines:
        return re.compile("|".join(f"(?:{row['pattern']})" for row in csv.DictReader(lines)))
