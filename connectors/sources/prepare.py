"""First pass over a text file: what it is, whether its bytes are the text they are said to be, one kind of line end.

Belongs here: opening, hashing, decoding, transcoding to UTF-8, unifying line ends; all streamed in blocks.
Does not belong here: rows and columns (``reader_csv``, ``reader_ndjson``).
"""

import codecs
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from connectors.sources.errors import FileUnreadable, WrongEncoding

BLOCK = 4 << 20
GUESSES = ("cp949", "utf-16", "cp1252")


@dataclass
class _Seen:
    """What the first pass counted."""

    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    size: int = 0
    line: int = 1
    has_null: bool = False
    crlf: int = 0
    last: bytes = b""
    lf: int = 0
    cr: int = 0
    ends_with_cr: bool = False

    def count(self, block: bytes) -> None:
        """``block``: UTF-8 text; a CR LF pair may stand across two blocks."""
        self.has_null = self.has_null or b"\0" in block
        lf = block.count(b"\n")
        self.lf += lf
        if b"\r" in block or self.ends_with_cr:
            self.cr += block.count(b"\r")
            self.crlf += block.count(b"\r\n") + (self.ends_with_cr and block.startswith(b"\n"))
        self.ends_with_cr = block.endswith(b"\r")
        self.last = block[-1:] or self.last

    @property
    def mixed(self) -> bool:
        lone_cr, lone_lf = self.cr - self.crlf, self.lf - self.crlf
        return bool((lone_cr and self.lf) or (self.crlf and lone_lf))


@dataclass(frozen=True)
class Prepared:
    """A file ready to be read: ``path`` is UTF-8 with one kind of line end (the original, or a copy in scratch)."""

    path: Path
    original: Path
    digest: str
    size: int
    has_null: bool
    lines: int = 0
    ends_with_cr: bool = False
    notes: tuple[str, ...] = ()

    def blank_lines(self) -> int:
        """How many lines hold nothing; reads the file again."""
        end = b"\r" if self.ends_with_cr else b"\n"
        with open(self.path, "rb") as handle:
            pieces = iter(lambda: handle.read(BLOCK), b"")
            count, before = 0, end
            for piece in pieces:
                joined = before + piece.replace(b"\r\n", b"\n")
                count += len(re.findall(b"(?<=" + end + b")" + end, joined))
                before = joined[-1:]
        return count


def open_bytes(path: Path) -> Iterator[bytes]:
    """Blocks of the file. Raises :class:`FileUnreadable` saying why not."""
    try:
        if path.is_dir():
            raise FileUnreadable("is a folder", str(path), "give its files, e.g. folder/*.csv")
        with open(path, "rb") as handle:
            while block := handle.read(BLOCK):
                yield block
    except FileNotFoundError as error:
        raise FileUnreadable("there is no such file", str(path), "check the path") from error
    except OSError as error:
        raise FileUnreadable(f"can not be read: {error.strerror}", str(path), "check its permissions") from error


def digest_of(path: Path) -> str:
    """SHA-256 of the file's bytes."""
    digest = hashlib.sha256()
    for block in open_bytes(path):
        digest.update(block)
    return digest.hexdigest()


def prepare_text(path: Path, encoding: str, folder: Path) -> Prepared:
    """Check the whole file against ``encoding`` and make it plain UTF-8 with one kind of line end.

    Raises :class:`FileUnreadable`, :class:`WrongEncoding` (byte offset, line, what to set).
    """
    seen = _Seen()
    plain = codecs.lookup(encoding).name in ("utf-8", "utf-8-sig", "ascii")
    ready = path
    if plain:
        for _ in _decoded(path, encoding, seen):
            pass
    else:
        ready = folder / "transcoded"
        with open(ready, "wb") as out:
            for block in _decoded(path, encoding, seen):
                out.write(block)
    notes = []
    if seen.mixed:
        ready = _unify(ready, folder / "unified")
        notes.append("line ends of several kinds: all were read as one kind, lone carriage returns as spaces")
    only_cr = seen.lf == 0 and seen.cr > 0
    lines = (seen.cr if only_cr else seen.lf) + (seen.last not in (b"", b"\n", b"\r"))
    return Prepared(ready, path, seen.digest.hexdigest(), seen.size, seen.has_null, lines, only_cr, tuple(notes))


def _decoded(path: Path, encoding: str, seen: _Seen) -> Iterator[bytes]:
    """The file as blocks of UTF-8, without a byte order mark; counts into ``seen``."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    first = True
    for block in open_bytes(path):
        seen.digest.update(block)
        before = seen.size
        seen.size += len(block)
        try:
            decoded = decoder.decode(block)
        except UnicodeError as error:
            raise _wrong(path, encoding, error, before, len(block), seen.line) from error
        yield from _counted(decoded, first, seen)
        first = False
    try:
        decoder.decode(b"", final=True)
    except UnicodeError as error:
        raise _wrong(path, encoding, error, seen.size, 0, seen.line) from error


def _counted(decoded: str, first: bool, seen: _Seen) -> Iterator[bytes]:
    block = (decoded.removeprefix("\ufeff") if first else decoded).encode()
    before = seen.lf
    seen.count(block)
    seen.line += seen.lf - before
    yield block


def _wrong(path: Path, encoding: str, error: UnicodeError, start: int, length: int, line: int) -> WrongEncoding:
    offset, bad = start, b""
    if isinstance(error, UnicodeDecodeError):
        offset = start - (len(error.object) - length) + error.start
        line += error.object[: error.start].count(b"\n")
        bad = error.object[error.start : error.start + 4]
    with open(path, "rb") as handle:
        sample = handle.read(offset + (1 << 16))[-(1 << 17) :]
    likely = next((guess for guess in GUESSES if guess != encoding and _fits(sample, guess)), None)
    return WrongEncoding(
        f"byte {offset:,} (line {line:,}, bytes {bad.hex(' ')}) is not {encoding} text",
        str(path),
        f"set `encoding:` under `options:` of the mapping{f', probably to {likely}' if likely else ''}",
    )


def _fits(sample: bytes, encoding: str) -> bool:
    if encoding == "utf-16" and not sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    try:
        codecs.getincrementaldecoder(encoding)("strict").decode(sample[sample.find(b"\n") + 1 :])
    except UnicodeError:
        return False
    return True


def _unify(path: Path, target: Path) -> Path:
    """Copy with every CR LF as LF and every other CR as a space."""
    with open(target, "wb") as out:
        held = b""
        for read in open_bytes(path):
            block = held + read
            held = b"\r" if block.endswith(b"\r") else b""
            block = block[: len(block) - len(held)]
            out.write(block.replace(b"\r\n", b"\n").replace(b"\r", b" "))
        out.write(held.replace(b"\r", b"\n"))
    return target
