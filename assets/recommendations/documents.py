"""Rules and models in force, as the operational store holds them.

Belongs here: turning stored documents into what they say. Does not belong here: applying and showing documents (the
command line), what rules do (``models.recommend.rules``).
"""

from connectors.store.store import Store
from models.recommend.definitions.document import RecommendModel
from models.recommend.rules.document import Rule


def rules_in_force(store: Store) -> tuple[Rule, ...]:
    """In the order in which they win."""
    found = (Rule.model_validate(one.document) for one in store.recommend_rules.current())
    return tuple(sorted(found, key=lambda rule: rule.order))


def own_models(store: Store) -> tuple[RecommendModel, ...]:
    """Models that the shop has applied."""
    return tuple(RecommendModel.model_validate(one.document) for one in store.recommend_models.current())
