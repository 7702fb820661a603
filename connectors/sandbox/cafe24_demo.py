"""A made-up Cafe24 mall: products in categories, members, orders with every kind of end.

Belongs here: rows in the vendor's shape, the same for the same numbers. Does not belong here: answering about them
(``cafe24_shop``). Names, numbers and addresses are nobody's.
"""

import datetime as dt
import random
from typing import Any

from connectors.sandbox.cafe24_shop import KST, Cafe24Shop

END = dt.datetime(2025, 10, 31, 23, 59, 59, tzinfo=KST)
_TOPS = ("여성의류", "남성의류", "뷰티", "생활")
_LEAVES = ("신상", "베스트", "시즌오프")
_GROUPS = ("일반", "실버", "골드", "VIP")
Row = dict[str, Any]


def made_up_shop(
    *, products: int, members: int, orders: int, days: int = 60, end: dt.datetime = END, seed: int = 7
) -> Cafe24Shop:
    """A shop whose orders fall on the ``days`` before ``end``; one order in five ends cancelled, returned or unpaid."""
    chance = random.Random(seed)
    shop = Cafe24Shop(groups=[{"group_no": no, "group_name": name} for no, name in enumerate(_GROUPS, 1)])
    _add_categories(shop)
    leaves = [int(row["category_no"]) for row in shop.categories if row["category_depth"] == 2]
    for number in range(1, products + 1):
        shop.products.append(product(number, end - dt.timedelta(days=chance.randint(0, 400), seconds=number)))
        leaf = leaves[number % len(leaves)]
        shop.shown.setdefault(leaf, []).append(number)
        shop.shown.setdefault(int(shop.categories[leaf % len(_TOPS)]["category_no"]), []).append(number)
    for number in range(1, members + 1):
        shop.members.append(member(number, end - dt.timedelta(days=chance.randint(0, 900), seconds=number), chance))
    for number in range(1, orders + 1):
        at = end - dt.timedelta(seconds=chance.randrange(days * 86_400))
        who = chance.randint(1, members) if members and chance.random() < 0.9 else 0
        lines = [(chance.randint(1, max(1, products)), chance.randint(1, 3)) for _ in range(chance.randint(1, 3))]
        shop.orders.append(order(number, at, who, lines))
        if number % 5 == 0:
            end_otherwise(
                shop.orders[-1], ("C40", "R40", "C47", "E40")[number // 5 % 4], min(end, at + dt.timedelta(3))
            )
    return shop


def product(number: int, updated: dt.datetime) -> Row:
    """A product on sale."""
    price = 10_000 + number % 90 * 1000
    return {
        "shop_no": 1,
        "product_no": number,
        "product_code": f"P{number:07d}",
        "custom_product_code": "",
        "product_name": f"린넨 셔츠 {number}",
        "price": f"{price}.00",
        "retail_price": f"{price + 5000 if number % 3 else 0}.00",
        "display": "T",
        "selling": "T",
        "sold_out": "T" if number % 29 == 0 else "F",
        "detail_image": f"https://sandbox.cafe24.com/web/product/big/{number}.jpg",
        "brand_code": "B0000000",
        "created_date": (updated - dt.timedelta(days=30)).isoformat(),
        "updated_date": updated.isoformat(),
    }


def member(number: int, joined: dt.datetime, chance: random.Random) -> Row:
    """A member with contact and consents."""
    return {
        "shop_no": 1,
        "member_id": f"member{number}",
        "name": f"홍길동{number}",
        "cellphone": f"010-{number // 10_000 % 10_000:04d}-{number % 10_000:04d}",
        "phone": "",
        "email": f"member{number}@example.com",
        "sms": "T" if chance.random() < 0.6 else "F",
        "news_mail": "T" if chance.random() < 0.5 else "F",
        "group_no": chance.randint(1, len(_GROUPS)),
        "available_points": f"{chance.randint(0, 20) * 500}.00",
        "created_date": joined.isoformat(),
        "last_login_date": joined.isoformat(),
        "birthday": f"19{60 + number % 40}-{number % 12 + 1:02d}-15",
        "solar_calendar": "T" if number % 10 else "F",
        "gender": "F" if number % 3 else "M",
        "use_mobile_app": "T" if number % 4 == 0 else "F",
        "address1": "서울특별시 아무구 아무로 1",
        "refund_bank_account_no": "1234-1234-1234567",
    }


def order(number: int, at: dt.datetime, who: int, lines: list[tuple[int, int]]) -> Row:
    """A paid and delivered order; ``who``: number of the member, 0 for a guest; ``lines``: product, pieces."""
    code = f"{at:%Y%m%d}-{number:07d}"
    return {
        "shop_no": 1,
        "currency": "KRW",
        "order_id": code,
        "member_id": f"member{who}" if who else "",
        "member_email": f"member{who}@example.com" if who else "",
        "billing_name": f"홍길동{who}",
        "order_date": at.isoformat(),
        "payment_date": (at + dt.timedelta(minutes=1)).isoformat(),
        "paid": "T",
        "canceled": "F",
        "postpay": "F",
        "order_from_mobile": "T" if number % 3 else "F",
        "order_place_id": "mobile_d" if number % 7 == 0 else "self",
        "first_order": "F",
        "items": [item(code, place, product_no, pieces, at) for place, (product_no, pieces) in enumerate(lines, 1)],
    }


def item(order_id: str, place: int, product_no: int, pieces: int, at: dt.datetime) -> Row:
    """One delivered item of an order."""
    return {
        "item_no": place,
        "order_item_code": f"{order_id}-{place:02d}",
        "product_no": product_no,
        "variant_code": f"P{product_no:07d}000A",
        "option_value": "색상=블랙",
        "quantity": pieces,
        "claim_quantity": 0,
        "product_price": f"{10_000 + product_no % 90 * 1000}.00",
        "option_price": "0.00",
        "additional_discount_price": "0.00",
        "coupon_discount_price": "0.00",
        "payment_amount": None,
        "order_status": "N40",
        "status_code": "N1",
        "gift": "F",
        "original_item_no": [],
        "ordered_date": at.isoformat(),
        "cancel_date": None,
        "return_confirmed_date": None,
        "exchange_date": None,
    }


def end_otherwise(order: Row, status: str, at: dt.datetime) -> None:
    """All items of ``order`` come to ``status`` at the moment ``at``: C40, R40, E40, or C47 without ever being paid."""
    column = {"C": "cancel_date", "R": "return_confirmed_date", "E": "exchange_date"}[status[0]]
    for line in order["items"]:
        line |= {"order_status": status, column: at.isoformat(), "claim_quantity": line["quantity"]}
        line["status_code"] = {"C40": "C2", "R40": "C3", "E40": "E1", "C47": "C1"}[status]
    order["canceled"] = "T"
    if status == "C47":
        order |= {"paid": "F", "payment_date": None}


def _add_categories(shop: Cafe24Shop) -> None:
    for top, name in enumerate(_TOPS, 1):
        shop.categories.append(_category(top, 1, (name,)))
    for top, name in enumerate(_TOPS, 1):
        for place, leaf in enumerate(_LEAVES):
            shop.categories.append(_category(len(_TOPS) + (top - 1) * len(_LEAVES) + place + 1, 2, (name, leaf)))


def _category(number: int, depth: int, names: tuple[str, ...]) -> Row:
    return {
        "shop_no": 1,
        "category_no": number,
        "category_depth": depth,
        "category_name": names[-1],
        "full_category_name": {str(level + 1): names[level] if level < len(names) else None for level in range(4)},
        "use_display": "T",
    }
