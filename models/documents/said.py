"""What a document says, as JSON.

Belongs here: the one form in which documents are stored and printed. Does not belong here: reading files (``reading``).
"""

from typing import Any

from pydantic import BaseModel


def said(document: BaseModel) -> dict[str, Any]:
    """The document as the marketer wrote it, ready for JSON: keys as in files, defaults left out."""
    return document.model_dump(mode="json", by_alias=True, exclude_defaults=True)
