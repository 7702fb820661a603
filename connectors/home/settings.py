"""The shop's settings: one frozen class, read from ``shop.yaml``.

Belongs here: every setting a person may change, with its default and meaning; reading and refusing them.
Does not belong here: secrets (environment only, see ``.env.example``) and what each setting does.
"""

import datetime as dt
from pathlib import Path
from typing import Annotated, Final, Literal, Self, get_args
from zoneinfo import ZoneInfo, available_timezones

import yaml
from pydantic import AfterValidator, BaseModel, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from connectors.home.attribution_settings import AttributionSettings
from connectors.home.campaign_settings import CampaignSettings, MessageSettings, TrackingSettings
from connectors.home.report_settings import ReportSettings
from connectors.home.section import Section

_PERSONAL: Final = {"marketers"}  # keys whose values no error shows


class SettingsError(Exception):
    """``shop.yaml`` can not be used; the message names the key and what it may be."""


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"{name!r} is not an IANA time zone such as Asia/Seoul or Europe/London")
    return name


class SessionSettings(Section):
    """When a visit ends."""

    gap_minutes: int = Field(
        30, ge=1, le=24 * 60, description="a longer silence starts a new session; exactly this long does not"
    )
    new_campaign_breaks: bool = Field(False, description="whether arriving by another campaign starts a new session")


class CartSettings(Section):
    """When a cart counts as empty again (the cart reset point)."""

    reset_after_days: int = Field(
        30, ge=1, le=365, description="days after which what was put in the cart counts as gone"
    )
    purchase_empties: Literal["bought", "all"] = Field(
        "bought", description="a purchase removes what was bought, or empties the whole cart"
    )


class BotSettings(Section):
    """Who is left out of the metrics beside the known robots' user agents."""

    min_views: int = Field(
        100, ge=2, description="a session of at least this many views without cart, order or login ..."
    )
    max_seconds_per_view: float = Field(1.0, gt=0, description="... at a mean pace at or under this is a robot")


class CustomerSettings(Section):
    """Daily customer analysis."""

    new_days: int = Field(30, ge=1, description="after the first order a customer is 'new' for this long")
    lapsed_days: int = Field(90, ge=1, description="without an order for this long, or twice the own cycle, 'lapsed'")


class QualitySettings(Section):
    """When the checks warn."""

    max_quarantine_share: float = Field(
        0.01, ge=0, le=1, description="share of refused rows above which the check warns"
    )


class PublishSettings(Section):
    """How published tables are laid out."""

    single_file_rows: int = Field(1_000_000, ge=1, description="larger tables are split into one file per business day")
    restitch_days: int | None = Field(
        None, ge=1, description="how far back files are written again for a customer recognised later; none: all days"
    )
    keep_versions: int = Field(2, ge=2, description="versions of each table kept for readers that are still busy")


class TasteSettings(Section):
    """Groups of customers with the same taste."""

    window_days: int = Field(30, ge=1, le=365, description="days of views that make a taste")
    min_groups: int = Field(8, ge=2, le=100, description="fewest groups that customers are divided into")
    max_groups: int = Field(30, ge=2, le=200, description="most groups; as many as somebody can still work with")
    min_customers: int = Field(
        100, ge=10, description="customers with a taste below which there is not enough data for groups"
    )
    sample_customers: int = Field(
        30_000, ge=1000, description="customers whose density is examined; everyone is assigned to a group"
    )
    text_model: str = Field(
        "embedded",
        min_length=1,
        description="embedded (made from the shop's own catalogue), or any sentence-transformers model by name or path",
    )
    text_prompt: str = Field("", description="what the text model wants before a text, such as 'query: ' for E5 models")
    seed: int = Field(7, ge=0, description="the same seed and data give the same groups")
    keep_days: int = Field(90, ge=2, description="days for which the members of groups are kept")

    @model_validator(mode="after")
    def _groups_in_order(self) -> Self:
        if self.max_groups < self.min_groups:
            raise ValueError(f"max_groups ({self.max_groups}) must not be below min_groups ({self.min_groups})")
        return self


class NamingSettings(Section):
    """Names and descriptions that a language model writes."""

    daily_calls: int = Field(100, ge=0, description="calls to the language model a day; 0: never")


class RecommendSettings(Section):
    """What recommendations are made from."""

    window_days: int = Field(90, ge=1, le=730, description="days of behaviour that recommendations look back on")
    items_window_days: int = Field(
        30, ge=1, le=730, description="days in which the most viewed product of a customer is sought"
    )
    search_views: int = Field(
        20, ge=1, le=100, description="products looked at after a search that count as found by it"
    )
    list_length: int = Field(20, ge=1, le=100, description="products on every list of recommendations")
    message_length: int = Field(8, ge=1, le=40, description="products of each item that messages are filled from")
    just_bought_days: int = Field(
        30, ge=0, le=365, description="days in which what a customer bought is not recommended again, unless it is due"
    )
    repeat_window_days: int = Field(
        400, ge=30, le=1100, description="days of orders from which purchase cycles are worked out"
    )
    due_from: float = Field(0.65, ge=0, description="purchase cycles after the last one from which a repeat is due ...")
    due_to: float = Field(1.5, gt=0, description="... and until which it is")
    retrain_days: int = Field(7, ge=1, le=90, description="days after which the rankers are trained again")
    train_histories: int = Field(100_000, ge=1000, description="histories that the ranker learns from")
    threads: int = Field(2, ge=1, description="threads that train and rank")
    seed: int = Field(7, ge=0, description="the same seed and data give the same lists")

    @model_validator(mode="after")
    def _windows_in_order(self) -> Self:
        if self.items_window_days > self.window_days:
            raise ValueError(
                f"items_window_days ({self.items_window_days}) must not be above window_days ({self.window_days})"
            )
        return self


