"""Run by test_cafe24_pull: pulls, and kills itself at the N-th file that is moved into place (0: never).

Usage: python pull_and_die.py HOME URL MOMENT N [after]
"""

import datetime as dt
import json
import os
import signal
import sys
from typing import Any

import requests

from connectors.home import durable
from connectors.home.paths import open_home
from connectors.home.settings import Settings
from connectors.sandbox.cafe24_server import REDIRECT_URI
from connectors.sources.cafe24.access import mall_folder, read_access
from connectors.sources.cafe24.client import Cafe24Client
from connectors.sources.cafe24.pull import pull
from connectors.sources.cafe24.token_file import TokenFile


def main(root: str, url: str, moment: str, at: str, when: str = "") -> None:
    left = [int(at)]
    replace = os.replace

    def replace_or_die(*paths: Any) -> None:
        left[0] -= 1
        if left[0] == 0 and when:
            replace(*paths)
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        replace(*paths)

    durable.os.replace = replace_or_die  # type: ignore[attr-defined]
    home, now = open_home(root), dt.datetime.fromisoformat(moment)
    section = {"mall_id": "sandbox", "api_url": url, "redirect_uri": REDIRECT_URI}
    settings = Settings.model_validate({"cafe24": section})
    client = Cafe24Client(
        read_access(settings.cafe24, os.environ), TokenFile(mall_folder(home, "sandbox")),
        session=requests.Session(), now=lambda: now, sleep=lambda seconds: None, monotonic=lambda: 0.0,
    )  # fmt: skip
    client.tokens.access_token()

    def store(members: Any) -> None:
        with open(home.root / "members.ndjson", "a", encoding="utf-8") as file:
            file.writelines(json.dumps(row, default=str) + "\n" for row in members.to_pylist())

    pull(home, settings, client, members_sink=store, erased={}, now=lambda: now, lines_a_file=60)


if __name__ == "__main__":
    main(*sys.argv[1:])
