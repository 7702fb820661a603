"""The canonical rows that every source is turned into (DESIGN section 4), and how they lie in the landing zone.

Belongs here: names, types and meaning of the canonical columns; the event names; which columns are personal.
Does not belong here: reading a source (``reader``), checking rows (``checks``), writing them (``landing``).
"""

from dataclasses import dataclass
from typing import Final

EVENT_NAMES: Final = (
    "page_view", "product_view", "category_view", "search", "add_to_cart", "remove_from_cart", "begin_checkout",
    "purchase", "refund", "sign_up", "login", "banner_impression", "banner_click", "widget_impression",
    "widget_click", "message_open", "message_click",
)  # fmt: skip
DEVICES: Final = ("pc", "mobile_web", "app")
KINDS: Final = ("events", "products", "members", "orders", "contents")
PRODUCT_STATUSES: Final = ("active", "sold_out", "hidden")


@dataclass(frozen=True)
class Column:
    """One canonical column: its DuckDB type in the landing zone and what it means."""

    name: str
    type: str
    meaning: str


EVENT_COLUMNS: Final = (
    Column("event_id", "VARCHAR", "given by the source, else derived from the row and its occurrence number"),
    Column("event_hash", "BIGINT", "hash63 of event_id"),
    Column("event_name", "VARCHAR", "one of EVENT_NAMES"),
    Column("event_at", "TIMESTAMP", "when it happened, UTC, microseconds"),
    Column("received_at", "TIMESTAMP", "when it reached the shop, UTC; event_at where the source does not say"),
    Column("visitor_id", "VARCHAR", "the device's cookie; the member key where only a member is known"),
    Column("visitor_hash", "BIGINT", "hash63 of visitor_id"),
    Column("member_key", "VARCHAR", "pseudonym of the member logged in, null when nobody was"),
    Column("session_hint", "VARCHAR", "session id of the source, kept for comparison only"),
    Column("url", "VARCHAR", "page"),
    Column("referrer", "VARCHAR", "page before"),
    Column("user_agent", "VARCHAR", "as sent by the browser or app"),
    Column("device", "VARCHAR", "pc, mobile_web or app; null: derived from the user agent"),
    Column("product_id", "VARCHAR", ""),
    Column("category_id", "VARCHAR", ""),
    Column("query", "VARCHAR", "what was searched for"),
    Column("price", "DECIMAL(18,4)", "of one piece, not negative"),
    Column("quantity", "BIGINT", "positive; of a refund what came back"),
    Column("order_id", "VARCHAR", ""),
    Column("currency", "VARCHAR", "ISO 4217"),
    Column("properties", "VARCHAR", "anything else, a JSON object"),
    Column("source", "VARCHAR", "name of the mapping that read it"),
)
PRODUCT_COLUMNS: Final = (
    Column("product_id", "VARCHAR", ""),
    Column("name", "VARCHAR", ""),
    Column("category_path", "VARCHAR", "levels joined by ' > '"),
    Column("brand", "VARCHAR", ""),
    Column("price", "DECIMAL(18,4)", "list price"),
    Column("sale_price", "DECIMAL(18,4)", "price asked today"),
    Column("image_url", "VARCHAR", ""),
    Column("url_pc", "VARCHAR", ""),
    Column("url_mobile", "VARCHAR", ""),
    Column("status", "VARCHAR", "active, sold_out or hidden"),
    Column("attributes", "VARCHAR", "a JSON object"),
    Column("received_at", "TIMESTAMP", "when this state of the product was received, UTC"),
    Column("source", "VARCHAR", "name of the mapping that read it"),
)
CONTENT_COLUMNS: Final = (
    Column("content_id", "VARCHAR", ""),
    Column("title", "VARCHAR", ""),
    Column("body", "VARCHAR", "text, for search and naming"),
    Column("category_path", "VARCHAR", "levels joined by ' > '"),
    Column("url", "VARCHAR", ""),
    Column("image_url", "VARCHAR", ""),
    Column("published_at", "TIMESTAMP", "UTC"),
    Column("attributes", "VARCHAR", "a JSON object"),
    Column("received_at", "TIMESTAMP", "when this state of the content was received, UTC"),
    Column("source", "VARCHAR", "name of the mapping that read it"),
)
MEMBER_COLUMNS: Final = (
    Column("member_id", "VARCHAR", "the shop's own id; goes to the operational store and nowhere else"),
    Column("name", "VARCHAR", ""),
    Column("phone", "VARCHAR", ""),
    Column("email", "VARCHAR", ""),
    Column("push_token", "VARCHAR", "of the app used last; an empty one forgets all of the member"),
    Column("push_platform", "VARCHAR", "of that app, such as android or ios"),
    Column("consent_sms", "BOOLEAN", ""),
    Column("consent_email", "BOOLEAN", ""),
    Column("consent_push", "BOOLEAN", ""),
    Column("consent_kakao", "BOOLEAN", ""),
    Column("consent_night", "BOOLEAN", "messages between 21:00 and 08:00"),
    Column("consent_sms_at", "TIMESTAMP", "when it was said, UTC; without it: when the file is read"),
    Column("consent_email_at", "TIMESTAMP", "UTC"),
    Column("consent_push_at", "TIMESTAMP", "UTC"),
    Column("consent_kakao_at", "TIMESTAMP", "UTC"),
    Column("consent_night_at", "TIMESTAMP", "UTC"),
    Column("consent_source", "VARCHAR", "what proves the consents, such as a form; without it: name of the file"),
    Column("is_channel_friend", "BOOLEAN", "friend of the shop's Kakao channel"),
    Column("grade", "VARCHAR", ""),
    Column("points", "BIGINT", ""),
    Column("joined_at", "TIMESTAMP", "UTC"),
    Column("custom", "VARCHAR", "a JSON object"),
)
LANDED_MEMBER_COLUMNS: Final = (
    Column("member_key", "VARCHAR", "pseudonym of the member; all that leaves the operational store"),
    Column("received_at", "TIMESTAMP", "when the member was first received, UTC"),
)
QUARANTINE_COLUMNS: Final = (
    Column("source", "VARCHAR", "name of the mapping"),
    Column("file", "VARCHAR", "name of the file, without its folder"),
    Column("row_number", "BIGINT", "row of the file, the first data row is 1"),
    Column("reason", "VARCHAR", "why it was refused"),
    Column("raw", "VARCHAR", "the row as JSON (or its text), personal fields masked"),
    Column("quarantined_at", "TIMESTAMP", "when it was refused, UTC"),
)

# What a mapping may write; "orders" is a kind of source row only (its rows become events, products and members).
TARGET_COLUMNS: Final = {
    "events": EVENT_COLUMNS,
    "products": PRODUCT_COLUMNS,
    "contents": CONTENT_COLUMNS,
    "members": MEMBER_COLUMNS,
}
