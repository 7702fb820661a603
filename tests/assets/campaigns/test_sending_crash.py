"""A campaign killed at any moment, by a vendor that fails in every way: nobody gets it twice, nobody is lost."""

import datetime as dt
import multiprocessing
import random
import time
from collections import Counter
from pathlib import Path

import pytest

from connectors.sandbox.local_http import Connection, FaultMix, Reply, Slow
from connectors.sandbox.sens_server import SensServer
from tests.assets.campaigns.sending_rigs import Clock, phone, sending_shop
from tests.assets.campaigns.sending_worker import work

pytestmark = [pytest.mark.feature("M4", "G1"), pytest.mark.slow]
PEOPLE, KILLS = 2_000, 5
TROUBLE = FaultMix(
    [(Connection.RESET, 0.08), (Connection.LOST, 0.08), (Reply(429), 0.08), (Reply(500), 0.05), (Slow(0.15), 0.6)], 3
)


def test_killed_at_random_moments_every_recipient_is_accepted_once(tmp_path: Path) -> None:
    root, processes, chance = tmp_path / "home", multiprocessing.get_context("forkserver"), random.Random(4)
    processes.set_forkserver_preload(["tests.assets.campaigns.sending_worker"])
    now = dt.datetime.now(dt.UTC)
    with (
        SensServer(senders=("15880000",), channels={}) as sens,
        sending_shop(root, clock=Clock(now)) as shop,
    ):
        sens.choose, sens.sms.delay = TROUBLE, 0.0
        shop.members(PEOPLE)
        shop.template("hello", "sms", {"text": "#{회원 이름}님 #{랜딩 URL}"}, purpose="information")
        campaign = shop.campaign(advertising=False, schedule={"now": True}, purpose="notice")
        send = shop.reserved(campaign, range(PEOPLE))
        hit = 0
        for _ in range(KILLS + 1):
            going = processes.Event()
            child = processes.Process(target=work, args=(root, sens.environment, send.send_no, going))
            child.start()
            assert going.wait(60)
            if _ < KILLS:
                time.sleep(chance.uniform(0.1, 0.4))
                hit += child.is_alive()
                child.kill()
            child.join(90)
        assert child.exitcode == 0
        after = shop.ledger.progress(send.send_no)
    assert hit >= KILLS - 1, "the workers were to be killed at work"
    assert sens.sms.ledger.accepted == Counter({phone(one): 1 for one in range(PEOPLE)})
    assert (after.state, after.accepted + after.delivered) == ("finished", PEOPLE)
