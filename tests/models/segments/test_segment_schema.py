"""The published JSON Schema is that of the program, takes what the program takes and refuses what is plainly wrong."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given, settings

from models.recommend.rules.schema import schema_text
from models.segments.document import Segment
from models.segments.templates.shipped import template_texts
from tests.models.segments.random_conditions import conditions

pytestmark = pytest.mark.feature("C3")
FILE = Path(__file__).parents[3] / "docs" / "schemas" / "segment.schema.json"
VALIDATOR = jsonschema.Draft202012Validator(json.loads(FILE.read_text(encoding="utf-8")))


def test_the_published_schema_is_that_of_the_program() -> None:
    assert FILE.read_text(encoding="utf-8") == schema_text(Segment, "Dangol segment")
    jsonschema.Draft202012Validator.check_schema(VALIDATOR.schema)


def test_templates_fit_the_schema() -> None:
    for text in template_texts().values():
        VALIDATOR.validate(yaml.safe_load(text))


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(conditions)
def test_what_the_program_takes_fits_the_schema(include: dict[str, Any]) -> None:
    VALIDATOR.validate({"id": "a", "name": "n", "include": include})


@pytest.mark.parametrize(
    "include",
    [{}, {"evnt": {}}, {"event": {}}, {"event": {"name": "serch"}}, {"visits": {}, "cart": {}}, {"all": []},
     {"visits": {"count": {"at_least": -1}}}, {"visits": {"windw": {}}}, {"cycle_due": False}],
)  # fmt: skip
def test_what_is_plainly_wrong_does_not_fit(include: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid({"id": "a", "name": "n", "include": include})
