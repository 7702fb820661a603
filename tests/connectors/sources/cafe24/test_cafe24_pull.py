"""A pull as a whole: canonical rows, what changed since, crashes, what stays on disk."""

import datetime as dt
import json
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from connectors.home.lock import RunInProgress, exclusive
from connectors.home.member_key import member_key, read_secret
from connectors.sandbox.cafe24_demo import END, end_otherwise, item, member, order
from connectors.sandbox.cafe24_server import CLIENT_ID, CLIENT_SECRET, error, too_many
from connectors.sandbox.local_http import Connection
from connectors.sources.cafe24.access import ID_VARIABLE, SECRET_VARIABLE, TOKEN_VARIABLE
from connectors.sources.cafe24.errors import Cafe24Error, VendorBusy
from connectors.sources.cafe24.token_file import TokenFile
from connectors.sources.errors import SourceError

pytestmark = pytest.mark.feature("B3")
MakeBench = Callable[..., Any]
HOUR = 3600
ROOT = Path(__file__).parents[4]


def expected(bench: Any) -> dict[str, tuple[int, int]]:
    """Events and pieces by name, counted straight from the mall's orders."""
    lines = [line for one in bench.server.shop.orders if one["payment_date"] for line in one["items"]]
    back = [line for line in lines if line["order_status"] in ("C40", "R40", "E40")]
    kinds = {"purchase": lines, "refund": back}
    return {name: (len(rows), sum(row["quantity"] for row in rows)) for name, rows in kinds.items() if rows}


def test_a_pull_lands_the_canonical_rows(make_bench: MakeBench) -> None:
    bench = make_bench(products=60, members=50, orders=200)
    report = bench.pull()
    assert [file.file for file in report.ingested.files] == ["cafe24_products", "cafe24_members", "cafe24_orders"]
    assert bench.totals() == expected(bench)
    assert len(bench.rows("products")) == 60
    assert len(bench.members) == 50
    assert bench.rows("quarantine") == []
    unpaid = sum(len(one["items"]) for one in bench.server.shop.orders if not one["payment_date"])
    orders = report.ingested.files[2]
    assert orders.filtered == {"cancelled before payment": unpaid}
    assert orders.already == 0


def test_a_second_pull_adds_nothing(bench: Any) -> None:
    bench.pull()
    before = bench.content()
    bench.time.sleep(HOUR)
    bench.pull()
    bench.pull(since=dt.date(2025, 8, 1))
    assert bench.content() == before


def test_a_product_is_what_the_shop_shows(bench: Any) -> None:
    shop = bench.server.shop
    shop.products[0] |= {"product_name": "<b>린넨</b> '셔츠'; drop table 😀", "display": "F"}
    shop.products[1] |= {"selling": "F", "price": "9000.00", "retail_price": "12000.00"}
    shop.products[2] |= {"retail_price": "0.00", "price": "7000.00"}
    bench.pull(only=["products"])
    rows = {row[0]: row[1:] for row in bench.rows("products", "product_id, name, status, price, sale_price, url_pc")}
    assert rows["1"][:2] == ("린넨  '셔츠'; drop table 😀", "hidden")
    assert (rows["2"][1], float(rows["2"][2]), float(rows["2"][3])) == ("sold_out", 12000.0, 9000.0)
    assert (float(rows["3"][2]), float(rows["3"][3])) == (7000.0, 7000.0)
    assert rows["3"][4] == "https://sandbox.cafe24.com/product/detail.html?product_no=3"
    paths = {path for (path,) in bench.rows("products", "category_path")}
    assert "여성의류 > 신상" in paths
    assert all(" > " in path for path in paths)


