"""Reading a mapping file: YAML in, :class:`Mapping` out, every complaint with its line.

Belongs here: finding the file, parsing, tying errors to lines.
Does not belong here: what the keys mean (``mapping``).
"""

import re
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from connectors.sources.errors import MappingError
from connectors.sources.mapping import Location, Mapping, choices, keys_of, model_at, problems


class _Loader(yaml.SafeLoader):
    """Only ``true`` and ``false`` are booleans: ``on``, ``yes``, dates and the like stay text."""


_BOOL, _TIMESTAMP = "tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp"
_Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag not in (_BOOL, _TIMESTAMP)]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}  # fmt: skip
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|false|False)$"), list("tTfF"))


@dataclass(frozen=True)
class MappingFile:
    """A checked mapping with what is needed to talk about its lines."""

    path: Path
    text: str
    mapping: Mapping
    node: yaml.Node

    def line(self, location: Location) -> int:
        """The line (from 1) that says what stands at ``location``."""
        return _line(self.node, location)

    def where(self, location: Location) -> str:
        return f"{self.path} line {self.line(location)}"


def shipped() -> list[str]:
    """Names of the mappings that come with Dangol."""
    folder = resources.files("connectors.sources").joinpath("mappings")
    return sorted(entry.name[: -len(".yaml")] for entry in folder.iterdir() if entry.name.endswith(".yaml"))


def find_mapping(given: Path) -> Path:
    """The file itself, else the shipped mapping of that name (with or without ``.yaml``)."""
    if given.is_file():
        return given
    bare = given.name.removesuffix(".yaml").removesuffix(".yml")
    if str(given) in (bare, f"{bare}.yaml", f"{bare}.yml") and bare in shipped():
        return Path(str(resources.files("connectors.sources").joinpath("mappings", f"{bare}.yaml")))
    raise MappingError("there is no such mapping file", str(given), f"give a path, or one of: {', '.join(shipped())}")


def read_mapping(given: Path) -> MappingFile:
    """Read and check a mapping. Raises :class:`MappingError` listing every problem with its line."""
    path = find_mapping(given)
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=_Loader)
        document = yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader
    except (OSError, UnicodeDecodeError) as error:
        raise MappingError(f"can not be read: {error}", str(path), "write it as UTF-8 text") from error
    except yaml.YAMLError as error:
        raise MappingError(
            f"is not readable YAML: {error}", str(path), "mind the indentation and the quotes"
        ) from error
    if not isinstance(node, yaml.MappingNode):
        raise MappingError(
            "is empty or not a set of keys", str(path), "start with `name:`, `kind:`, `format:`, `targets:`"
        )
    _refuse(path, node, _repeated_keys(node))
    try:
        mapping = Mapping.model_validate(document)
    except ValidationError as error:
        # a list whose items are wrong also counts as empty: only what is wrong inside it helps
        found = [problem for problem in error.errors() if problem["type"] != "too_short"] or error.errors()
        _refuse(path, node, [_explain(problem) for problem in found])
        raise
    _refuse(path, node, problems(mapping))
    return MappingFile(path, text, mapping, node)


def _refuse(path: Path, node: yaml.Node, found: list[tuple[Location, str]]) -> None:
    if found:
        lines = sorted({(_line(node, place), message) for place, message in found})
        listed = "\n".join(f"  line {line}: {message}" for line, message in lines)
        raise MappingError(f"the mapping can not be used:\n{listed}", str(path))


def _explain(problem: Any) -> tuple[Location, str]:
    place = tuple(problem["loc"])
    context = _named(place[:-1])
    match problem["type"]:
        case "extra_forbidden":
            known = choices(str(place[-1]), keys_of(model_at(place[:-1])))
            return place, f"unknown key `{place[-1]}` in {context}; " + known.replace("known:", "known keys:", 1)
        case "missing":
            return place[:-1], f"the key `{place[-1]}` is missing in {context}"
        case "value_error":
            return place, f"{_named(place)} {problem['ctx']['error']}"
        case _:
            return place, f"{_named(place)}: {problem['msg']} (found {problem['input']!r})"


def _named(place: Location) -> str:
    """``("targets", 0, "columns", "price")`` as ``target 1, column `price```."""
    words: list[str] = []
    rest = list(place)
    while rest:
        part = rest.pop(0)
        if part in ("targets", "filters") and rest and isinstance(rest[0], int):
            words.append(f"{str(part)[:-1]} {int(rest.pop(0)) + 1}")
        elif part == "columns" and rest:
            words.append(f"column `{rest.pop(0)}`")
        else:
            words.append(f"`{part}`")
    return ", ".join(words) or "the mapping"


def _line(node: yaml.Node, place: Location) -> int:
    """Line of the deepest part of ``place`` that the file has (a key counts, so unknown keys are found too)."""
    line: int = node.start_mark.line + 1
    for part in place:
        if isinstance(node, yaml.MappingNode):
            pair = next((pair for pair in node.value if str(pair[0].value) == str(part)), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line


def _repeated_keys(node: yaml.Node, place: Location = ()) -> list[tuple[Location, str]]:
    found: list[tuple[Location, str]] = []
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                found.append(((*place, key.value), f"the key `{key.value}` stands here twice; keep one"))
            seen.add(key.value)
            found += _repeated_keys(value, (*place, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            found += _repeated_keys(value, (*place, index))
    return found
