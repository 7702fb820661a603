"""The fifteen models that come with the program: one for each page and each basis but the customer.

Belongs here: reading them from the package, and how the shop's own stand beside them. Does not belong here: what they
say (``built_in.yaml``).
"""

from collections.abc import Sequence
from functools import cache
from importlib import resources

from models.documents.reading import read_documents
from models.recommend.definitions.document import RecommendModel


@cache
def built_in_models() -> tuple[RecommendModel, ...]:
    """The models of ``built_in.yaml``, by page and basis."""
    text = resources.files("models.recommend.definitions").joinpath("built_in.yaml").read_text(encoding="utf-8")
    return read_documents([("built_in.yaml", text)], RecommendModel)


def effective_models(own: Sequence[RecommendModel]) -> tuple[RecommendModel, ...]:
    """The built-in models, those of the shop with the same id in their place, then the shop's others by id."""
    by_id = {model.id: model for model in sorted(own, key=lambda model: model.id)}
    first = [by_id.pop(model.id, model) for model in built_in_models()]
    return (*first, *by_id.values())
