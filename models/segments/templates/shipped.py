"""The segments that come with the program: common ones, ready to be counted, copied and changed.

Belongs here: reading them from the package. Does not belong here: what they say (a file ``*.yaml`` each; their English
names in ``english.yml``).
"""

from functools import cache
from importlib import resources
from typing import Any

import yaml

from models.documents.reading import read_documents
from models.segments.document import Segment
from models.words import Locale

_PACKAGE = "models.segments.templates"


@cache
def template_texts() -> dict[str, str]:
    """The file of each template as it stands, by id."""
    files = (one for one in resources.files(_PACKAGE).iterdir() if one.name.endswith(".yaml"))
    texts = {one.name: one.read_text(encoding="utf-8") for one in sorted(files, key=lambda one: one.name)}
    return {segment.id: text for segment, text in zip(_read(texts), texts.values(), strict=True)}


@cache
def templates(locale: Locale = "ko") -> tuple[Segment, ...]:
    """All templates by id, named and described in a language."""
    found = sorted(_read(template_texts()), key=lambda one: one.id)
    english = _english() if locale == "en" else {}
    return tuple(one.model_copy(update=english.get(one.id, {})) for one in found)


def _read(texts: dict[str, str]) -> tuple[Segment, ...]:
    return read_documents(texts.items(), Segment)


def _english() -> dict[str, Any]:
    text = resources.files(_PACKAGE).joinpath("english.yml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))
