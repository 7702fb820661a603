"""A small home in which every place knows two members, A and B.

Belongs here: filling the home and reading all of it back. Does not belong here: checks.

A's own phone ``a-phone`` was used before the log-in, too; ``family-pc`` is shared by A, B and nobody in particular;
``b-phone`` is B's; ``passer-by`` never logged in. One event of A came without any device.
"""

import datetime as dt
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


def _load_world() -> ModuleType:
    """``world.py`` beside this file; tests are no package, and a killed child process needs it under a name too."""
    spec = importlib.util.spec_from_file_location("erasure_world", Path(__file__).with_name("world.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["erasure_world"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def world() -> ModuleType:
    return _load_world()


@pytest.fixture
def home(world: ModuleType, tmp_path: Path):
    return world.build(tmp_path / "home")


@pytest.fixture
def now():
    return lambda: dt.datetime(2026, 3, 10, tzinfo=dt.UTC)