def test_a_member_has_contact_consents_grade_points_and_birthday(bench: Any) -> None:
    bench.server.shop.members[0] |= {
        "sms": "T", "news_mail": "F", "group_no": 3, "available_points": "1500.75", "cellphone": "",
        "phone": "02-123-4567", "created_date": "2025-01-02T03:04:05+09:00", "birthday": "1990-05-05",
        "solar_calendar": "T",
    }  # fmt: skip
    bench.server.shop.members[1] |= {"solar_calendar": "F", "group_no": 99}
    bench.pull(only=["members"])
    one, other = bench.members["member1"], bench.members["member2"]
    assert (one["consent_sms"], one["consent_email"], one["grade"], one["points"]) == (True, False, "골드", 1500)
    assert one["phone"] == "02-123-4567"
    assert one["joined_at"] == dt.datetime(2025, 1, 1, 18, 4, 5)
    assert json.loads(one["custom"])["birthday"] == "1990-05-05"
    assert "birthday" not in json.loads(other["custom"])
    assert other["grade"] == "99"
    assert not any("refund" in key or "address" in key for key in one)


def test_an_order_line_is_a_purchase_when_it_was_ordered(bench: Any) -> None:
    shop = bench.server.shop
    at = END - dt.timedelta(days=2)
    shop.orders = [order(7, at, 3, [(5, 2)]), order(9, at, 0, [(6, 1)])]
    shop.orders[0]["items"][0] |= {"option_price": "500.00", "product_price": "15000.00"}
    shop.orders[0] |= {"order_place_id": "self", "order_from_mobile": "T"}
    bench.pull(only=["orders"])
    columns = "event_id, event_name, event_at, order_id, product_id, price, quantity, currency, device, member_key"
    guest, bought = sorted(bench.rows("events", columns), key=lambda row: row[-1] is not None)
    code = f"{at:%Y%m%d}-0000007"
    assert bought[0] == f"cafe24:{code}:{code}-01:purchase"
    assert bought[2] == at.astimezone(dt.UTC).replace(tzinfo=None)
    assert (bought[3], bought[4], float(bought[5]), *bought[6:9]) == (code, "5", 15500.0, 2, "KRW", "mobile_web")
    assert bought[9] == member_key("member3", read_secret(bench.home))
    assert guest[9] is None
    assert bench.rows("events", "visitor_id")[-1] == (f"order-{at:%Y%m%d}-0000009",)


@pytest.mark.parametrize("status", ["C40", "R40", "E40"])
def test_an_order_that_ends_later_adds_a_refund_and_no_purchase(bench: Any, status: str) -> None:
    shop = bench.server.shop
    shop.orders = [order(1, END - dt.timedelta(days=200), 1, [(5, 2), (6, 1)]), order(2, END, 2, [(5, 1)])]
    bench.pull(only=["orders"])
    assert bench.totals() == {"purchase": (3, 4)}
    bench.time.sleep(48 * HOUR)
    end_otherwise(shop.orders[0], status, bench.time.now().astimezone(END.tzinfo) - dt.timedelta(minutes=5))
    bench.pull(only=["orders"])
    bench.time.sleep(HOUR)
    bench.pull(only=["orders"])
    assert bench.totals() == {"purchase": (3, 4), "refund": (2, 3)}


def test_a_claim_under_way_is_no_refund_yet(bench: Any) -> None:
    shop = bench.server.shop
    shop.orders = [order(1, END, 1, [(5, 2)])]
    shop.orders[0]["items"][0] |= {"order_status": "R30", "claim_quantity": 2, "status_code": "C3"}
    bench.pull(only=["orders"])
    assert bench.totals() == {"purchase": (1, 2)}


def test_an_order_paid_days_later_becomes_a_purchase_then(bench: Any) -> None:
    shop = bench.server.shop
    shop.orders = [order(1, END, 1, [(5, 1)])]
    shop.orders[0] |= {"paid": "F", "payment_date": None}
    report = bench.pull(only=["orders"])
    assert report.ingested.files[0].filtered == {"not paid yet": 1}
    bench.time.sleep(72 * HOUR)
    shop.orders[0] |= {"paid": "T", "payment_date": bench.time.now().astimezone(END.tzinfo).isoformat()}
    bench.pull(only=["orders"])
    assert bench.totals() == {"purchase": (1, 1)}


