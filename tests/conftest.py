"""What holds for all tests: the same examples every time, and no judgement by the clock of a busy machine."""

import gc
import os

# Before anything loads OpenMP: two test processes whose threads spin while they wait take twenty times as long.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from hypothesis import settings

settings.register_profile("dangol", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("dangol")


def pytest_collection_finish() -> None:
    """What is loaded by now stays: looking through it for garbage again and again is a tenth of the suite's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 10, 10)
