"""A vendor in a process of its own: tells where it is, ends with its input, then tells what it accepted.

Belongs here: that process, and starting it. Does not belong here: the vendors (``connectors.sandbox``).
"""

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.sending.shop import SENDER
from connectors.sandbox.local_http import Connection, Fault, FaultMix, Reply, Slow
from connectors.sandbox.message_vendor import Faults, running
from connectors.sandbox.sens_server import SensServer

# Each share of the requests that send: what may go wrong with them. The rest is answered after the latency.
TROUBLE: Final[tuple[tuple[Fault, float], ...]] = (
    (Connection.RESET, 0.06), (Connection.LOST, 0.06), (Connection.TRUNCATED, 0.03), (Reply(429), 0.06),
    (Reply(503), 0.03), (Reply(500), 0.05), (Slow(0.15), 0.2),
)  # fmt: skip


@dataclass(frozen=True)
class Accepted:
    """What the vendor counted. ``messages`` in all, ``recipients`` that are different, ``most`` of one of them;
    ``tenths``: messages by tenth of a second (epoch); ``cpu``: seconds the vendor worked; ``faults``: how many requests
    met which."""

    messages: int
    recipients: int
    most: int
    cpu: float
    tenths: dict[int, int]
    faults: dict[str, int]


@contextmanager
def vendor(kind: str, **told: Any) -> Iterator[tuple[Any, Callable[[], Accepted]]]:
    """``plain`` (the engine's own vendor: its port) or ``sens`` (the variables that lead to it), for the length of the
    block; and a function that ends it. ``latency``: seconds a request takes; ``seed``: faults by chance."""
    command = [sys.executable, "-m", "benchmarks.sending.vendor", json.dumps({"kind": kind, **told})]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def ended() -> Accepted:
            out, _ = process.communicate()
            found = json.loads(out)
            return Accepted(**{**found, "tenths": {int(one): number for one, number in found["tenths"].items()}})

        yield json.loads(process.stdout.readline()), ended


def _plain(latency: float) -> None:
    with running(Faults(latency=latency)) as found:
        print(found.port, flush=True)
        sys.stdin.read()
        _tell(found.accepted, Counter(), Counter())


def _sens(latency: float, seed: int | None = None) -> None:
    tenths, faults = Counter[int](), Counter[str]()
    mix = FaultMix(TROUBLE, seed) if seed is not None else None

    def chosen(request: object) -> Fault:
        fault = None if mix is None else mix(request)  # type: ignore[arg-type]
        if fault is not None:
            faults[_name(fault)] += 1
        return fault or Slow(latency)

    with SensServer(senders=(SENDER,), channels={}) as server:
        server.choose, server.sms.delay = chosen, 0.0
        server.sms.on_taken = lambda to, message: tenths.update((int(time.time() * 10),))
        print(json.dumps(server.environment), flush=True)
        sys.stdin.read()
        _tell(server.sms.ledger.accepted, tenths, faults)


def _name(fault: Fault) -> str:
    if isinstance(fault, Connection):
        return fault.name.lower()
    return f"answered {fault.status}" if isinstance(fault, Reply) else "slow"


def _tell(accepted: Counter[str], tenths: Counter[int], faults: Counter[str]) -> None:
    sums = (accepted.total(), len(accepted), max(accepted.values(), default=0), time.process_time())
    said = dict(zip(("messages", "recipients", "most", "cpu"), sums, strict=True))
    print(json.dumps({**said, "tenths": tenths, "faults": faults}), flush=True)


if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    kinds: dict[str, Callable[..., None]] = {"plain": _plain, "sens": _sens}
    kinds[given.pop("kind")](**given)
