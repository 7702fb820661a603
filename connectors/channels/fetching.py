"""Pictures at web addresses, for vendors that take files and no addresses.

Belongs here: getting the bytes, and no more of them than a picture has. Does not belong here: what a vendor takes
(``sens.pictures``).
"""

from typing import Final

import requests

_TIMEOUT: Final = (5.0, 20.0)
_MOST_BYTES: Final = 5 * 1024 * 1024 + 1  # one more than a vendor takes: it will say so
_PIECE: Final = 64 * 1024


def fetched_picture(address: str) -> bytes:
    """The bytes at an http(s) address. Raises :class:`OSError` when there are none."""
    if not address.lower().startswith(("https://", "http://")):
        raise OSError("a picture's address must begin with https://")
    found = bytearray()
    with requests.get(address, timeout=_TIMEOUT, stream=True) as response:
        if response.status_code != 200:
            raise OSError(f"no picture ({response.status_code})")
        for piece in response.iter_content(_PIECE):
            found += piece
            if len(found) >= _MOST_BYTES:
                break
    return bytes(found[:_MOST_BYTES])
