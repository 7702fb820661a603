"""What reached the simulated customers: messages that the played vendors delivered, with the links that stand in them.

Belongs here: listening to the sandbox, keeping what matters of each message in a file that outlives the process.
Does not belong here: what customers do about it (``customers``).

A customer is known by what the message was sent to, so a message that goes to the wrong number is read by the wrong
person here as well. Neither number nor text is kept.
"""

import json
import re
import threading
from collections.abc import Callable, Mapping
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import polars as pl

from connectors.sandbox.vendors import SandboxVendors
from models.tracking.codes import ClickCode

NOT_ON_KAKAO: Final = ("3019", "3020")  # the codes of those whom Kakao does not reach
NOT_ON_KAKAO_SHARE: Final = 0.1
APP_GONE_SHARE: Final = 0.03
MAILBOX_GONE_SHARE: Final = 0.02
_LINES: Final = {
    "send_no": pl.Int64(), "seq": pl.Int64(), "customer": pl.Int64(), "channel": pl.String(), "at": pl.Int64(),
    "codes": pl.List(pl.String()), "pixel": pl.String(),
}  # fmt: skip
_MINUTE: Final = 60


class Inbox:
    """``file``: where messages are kept, a JSON line each. ``reads``: what a click code stands for. ``host``: what
    short links begin with. ``clock``: epoch seconds."""

    def __init__(
        self, file: Path, reads: Callable[[str], ClickCode | None], host: str, clock: Callable[[], float]
    ) -> None:
        self._file, self._reads, self._clock = file, reads, clock
        self._links = re.compile(re.escape(host) + r"/([0-9A-Za-z]+)(?![0-9A-Za-z/])")
        self._pixels = re.compile(re.escape(host) + r"/o/([0-9A-Za-z]+)\.gif")
        self._lock = threading.Lock()

    def listen(self, sandbox: SandboxVendors, members: pl.DataFrame) -> None:
        """Take down what the sandbox delivers to ``members`` (``models.simulation.members``); some of them it can not
        reach: those without KakaoTalk, those who removed the app or gave their mailbox up."""
        numbered = members.select(
            pl.col("member_id").str.strip_prefix("user").cast(pl.Int64).sub(1).alias("customer"),
            pl.col("phone").str.replace_all("-", ""),
            "email",
            "push_token",
        )
        phones = _owners(numbered, "phone")
        sens = sandbox.sens
        for channel, desk in (("alimtalk", sens.alimtalk), ("brand_message", sens.brand)):
            desk.fate = _kakao_fate
            desk.on_taken = partial(self._take, channel, phones)
        sens.sms.on_taken = partial(self._take, "sms", phones)
        tokens = _owners(numbered, "push_token")
        sandbox.fcm.gone |= {token for token in tokens if _share(token) < APP_GONE_SHARE}
        sandbox.fcm.on_taken = partial(self._take, "push", tokens)
        mailboxes = _owners(numbered, "email")
        sandbox.smtp.unknown |= {address for address in mailboxes if _share(address) < MAILBOX_GONE_SHARE}
        sandbox.smtp.on_taken = partial(self._take, "email", mailboxes)

    def messages(self) -> pl.DataFrame:
        """send_no, seq, customer, channel, at (UTC microseconds, whole minutes), codes, pixel (the code of an e-mail's
        picture): each message once, by send and place in it."""
        lines = self._file.read_bytes().splitlines() if self._file.is_file() else []
        whole = [line for line in lines if line.endswith(b"}")]  # the last one may be cut by a kill
        frame = pl.read_ndjson(b"\n".join(whole), schema=_LINES) if whole else pl.DataFrame(schema=_LINES)
        return frame.sort("send_no", "seq", "at").unique(["send_no", "seq"], keep="first", maintain_order=True)

    def _take(self, channel: str, owners: Mapping[str, int], to: str, message: Mapping[str, Any]) -> None:
        """Called by the sandbox's threads. Messages without a link of ours are read by nobody that counts."""
        text = json.dumps(message, ensure_ascii=False)
        codes = list(dict.fromkeys(self._links.findall(text)))
        read = [code for code in codes if self._reads(code) is not None]
        said = self._reads(read[0]) if read else None
        if said is None or to not in owners:
            return
        # Whole minutes: threads share the simulated clock, so its seconds are not the same in every play.
        at = (int(self._clock()) // _MINUTE + 1) * _MINUTE * 1_000_000
        pixel = next(iter(self._pixels.findall(text)), None)
        line = {"send_no": said.send_no, "seq": said.seq, "customer": owners[to], "channel": channel, "at": at}
        line |= {"codes": read, "pixel": pixel}
        with self._lock, self._file.open("a", encoding="utf-8") as out:
            out.write(json.dumps(line) + "\n")


def _owners(numbered: pl.DataFrame, column: str) -> dict[str, int]:
    """Customer by address; of families that share one the first."""
    known = numbered.filter(pl.col(column).is_not_null()).sort("customer").unique(column, keep="first")
    return dict(known.select(column, "customer").iter_rows())


def _kakao_fate(number: str) -> str:
    share = _share(number)
    return "" if share >= NOT_ON_KAKAO_SHARE else NOT_ON_KAKAO[share >= NOT_ON_KAKAO_SHARE / 2]


def _share(address: str) -> float:
    """A number from 0 to 1 that is always the same for an address."""
    return int.from_bytes(blake2b(address.encode(), digest_size=8).digest(), "little") / 2.0**64
