import pytest

from connectors.naming.access import DEFAULT_MODEL, DEFAULT_URL, NamingAccess, read_access

KEY = "sk-very-secret-0123456789"


@pytest.mark.parametrize("environ", [{}, {"OPENAI_API_KEY": ""}, {"OPENAI_API_KEY": " \n"}])
def test_without_a_key_nobody_is_asked(environ: dict[str, str]) -> None:
    assert read_access({**environ, "OPENAI_BASE_URL": "http://127.0.0.1:1/v1"}) is None


def test_a_key_alone_is_enough() -> None:
    access = read_access({"OPENAI_API_KEY": f"{KEY}\n", "OPENAI_BASE_URL": "", "DANGOL_NAMING_MODEL": " "})
    assert access == NamingAccess(KEY, DEFAULT_URL, DEFAULT_MODEL)
    assert not access.problem


def test_server_and_model_come_from_the_environment() -> None:
    environ = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": "http://gpu:11434/v1", "DANGOL_NAMING_MODEL": "qwen3"}
    assert read_access(environ) == NamingAccess(KEY, "http://gpu:11434/v1", "qwen3")


def test_the_key_is_in_no_representation() -> None:
    access = NamingAccess(KEY, f"https://user:{KEY}@host:8443/v1?key={KEY}")
    assert KEY not in f"{access} {access!r} {access.shown_url} {access.problem}"
    assert access.shown_url == "https://host:8443/v1"


@pytest.mark.parametrize("key", ["sk-two words", "sk-line\nbreak", "열쇠", "sk-\x00"])
def test_a_mangled_key_is_noticed_before_it_is_sent(key: str) -> None:
    access = NamingAccess(key)
    assert "OPENAI_API_KEY" in access.problem
    assert key not in access.problem


@pytest.mark.parametrize(
    "url", ["api.openai.com/v1", "ftp://host/v1", "https://", "http://h:notaport/v1", "http://[::1"]
)
def test_an_address_that_is_none_is_noticed_before_it_is_used(url: str) -> None:
    assert "OPENAI_BASE_URL" in NamingAccess(KEY, url).problem


def test_a_key_put_into_the_wrong_variable_is_not_shown() -> None:
    assert KEY not in NamingAccess("x", KEY).problem
