"""Each channel with its vendor played by a local server, under one set of handles for the contract suite."""

import datetime as dt
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from connectors.channels.mail.access import MailAccess
from connectors.channels.mail.smtp import SmtpChannel
from connectors.channels.onsite import OnSiteChannel
from connectors.channels.protocol import Attempt, Channel, Message
from connectors.channels.push.fcm import FcmChannel
from connectors.channels.push.service_account import read_account
from connectors.channels.sens.access import read_access
from connectors.channels.sens.alimtalk import alimtalk_channel
from connectors.channels.sens.brand import brand_channel
from connectors.channels.sens.client import SensClient
from connectors.channels.sens.pictures import PictureDesk
from connectors.channels.sens.sms import SmsChannel
from connectors.channels.wire import open_session
from connectors.sandbox.fcm_server import FcmServer
from connectors.sandbox.local_http import Connection, LocalServer, Reply
from connectors.sandbox.pictures import made_up_picture
from connectors.sandbox.sens_kakao import SandboxTemplate
from connectors.sandbox.sens_server import CHANNEL, SENDER, SensServer
from connectors.sandbox.smtp_server import Say, SmtpServer

AFTERNOON = dt.datetime(2025, 10, 15, 14, 0, tzinfo=dt.timezone(dt.timedelta(hours=9)))
PASSWORD = "a-very-secret-password"
ORDER = SandboxTemplate("ORDER01", "#{이름}님, 주문 #{주문번호}이 접수되었습니다.")


@dataclass
class Clock:
    """A clock that only moves when told to."""

    at: dt.datetime = AFTERNOON

    def now(self) -> dt.datetime:
        return self.at

    def seconds(self) -> float:
        return self.at.timestamp()

    def pass_(self, **time: float) -> None:
        self.at += dt.timedelta(**time)


@dataclass
class Rig:
    """One channel and what its vendor can be made to do; None for what can not happen there."""

    channel: Channel
    content: Callable[[int], Mapping[str, Any]]
    address: Callable[[int], str]
    accepted: Callable[[str], int]
    clock: Clock
    bad_address: str
    secrets: tuple[str, ...]
    busy: Callable[[], None] | None = None
    down: Callable[[], None] | None = None
    reset: Callable[[], None] | None = None
    lost: Callable[[], None] | None = None
    fails_later: Callable[[str, str], None] | None = None
    can_look_up: bool = True
    has_results: bool = True
    server: LocalServer | SmtpServer | None = None
    attempts: int = field(default=0)

    def attempt(self, numbers: Sequence[int], addresses: Mapping[int, str] | None = None) -> Attempt:
        self.attempts += 1
        messages = [
            Message(f"m{number}", (addresses or {}).get(number, self.address(number)), self.content(number))
            for number in numbers
        ]
        return Attempt(f"{self.attempts:032x}", "sender", None, self.clock.now(), messages)


def phone(number: int) -> str:
    return f"010{number:08d}"


def sens_client(server: SensServer, clock: Clock, **changed: str) -> SensClient:
    access = read_access({**server.environment, **changed})
    assert access is not None
    return SensClient(access, session=open_session(), now=clock.now)


def sens_server(clock: Clock) -> SensServer:
    return SensServer(clock=clock.seconds, templates=[replace(ORDER)])


def sms_rig(server: SensServer, clock: Clock) -> Rig:
    channel = SmsChannel(sens_client(server, clock), SENDER)
    return _sens_rig(server, clock, channel, server.sms, lambda n: {"text": f"안녕하세요 {n}", "advertising": False})


def alimtalk_rig(server: SensServer, clock: Clock) -> Rig:
    channel = alimtalk_channel(sens_client(server, clock), CHANNEL)
    text = "김단골님, 주문 {}이 접수되었습니다."
    return _sens_rig(
        server, clock, channel, server.alimtalk, lambda n: {"code": "ORDER01", "text": text.format(n), "type": "BA"}
    )


