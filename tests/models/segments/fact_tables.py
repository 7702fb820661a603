"""Facts of customers as the published tables would hold them: the plain way, row by row, for small worlds."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa

from connectors.erasure.person import hash63
from models.segments.memory.facts import CustomerFacts, Event, Visit
from models.segments.windows import Span

PRODUCT_EVENTS = ("product_view", "add_to_cart", "remove_from_cart", "purchase", "refund")
_TYPES = {
    "id": "bigint", "text": "varchar", "day": "date", "at": "timestamp", "number": "double", "whole": "bigint",
    "flag": "boolean",
}  # fmt: skip
_COLUMNS = {
    "customers": "customer_key text, customer_id id, is_member flag, first_channel text, first_source text, "
    "first_medium text, first_campaign text, first_seen_at at, last_seen_at at, orders whole, revenue number, "
    "last_order_day day, purchase_cycle_days number, rfm_grade text, lifecycle text",
    "customer_days": "event_day day, customer_id id, event_name text, device text, events whole",
    "customer_product_days": "event_day day, customer_id id, event_name text, product_id text, device text, "
    "events whole, quantity whole, amount number, product_hash id",
    "orders": "order_id text, customer_key text, customer_id id, ordered_at at, order_day day, revenue number, "
    "device text, channel text",
    "sessions": "customer_id id, started_at at, session_day day, device text, channel text, source text, medium text, "
    "campaign text, landing_url text, page_views whole, dwell_seconds number, is_bounce flag, is_bot flag, "
    "is_off_site flag",
    "events": "customer_id id, event_name text, event_at at, event_day day, device text, product_id text, "
    "price number, quantity whole, query text, url text, properties text, is_bot flag",
    "carts": "customer_key text, customer_id id, product_id text, quantity whole, price number, last_added_at at",
    "products": "product_id text, name text, category_path text, brand text",
    "segment_members": "segment_id text, kind text, customer_key text, customer_id id",
    "taste_members": "day day, customer_key text, segment_id text, strength number",
}
_MEMBER = (
    "customer_id id, joined_day day, grade text, points whole, birthday_month whole, has_phone flag, has_email flag, "
    "has_push_token flag, is_channel_friend flag, consent_sms flag, consent_email flag, consent_push flag, "
    "consent_kakao flag, consent_night flag"
)
CONSENTS = ("sms", "email", "push", "kakao", "night")
Rows = list[dict[str, Any]]


class FactTables:
    """Tables of ``customers`` (by customer key) in a database of their own."""

    def __init__(
        self, customers: Mapping[str, CustomerFacts], zone: ZoneInfo, fields: Mapping[str, str] | None = None
    ) -> None:
        self.zone = zone
        self.ids = {key: 2**59 + 7919 * number for number, key in enumerate(customers)}
        self._rows: dict[str, Rows] = defaultdict(list)
        self._products: dict[str, Any] = {}
        for key, facts in customers.items():
            self._add(key, facts)
        self._rows["products"] = [vars(one) for one in self._products.values()]
        self.database = duckdb.connect(config={"threads": 1})
        columns = {**_COLUMNS, "member_facts": _MEMBER}
        for name, told in columns.items():
            self._create(name, dict(one.rsplit(" ", 1) for one in told.split(", ")), fields or {})

    def answer(self, sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        return self.database.execute(sql, dict(parameters)).fetchall()

    def limited(self, tables: Mapping[str, Span | None]) -> "LimitedTables":
        """Only the tables, and of them only the days, that a query says it needs."""
        return LimitedTables(self, tables)

    def _create(self, name: str, columns: dict[str, str], fields: Mapping[str, str]) -> None:
        types = {column: _TYPES[kind] for column, kind in columns.items()}
        if name == "member_facts":
            kinds = {"text": "varchar", "number": "double", "boolean": "boolean"}
            types |= {f"custom__{field}": kinds[kind] for field, kind in fields.items()}
        rows = self._rows[name]
        listed = pa.table({column: pa.array([str(row[column]) if row.get(column) is not None else None for row in rows],
                                            pa.string()) for column in types})  # fmt: skip
        self.database.register("listed", listed)
        quoted = {column: '"' + column.replace('"', '""') + '"' for column in types}
        casts = ", ".join(f"cast({quoted[column]} as {kind}) as {quoted[column]}" for column, kind in types.items())
        self.database.execute(f'create table "{name}" as select {casts} from listed')
        self.database.unregister("listed")

    def _add(self, key: str, facts: CustomerFacts) -> None:
        who = {"customer_key": key, "customer_id": self.ids[key]}
        self._rows["customers"].append({**who, **vars(facts.figures)})
        self._add_events(who, facts.events)
        self._rows["sessions"] += [{**who, **self._visit(one), "is_bot": False, "is_off_site": False}
                                   for one in facts.visits]  # fmt: skip
        for number, order in enumerate(facts.orders):
            day = self._day(order.ordered_at)
            self._rows["orders"].append({**who, **vars(order), "order_id": f"{key}-{number}", "order_day": day})
        for item in facts.cart:
            self._products[item.product.product_id] = item.product
            self._rows["carts"].append({**who, **vars(item), "product_id": item.product.product_id})
        if facts.member:
            consents = {f"consent_{name}": facts.member.consents.get(name) for name in CONSENTS}
            custom = {f"custom__{name}": value for name, value in facts.member.custom.items()}
            self._rows["member_facts"].append({**who, **vars(facts.member), **consents, **custom})
        self._rows["segment_members"] += [{**who, "segment_id": one} for one in facts.segments]
        for name, strength in facts.strengths.items():
            short = name.removeprefix("taste:")
            self._rows["taste_members"] += [
                {**who, "day": "2025-10-31", "segment_id": short, "strength": strength},
                {**who, "day": "2025-10-30", "segment_id": short, "strength": 1 - strength},
            ]

    def _add_events(self, who: dict[str, Any], events: Sequence[Event]) -> None:
        days: Counter[tuple[Any, ...]] = Counter()
        products: dict[tuple[Any, ...], list[Event]] = defaultdict(list)
        for one in events:
            product = one.product.product_id if one.product else None
            day = self._day(one.at)
            self._rows["events"].append(
                {**who, **vars(one), "event_name": one.name, "event_at": one.at, "event_day": day,
                 "product_id": product, "is_bot": False}
            )  # fmt: skip
            days[day, one.name, one.device] += 1
            if one.product:
                self._products[one.product.product_id] = one.product
                if one.name in PRODUCT_EVENTS:
                    products[day, one.name, one.device, product].append(one)
        for (day, name, device), count in days.items():
            row = {**who, "event_day": day, "event_name": name, "device": device, "events": count}
            self._rows["customer_days"].append(row)
        for (day, name, device, product), found in products.items():
            pieces = [1 if one.quantity is None else one.quantity for one in found]
            amount = sum((one.price or 0.0) * piece for one, piece in zip(found, pieces, strict=True))
            self._rows["customer_product_days"].append(
                {**who, "event_day": day, "event_name": name, "device": device, "product_id": product,
                 "events": len(found), "quantity": sum(pieces), "amount": amount,
                 "product_hash": None if product is None else hash63(product)}
            )  # fmt: skip

    def add_robots(self, key: str, events: Sequence[Event], visits: Sequence[Visit]) -> None:
        """Rows that belong to a customer but must not count."""
        for table, rows in (
            ("events", [{**vars(one), "event_name": one.name, "event_at": one.at, "event_day": self._day(one.at),
                         "product_id": one.product.product_id if one.product else None, "is_bot": True}
                        for one in events]),
            ("sessions", [{**self._visit(one), "is_bot": number % 2 == 0, "is_off_site": number % 2 == 1}
                          for number, one in enumerate(visits)]),
        ):  # fmt: skip
            names = [one.split(" ")[0] for one in _COLUMNS[table].split(", ")]
            for row in rows:
                values = [{"customer_id": self.ids[key], **row}.get(name) for name in names]
                marks = ", ".join("?" for _ in names)
                self.database.execute(f"insert into {table} ({', '.join(names)}) values ({marks})", values)

    def _visit(self, visit: Visit) -> dict[str, Any]:
        return {**vars(visit), "session_day": self._day(visit.started_at)}

    def _day(self, moment: Any) -> Any:
        return moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(self.zone).date()


class LimitedTables:
    """A query is answered from what it said it needs, and nothing else."""

    _DAYS = {
        "customer_days": "event_day", "customer_product_days": "event_day", "events": "event_day",
        "sessions": "session_day", "orders": "order_day",
    }  # fmt: skip

    def __init__(self, whole: FactTables, tables: Mapping[str, Span | None]) -> None:
        self._database = whole.database.cursor()
        self._database.execute("drop schema if exists needed cascade; create schema needed")
        for name, span in tables.items():
            where = "true" if span is None else f"{self._DAYS[name]} <= '{span.last}'"
            if span is not None and span.first is not None:
                where += f" and {self._DAYS[name]} >= '{span.first}'"
            self._database.execute(f"create view needed.{name} as select * from main.{name} where {where}")
        self._database.execute("set search_path = 'needed'")

    def answer(self, sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        return self._database.execute(sql, dict(parameters)).fetchall()