class Cafe24Settings(Section):
    """The Cafe24 shop that is read, if any (docs/guides/cafe24.md)."""

    mall_id: str = Field("", pattern=r"^([a-z0-9][a-z0-9-]*)?$", description="MALL of MALL.cafe24.com; empty: none")
    shop_no: int = Field(1, ge=1, description="number of the shop within the mall")
    api_version: str = Field("2026-03-01", pattern=r"^\d{4}-\d{2}-\d{2}$", description="version of the Admin API")
    api_url: str = Field(
        "https://{mall}.cafe24api.com",
        pattern=r"^(https://\S+|http://(127\.0\.0\.1|localhost)(:\d+)?)$",
        description="address of the API",
    )
    redirect_uri: str = Field("", description="the app's redirect URI, as registered with Cafe24")
    first_days: int = Field(365, ge=1, description="days of orders that the first pull reads")
    full_walk_hours: int = Field(24, ge=1, description="hours after which products and members are read whole again")


class SegmentSettings(Section):
    """Segments of customers."""

    stale_after_days: int = Field(
        3, ge=0, description="days without new data after which windows end on the last day with data, not today"
    )


class MemberSettings(Section):
    """Members and what is known of them."""

    default_region: str = Field(
        "KR", pattern=r"^[A-Z]{2}$", description="country of telephone numbers without a country code"
    )
    private_fields: tuple[str, ...] = Field((), description="custom fields that segments may not use")


class AiTargetSettings(Section):
    """Customers that models point out: likely to buy, at risk, high potential, repeat due."""

    retrain_days: int = Field(7, ge=1, le=90, description="days after which the models are trained again")
    contact_cost: float | None = Field(
        None, gt=0, description="of one message, in the shop's currency; with it segments hold who is worth a message"
    )
    margin: float = Field(0.3, gt=0, le=1, description="share of revenue that is earned")
    most_share: float = Field(0.2, gt=0, le=1, description="largest segment without a contact cost, as a share")
    train_rows: int = Field(300_000, ge=1000, description="customers and days that each model learns from")
    threads: int = Field(2, ge=1, description="threads that train and score")
    seed: int = Field(7, ge=0, description="the same seed and data give the same models")


class Settings(Section):
    """All settings of one shop."""

    mall_name: str = "우리 쇼핑몰"
    time_zone: Annotated[str, AfterValidator(_known_zone)] = "Asia/Seoul"
    currency: str = Field("KRW", pattern=r"^[A-Z]{3}$")
    locale: Literal["ko", "en"] = "ko"
    site_hosts: tuple[str, ...] = Field((), description="the shop's own hosts; links between them are not referrals")
    first_day: dt.date = Field(dt.date(2010, 1, 1), description="events before this day are refused as absurd")
    memory_limit: str = Field(
        "3GB", pattern=r"^\d+(MB|GB)$", description="what DuckDB may take before it spills to disk"
    )
    sessions: SessionSettings = SessionSettings()
    cart: CartSettings = CartSettings()
    bots: BotSettings = BotSettings()
    customers: CustomerSettings = CustomerSettings()
    quality: QualitySettings = QualitySettings()
    publish: PublishSettings = PublishSettings()
    taste: TasteSettings = TasteSettings()
    naming: NamingSettings = NamingSettings()
    recommend: RecommendSettings = RecommendSettings()
    members: MemberSettings = MemberSettings()
    segments: SegmentSettings = SegmentSettings()
    ai_targets: AiTargetSettings = AiTargetSettings()
    cafe24: Cafe24Settings = Cafe24Settings()
    campaigns: CampaignSettings = CampaignSettings()
    messages: MessageSettings = MessageSettings()
    tracking: TrackingSettings = TrackingSettings()
    attribution: AttributionSettings = AttributionSettings()
    reports: ReportSettings = ReportSettings()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


def read_settings(path: Path) -> Settings:
    """Read and check ``shop.yaml``. Raises :class:`SettingsError` naming each wrong key."""
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except yaml.YAMLError as error:
        raise SettingsError(f"{path} is not readable YAML: {_place_of(error)}") from None
    try:
        return Settings.model_validate(document)
    except ValidationError as error:
        lines = [_explain(problem) for problem in error.errors()]
        raise SettingsError(f"{path} has settings that can not be used:\n" + "\n".join(lines)) from error


def _place_of(error: yaml.YAMLError) -> str:
    """What is wrong and where, without the line itself: a number may stand in it."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        mark = error.problem_mark
        return f"{error.problem} in line {mark.line + 1}, column {mark.column + 1}"
    return type(error).__name__


def _explain(problem: ErrorDetails) -> str:
    where = ".".join(str(part) for part in problem["loc"]) or "(top level)"
    if problem["type"] == "extra_forbidden":
        model: type[BaseModel] = Settings
        for part in problem["loc"][:-1]:
            model = _inner(model, str(part))
        return f"  {where}: unknown setting; known here: {', '.join(sorted(model.model_fields))}"
    found = "" if _PERSONAL & set(problem["loc"]) else f" (found {problem['input']!r})"
    return f"  {where}: {problem['msg']}{found}"


def _inner(model: type[BaseModel], part: str) -> type[BaseModel]:
    """The section of a key; of a list of sections that of its entries, and the same again for the entry's number."""
    annotation = model.model_fields[part].annotation if part in model.model_fields else None
    kinds = [one for one in (annotation, *get_args(annotation)) if isinstance(one, type) and not get_args(one)]
    return next((one for one in kinds if issubclass(one, BaseModel)), model)