@pytest.mark.parametrize("seen_before", [True, False])
def test_a_part_that_is_split_off_and_sent_back_counts_the_same_whenever_it_is_seen(
    bench: Any, seen_before: bool
) -> None:
    shop = bench.server.shop
    shop.orders = [order(1, END, 1, [(5, 3)])]
    if seen_before:
        bench.pull(only=["orders"])
        bench.time.sleep(HOUR)
    code, at = shop.orders[0]["order_id"], bench.time.now().astimezone(END.tzinfo)
    shop.orders[0]["items"][0]["quantity"] = 2
    part = item(code, 2, 5, 1, END) | {"original_item_no": [1], "order_status": "R30", "status_code": "C3"}
    shop.orders[0]["items"].append(part)
    shop.orders[0]["payment_date"] = at.isoformat()
    bench.pull(only=["orders"])
    assert bench.totals() == {"purchase": (1, 3)}
    bench.time.sleep(HOUR)
    part |= {"order_status": "R40", "return_confirmed_date": bench.time.now().astimezone(END.tzinfo).isoformat()}
    bench.pull(only=["orders"])
    assert bench.totals() == {"purchase": (1, 3), "refund": (1, 1)}


def test_goods_sent_in_exchange_are_a_purchase_of_their_own(bench: Any) -> None:
    shop = bench.server.shop
    shop.orders = [order(1, END - dt.timedelta(days=3), 1, [(5, 1)])]
    end_otherwise(shop.orders[0], "E40", END)
    sent = item(shop.orders[0]["order_id"], 2, 6, 1, END) | {"original_item_no": [1], "status_code": "N2"}
    shop.orders[0]["items"].append(sent)
    bench.pull(only=["orders"])
    assert bench.totals() == {"purchase": (2, 2), "refund": (1, 1)}


def test_gifts_are_not_bought(bench: Any) -> None:
    shop = bench.server.shop
    shop.orders = [order(1, END, 1, [(5, 1), (6, 1)])]
    shop.orders[0]["items"][1]["gift"] = "T"
    report = bench.pull(only=["orders"])
    assert bench.totals() == {"purchase": (1, 1)}
    assert report.ingested.files[0].filtered == {"gifts": 1}


def test_later_pulls_ask_for_what_changed_only(make_bench: MakeBench) -> None:
    bench = make_bench(products=500, members=100, orders=50)
    bench.pull()
    bench.time.sleep(6 * HOUR)
    now = bench.time.now().astimezone(END.tzinfo)
    bench.server.shop.products[10] |= {"price": "1.00", "updated_date": (now - dt.timedelta(hours=1)).isoformat()}
    bench.server.shop.members[5]["last_login_date"] = (now - dt.timedelta(hours=1)).isoformat()
    bench.server.shop.members[5]["sms"] = "F" if bench.members["member6"]["consent_sms"] else "T"
    bench.server.shop.members.append(member(900, now - dt.timedelta(minutes=5), random.Random(1)))
    before = bench.members["member6"]["consent_sms"]
    report = bench.pull()
    assert [file.read for file in report.ingested.files[:2]] == [1, 3]  # the new one has logged in too
    assert report.calls < 45
    assert bench.members["member6"]["consent_sms"] is not before
    assert "member900" in bench.members
    assert len(bench.rows("products")) == 501


def test_what_changes_without_an_update_time_comes_with_the_daily_whole_reading(bench: Any) -> None:
    bench.pull()
    bench.server.shop.members[3]["news_mail"] = "F" if bench.members["member4"]["consent_email"] else "T"
    bench.server.shop.products[3]["sold_out"] = "T"
    before = bench.members["member4"]["consent_email"]
    bench.time.sleep(6 * HOUR)
    bench.pull()
    assert bench.members["member4"]["consent_email"] is before
    bench.time.sleep(18 * HOUR)
    bench.pull()
    assert bench.members["member4"]["consent_email"] is not before
    assert ("4", "sold_out") in bench.rows("products", "product_id, status")


