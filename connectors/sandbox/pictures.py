"""A picture for an address that leads nowhere: what products of a made-up shop look like.

Belongs here: a plain PNG whose colour follows from the address. Does not belong here: fetching real pictures.
"""

import hashlib
import struct
import zlib
from typing import Final

_WIDTH, _HEIGHT = 800, 400
_START: Final = b"\x89PNG\r\n\x1a\n"


def made_up_picture(address: str) -> bytes:
    """An 800 × 400 PNG (RFC 2083) of one colour, the same for the same address."""
    colour = hashlib.sha256(address.encode()).digest()[:3]
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 2, 0, 0, 0)
    rows = (b"\x00" + colour * _WIDTH) * _HEIGHT
    return _START + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows, 9)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
