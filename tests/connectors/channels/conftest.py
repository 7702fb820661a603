"""Fixtures of the channels' tests: a still clock, and each vendor on the loopback address."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.sandbox.fcm_server import FcmServer
from connectors.sandbox.sens_server import SensServer
from connectors.sandbox.smtp_server import SmtpServer
from tests.connectors.channels.rigs import (
    Clock,
    Rig,
    alimtalk_rig,
    brand_rig,
    mail_rig,
    onsite_rig,
    push_rig,
    sens_server,
    sms_rig,
)

CHANNELS = ("sms", "alimtalk", "brand", "push", "mail", "onsite")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sens(clock: Clock) -> Iterator[SensServer]:
    with sens_server(clock) as server:
        yield server


@pytest.fixture
def fcm(clock: Clock) -> Iterator[FcmServer]:
    with FcmServer(clock=clock.seconds) as server:
        yield server


@pytest.fixture
def smtp() -> Iterator[SmtpServer]:
    with SmtpServer() as server:
        yield server


@pytest.fixture(params=CHANNELS)
def rig(request: pytest.FixtureRequest, clock: Clock, tmp_path: Path) -> Rig:
    """Every channel in turn."""
    name = str(request.param)
    if name == "push":
        return push_rig(request.getfixturevalue("fcm"), clock, tmp_path)
    if name == "mail":
        return mail_rig(request.getfixturevalue("smtp"), clock)
    if name == "onsite":
        return onsite_rig(tmp_path, clock)
    made = {"sms": sms_rig, "alimtalk": alimtalk_rig, "brand": brand_rig}[name]
    return made(request.getfixturevalue("sens"), clock)
