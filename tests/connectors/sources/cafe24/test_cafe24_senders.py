from collections.abc import Callable

import pytest

from connectors.channels.accounts import sms_numbers
from connectors.sources.cafe24.errors import Cafe24Error
from tests.connectors.sources.cafe24.conftest import Bench

pytestmark = pytest.mark.feature("G7")


def test_sender_numbers_of_the_mall_come_with_their_state(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench()
    bench.server.shop.senders = [
        {"sender_no": n, "sender": f"0212345{n:03}", "auth_status": "30" if n else "20"} for n in range(30)
    ]
    client = bench.client()
    found = sms_numbers(lambda: client.rows("sms/senders", {"limit": 100}))
    assert len(found) == 30
    assert [one.id for one in found if one.state == "waiting"] == ["0212345000"]


def test_an_app_without_the_right_to_read_numbers_is_refused(make_bench: Callable[..., Bench]) -> None:
    client = make_bench(scopes=("mall.read_product",)).client()
    with pytest.raises(Cafe24Error):
        sms_numbers(lambda: client.rows("sms/senders", {"limit": 100}))
