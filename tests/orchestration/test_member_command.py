"""`dangol member`: what is shown, counted and erased from the command line."""

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pytest
from typer.testing import CliRunner

from connectors.home.member_key import read_secret
from connectors.home.paths import Home, make_home
from connectors.store.store import Store
from orchestration.cli.member import member_app

pytestmark = pytest.mark.feature("B1")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = make_home(tmp_path / "home")
    rows = [
        {"member_id": "a", "name": "홍길동", "phone": "010-1234-5678", "email": "no", "push_token": "t",
         "consent_sms": True, "grade": "GOLD", "custom": '{"point": 500}'},
        {"member_id": "b", "name": None, "phone": None, "email": None, "push_token": None, "consent_sms": False,
         "grade": None, "custom": None},
    ]  # fmt: skip
    with open_store(made) as store:
        store.upsert_members(pa.Table.from_pylist(rows), evidence="list.csv")
    return made


def open_store(home: Home) -> Store:
    return Store.open(home.ops_url, secret=read_secret(home), now=lambda: dt.datetime(2026, 3, 1, tzinfo=dt.UTC))


def call(home: Home, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(member_app, [*arguments, "--home", str(home.root)])
    return done.exit_code, done.output


def test_show_prints_what_is_stored_and_only_of_that_member(home: Home) -> None:
    status, text = call(home, "show", "a")
    assert status == 0
    phone, email = "010-1234-5678 (+821012345678, can be reached)", "no (can NOT be reached)"
    for words in ("홍길동", phone, email, "GOLD", "list.csv"):
        assert words in text
    assert "point: 500" in text
    assert call(home, "show", "nobody") == (1, "There is no such member in the store.\n")


def test_count_and_fields_are_numbers_without_names(home: Home) -> None:
    status, text = call(home, "count")
    lines = {" ".join(line.split()[:-3]): line.split()[-3:] for line in text.splitlines()}
    assert status == 0
    assert lines["phone"] == ["1", "0", "1"]
    assert lines["e-mail address"] == ["0", "1", "1"]
    assert lines["text messages"] == ["1", "1", "0"]
    assert not {"홍길동", "1234", "GOLD"} & set(text.split())
    assert call(home, "fields")[1].splitlines()[1].split()[:3] == ["point", "number", "1"]


@pytest.mark.feature("B4")
def test_erase_requested_erases_everybody_noted(home: Home) -> None:
    assert call(home, "erase", "--requested", "--yes") == (0, "Nobody is waiting to be erased.\n")
    with open_store(home) as store:
        store.request_erasure("a", "API client crm")
    assert call(home, "erase", "--requested", "--yes")[0] == 0
    with open_store(home) as store:
        assert (store.get("a"), store.count(), store.erasure_requests()) == (None, 1, ())


@pytest.mark.parametrize("arguments", [["erase"], ["erase", "a", "--requested"]])
def test_erase_wants_an_id_or_the_requests(home: Home, arguments: list[str]) -> None:
    status, text = call(home, *arguments)
    assert status == 2
    assert "--requested" in text