def test_a_state_that_comes_back_is_not_taken_for_a_file_read_before(bench: Any) -> None:
    row = bench.server.shop.members[0]
    for consent in ("T", "F", "T"):
        row["sms"] = consent
        bench.pull(only=["members"])
        assert bench.members["member1"]["consent_sms"] is (consent == "T")
        bench.time.sleep(25 * HOUR)


def test_a_member_erased_here_does_not_come_back_before_they_do(bench: Any) -> None:
    key = member_key("member1", read_secret(bench.home))
    bench.erased = {key: bench.time.now()}
    bench.pull()
    assert "member1" not in bench.members
    assert "member2" in bench.members
    bench.time.sleep(25 * HOUR)
    bench.server.shop.members[0]["last_login_date"] = bench.time.now().astimezone(END.tzinfo).isoformat()
    bench.pull()
    assert "member1" in bench.members


class Cut(requests.Session):
    """A connection that the process does not outlive after so many calls."""

    def __init__(self, calls: int) -> None:
        super().__init__()
        self.left = calls

    def request(self, *args: Any, **options: Any) -> requests.Response:  # type: ignore[override]
        if self.left == 0:
            raise KeyboardInterrupt
        self.left -= 1
        return super().request(*args, **options)


def test_cut_off_after_any_call_and_run_again_lands_the_same(make_bench: MakeBench) -> None:
    whole = make_bench(products=110, members=10, orders=12)
    calls = whole.pull(lines_a_file=60).calls + 1  # and the token's
    landed = whole.content()
    for cut in range(0, calls, 6):
        bench = make_bench(beside=whole)
        with pytest.raises(KeyboardInterrupt):
            bench.pull(bench.client(Cut(cut)), lines_a_file=60)
        bench.pull(lines_a_file=60)
        assert bench.content() == landed, cut


@pytest.mark.parametrize(("at", "after"), [(2, False), (2, True), (6, False), (9, True)])
def test_killed_while_files_are_moved_and_run_again_lands_the_same(make_bench: MakeBench, at: int, after: bool) -> None:
    whole = make_bench(products=110, members=10, orders=12, capacity=10_000)
    whole.pull(lines_a_file=60)
    bench = make_bench(beside=whole)
    died = subprocess.run(pull_and_die(bench, at, after), env=environment(bench), capture_output=True, check=False)
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()
    if at > 1:  # the token was kept first: a run after it goes on with it
        assert TokenFile(bench.folder).read() is not None
    bench.take_stored()
    bench.pull(lines_a_file=60)
    assert bench.content() == whole.content()
    assert list(bench.home.scratch.iterdir()) == []


def pull_and_die(bench: Any, at: int, after: bool) -> list[str]:
    script = Path(__file__).with_name("pull_and_die.py")
    moment = bench.time.now().isoformat()
    return [sys.executable, str(script), str(bench.home.root), bench.server.url, moment, str(at), "after" * after]


def environment(bench: Any) -> dict[str, str]:
    return {
        "PYTHONPATH": str(ROOT), ID_VARIABLE: CLIENT_ID, SECRET_VARIABLE: CLIENT_SECRET,
        TOKEN_VARIABLE: bench.first_token,
    }  # fmt: skip


def test_two_processes_that_refresh_at_once_refresh_once(make_bench: MakeBench) -> None:
    bench = make_bench(capacity=10_000)
    commands = [pull_and_die(bench, 0, False) for _ in range(2)]
    running = [subprocess.Popen(command, env=environment(bench), stderr=subprocess.PIPE) for command in commands]
    said = [process.communicate()[1].decode() for process in running]
    in_use = [text for text in said if "is in use by dangol shop cafe24 pull" in text]  # the mall is being pulled
    assert sum(process.returncode == 0 for process in running) == 2 - len(in_use) >= 1, said
    assert bench.server.desk.refreshes == 1


