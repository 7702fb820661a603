"""`dangol shop cafe24`: what is printed, what is kept, one clear line for what is missing."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from connectors.home.paths import Home, make_home
from connectors.sandbox.cafe24_demo import made_up_shop
from connectors.sandbox.cafe24_server import CLIENT_ID, CLIENT_SECRET, Cafe24Server, settings_of
from connectors.sources.cafe24.errors import NotConfigured
from orchestration.cli.days import DayError
from orchestration.cli.shop import shop_app

pytestmark = pytest.mark.feature("B3")


@pytest.fixture
def server() -> Iterator[Cafe24Server]:
    now = dt.datetime.now(dt.UTC).astimezone(dt.timezone(dt.timedelta(hours=9))).replace(microsecond=0)
    with Cafe24Server(made_up_shop(products=9, members=9, orders=20, end=now), capacity=1000) as running:
        yield running


@pytest.fixture
def home(tmp_path: Path, server: Cafe24Server, monkeypatch: pytest.MonkeyPatch) -> Home:
    made = make_home(tmp_path / "home")
    made.settings_file.write_text(
        yaml.safe_dump({"cafe24": {**settings_of(server), "first_days": 80}}), encoding="utf-8"
    )
    monkeypatch.setenv("DANGOL_CAFE24_CLIENT_ID", CLIENT_ID)
    monkeypatch.setenv("DANGOL_CAFE24_CLIENT_SECRET", CLIENT_SECRET)
    monkeypatch.delenv("DANGOL_CAFE24_REFRESH_TOKEN", raising=False)
    return made


def call(home: Home, *words: str) -> Any:
    return CliRunner().invoke(shop_app, ["cafe24", *words, "--home", str(home.root)])


def test_authorise_then_pull(home: Home, server: Cafe24Server) -> None:
    page = call(home, "authorize")
    assert page.exit_code == 0
    assert "/api/v2/oauth/authorize?response_type=code&client_id=sandbox-client" in page.output
    assert CLIENT_SECRET not in page.output
    done = call(home, "authorize", "--code", server.desk.let_in())
    assert "sandbox.cafe24.com is authorised" in done.output
    pulled = call(home, "pull", "--only", "orders")
    assert pulled.exit_code == 0, pulled.output
    assert "cafe24_orders" in pulled.output
    assert "cancelled before payment" in pulled.output
    assert "calls, " in pulled.output
    day = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=70)
    again = call(home, "pull", "--only", "orders", "--since", day.isoformat())
    assert "nothing new" in again.output


def test_without_a_token_the_error_says_what_to_do(home: Home) -> None:
    result = call(home, "pull", "--only", "orders")
    assert isinstance(result.exception, NotConfigured)
    assert "dangol shop cafe24 authorize" in str(result.exception)


def test_without_a_mall_the_error_names_the_setting(home: Home) -> None:
    home.settings_file.write_text("", encoding="utf-8")
    result = call(home, "pull")
    assert isinstance(result.exception, NotConfigured)
    assert "cafe24.mall_id" in str(result.exception)


def test_words_that_mean_nothing_are_refused_before_anything_is_asked(home: Home, server: Cafe24Server) -> None:
    assert "choose from products, members, orders" in call(home, "pull", "--only", "carts").output
    assert isinstance(call(home, "pull", "--since", "gestern").exception, DayError)
    assert server.requests == []


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ("mall_id: ../x", r"cafe24\.mall_id"),
        ("mall_id: My.Mall", r"cafe24\.mall_id"),
        ("api_url: http://mall.example.com", r"cafe24\.api_url"),
        ("api_version: latest", r"cafe24\.api_version"),
        ("shop_no: 0", r"cafe24\.shop_no"),
        ("token: x", r"cafe24\.token: unknown setting"),
    ],
)
def test_settings_that_can_not_be_used_are_named(home: Home, section: str, words: str) -> None:
    from connectors.home.settings import SettingsError

    home.settings_file.write_text(f"cafe24: {{{section}}}", encoding="utf-8")
    result = call(home, "pull")
    assert isinstance(result.exception, SettingsError)
    with pytest.raises(SettingsError, match=words):
        raise result.exception
