"""Templates from YAML text, with every problem at its place, and their JSON Schema.

Belongs here: reading. Does not belong here: what is wrong with what a template says (``models.messages.checks``),
opening files.
"""

import json
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace

import yaml

from models.documents.reading import DocumentError, Problem, read_documents
from models.messages.checks import problems_in
from models.messages.documents.template import Template


def read_templates(sources: Iterable[tuple[str, str]]) -> tuple[Template, ...]:
    """Templates of all ``sources`` (name, YAML text). Raises :class:`models.documents.reading.DocumentError` with every
    problem, also where a variable without quotes was taken for a comment."""
    sources = tuple(sources)
    lost = [problem for source, text in sources for problem in _lost_variables(source, text)]
    if lost:
        raise DocumentError(lost)
    templates = read_documents(sources, Template)
    problems = [problem for template in templates for problem in problems_in(template)]
    if problems:
        owners = _owners(sources)
        raise DocumentError([replace(one, source=owners[one.document_id][0], number=owners[one.document_id][1])
                             for one in problems])  # fmt: skip
    return templates


def _owners(sources: Sequence[tuple[str, str]]) -> dict[str, tuple[str, int]]:
    """Id of a template -> the source it stands in and its number there."""
    return {template.id: (source, number) for source, text in sources
            for number, template in enumerate(read_documents([(source, text)], Template), 1)}  # fmt: skip


def schema_text() -> str:
    """JSON Schema of one template as it stands in a file, for editors that check while one types."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Template.model_json_schema(by_alias=True)}
    return json.dumps(schema | {"title": "Dangol message template"}, ensure_ascii=False, indent=2) + "\n"


def _lost_variables(source: str, text: str) -> list[Problem]:
    """``text: 안녕 #{NAME}`` without quotes is '안녕' and a comment to YAML: nothing would be told of it."""
    if "#{" not in text:
        return []
    try:
        spans = [(token.start_mark.index, token.end_mark.index) for token in yaml.scan(text, Loader=yaml.SafeLoader)
                 if isinstance(token, yaml.ScalarToken)]  # fmt: skip
    except yaml.YAMLError:
        return []  # the reader says what is wrong
    starts = [first for first, _ in spans]

    def is_text(at: int) -> bool:
        before = bisect_right(starts, at) - 1
        return before >= 0 and at < spans[before][1]

    found: list[Problem] = []
    for number, line, start in _lines(text):
        comment = next((at for at, letter in enumerate(line) if letter == "#" and not is_text(start + at)), -1)
        if comment >= 0 and line.startswith("#{", comment):
            values = {"line": number, "text": line.strip()[:60]}
            found.append(Problem(source, 0, "", (), "variable_lost", values))
    return found


def _lines(text: str) -> Iterable[tuple[int, str, int]]:
    """Number from 1, the line, and where it starts."""
    start = 0
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        yield number, line, start
        start += len(line)
