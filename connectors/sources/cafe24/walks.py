"""The ways through a list of the vendor that lose no row, however long the list is and whatever moves in it meanwhile.

Belongs here: paging. Does not belong here: which lists and since when (``resources``), what becomes of rows (``rows``).

Three ways, by what the vendor offers. *By number* (products): the next page starts behind the last number seen, so
there is no limit of 5,000 and nothing can shift. *By joining time* (members): the same with ``created_start_date``.
*By offset within a window of time* (orders, log-ins): a window with more rows than offsets reach is halved, and pages
overlap: when the first row of a page was not on the page before, rows have gone from the list and others may have slid
past unread, so the window is read again from its start. Rows read twice add nothing where they land.

Assumed, because the documentation does not say: lists by number and by joining time come in rising order (checked: an
answer out of order is an error), and whether their start counts itself in (both are handled).
"""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import TypeVar

from connectors.sources.cafe24.client import Cafe24Client, Params, Row
from connectors.sources.cafe24.errors import AnswerUnreadable
from connectors.sources.cafe24.windows import SHORTEST, Window, said

Value = TypeVar("Value")
PRODUCTS_A_CALL = 100
MEMBERS_A_CALL = 1000
OVERLAP = 20  # rows that a page shares with the one before
_PASSES = 5  # through one window whose rows keep moving
MEMBERS_OFFSET = 8000
_DEEPER = "please report this with the numbers of rows"


class _TooMany(Exception):
    """The window has more rows than offsets reach."""


def by_number(client: Cafe24Client, after: int, conditions: Params) -> Iterator[tuple[list[Row], int]]:
    """Pages of products with numbers above ``after``, rising, each with the last number on it."""
    while True:
        page = client.rows("products", {**conditions, "since_product_no": after, "limit": PRODUCTS_A_CALL})
        numbers = _values("products", page, "product_no", int)
        _check_order("products", numbers == sorted(numbers))
        fresh = [row for row, number in zip(page, numbers, strict=True) if number > after]
        if fresh:
            after = numbers[-1]
            yield fresh, after
        if len(page) < PRODUCTS_A_CALL or not fresh:
            return


def by_joining(client: Cafe24Client, since: dt.datetime) -> Iterator[tuple[list[Row], dt.datetime]]:
    """Pages of members who joined at ``since`` or later, each with the moment up to which all have been seen.

    Where more members than a page holds joined within one second (members moved from another shop), that second and the
    next are read by offset.
    """
    path = "customersprivacy"
    while True:
        asked: Params = {"search_type": "created_date", "created_start_date": said(since), "limit": MEMBERS_A_CALL}
        page = client.rows(path, asked)
        joined = _values(path, page, "created_date", dt.datetime.fromisoformat)
        _check_order(path, joined == sorted(joined))
        if len(page) < MEMBERS_A_CALL:
            if page:
                yield page, joined[-1]
            return
        yield page, joined[-1] - SHORTEST
        if joined[-1] - SHORTEST > since:  # a second back: others may have joined in the last one seen
            since = joined[-1] - SHORTEST
            continue
        crowded = Window(since, joined[-1] + SHORTEST)
        by_join = {"date_type": "join"}
        for more in _of_window(client, path, crowded, by_join, MEMBERS_A_CALL, MEMBERS_OFFSET, "member_id"):
            yield more, since
        since = crowded.end


def by_window(
    client: Cafe24Client, path: str, window: Window, conditions: Params, *, limit: int, highest: int, key: str
) -> Iterator[tuple[list[Row], dt.datetime | None]]:
    """Pages of the rows of ``window``; with the last page of each part, the moment up to which all have been seen.

    ``highest``: the last offset that the vendor takes; ``key``: the column that tells rows apart.
    """
    try:
        for page in _of_window(client, path, window, conditions, limit, highest, key):
            yield page, None
        yield [], window.end
    except _TooMany:
        if not window.can_be_halved:
            raise AnswerUnreadable(f"over {highest + limit:,} rows within a second", path, _DEEPER) from None
        for half in window.halves():
            yield from by_window(client, path, half, conditions, limit=limit, highest=highest, key=key)


def by_offset(client: Cafe24Client, path: str, conditions: Params, limit: int, highest: int, key: str) -> Iterator[Row]:
    """Rows of a list that fits under the offsets; a row may come twice."""
    try:
        for page in _passes(client, path, conditions, limit, highest, key):
            yield from page
    except _TooMany:
        raise AnswerUnreadable(f"over {highest + limit:,} rows", path, _DEEPER) from None


def _of_window(
    client: Cafe24Client, path: str, window: Window, conditions: Params, limit: int, highest: int, key: str
) -> Iterator[list[Row]]:
    asked = {**conditions, "start_date": said(window.start), "end_date": said(window.end)}
    return _passes(client, path, asked, limit, highest, key)


def _passes(client: Cafe24Client, path: str, asked: Params, limit: int, highest: int, key: str) -> Iterator[list[Row]]:
    """Pages of one list, read again from the start for as long as rows slide away. Raises :class:`_TooMany`."""
    for _ in range(_PASSES):
        offset, before = 0, set[str]()
        while True:
            page = client.rows(path, {**asked, "limit": limit, "offset": offset})
            keys = _values(path, page, key, str)
            if offset and (not keys or keys[0] not in before):
                break
            if len(page) == limit and not offset and client.count(path, asked) > highest + limit:
                raise _TooMany
            yield page
            if len(page) < limit:
                return
            if offset == highest and client.count(path, asked) > highest + limit:
                raise _TooMany
            if offset == highest:
                return
            offset, before = min(offset + limit - OVERLAP, highest), set(keys)
    raise AnswerUnreadable(
        f"rows went from the list faster than it could be read, {_PASSES} times", path, "run the same again later"
    )


def _values(path: str, page: list[Row], name: str, read: Callable[[str], Value]) -> list[Value]:
    """One column of a page. Raises :class:`AnswerUnreadable` when a row lacks it."""
    try:
        return [read(str(row[name])) for row in page]
    except (KeyError, ValueError):
        raise AnswerUnreadable(f"a row has no usable `{name}`", path, "check cafe24.api_version") from None


def _check_order(path: str, is_in_order: bool) -> None:
    if not is_in_order:
        raise AnswerUnreadable("the rows are not in rising order, so pages can not be told apart", path, _DEEPER)
