"""Rendered messages as channels take them: the channel's part of the template with each recipient's texts in it.

Belongs here: this form, for many recipients at once. Does not belong here: filling texts (``rendering``), what vendors
make of it (``connectors.channels``).
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from models.messages.documents.places import part_with
from models.messages.documents.template import Template
from models.messages.law import Sender, with_law
from models.messages.rendering import FIELD, SUBSTITUTE

_OURS: Final = ("substitute", "inspection", "opt_out", "longest")  # of the document, nothing that is sent


def contents(template: Template, rendered: pl.DataFrame, sender: Sender) -> list[dict[str, Any]]:
    """One content for each row of what ``rendering.render`` made of ``template``; rows that are left out
    (``skip_reason``) have an empty one. Text messages have ``kind`` and ``advertising`` besides."""
    base = part_with(with_law(template, sender), {})
    for name in _OURS:
        base.pop(name, None)
    names = [name for name in rendered.columns if name.startswith(FIELD) and not _is_substitute(name)]
    paths = [tuple(name.removeprefix(FIELD).split(".")) for name in names]
    extra = ["kind"] if template.sms is not None else []
    if template.sms is not None:
        base["advertising"] = template.advertises
    rows = rendered.select("skip_reason", *names, *extra).rows()
    if all(len(path) == 1 for path in paths):  # nearly always: a dictionary made in one step
        keys = [*(path[0] for path in paths), *extra]
        return [{} if row[0] else base | _said(keys, row[1:]) for row in rows]
    return [{} if row[0] else _filled(base, paths, row[1:]) for row in rows]


def _is_substitute(name: str) -> bool:
    return name.startswith(FIELD + SUBSTITUTE)


def _said(keys: Sequence[str], values: Sequence[Any]) -> dict[str, Any]:
    """Texts by key. A text that this recipient's message does not show (the subject of an SMS) is empty."""
    return {key: "" if value is None else value for key, value in zip(keys, values, strict=True)}


def _filled(base: Mapping[str, Any], paths: Sequence[tuple[str, ...]], values: Sequence[Any]) -> dict[str, Any]:
    made: dict[str, Any] = _copied(base)
    for path, value in zip(paths, values, strict=True):
        inner: Any = made
        for key in path[:-1]:
            inner = inner[int(key)] if key.isdecimal() else inner.setdefault(key, {})
        inner[path[-1]] = "" if value is None else value
    return made


def _copied(value: Any) -> Any:
    """A copy of JSON-ready data; several times faster than ``copy.deepcopy``."""
    if isinstance(value, Mapping):
        return {key: _copied(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_copied(one) for one in value]
    return value