def brand_rig(server: SensServer, clock: Clock) -> Rig:
    client = sens_client(server, clock)
    channel = brand_channel(client, CHANNEL, PictureDesk(client, made_up_picture))
    return _sens_rig(server, clock, channel, server.brand, lambda n: {"type": "TEXT", "text": f"(광고) 안녕하세요 {n}"})


def _sens_rig(
    server: SensServer, clock: Clock, channel: Channel, desk: Any, content: Callable[[int], Mapping[str, Any]]
) -> Rig:
    def fails_later(address: str, code: str) -> None:
        desk.fate = lambda number: code if number == address else ""

    return Rig(
        channel,
        content,
        phone,
        lambda address: int(desk.ledger.accepted[address]),
        clock,
        bad_address="02-312-4567",
        secrets=("sandbox-secret-key", "sandbox-access-key"),
        busy=lambda: server.faults.append(Reply(429, None, {"Retry-After": "7"})),
        down=lambda: server.faults.append(Reply(403, {"status": 403, "message": f"no {phone(1)}"})),
        reset=lambda: server.faults.append(Connection.RESET),
        lost=lambda: server.faults.append(Connection.LOST),
        fails_later=fails_later,
        server=server,
    )


def push_rig(server: FcmServer, clock: Clock, folder: Path) -> Rig:
    account = read_account(server.environment(folder))
    assert account is not None
    channel = FcmChannel(account, session=open_session(), now=clock.now, connections=4)
    server.gone.add("device-of-nobody-0123456789")
    key = account.private_key.splitlines()[3]
    return Rig(
        channel,
        lambda n: {"title": f"(광고) {n}", "body": "오늘까지"},
        lambda n: f"device-{n}-0123456789abcdef",
        lambda address: server.accepted[address],
        clock,
        bad_address="device-of-nobody-0123456789",
        secrets=(key,),
        busy=lambda: server.faults.append(Reply(503, None, {"Retry-After": "7"})),
        down=lambda: server.faults.append(Reply(403, {"error": {"status": "PERMISSION_DENIED"}})),
        reset=lambda: server.faults.append(Connection.RESET),
        lost=lambda: server.faults.append(Connection.LOST),
        can_look_up=False,
        has_results=False,
        server=server,
    )


def mail_rig(server: SmtpServer, clock: Clock, trusted: ssl.SSLContext | None = None) -> Rig:
    environment = server.environment
    access = MailAccess(
        environment["DANGOL_SMTP_HOST"],
        int(environment["DANGOL_SMTP_PORT"]),
        environment.get("DANGOL_SMTP_USER", ""),
        environment.get("DANGOL_SMTP_PASSWORD", ""),
        "starttls" if trusted else "none",
    )
    server.unknown.add("nobody@example.com")
    return Rig(
        SmtpChannel(access, now=clock.now, context=trusted, timeout=5),
        lambda n: {
            "sender": {"name": "단골샵", "address": "hello@shop.example"},
            "subject": f"(광고) {n}번 소식",
            "html": "<p>안녕하세요</p>",
            "text": "안녕하세요",
            "unsubscribe_url": f"https://shop.example/u/{n}",
        },
        lambda n: f"member{n}@example.com",
        lambda address: server.accepted[address],
        clock,
        bad_address="nobody@example.com",
        secrets=(PASSWORD,),
        busy=lambda: server.faults.append(Say("MAIL", 421)),
        reset=lambda: server.faults.append(Connection.RESET),
        lost=lambda: server.faults.append(Connection.LOST),
        can_look_up=False,
        has_results=False,
        server=server,
    )


def onsite_rig(folder: Path, clock: Clock) -> Rig:
    def accepted(address: str) -> int:
        files = (folder / "onsite").rglob("*.json")
        return sum(file.read_text(encoding="utf-8").count(f'"customer":"{address}"') for file in files)

    return Rig(
        OnSiteChannel(folder),
        lambda n: {"style": "popup", "title": f"{n}번 혜택", "frequency": "once"},
        lambda n: f"customer{n:019d}",
        accepted,
        clock,
        bad_address="member@example.com",
        secrets=(),
        has_results=False,
    )