def test_vendor_trouble_all_along_the_way_changes_nothing_that_lands(make_bench: MakeBench) -> None:
    whole = make_bench(products=250, members=30, orders=60)
    whole.pull()
    bench = make_bench(beside=whole)
    trouble = [Connection.RESET, too_many(2), None, error(503, "x"), Connection.TRUNCATED, None, Connection.LOST, None]
    whole.server.faults.extend(trouble * 10)
    bench.pull()
    assert bench.content() == whole.content()


def test_an_outage_in_the_middle_keeps_what_landed_and_goes_on_from_there(make_bench: MakeBench) -> None:
    bench = make_bench(products=1000)
    bench.server.faults.extend([None] * 24 + [error(503, "down")] * 6)  # categories come behind the first page
    with pytest.raises(VendorBusy, match="goes on where it stopped"):
        bench.pull(only=["products"], lines_a_file=100)
    landed = len(bench.rows("products"))
    assert 0 < landed < 1000
    before = len(bench.server.listed("products"))
    bench.pull(only=["products"], lines_a_file=100)
    assert len(bench.rows("products")) == 1000
    assert len(bench.server.listed("products")) - before <= 11 - landed // 100


def test_marks_do_not_move_when_rows_can_not_be_stored(bench: Any) -> None:
    def broken(members: Any) -> None:
        raise SourceError("its members could not be stored: the store is locked")

    take = bench.take
    bench.take = broken
    with pytest.raises(Cafe24Error, match="the store is locked"):
        bench.pull(only=["members"])
    bench.take = take
    bench.pull(only=["members"])
    assert len(bench.members) == 20


def test_personal_rows_lie_in_scratch_only_and_are_gone_afterwards(bench: Any) -> None:
    seen: list[tuple[bool, int]] = []
    take = bench.take

    def look(members: Any) -> None:
        found = list(bench.home.scratch.rglob("cafe24_members.ndjson"))
        seen.append((bool(found), found[0].parent.stat().st_mode & 0o077))
        take(members)

    bench.take = look
    bench.pull()
    assert seen == [(True, 0)]
    assert list(bench.home.scratch.iterdir()) == []
    text = [path for path in bench.home.root.rglob("*") if path.is_file() and b"@example.com" in path.read_bytes()]
    assert text == []


def test_what_a_killed_pull_left_in_scratch_is_removed_by_the_next(bench: Any) -> None:
    left = bench.home.scratch / "sources-999999-left"
    left.mkdir(parents=True)
    (left / "cafe24_members.ndjson").write_text('{"name": "홍길동"}')
    bench.pull(only=["products"])
    assert not left.exists()


def test_no_line_that_is_said_names_a_person(bench: Any) -> None:
    bench.pull()
    said = "\n".join(bench.said)
    assert "member1" not in said
    assert "홍길동" not in said
    assert "@" not in said


def test_two_pulls_of_one_mall_do_not_run_at_once(bench: Any) -> None:
    with (
        exclusive(bench.folder / "pull.lock", purpose="dangol shop cafe24 pull"),
        pytest.raises(RunInProgress, match="in use by dangol shop cafe24 pull"),
    ):
        bench.pull()


def test_marks_of_another_shop_of_the_mall_are_its_own(make_bench: MakeBench) -> None:
    bench = make_bench()
    bench.pull(only=["products"])
    names = sorted(path.name for path in Path(bench.folder).glob("cursors-*"))
    assert names == ["cursors-1.json"]


def test_orders_of_two_years_are_read_in_windows_the_vendor_takes(make_bench: MakeBench) -> None:
    bench = make_bench(orders=0, first_days=730)
    bench.server.shop.orders = [order(n, END - dt.timedelta(days=n * 7), 1, [(1, 1)]) for n in range(1, 104)]
    bench.pull(only=["orders"])
    assert bench.totals() == {"purchase": (103, 103)}
