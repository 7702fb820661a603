"""What is kept of the vendor's rows, as the lines that the shipped mappings read.

Belongs here: choosing fields, one line for each item of an order, names in place of numbers; pure.
Does not belong here: canonical names and rules (``connectors/sources/mappings/cafe24_*.yaml``).

Only the fields listed here are ever written to disk: addresses, bank accounts and the buyer's own words stay out.

An order's line that is cancelled or sent back in part is split by the vendor: the claimed pieces become an item of
their own that names the first in ``original_item_no``. So that a purchase has the same number of pieces whenever it is
first seen, ``ordered_quantity`` of an item counts what was split off from it, and the split-off item is no purchase of
its own (``is_split_off``); goods sent in exchange (status N2) are. The splitting is what shops see in practice; the
documentation names the field only.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from connectors.home.member_key import member_key
from connectors.sources.cafe24.client import Row

_PRODUCT = (
    "product_no", "product_code", "custom_product_code", "product_name", "price", "retail_price", "display", "selling",
    "sold_out", "detail_image", "brand_code", "supplier_code", "product_tag", "created_date", "updated_date",
)  # fmt: skip
_ORDER = (
    "shop_no", "order_id", "member_id", "currency", "order_date", "payment_date", "paid", "postpay", "canceled",
    "order_from_mobile", "order_place_id", "market_id", "first_order",
)  # fmt: skip
_ITEM = (
    "item_no", "order_item_code", "product_no", "variant_code", "option_value", "quantity", "claim_quantity",
    "product_price", "option_price", "additional_discount_price", "coupon_discount_price", "payment_amount",
    "order_status", "status_code", "gift", "ordered_date", "cancel_date", "return_confirmed_date", "exchange_date",
)  # fmt: skip
_MEMBER = (
    "member_id", "name", "cellphone", "phone", "email", "sms", "news_mail", "group_no", "available_points",
    "created_date", "birthday", "solar_calendar", "gender", "use_mobile_app",
)  # fmt: skip
_EXCHANGE_GOODS = "N2"


def product_lines(page: Iterable[Row], paths: Mapping[int, str], shop_url: str, pulled_at: str) -> list[Row]:
    """``paths``: category path by product number; ``pulled_at``: ISO 8601, when this state was read."""
    return [
        {
            **_kept(row, _PRODUCT),
            "category_path": paths.get(int(row["product_no"])),
            "url": f"{shop_url}/product/detail.html?product_no={int(row['product_no'])}",
            "pulled_at": pulled_at,
        }
        for row in page
    ]


def member_lines(
    page: Iterable[Row], grades: Mapping[str, str], pulled_at: str, erased: Mapping[str, str], secret: str
) -> list[Row]:
    """``grades``: name by ``group_no``. Left out: members erased here (pseudonym to moment, ISO 8601 UTC) who have
    neither joined nor logged in since; the shop still lists them.

    ``pulled_at`` makes each reading a file of its own: a member who went back to an earlier state is not taken for a
    file that was read before.
    """
    return [
        {**_kept(row, _MEMBER), "grade": grades.get(str(row.get("group_no"))), "pulled_at": pulled_at}
        for row in page
        if not (erased and _is_erased(row, erased.get(member_key(str(row["member_id"]), secret))))
    ]


def item_lines(page: Iterable[Row]) -> list[Row]:
    """One line for each item of each order; orders whose items the vendor left out give none."""
    return [line for order in page for line in _lines_of(order)]


def category_path(category: Row) -> str:
    """``full_category_name`` (by level) as one path."""
    names = category.get("full_category_name") or {}
    levels = [str(names[level]).strip() for level in sorted(names) if names[level]] if isinstance(names, dict) else []
    return " > ".join(levels or [str(category.get("category_name") or "")])


def _lines_of(order: Row) -> list[Row]:
    items = [item for item in order.get("items") or [] if isinstance(item, dict)]
    by_number = {str(item.get("item_no")): item for item in items}
    roots = {str(item.get("order_item_code")): _root(item, by_number) for item in items}
    pieces: dict[str, int] = {}
    for item in items:
        root = roots[str(item.get("order_item_code"))]
        pieces[root] = pieces.get(root, 0) + int(item.get("quantity") or 0)
    kept = _kept(order, _ORDER)
    return [
        {
            "order": kept,
            "item": _kept(item, _ITEM),
            "ordered_quantity": pieces.get(str(item.get("order_item_code")), 0),
            "is_split_off": roots[str(item.get("order_item_code"))] != str(item.get("order_item_code")),
        }
        for item in items
    ]


def _root(item: Row, by_number: Mapping[str, Row]) -> str:
    """The code of the item that ``item`` was split off from in the end; its own when it was not."""
    seen = {id(item)}
    while item.get("status_code") != _EXCHANGE_GOODS:
        parents = (by_number.get(str(number)) for number in item.get("original_item_no") or [])
        parent = next((found for found in parents if found is not None and id(found) not in seen), None)
        if parent is None:
            break
        item = parent
        seen.add(id(item))
    return str(item.get("order_item_code"))


def _is_erased(row: Row, erased_at: str | None) -> bool:
    """Whether nothing shows that the member came back after ``erased_at``."""
    seen = [_utc(row.get("created_date")), _utc(row.get("last_login_date"))]
    return erased_at is not None and all(moment <= erased_at for moment in seen)


def _utc(moment: Any) -> str:
    try:
        return dt.datetime.fromisoformat(str(moment)).astimezone(dt.UTC).isoformat()
    except ValueError:
        return ""


def _kept(row: Row, fields: tuple[str, ...]) -> Row:
    """The fields that say something: what the vendor leaves blank is left out."""
    return {name: row[name] for name in fields if row.get(name) not in (None, "")}
