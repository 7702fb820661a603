"""What the demo shop sends: its senders, messages, segments and four campaigns, each of another kind.

Belongs here: reading them from the package. Does not belong here: what they say (the YAML files beside this module),
who responds to them (``models.simulation.responses``).
"""

import datetime as dt
from collections.abc import Mapping
from importlib import resources
from typing import Final

from models.campaigns.document import Campaign
from models.documents.reading import read_documents
from models.messages.documents.template import Template
from models.messages.senders import SenderAccount
from models.segments.document import Segment

_PACKAGE: Final = "models.simulation.campaigns"
_CAMPAIGNS: Final = ("season_mail", "cart_reminder", "season_push", "welcome")


def senders() -> tuple[SenderAccount, ...]:
    """Accounts at the played vendors."""
    return read_documents([("senders.yaml", _text("senders.yaml"))], SenderAccount)


def templates() -> tuple[Template, ...]:
    """Messages of the campaigns."""
    return read_documents([("templates.yaml", _text("templates.yaml"))], Template)


def segments() -> tuple[Segment, ...]:
    """Segments of the campaigns that do not come with the program."""
    return read_documents([("segments.yaml", _text("segments.yaml"))], Segment)


def campaigns(first_day: dt.date, second_day: dt.date) -> tuple[Campaign, ...]:
    """An A/B mail on ``first_day``, a daily cart reminder, an A/B/N push on ``second_day``, a welcome after
    sign-ups."""
    days = {"{first_day}": str(first_day), "{second_day}": str(second_day)}
    return read_documents([(f"{name}.yaml", _dated(_text(f"{name}.yaml"), days)) for name in _CAMPAIGNS], Campaign)


def _dated(text: str, days: Mapping[str, str]) -> str:
    for place, day in days.items():
        text = text.replace(place, day)
    return text


def _text(name: str) -> str:
    return resources.files(_PACKAGE).joinpath(name).read_text(encoding="utf-8")
