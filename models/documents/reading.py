"""Documents of the marketer from YAML text, and what is wrong with them, at which place.

Belongs here: YAML, documents in files, problems as data. Does not belong here: opening files, words for the problems
(``orchestration.cli``), what documents say (``models.recommend``, ``models.segments``, …).

The YAML is that of version 1.2 as far as texts go: ``on`` is a key, ``NO`` a brand, ``00123`` an id.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

MOST_TEXT: Final = 5_000_000  # characters of a file
_TAGS: Final = ("id", "rule")  # which kind of a value pydantic chose: no key of the file

Document = TypeVar("Document", bound=BaseModel)
Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """What is wrong. ``number``: which document of the ``source`` (from 1; 0: the file as a whole), ``place``: keys
    from its top; ``kind``: a word for what is wrong, ``values``: what the sentence about it needs."""

    source: str
    number: int
    document_id: str
    place: Place
    kind: str
    values: Mapping[str, object] = field(default_factory=dict)


class DocumentError(Exception):
    """Documents can not be used; ``problems`` says all that is wrong with them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{p.source} #{p.number} {'.'.join(map(str, p.place))}: {p.kind}" for p in problems))
        self.problems = tuple(problems)


def read_documents(sources: Iterable[tuple[str, str]], kind: type[Document]) -> tuple[Document, ...]:
    """Documents of all ``sources`` (name, YAML text) in their order.

    A file holds one document, a list of them, or several separated by ``---``. Raises :class:`DocumentError` with every
    problem of every file, also where one id stands for two documents.
    """
    documents: list[Document] = []
    problems: list[Problem] = []
    owners: list[tuple[str, int]] = []
    for source, text in sources:
        try:
            found = _split(source, text)
        except DocumentError as error:
            problems += error.problems
            continue
        for number, value in enumerate(found, 1):
            try:
                documents.append(kind.model_validate(value))
                owners.append((source, number))
            except ValidationError as error:
                problems += _problems(source, number, value, kind, error.errors())
            except RecursionError:
                problems.append(Problem(source, number, _id_of(value), (), "too_deep_yaml"))
    problems += _twice(documents, owners)
    if problems:
        raise DocumentError(problems)
    return tuple(documents)


class _Loader(yaml.SafeLoader):
    """Of words only true, false and null mean something else than themselves; no aliases, no key twice."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  (PyYAML's own way to hold them)

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.get_event()  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="alias", problem_mark=event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = Counter(key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode))
        for key, _ in node.value:
            if seen[key.value if isinstance(key, yaml.ScalarNode) else ""] > 1:
                raise yaml.MarkedYAMLError(problem=f"twice:{key.value}", problem_mark=key.start_mark)
        return super().construct_mapping(node, deep)


for _tag, _pattern, _first in (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("int", r"^[-+]?(?:0|[1-9][0-9]*)$", "-+0123456789"),
    ("float", r"^[-+]?(?:0|[1-9][0-9]*)\.[0-9]+$", "-+0123456789"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first))


def _split(source: str, text: str) -> list[object]:
    """The documents of one file, none of them checked yet."""
    if len(text) > MOST_TEXT:
        raise DocumentError([Problem(source, 0, "", (), "file_too_long", {"most": MOST_TEXT})])
    try:
        parts = [part for part in yaml.load_all(text, Loader=_Loader) if part is not None]  # a safe loader
    except yaml.YAMLError as error:
        raise DocumentError([_not_yaml(source, error)]) from None
    except (RecursionError, ValueError, TypeError):  # nested without end; numbers and keys that Python can not hold
        raise DocumentError([Problem(source, 0, "", (), "too_deep_yaml")]) from None
    found = [document for part in parts for document in (part if isinstance(part, list) else [part])]
    if not found:
        raise DocumentError([Problem(source, 0, "", (), "no_document")])
    return found


def _not_yaml(source: str, error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark else 1
    what = str(getattr(error, "problem", None) or getattr(error, "reason", "") or "")
    if what == "alias":
        return Problem(source, 0, "", (), "yaml_alias", {"line": line})
    if what.startswith("twice:"):
        return Problem(source, 0, "", (), "yaml_twice", {"line": line, "key": what.removeprefix("twice:")})
    return Problem(source, 0, "", (), "not_yaml", {"line": line, "what": what})


def _problems(
    source: str, number: int, value: object, kind: type[BaseModel], errors: Sequence[ErrorDetails]
) -> list[Problem]:
    """A list that is short only because what stands in it is wrong is not told."""
    inside = {error["loc"][:depth] for error in errors for depth in range(len(error["loc"]))}
    return [
        _problem(source, number, value, kind, error)
        for error in errors
        if not (error["type"] == "too_short" and error["loc"] in inside)
    ]


def _problem(source: str, number: int, value: object, kind: type[BaseModel], error: ErrorDetails) -> Problem:
    place = tuple(
        part for at, part in enumerate(error["loc"]) if not (part in _TAGS and isinstance(error["loc"][at - 1], int))
    )
    values: dict[str, object] = {**error.get("ctx", {}), "found": _shown(error["input"]), "message": error["msg"]}
    if error["type"] == "extra_forbidden":
        known = _keys_at(kind, place[:-1])
        values |= {"known": ", ".join(known), "nearest": _nearest(str(place[-1]), known)}
    return Problem(source, number, _id_of(value), place, error["type"], values)


def _twice(documents: Sequence[BaseModel], owners: Sequence[tuple[str, int]]) -> list[Problem]:
    """Ids that stand for two documents of one call."""
    first: dict[str, tuple[str, int]] = {}
    problems = []
    for document, owner in zip(documents, owners, strict=True):
        name = str(getattr(document, "id", ""))
        if name in first:
            values = {"other": first[name][0], "other_number": first[name][1]}
            problems.append(Problem(*owner, name, ("id",), "id_twice", values))
        first.setdefault(name, owner)
    return problems


def _keys_at(kind: type[BaseModel], place: Place) -> list[str]:
    """Keys that the document knows at a place."""
    for part in place:
        fields = {field.alias or name: field for name, field in kind.model_fields.items()}
        inner = _models_in(fields[str(part)].annotation) if part in fields else []
        kind = inner[0] if inner else kind
    return [field.alias or name for name, field in kind.model_fields.items()]


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for argument in get_args(annotation) for model in _models_in(argument)]


def _nearest(word: str, known: Sequence[str]) -> str:
    return next(iter(get_close_matches(word, known, n=1)), "")


def _id_of(value: object) -> str:
    return _shown(value.get("id", "")) if isinstance(value, Mapping) else ""


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
