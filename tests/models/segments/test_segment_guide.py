"""The guide says all that can be said, and what it shows works."""

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import BaseModel

from models.documents.reading import read_documents
from models.segments.context import Context
from models.segments.document import Condition, Segment
from models.segments.sql.compile import compile_sizes
from models.segments.templates.shipped import templates
from models.segments.words.describe import describe

pytestmark = pytest.mark.feature("C3")
GUIDE = (Path(__file__).parents[3] / "docs" / "guides" / "segments.md").read_text(encoding="utf-8")


def test_every_example_of_the_guide_is_answered() -> None:
    texts = re.findall(r"^```yaml segment\n(.*?)^```", GUIDE, flags=re.MULTILINE | re.DOTALL)
    segments = read_documents([(f"example {number}", text) for number, text in enumerate(texts)], Segment)
    assert len(segments) >= 4
    context = Context(dt.date(2025, 10, 31), ZoneInfo("Asia/Seoul"), {"region": "text", "skin_type": "text"})
    assert compile_sizes(segments, context).sql
    assert all(describe(one, "ko") for one in segments)


def parts_of(kind: type[BaseModel], seen: set[type[BaseModel]]) -> Iterator[type[BaseModel]]:
    """Every kind of part that a document is made of."""
    if kind in seen:
        return
    seen.add(kind)
    yield kind
    for field in kind.model_fields.values():
        for inner in _models(field.annotation):
            yield from parts_of(inner, seen)


def _models(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in getattr(annotation, "__args__", ()):
        yield from _models(inner)


def test_every_key_is_in_the_guide() -> None:
    kinds = list(parts_of(Segment, set()))
    assert Condition in kinds
    assert len(kinds) > 15
    keys = {field.alias or name for kind in kinds for name, field in kind.model_fields.items()}
    assert {key for key in keys if not re.search(rf"\b{key}\b", GUIDE)} == set()


def test_every_template_is_in_the_guide() -> None:
    assert {one.id for one in templates() if f"`{one.id}`" not in GUIDE} == set()
