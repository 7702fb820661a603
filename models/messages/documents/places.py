"""Every text of a template that differs by recipient, as a flat list of places, and texts put back into them.

Belongs here: walking a template. Does not belong here: what the texts become (``models.messages.filling``).

A place is written like ``cards.0.buttons.1.mobile``: keys of the channel's part, numbers from 0.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel

from models.messages.documents.fields import Role, RoleName
from models.messages.documents.template import Template


@dataclass(frozen=True)
class Place:
    """A text of a template: its path, what it is, the text."""

    path: str
    role: RoleName
    text: str

    @property
    def pattern(self) -> str:
        """The path with ``*`` for every number."""
        return pattern_of(self.path)


def pattern_of(path: str) -> str:
    """``cards.*.title`` of ``cards.0.title``."""
    return ".".join("*" if part.isdecimal() else part for part in path.split("."))


def places(template: Template) -> tuple[Place, ...]:
    """All texts of the channel's part that may hold variables, in the order of the document."""
    return tuple(_walk(template.part, ""))


def _walk(part: BaseModel, path: str) -> Iterator[Place]:
    for name in type(part).model_fields:
        value = getattr(part, name)
        here = f"{path}.{name}" if path else name
        if isinstance(value, str):
            role = _role(type(part), name)
            if role is not None:
                yield Place(here, role.name, value)
        elif isinstance(value, BaseModel):
            yield from _walk(value, here)
        elif isinstance(value, tuple):
            for number, one in enumerate(value):
                if isinstance(one, BaseModel):
                    yield from _walk(one, f"{here}.{number}")


@cache
def _role(kind: type[BaseModel], name: str) -> Role | None:
    field = kind.model_fields[name]
    return next((one for one in field.metadata if isinstance(one, Role)), None) or _role_in(field.annotation)


def _role_in(annotation: Any) -> Role | None:
    """The role of a text that may also be left out."""
    if get_origin(annotation) is Annotated:
        return next((one for one in annotation.__metadata__ if isinstance(one, Role)), None)
    return next((role for argument in get_args(annotation) if (role := _role_in(argument)) is not None), None)


def part_with(template: Template, texts: Mapping[str, str]) -> dict[str, Any]:
    """The channel's part as JSON-ready data (keys as in files, without what is not set), ``texts`` at their places."""
    said: dict[str, Any] = template.part.model_dump(mode="json", by_alias=True, exclude_none=True)
    for path, text in texts.items():
        _put(said, path, text)
    return said


def with_texts(template: Template, texts: Mapping[str, str]) -> Template:
    """The template with other texts at some places, not checked anew: for texts that this program makes itself."""
    part: Any = template.part
    for path, text in texts.items():
        part = _replaced(part, path.split("."), text)
    return template.model_copy(update={template.channel: part})


def _put(said: dict[str, Any], path: str, text: str) -> None:
    *above, last = path.split(".")
    inner: Any = said
    for key in above:
        inner = inner[int(key)] if key.isdecimal() else inner.setdefault(key, {})
    inner[last] = text


def _replaced(part: Any, path: list[str], text: str) -> Any:
    if not path:
        return text
    key, rest = path[0], path[1:]
    if isinstance(part, tuple):
        at = int(key)
        return (*part[:at], _replaced(part[at], rest, text), *part[at + 1 :])
    return part.model_copy(update={key: _replaced(getattr(part, key), rest, text)})
