"""Compiled code is kept, and thrown away when any file of its folder changes."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[4]
CALLED = "from models.recommend.kernels.compiling import compiled\n\n@compiled\ndef called():\n    return {value}\n"
CALLER = """from models.recommend.kernels.compiling import compiled
from loops.called import called

@compiled
def caller():
    return called() + 1
"""
RUN = "from loops.caller import caller; print(caller(), sum(caller.stats.cache_hits.values()))"


def run(folder: Path) -> list[int]:
    """What the caller gives, and how often its code was found compiled."""
    paths = os.pathsep.join([str(folder), str(ROOT)])
    done = subprocess.run(
        [sys.executable, "-c", RUN], capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": paths}
    )
    return [int(word) for word in done.stdout.split()]


def test_what_a_kernel_calls_is_compiled_anew_when_its_file_changes(tmp_path: Path) -> None:
    folder = tmp_path / "loops"
    folder.mkdir()
    (folder / "called.py").write_text(CALLED.format(value=1))
    (folder / "caller.py").write_text(CALLER)
    assert run(tmp_path) == [2, 0]
    assert run(tmp_path) == [2, 1]
    (folder / "called.py").write_text(CALLED.format(value=5))
    assert run(tmp_path) == [6, 0]
