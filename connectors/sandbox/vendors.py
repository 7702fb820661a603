"""All vendors played at once: what campaigns are sent through where no real account is set.

Belongs here: starting the servers together and naming them to our clients. Does not belong here: the servers.

``python -m connectors.sandbox.vendors`` serves until interrupted and prints the variables to set.
"""

import argparse
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from connectors.sandbox.fcm_server import FcmServer
from connectors.sandbox.sens_kakao import SandboxTemplate
from connectors.sandbox.sens_server import SENDER, SensServer
from connectors.sandbox.smtp_server import SmtpServer


@dataclass(frozen=True)
class SandboxVendors:
    """Running servers. ``environment``: variables that lead our clients to them."""

    sens: SensServer
    fcm: FcmServer
    smtp: SmtpServer
    environment: dict[str, str]


@contextmanager
def sandbox_vendors(
    folder: Path,
    *,
    clock: Callable[[], float] = time.time,
    templates: Sequence[SandboxTemplate] = (),
    senders: Sequence[str] = (SENDER,),
    channels: Mapping[str, str] | None = None,
    ports: tuple[int, int, int] = (0, 0, 0),
) -> Iterator[SandboxVendors]:
    """SENS, FCM and SMTP for the length of a ``with`` block. FCM's key is put into ``folder``; ``channels``: states of
    KakaoTalk channels by id."""
    with (
        SensServer(clock=clock, templates=templates, senders=senders, channels=channels, port=ports[0]) as sens,
        FcmServer(clock=clock, port=ports[1]) as fcm,
        SmtpServer(port=ports[2]) as smtp,
    ):
        variables = {**sens.environment, **fcm.environment(folder), **smtp.environment}
        yield SandboxVendors(sens, fcm, smtp, variables)


def main() -> None:
    """Serve on fixed ports until interrupted."""
    parser = argparse.ArgumentParser(description="Local servers that answer like SENS, FCM and a mail server.")
    parser.add_argument("--port", type=int, default=8091, help="of SENS; FCM and SMTP take the two after it")
    port = parser.parse_args().port
    with (
        suppress(KeyboardInterrupt),
        tempfile.TemporaryDirectory() as folder,
        sandbox_vendors(Path(folder), ports=(port, port + 1, port + 2)) as vendors,
    ):
        print("\n".join(f"export {name}={value}" for name, value in vendors.environment.items()), flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
