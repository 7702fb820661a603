"""The purpose templates that come with the program: campaigns to start from, and the segments they ask for.

Belongs here: reading them from the package, a campaign made from one. Does not belong here: what they say (the YAML
files beside this module), templates of messages.
"""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Final

from models.campaigns.document import Campaign
from models.documents.reading import read_documents
from models.documents.said import said

PURPOSES: Final = ("repurchase", "churn_prevention", "welcome", "cart_reminder")


@cache
def purpose_template(purpose: str) -> Campaign:
    """The campaign to start from. Raises ``KeyError`` for a purpose without one."""
    if purpose not in PURPOSES:
        raise KeyError(f"there is no template for {purpose}; there are: {', '.join(PURPOSES)}")
    return read_documents([(f"{purpose}.yaml", template_text(f"{purpose}.yaml"))], Campaign)[0]


def from_template(purpose: str, changes: Mapping[str, Any]) -> Campaign:
    """A campaign made from a template: ``changes`` as in a file, what is inside a part replaces only that.

    Raises pydantic's ``ValidationError`` where the result is no campaign, ``KeyError`` as above."""
    return Campaign.model_validate(_merged(said(purpose_template(purpose)), changes))


def template_text(name: str) -> str:
    """A file of this package as it is written, with its comments: one of ``PURPOSES`` or 'segments', and '.yaml'."""
    return resources.files("models.campaigns.templates").joinpath(name).read_text(encoding="utf-8")


def _merged(old: Any, new: Any) -> Any:
    if not (isinstance(old, Mapping) and isinstance(new, Mapping)):
        return new
    return {key: _merged(old[key], new[key]) if key in old and key in new else new.get(key, old.get(key))
            for key in {**old, **new}}  # fmt: skip
