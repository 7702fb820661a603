"""What is read of a shop and since when: products with their categories, members, orders.

Belongs here: the three resources, their marks, which conditions each is read under. Does not belong here: paging
(``walks``), lines (``rows``), landing (``basket``).

Marks: ``X.until`` = everything that changed before that moment has landed; ``X.walked`` = when the last whole reading
began; ``X.walk`` and ``X.walk_from`` = where an unfinished whole reading stands and when it began.

The vendor has an update time for products only. Of orders it can be asked when each step was taken (ordered, paid,
cancelled, sent back, exchanged), so each step is a list of its own. Of members it knows when they joined and last
logged in; a consent withdrawn elsewhere shows nowhere. And stock or a category's name change a product without
touching its update time. So products and members are read whole every ``full_walk_hours``, and by what is known of
their changes in between.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping

from connectors.sources.cafe24 import walks
from connectors.sources.cafe24.basket import Basket
from connectors.sources.cafe24.client import Cafe24Client, Row
from connectors.sources.cafe24.cursors import Cursors
from connectors.sources.cafe24.rows import category_path, item_lines, member_lines, product_lines
from connectors.sources.cafe24.windows import Window, said, windows

STEPS = ("order_date", "pay_date", "cancel_complete_date", "return_complete_date", "exchange_complete_date")
OVERLAP = dt.timedelta(hours=1)  # read again each time: what the vendor lists late
_ORDERS_A_CALL, _ORDERS_OFFSET = 1000, 15_000
_CATEGORIES_A_CALL, _CATEGORIES_OFFSET = 100, 8000
_FIRST_MEMBERS = dt.datetime(1999, 1, 1, tzinfo=dt.UTC)  # before the vendor's first shop


class Reading:
    """One pull of one shop. ``now``: the moment it began; ``erased``: pseudonyms of erased members, and when."""

    def __init__(
        self,
        client: Cafe24Client,
        cursors: Cursors,
        *,
        now: dt.datetime,
        full_walk: dt.timedelta,
        secret: str,
        erased: Mapping[str, dt.datetime],
        say: Callable[[str], None],
    ) -> None:
        self._client = client
        self._cursors = cursors
        self._now = now
        self._full_walk = full_walk
        self._secret = secret
        self._erased = {key: moment.astimezone(dt.UTC).isoformat() for key, moment in erased.items()}
        self._say = say

    def products(self, basket: Basket, *, whole: bool) -> None:
        """Products, each under its deepest category."""
        paths: dict[int, str] | None = None
        walk = self._starts_walk("products", whole)
        for page, marks in self._product_pages(walk):
            if paths is None:
                paths = self._category_paths()
            basket.add(product_lines(page, paths, self._client.access.shop_url, self._now.isoformat()), marks)
            self._say(f"products: up to number {page[-1]['product_no']}")
        basket.add([], self._finished("products", walk))

    def members(self, basket: Basket, *, whole: bool) -> None:
        """Members with their grade, contact and consents."""
        groups = self._client.rows("customergroups", {})
        grades = {str(group.get("group_no")): str(group.get("group_name") or "") for group in groups}
        seen, walk = 0, self._starts_walk("members", whole)
        for page, marks in self._member_pages(walk):
            seen += len(page)
            basket.add(member_lines(page, grades, self._now.isoformat(), self._erased, self._secret), marks)
            self._say(f"members: {seen:,} read")
        basket.add([], self._finished("members", walk))

    def orders(self, basket: Basket, start: dt.datetime, *, again: bool) -> None:
        """Items of orders with a step since the last pull; since ``start`` the first time or ``again``."""
        known: set[int] = set()  # as they are: an order that took several steps comes once with each
        for step in STEPS:
            mark, seen = f"orders.{step}", 0
            until = None if again else self._moment(mark)
            for window in windows(start if until is None else until - OVERLAP, self._now):
                for page, done in walks.by_window(
                    self._client, "orders", window, {"date_type": step, "embed": "items"},
                    limit=_ORDERS_A_CALL, highest=_ORDERS_OFFSET, key="order_id",
                ):  # fmt: skip
                    seen += len(page)
                    fresh = [order for order in page if hash(repr(order)) not in known]
                    known.update(hash(repr(order)) for order in fresh)
                    basket.add(item_lines(fresh), {mark: done.isoformat()} if done else {})
                    if done:
                        self._say(f"orders by {step}: {seen:,} read, up to {said(done)}")

    def _product_pages(self, walk: bool) -> Iterator[tuple[list[Row], dict[str, str | None]]]:
        if walk:
            for page, last in walks.by_number(self._client, int(self._cursors["products.walk"] or 0), {}):
                yield page, {"products.walk": str(last), "products.walk_from": self._walk_from("products")}
            return
        since = (self._moment("products.until") or self._now) - OVERLAP
        changed = {  # what changes while this runs stays in: the end lies ahead
            "updated_start_date": said(since),
            "updated_end_date": said(self._now + dt.timedelta(days=1)),
        }
        for page, _ in walks.by_number(self._client, 0, changed):
            yield page, {}

    def _member_pages(self, walk: bool) -> Iterator[tuple[list[Row], dict[str, str | None]]]:
        if walk:
            for page, seen in walks.by_joining(self._client, self._moment("members.walk") or _FIRST_MEMBERS):
                yield page, {"members.walk": seen.isoformat(), "members.walk_from": self._walk_from("members")}
            return
        since = (self._moment("members.until") or self._now) - OVERLAP
        for page, _ in walks.by_joining(self._client, since):
            yield page, {}
        for page, _ in walks.by_window(
            self._client, "customersprivacy", Window(since, self._now), {"date_type": "login"},
            limit=walks.MEMBERS_A_CALL, highest=walks.MEMBERS_OFFSET, key="member_id",
        ):  # fmt: skip
            if page:
                yield page, {}

    def _starts_walk(self, name: str, whole: bool) -> bool:
        """Whether ``name`` is to be read whole; ``whole`` begins anew even where an unfinished reading stands."""
        if whole:
            self._cursors.move({f"{name}.walk": None, f"{name}.walk_from": None, f"{name}.walked": None})
        walked = self._moment(f"{name}.walked")
        due = walked is None or self._now - walked >= self._full_walk
        return due or self._cursors[f"{name}.walk"] is not None

    def _walk_from(self, name: str) -> str:
        return self._cursors[f"{name}.walk_from"] or self._now.isoformat()

    def _finished(self, name: str, walk: bool) -> dict[str, str | None]:
        """The marks after the last page: what changed after a whole reading began is read next time."""
        if not walk:
            return {f"{name}.until": self._now.isoformat()}
        began = self._walk_from(name)
        return {f"{name}.until": began, f"{name}.walked": began, f"{name}.walk": None, f"{name}.walk_from": None}

    def _category_paths(self) -> dict[int, str]:
        """Path by product number: of the categories a product is shown in, the deepest of those that are shown."""
        found = walks.by_offset(self._client, "categories", {}, _CATEGORIES_A_CALL, _CATEGORIES_OFFSET, "category_no")
        categories = {int(row["category_no"]): row for row in found}
        rank = sorted(categories, key=lambda number: _rank(categories[number]))
        paths: dict[int, str] = {}
        for number in rank:
            path = category_path(categories[number])
            shown = self._client.rows(f"categories/{number}/products", {"display_group": 1, "limit": 50_000})
            paths.update({int(row["product_no"]): path for row in shown})
        self._say(f"categories: {len(categories):,} read")
        return paths

    def _moment(self, mark: str) -> dt.datetime | None:
        found = self._cursors[mark]
        try:
            return dt.datetime.fromisoformat(found) if found else None
        except ValueError:
            return None


def _rank(category: Row) -> tuple[bool, int, int]:
    """Rising: what shows a product's place best comes last."""
    return category.get("use_display") == "T", int(category.get("category_depth") or 1), -int(category["category_no"])
