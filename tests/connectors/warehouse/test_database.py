import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from connectors.warehouse.database import Warehouse
from connectors.warehouse.errors import WarehouseBusy

HOLD = "import duckdb, sys, time; c = duckdb.connect(sys.argv[1]); print('open', flush=True); time.sleep(60)"


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def warehouse(tmp_path: Path, said: list[str]) -> Warehouse:
    made = Warehouse(tmp_path / "warehouse.duckdb", tmp_path / "scratch", "500MB", wait_seconds=5, say=said.append)
    with made.connect() as connection:
        connection.execute("CREATE TABLE t AS SELECT 42 AS answer")
    return made


def answer(warehouse: Warehouse) -> list[tuple[object, ...]]:
    with warehouse.connect() as connection:
        return connection.execute("FROM t").fetchall()


@pytest.mark.feature("M4")
def test_the_file_is_free_after_an_error(warehouse: Warehouse) -> None:
    with pytest.raises(duckdb.Error), warehouse.connect() as connection:
        connection.execute("SELECT * FROM nope")
    code = f"import duckdb; print(duckdb.connect({str(warehouse.path)!r}).execute('from t').fetchall())"
    assert "42" in subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


@pytest.mark.feature("M4")
def test_waits_for_another_process_and_names_it(warehouse: Warehouse, said: list[str]) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(warehouse.path)], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    holder.stdout.readline()
    try:
        impatient = Warehouse(warehouse.path, warehouse.path.parent, wait_seconds=0)
        with pytest.raises(WarehouseBusy, match=str(holder.pid)):
            answer(impatient)
        ended = []

        def sleep(seconds: float) -> None:
            holder.kill()
            holder.wait()
            ended.append(seconds)

        patient = Warehouse(warehouse.path, warehouse.path.parent, wait_seconds=60, say=said.append, sleep=sleep)
        assert answer(patient) == [(42,)]
        assert ended
        assert any(str(holder.pid) in line for line in said)
    finally:
        holder.kill()
        holder.wait()


@pytest.mark.feature("M4")
@pytest.mark.parametrize("damage", [b"no database at all", b"\0" * 20_000])
def test_a_file_that_can_not_be_read_is_set_aside(warehouse: Warehouse, said: list[str], damage: bytes) -> None:
    warehouse.path.write_bytes(damage)
    with warehouse.connect() as connection:
        assert connection.execute("SELECT count(*) FROM duckdb_tables()").fetchall() == [(0,)]
    assert warehouse.was_rebuilt
    assert warehouse.path.with_name("warehouse.duckdb.corrupt-1").read_bytes() == damage
    assert any("moved aside" in line for line in said)


@pytest.mark.feature("M4")
def test_a_flipped_bit_in_the_header_is_found(warehouse: Warehouse) -> None:
    content = bytearray(warehouse.path.read_bytes())
    content[4096 + 100 : 4096 + 120] = b"\xff" * 20
    content[8192 + 100 : 8192 + 120] = b"\xff" * 20
    warehouse.path.write_bytes(bytes(content))
    with warehouse.connect() as connection:
        connection.execute("CREATE TABLE again (i INT)")


@pytest.mark.feature("M4")
def test_a_log_without_its_file_does_not_enter_the_next_one(warehouse: Warehouse) -> None:
    warehouse.path.unlink()
    log = warehouse.path.with_name("warehouse.duckdb.wal")
    log.write_bytes(b"left over")
    with warehouse.connect():
        pass
    assert log.with_name("warehouse.duckdb.wal.corrupt-1").read_bytes() == b"left over"
    assert not warehouse.was_rebuilt


@pytest.mark.feature("M4")
def test_a_log_that_can_not_be_read_costs_the_log_alone(warehouse: Warehouse) -> None:
    warehouse.path.with_name("warehouse.duckdb.wal").write_bytes(b"\xff" * 4096)
    assert answer(warehouse) == [(42,)]
    assert not warehouse.was_rebuilt
