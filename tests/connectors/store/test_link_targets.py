"""Numbers of link targets: one address, one number, for ever, whoever asks at the same time."""

import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.store.store import Store

pytestmark = pytest.mark.feature("H1")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])), max_size=5)))
def test_a_number_leads_back_to_its_address_and_never_changes(store: Store, asked: list[list[str]]) -> None:
    known: dict[str, int] = {}
    for urls in asked:
        found = store.link_targets.numbers(urls)
        assert set(found) == set(urls)
        assert all(known.setdefault(url, number) == number for url, number in found.items())
    assert len(set(known.values())) == len(known)
    assert store.link_targets.urls(list(known.values())) == {number: url for url, number in known.items()}


def test_a_number_that_was_never_given_leads_nowhere(store: Store) -> None:
    number = store.link_targets.numbers(["https://shop.example/" + "x" * 5000])
    assert store.link_targets.url(next(iter(number.values()))) == next(iter(number))
    assert store.link_targets.url(0) is None
    assert store.link_targets.urls([10**6]) == {}
    assert store.link_targets.numbers([]) == {}


def test_all_who_ask_at_once_get_the_same_numbers(store: Store, url: str) -> None:
    urls = [f"https://shop.example/p/{place}" for place in range(500)]
    found: list[dict[str, int]] = []

    def work(turn: int) -> None:
        with Store.open(url, secret="s", now=lambda: None) as other:  # type: ignore[arg-type,return-value]
            found.append(other.link_targets.numbers(urls[turn * 50 :][::-1] if turn % 2 else urls[turn * 50 :]))

    threads = [threading.Thread(target=work, args=(turn,)) for turn in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    everything = store.link_targets.numbers(urls)
    assert len(found) == 4
    assert all(everything[one] == number for numbers in found for one, number in numbers.items())
    assert len(set(everything.values())) == 500
