"""Links that carry no tracking: the campaign's inflow will be 0 whatever people do.

Belongs here: finding them before the send. Does not belong here: making links, counting visits.
"""

from collections.abc import Iterable, Mapping
from typing import Literal
from urllib.parse import parse_qsl, urlsplit

from models.campaigns.document import Campaign
from models.tracking.urls import CLICK, landing_of


def untracked_links(links: Iterable[str], utm: Mapping[str, str], link_host: str = "") -> tuple[str, ...]:
    """Those of ``links`` (as they would be, or were sent) that carry no click's code and whose query lacks or alters
    one of ``utm`` (by name without 'utm_'), each once. Links without http are opened elsewhere and are left out; so are
    return URLs that carry the parameters inside, and short links: those that begin with ``link_host``."""
    wanted = {(f"utm_{name}", value) for name, value in utm.items()}
    found = [link for link in links if link.lower().startswith(("http://", "https://")) and not _carries(link, wanted)]
    short = f"{link_host}/"
    return tuple(dict.fromkeys(link for link in found if not (link_host and link.startswith(short))))


def lacks_tracking(campaign: Campaign) -> Literal["tracking_off", "no_landing"] | None:
    """Why the document alone says that the inflow will be 0: ``tracking_off``, ``no_landing`` (a variant leads
    nowhere); None where it need not be."""
    if not campaign.tracking.on:
        return "tracking_off"
    if campaign.advertising and any(campaign.landing(variant) is None for variant in campaign.variants):
        return "no_landing"
    return None


def _carries(link: str, wanted: set[tuple[str, str]], depth: int = 2) -> bool:
    """In its own query, or in that of an address inside it (a login page that returns to the landing page)."""
    try:
        values = parse_qsl(urlsplit(landing_of(link)).query, keep_blank_values=True)
    except ValueError:
        return False
    if (wanted and wanted <= set(values)) or any(name == CLICK and value for name, value in values):
        return True
    return depth > 0 and any(_carries(value, wanted, depth - 1) for _, value in values if "?" in value)
