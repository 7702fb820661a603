"""JSON Schema of campaign documents, for editors that check while one types.

Belongs here: the schema as it is published. Does not belong here: checking documents (``models.documents.reading``,
which says more).
"""

import json

from models.campaigns.document import Campaign


def campaign_schema() -> str:
    """The schema of one campaign as it stands in a file."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Campaign.model_json_schema(by_alias=True)}
    return json.dumps(schema | {"title": "Dangol campaign"}, ensure_ascii=False, indent=2) + "\n"
