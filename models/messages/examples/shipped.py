"""The templates and senders that come with the program: one good example a channel, to be copied and changed.

Belongs here: reading them from the package. Does not belong here: what they say (a file ``<channel>.yaml`` each,
senders in ``senders.yml``).
"""

from functools import cache
from importlib import resources
from typing import Final

from models.messages.documents.reading import read_templates
from models.messages.documents.template import CHANNELS, Channel, Template
from models.messages.senders import SenderAccount
from models.recommend.rules.schema import schema_text

_PACKAGE: Final = "models.messages.examples"


@cache
def example_texts() -> dict[Channel, str]:
    """The file of each channel as it stands."""
    return {channel: _text(f"{channel}.yaml") for channel in CHANNELS}


@cache
def example_templates() -> tuple[Template, ...]:
    """All templates of the files, by channel and place."""
    return read_templates(example_texts().items())


def sender_examples() -> str:
    """The file of senders, one of each kind."""
    return _text("senders.yml")


def sender_schema() -> str:
    """The JSON Schema of a sender as it stands in a file."""
    return schema_text(SenderAccount, "Dangol sender")


def _text(name: str) -> str:
    return resources.files(_PACKAGE).joinpath(name).read_text(encoding="utf-8")
