"""A local vendor, a store, and models to ask; nothing of the developer's machine gets in.

Belongs here: building the pieces and a clean environment. Does not belong here: checks.
"""

import datetime as dt
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from connectors.naming.access import NamingAccess
from connectors.naming.language_model import LanguageModel
from connectors.naming.store import NameStore
from connectors.sandbox.openai_server import OpenAIServer

DAY = dt.date(2026, 3, 1)


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.upper().startswith(("OPENAI_", "DANGOL_NAMING", "SSL_CERT")) or name.upper().endswith("_PROXY"):
            monkeypatch.delenv(name)


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as running:
        yield running


@dataclass
class Bench:
    """Models on one folder and one server, with what they said and how long they slept."""

    server: OpenAIServer
    folder: Path
    day: dt.date = DAY
    lines: list[str] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)

    def store(self) -> NameStore:
        return NameStore(self.folder, say=self.lines.append)

    def model(self, *, calls_per_day: int = 100, access: NamingAccess | None = None, **more: Any) -> LanguageModel:
        settings: dict[str, Any] = {"jitter": lambda: 1.0, "timeout_seconds": 5, **more}
        return LanguageModel(
            access or self.access(),
            self.store(),
            calls_per_day=calls_per_day,
            today=lambda: self.day,
            say=self.lines.append,
            sleep=self.slept.append,
            **settings,
        )

    def access(self, **changed: str) -> NamingAccess:
        return NamingAccess(**({"api_key": self.server.api_key, "base_url": self.server.base_url} | changed))

    @property
    def said(self) -> str:
        return "\n".join(self.lines)


@pytest.fixture
def bench(server: OpenAIServer, tmp_path: Path) -> Bench:
    return Bench(server, tmp_path / "naming")


@pytest.fixture
def make_bench(tmp_path: Path) -> Callable[[OpenAIServer], Bench]:
    return lambda server: Bench(server, tmp_path / "naming")
