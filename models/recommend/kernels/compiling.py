"""How kernels are compiled: once, and anew when any of them has changed.

Belongs here: the decorator. Does not belong here: the loops.
"""

import hashlib
import inspect
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from numba import njit


def compiled(function: Callable[..., Any]) -> Any:
    """numba's ``njit(cache=True)``, for functions that call others of their folder.

    numba keeps compiled code for as long as the one file it was written in is the same, with all that it calls: after
    an upgrade the old code of other files would go on running. Here the whole folder has to be the same.
    """
    dispatcher: Any = njit(cache=True)(function)
    kept = dispatcher._cache._cache_file
    kept._source_stamp = (kept._source_stamp, _sources(Path(inspect.getfile(function)).parent))
    return dispatcher


@cache
def _sources(folder: Path) -> str:
    contents = [file.read_bytes() for file in sorted(folder.glob("*.py"))]
    return hashlib.sha256(b"\0".join(contents)).hexdigest()
