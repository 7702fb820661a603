"""The resolver of a shop's tracked links.

Belongs here: opening it with the rules by which links are made. Does not belong here: following links
(``connectors.tracking``), making them (``assets.campaigns.texts.links``).
"""

from functools import partial

from assets.campaigns.shop import Shop
from connectors.sources.landing import Landing
from connectors.tracking.resolver import LinkRules, Resolver
from models.tracking.codes import read_code
from models.tracking.urls import landing_of, with_click


def open_resolver(shop: Shop) -> Resolver:
    """What a web service, or a simulation of customers, asks where links lead; it is to ``flush`` now and then."""
    login_path = shop.settings.tracking.login_path
    rules = LinkRules(
        read=partial(read_code, shop.secret),
        with_click=partial(with_click, login_path=login_path),
        landing_of=partial(landing_of, login_path=login_path),
    )
    landing = Landing(shop.home, shop.zone, memory_limit=shop.settings.memory_limit, say=shop.say)
    return Resolver(shop.home, shop.store, landing, rules)
