"""JSON Schema of the marketer's documents, for editors that check while one types.

Belongs here: the schema as it is published. Does not belong here: checking documents (``reading``, which says more).
"""

import json
from typing import Any

from pydantic import BaseModel

from models.recommend.rules.document import SHORT_ACTIONS

_ACTION = {"anyOf": [{"enum": sorted(SHORT_ACTIONS)}, {"$ref": "#/$defs/Action"}]}


def schema_text(kind: type[BaseModel], title: str) -> str:
    """The schema of one document of ``kind`` as it stands in a file."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **kind.model_json_schema(by_alias=True)}
    for part in (schema, *schema["$defs"].values()):
        _loosen_then(part.get("properties", {}))
    return json.dumps(schema | {"title": title}, ensure_ascii=False, indent=2) + "\n"


def _loosen_then(properties: dict[str, Any]) -> None:
    """``then`` takes one action without a list, and the short forms of actions."""
    if "then" in properties:
        listed = {"type": "array", "minItems": 1, "maxItems": 10, "items": _ACTION}
        properties["then"] = {
            "description": properties["then"]["description"], "anyOf": [*_ACTION["anyOf"], listed]
        }  # fmt: skip
