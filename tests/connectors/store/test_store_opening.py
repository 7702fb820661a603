"""Opening the operational store: migrations, several processes at once, damage, and being killed."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pyarrow as pa
import pytest
from sqlalchemy import create_engine, text

from connectors.store.engine import make_engine, writing
from connectors.store.errors import StoreCorrupt, StoreError, StoreLocked, StoreTooNew, StoreUnreachable
from connectors.store.members import UpsertResult
from connectors.store.migrate import SCRIPTS, revision
from connectors.store.schema import HEAD, metadata
from connectors.store.store import Store

pytestmark = pytest.mark.feature("M5")

ROOT = Path(__file__).resolve().parents[3]
PRELUDE = """
import datetime as dt, os, signal, sys
import pyarrow as pa
from connectors.store.store import Store
def now(): return dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
"""


def start(script: str, *arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", PRELUDE + script, *arguments]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def open_store(url: str, timeout_s: float = 30.0) -> Store:
    import datetime as dt

    return Store.open(url, secret="s", now=lambda: dt.datetime(2026, 3, 1, tzinfo=dt.UTC), timeout_s=timeout_s)


def members(*ids: str) -> pa.Table:
    return pa.table({"member_id": list(ids), "name": ["김"] * len(ids)})


def test_the_migrations_make_exactly_the_tables_of_the_program(url: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.config import Config
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    open_store(url).close()
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]
    with create_engine(url).connect() as connection:
        assert revision(connection) == HEAD
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_opening_again_keeps_the_data_and_does_not_load_alembic(url: str) -> None:
    with open_store(url) as store:
        store.upsert_members(members("a"))
    with open_store(url) as first, open_store(url) as second:
        first.upsert_members(members("b"))
        assert second.count() == 2
    child = start("Store.open(sys.argv[1], secret='s', now=now).close(); print('alembic' in sys.modules)", url)
    assert child.communicate(timeout=60) == ("False\n", "")


def test_several_processes_may_open_a_new_database_at_once(url: str) -> None:
    script = "print(Store.open(sys.argv[1], secret='s', now=now).count())"
    children = [start(script, url) for _ in range(4)]
    assert [child.communicate(timeout=60) for child in children] == [("0\n", "")] * 4


def test_two_processes_upsert_at_once(url: str) -> None:
    script = """
with Store.open(sys.argv[1], secret='s', now=now) as store:
    for turn in range(5):
        ids = [f"{sys.argv[2]}-{turn}-{i}" for i in range(500)] + [f"both-{i}" for i in range(500)]
        ids = ids if sys.argv[2] == "left" else ids[::-1]
        store.upsert_members(pa.table({"member_id": ids, "name": [sys.argv[2]] * len(ids)}))
"""
    children = [start(script, url, side) for side in ("left", "right")]
    assert [child.communicate(timeout=60) for child in children] == [("", "")] * 2
    with open_store(url) as store:
        assert store.count() == 2 * 5 * 500 + 500


def test_readers_go_on_while_someone_writes(url: str) -> None:
    with open_store(url) as store:
        store.upsert_members(members("a"))
        with writing(make_engine(url, timeout_s=5)) as connection:
            connection.execute(text("UPDATE members SET name = 'x'"))
            member = store.get("a")
            assert member is not None
            assert member.name == "김"


def test_a_process_killed_in_the_middle_of_an_upsert_leaves_nothing_of_it(url: str) -> None:
    with open_store(url) as store:
        store.upsert_members(members("m1"))
    script = """
from connectors.store import members
chunks = []
real = members.fill
def fill(*arguments):
    chunks.append(1)
    if len(chunks) == 4:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*arguments)
members.fill = fill
members.CHUNK_ROWS = 1000
ids = [f"m{i}" for i in range(10_000)]
with Store.open(sys.argv[1], secret="s", now=now) as store:
    store.upsert_members(pa.table({"member_id": ids, "name": ["new"] * len(ids)}))
"""
    child = start(script, url)
    child.communicate(timeout=60)
    assert child.returncode == -signal.SIGKILL
    with open_store(url) as store:
        member = store.get("m1")
        assert member is not None
        assert (store.count(), member.name) == (1, "김")
        assert store.upsert_members(members(*(f"m{i}" for i in range(3000)))) == UpsertResult(2999, 0, 1)


def test_a_process_killed_while_migrating_leaves_the_old_schema(url: str) -> None:
    script = """
from alembic import op
op.create_index = lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL)  # after the first table
Store.open(sys.argv[1], secret="s", now=now)
"""
    child = start(script, url)
    child.communicate(timeout=60)
    assert child.returncode == -signal.SIGKILL
    with open_store(url) as store:
        assert store.count() == 0


def test_a_database_of_a_newer_program_is_left_alone(url: str) -> None:
    open_store(url).close()
    with create_engine(url).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreTooNew, match=r"9999.*install the newer version"):
        open_store(url)


def test_waiting_for_a_lock_has_an_end(tmp_path: Path) -> None:
    path = tmp_path / "ops.db"
    with open_store(f"sqlite:///{path}", timeout_s=0.2) as store:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        started = time.monotonic()
        with pytest.raises(StoreLocked, match="try again"):
            store.upsert_members(members("a"))
        assert time.monotonic() - started < 5
        other.execute("ROLLBACK")
        other.close()
        assert store.upsert_members(members("a")) == UpsertResult(1, 0, 0)


def test_waiting_for_a_lock_on_postgresql_has_an_end(postgres) -> None:
    url = postgres()
    with open_store(url, timeout_s=0.3) as store:
        with psycopg.connect(url.replace("+psycopg", "")) as other:
            other.execute("LOCK TABLE members IN EXCLUSIVE MODE")
            with pytest.raises(StoreLocked, match="try again"):
                store.upsert_members(members("a"))
        assert store.upsert_members(members("a")) == UpsertResult(1, 0, 0)


def test_a_damaged_file_is_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "ops.db"
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreCorrupt, match="backup"):
        open_store(f"sqlite:///{path}")
    path.unlink()
    with open_store(f"sqlite:///{path}") as store:
        store.upsert_members(members(*(f"m{i}" for i in range(5000))))
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    with pytest.raises(StoreCorrupt, match="damaged"), open_store(f"sqlite:///{path}") as store:
        store.count()


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////no/such/folder/ops.db",
        "postgresql+psycopg://me:s3cret@127.0.0.1:1/shop",
        "mysql://me:s3cret@host/shop",
        "postgresql+nodriver://me:s3cret@host/shop",
        "not a url s3cret",
    ],
)
def test_an_unreachable_database_says_what_to_check_and_no_password(url: str) -> None:
    with pytest.raises(StoreUnreachable, match="DANGOL_OPS_URL") as refused:
        open_store(url, timeout_s=2)
    assert "s3cret" not in str(refused.value)


def test_errors_never_quote_a_row(url: str) -> None:
    with open_store(url) as store:
        store.upsert_members(pa.table({"member_id": ["a"], "phone": ["010-9999"]}))
        with pytest.raises(StoreError) as refused, writing(store._engine) as connection:
            connection.execute(
                text("INSERT INTO members (member_id, phone) VALUES (:id, :phone)"), {"id": "b", "phone": "010-9999"}
            )
        assert "010-9999" not in str(refused.value)
        assert refused.value.__suppress_context__
        assert "010-9999" not in repr(store.get("a"))
