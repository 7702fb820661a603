"""kill -9 in the middle of an ingest, then again: the same content, nothing twice."""

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.feature("A2")
ROOT = Path(__file__).parents[3]
SCRIPT = Path(__file__).with_name("ingest_and_die.py")


@pytest.fixture(scope="module")
def lines() -> str:
    rows = []
    for number in range(400):
        at = f"2025-05-{number % 6 + 1:02d} 10:00:00"
        rows.append(f"purchase,{at},v{number % 7},,p{number % 5},{number % 3},1,")
        rows.append(f"nonsense,{at},v{number},,,,,")
    return "\n".join(["name,at,visitor,member,product,price,quantity,device", *rows]) + "\n"


def mapping_of(shop: Any, clicks: Path) -> Path:
    text = clicks.read_text() + "  - {kind: products, columns: {product_id: product, price: price, received_at: at}}\n"
    return shop.write(
        "m.yaml", text.replace("  - kind: events", "  - kind: events\n    when: product is not null or true")
    )


def command(shop: Any, mapping: Path, at: int, when: str) -> list[str]:
    return [sys.executable, str(SCRIPT), str(shop.home.root), str(mapping), str(shop.root / "x.csv"), str(at), when]


@pytest.mark.parametrize(
    ("at", "when"), [(1, "before"), (1, "after"), (4, "before"), (6, "after"), (7, "after"), (9, "before")]
)
def test_killed_while_moving_files(
    shop: Any, new_shop: Callable[[], Any], clicks: Path, lines: str, at: int, when: str
) -> None:
    mapping = mapping_of(shop, clicks)
    file = shop.write("x.csv", lines)
    whole = new_shop()
    whole.one(mapping, whole.write("x.csv", lines))
    died = subprocess.run(command(shop, mapping, at, when), cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, check=False)
    assert died.returncode == -signal.SIGKILL
    shop.one(mapping, file)
    # the two homes have keys of their own, but nobody is logged in here
    assert shop.content() == whole.content()
    assert len(shop.rows("events")) == 400
    assert list(shop.home.scratch.iterdir()) == []
    sequences = [f.sequence for kind in ("events", "products", "quarantine") for f in shop.landing.files(kind)]
    assert len(sequences) == len(set(sequences))


def test_killed_at_any_time(shop: Any, new_shop: Callable[[], Any], clicks: Path, lines: str) -> None:
    mapping = mapping_of(shop, clicks)
    file = shop.write("x.csv", lines)
    whole = new_shop()
    whole.one(mapping, whole.write("x.csv", lines))
    wait = random.Random(5)
    for _ in range(4):
        process = subprocess.Popen(command(shop, mapping, 0, "before"), cwd=ROOT, env={"PYTHONPATH": str(ROOT)})
        time.sleep(wait.uniform(0.3, 1.2))
        process.kill()
        process.wait()
    shop.one(mapping, file)
    assert shop.content() == whole.content()
