"""The data of a Cafe24 mall that exists on this machine only, and what the vendor answers about it.

Belongs here: rows in the vendor's shape, the rules of each list (which conditions go together, limits, offsets, order).
Does not belong here: tokens, call limits, HTTP (``cafe24_server``), making up a shop (``cafe24_demo``).

Rules as documented at developers.cafe24.com/docs/api/admin; where it is silent the stricter is taken: a condition that
a list does not know is refused. Orders are listed newest first, members by joining time, products by number.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]
Query = Mapping[str, str]
KST = dt.timezone(dt.timedelta(hours=9))
_STEP_FIELDS = {  # of an order itself or of its items
    "order_date": "order_date",
    "pay_date": "payment_date",
    "cancel_complete_date": "cancel_date",
    "return_complete_date": "return_confirmed_date",
    "exchange_complete_date": "exchange_date",
}


class Refused(Exception):
    """422: the conditions are not what the list takes."""


@dataclass
class Cafe24Shop:
    """Lists that may change while they are read. ``shown``: product numbers by category."""

    products: list[Row] = field(default_factory=list)
    categories: list[Row] = field(default_factory=list)
    shown: dict[int, list[int]] = field(default_factory=dict)
    members: list[Row] = field(default_factory=list)
    groups: list[Row] = field(default_factory=list)
    orders: list[Row] = field(default_factory=list)
    senders: list[Row] = field(default_factory=list)

    def answer(self, path: str, query: Query) -> Row | None:
        """The body for ``path`` under ``admin/``; None when there is no such list. Raises :class:`Refused`."""
        name, _, count = path.partition("/count")
        if name.startswith("categories/") and name.endswith("/products"):
            return self._shown(name, query)
        lists: dict[str, Callable[[Query, bool], tuple[Sequence[Row], int]]] = {
            "products": self._products,
            "categories": self._categories,
            "customersprivacy": self._members,
            "customergroups": self._groups,
            "orders": self._orders,
            "sms/senders": self._senders,
        }
        if name not in lists or count not in ("", "/"):
            return None
        counting = path.endswith("/count")
        found, most = lists[name](query, counting)
        if counting:
            return {"count": len(found)}
        limit, offset = _number(query, "limit", most and 10, 1, most), _number(query, "offset", 0, 0, None)
        page = list(found[offset : offset + limit] if most else found)
        if name == "orders" and query.get("embed") != "items":
            page = [{column: value for column, value in row.items() if column != "items"} for row in page]
        return {name.rpartition("/")[2]: page}

    def _products(self, query: Query, counting: bool) -> tuple[Sequence[Row], int]:
        _only(query, "since_product_no", "updated_start_date", "updated_end_date", "sort", "order", counting=counting)
        _number(query, "offset", 0, 0, 5000)
        if ("updated_start_date" in query) != ("updated_end_date" in query):
            raise Refused("updated_start_date and updated_end_date go together")
        found = sorted(self.products, key=lambda row: int(row["product_no"]))
        if "since_product_no" in query:
            if {"offset", "sort", "order", "product_no"} & set(query):
                raise Refused("since_product_no does not go with offset, sort, order or product_no")
            since = _number(query, "since_product_no", 0, 0, 2**31 - 1)
            found = [row for row in found if int(row["product_no"]) > since]
        if "updated_start_date" in query:
            start, end = _time(query, "updated_start_date"), _time(query, "updated_end_date")
            found = [row for row in found if start <= _moment(row["updated_date"]) <= end]
        return found, 100

    def _categories(self, query: Query, counting: bool) -> tuple[Sequence[Row], int]:
        _only(query, counting=counting)
        _number(query, "offset", 0, 0, 8000)
        return sorted(self.categories, key=lambda row: int(row["category_no"])), 100

    def _groups(self, query: Query, counting: bool) -> tuple[Sequence[Row], int]:
        _only(query, counting=True)
        return self.groups, 0

    def _senders(self, query: Query, counting: bool) -> tuple[Sequence[Row], int]:
        """Numbers that text messages may come from: ``sender_no``, ``sender``, ``auth_status``."""
        _only(query, counting=counting)
        return self.senders, 100

    def _members(self, query: Query, counting: bool) -> tuple[Sequence[Row], int]:
        known = ("search_type", "created_start_date", "date_type", "start_date", "end_date")
        _only(query, *known, counting=counting)
        found = sorted(self.members, key=lambda row: (str(row["created_date"]), str(row["member_id"])))
        if query.get("search_type", "customer_info") == "created_date":
            if {"offset", "date_type", "start_date", "end_date"} & set(query):
                raise Refused("search_type=created_date goes with created_start_date only")
            since = _time(query, "created_start_date")
            return [row for row in found if _moment(row["created_date"]) >= since], 1000
        _number(query, "offset", 0, 0, 8000)
        if "date_type" in query:
            column = {"join": "created_date", "login": "last_login_date"}.get(query["date_type"])
            if column is None:
                raise Refused("date_type is not one of join, login")
            start, end = _time(query, "start_date"), _time(query, "end_date")
            found = [row for row in found if row.get(column) and start <= _moment(row[column]) <= end]
        return found, 1000

    def _orders(self, query: Query, counting: bool) -> tuple[Sequence[Row], int]:
        _only(query, "start_date", "end_date", "date_type", "embed", counting=counting)
        _number(query, "offset", 0, 0, 15_000)
        start, end = _time(query, "start_date"), _time(query, "end_date")
        if end < start or end >= _three_months_after(start):
            raise Refused("end_date must lie behind start_date, by less than three months")
        step = query.get("date_type", "order_date")
        if step not in _STEP_FIELDS:
            raise Refused(f"date_type is not one of {', '.join(_STEP_FIELDS)}")
        found = _taken(self.orders, _STEP_FIELDS[step], start.isoformat(), end.isoformat())
        if not counting:
            found.sort(key=lambda order: (order["order_date"], order["order_id"]), reverse=True)
        return found, 1000

    def _shown(self, path: str, query: Query) -> Row | None:
        _only(query, "display_group", counting=False)
        _number(query, "limit", 50_000, 1, 50_000)
        _number(query, "display_group", 0, 1, 3)
        number = path.split("/")[1]
        if not number.isdigit() or int(number) not in {int(row["category_no"]) for row in self.categories}:
            return None
        return {"products": [{"product_no": shown} for shown in self.shown.get(int(number), [])]}


def _taken(orders: Sequence[Row], column: str, start: str, end: str) -> list[Row]:
    """Orders of which a step was taken; times of rows are all written with the Korean offset and compare as text."""
    if column in ("order_date", "payment_date"):
        return [order for order in orders if start <= (order[column] or "") <= end]
    return [order for order in orders if any(start <= (line[column] or "") <= end for line in order["items"])]


def _only(query: Query, *known: str, counting: bool) -> None:
    paging = () if counting else ("limit", "offset")
    unknown = set(query) - {"shop_no", *known, *paging}
    if unknown:
        raise Refused(f"{', '.join(sorted(unknown))}: not known here")


def _number(query: Query, name: str, default: int, least: int, most: int | None) -> int:
    """A whole number among the conditions; ``most`` 0: there is none."""
    text = query.get(name)
    if text is None:
        return default
    if not text.isdigit() or int(text) < least or (most is not None and int(text) > most):
        raise Refused(f"{name} must be from {least} to {most}")
    return int(text)


def _time(query: Query, name: str) -> dt.datetime:
    if name not in query:
        raise Refused(f"{name} is missing")
    try:
        found = dt.datetime.fromisoformat(query[name])
    except ValueError:
        raise Refused(f"{name} is not a time") from None
    return found.astimezone(KST) if found.tzinfo else found.replace(tzinfo=KST)


def _moment(text: object) -> dt.datetime:
    return dt.datetime.fromisoformat(str(text))


def _three_months_after(moment: dt.datetime) -> dt.datetime:
    month = moment.month + 3
    year, month = moment.year + (month - 1) // 12, (month - 1) % 12 + 1
    last = (dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)).day
    return moment.replace(year=year, month=month, day=min(moment.day, last))
