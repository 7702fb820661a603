"""The policies that hold for a campaign, in words, and where each comes from.

Belongs here: rows of policy, value, source. Does not belong here: which of two counts (``models.campaigns.policies``),
the night of each channel (``models.campaigns.night``).
"""

from collections.abc import Sequence
from typing import Final

from models.campaigns.document import Campaign
from models.campaigns.night import BY_CONSENT, nights
from models.campaigns.policies import Holdout, InForce, NightHours, ShopPolicies
from models.campaigns.words import CampaignWords

_DEFAULTS: Final = ShopPolicies()
Row = tuple[str, str, str]  # policy, value, source; each a phrase


def policy_rows(campaign: Campaign, shop: ShopPolicies, words: CampaignWords) -> list[Row]:
    """Every policy with its value and whether the campaign, the shop's settings or nobody said so."""
    holds = campaign.in_force(shop)
    own, channel = campaign.policies, campaign.channel
    return [
        _row(words, "cooldown", words.duration(holds.cooldown) if holds.cooldown else words("none"),
             own.cooldown is not None, shop.cooldown != _DEFAULTS.cooldown),
        _night(campaign, holds, shop, words),
        _row(words, "duplicates", words("yes" if holds.exclude_duplicates else "no"), own.exclude_duplicates, False),
        _row(words, "cost", words("none") if holds.daily_cost_limit is None else words.money(holds.daily_cost_limit),
             own.daily_cost_limit is not None, False),
        _row(words, "late", words(f"late_{holds.late}"), own.late is not None, channel in shop.late),
        _priority(campaign, holds, shop, words),
        _row(words, "speed", words.speed(holds.speed), own.speed is not None,
             channel == "push" and shop.push_speed != _DEFAULTS.push_speed),
        _row(words, "holdout", _holdout(holds.holdout, words), campaign.holdout is not None or own.no_holdout,
             holds.holdout is not None),
        _row(words, "attribution", words(f"attribution_{holds.attribution}"),
             campaign.tracking.attribution is not None, channel in shop.attribution),
        *_opt_out(campaign, shop, words),
    ]  # fmt: skip


def _row(words: CampaignWords, policy: str, value: str, by_campaign: bool, by_shop: bool) -> Row:
    source = "campaign" if by_campaign else "shop" if by_shop else "default"
    return words(f"policy_{policy}"), value, words(f"source_{source}")


def _night(campaign: Campaign, holds: InForce, shop: ShopPolicies, words: CampaignWords) -> Row:
    hours = nights(campaign.channel, campaign.advertising, False, holds.quiet)
    if not hours:
        return words("policy_night"), words("none"), words("source_fixed")
    told = ", ".join(_hours(one, words) for one in hours)
    if campaign.channel not in BY_CONSENT:
        return words("policy_night"), told, words("source_fixed")
    by_campaign, by_shop = campaign.policies.night is not None, shop.night != _DEFAULTS.night
    return _row(words, "night", words("night_consent", hours=told), by_campaign, by_shop)


def _hours(hours: NightHours, words: CampaignWords) -> str:
    return words("night_hours", first=f"{hours.from_:%H:%M}", last=f"{hours.to:%H:%M}")


def _priority(campaign: Campaign, holds: InForce, shop: ShopPolicies, words: CampaignWords) -> Row:
    place, number, _ = holds.rank
    if campaign.id in shop.priority_order:
        return _row(words, "priority", words("rank_order", place=place + 1), False, True)
    is_own = "priority" in campaign.policies.model_fields_set
    return _row(words, "priority", words("rank_number", number=number), is_own, False)


def _holdout(holdout: Holdout | None, words: CampaignWords) -> str:
    if holdout is None:
        return words("none")
    redraw = words("holdout_redraw", days=holdout.redraw_days) if holdout.redraw_days else ""
    share = f"{holdout.share:g}"
    of = words(f"holdout_{holdout.of}")
    return words("holdout_told", share=share, days=holdout.window_days, redraw=redraw, of=of)


def _opt_out(campaign: Campaign, shop: ShopPolicies, words: CampaignWords) -> Sequence[Row]:
    if campaign.channel != "push" or not campaign.advertising:
        return []
    return [_row(words, "opt_out", shop.opt_out_text or words("none"), False, shop.opt_out_text is not None)]
