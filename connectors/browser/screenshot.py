"""Pictures and prints of pages, made by the Chromium or Chrome of this machine, where there is one.

Belongs here: finding the browser by its names, having it draw one page. Does not belong here: the pages. No part of the
program needs a browser: whoever asks for a picture is told when there is none.

The page is drawn without a network and without what earlier pages left behind.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

NAMES: Final = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "chrome-headless-shell",
    "microsoft-edge", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)  # fmt: skip
_TIMEOUT: Final = 60.0  # seconds of one start; a busy machine takes a few
_HIGHEST: Final = 16_000  # pixels: browsers draw no picture much higher
# Frames grow to their content, then the page tells how high it is. Their own scripts stay forbidden.
_MEASURE: Final = """<script>addEventListener("load", () => {
  for (const frame of document.querySelectorAll("iframe"))
    if (frame.contentDocument) frame.style.height = frame.contentDocument.documentElement.scrollHeight + "px";
  document.documentElement.dataset.high = Math.ceil(document.body.getBoundingClientRect().height);
})</script>"""
_HIGH: Final = re.compile(r'data-high="(\d+)"')


class BrowserFailed(Exception):
    """The browser made no picture; the message says why, without the page."""


def find_browser(which: Callable[[str], str | None] = shutil.which) -> str | None:
    """The program of the first browser of :data:`NAMES` that is there; None where there is none."""
    return next((found for name in NAMES if (found := which(name)) is not None), None)


def picture_of(page: str, width: int, browser: str) -> bytes:
    """The whole page as PNG, ``width`` pixels wide and as high as it is. Raises :class:`BrowserFailed`."""
    with tempfile.TemporaryDirectory(prefix="dangol-page-") as name:
        folder = Path(name)
        file = folder / "page.html"
        readable = page.replace("<iframe sandbox ", '<iframe sandbox="allow-same-origin" ')
        file.write_text(readable + _MEASURE, encoding="utf-8")
        told = _run(browser, folder, ["--dump-dom", f"--window-size={width},800", file.as_uri()])
        high = _HIGH.search(told)
        height = min(int(high[1]), _HIGHEST) if high else 800
        made = folder / "page.png"
        _run(browser, folder, [f"--screenshot={made}", f"--window-size={width},{height}", file.as_uri()])
        if not made.is_file():
            raise BrowserFailed("no picture was written")
        return made.read_bytes()


def pdf_of(page: str, browser: str) -> bytes:
    """The page as it prints, as PDF. Raises :class:`BrowserFailed`."""
    with tempfile.TemporaryDirectory(prefix="dangol-page-") as name:
        folder = Path(name)
        file, made = folder / "page.html", folder / "page.pdf"
        file.write_text(page, encoding="utf-8")
        _run(browser, folder, [f"--print-to-pdf={made}", "--no-pdf-header-footer", file.as_uri()])
        if not made.is_file():
            raise BrowserFailed("no PDF was written")
        return made.read_bytes()


def _run(browser: str, folder: Path, asked: list[str]) -> str:
    """What the browser prints. Raises :class:`BrowserFailed`."""
    flags = ["--headless", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-dev-shm-usage",
             "--virtual-time-budget=2000",
             "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={folder / 'profile'}"]  # fmt: skip
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        flags.append("--no-sandbox")  # browsers refuse to start as root with it
    try:
        done = subprocess.run([browser, *flags, *asked], capture_output=True, timeout=_TIMEOUT, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BrowserFailed(type(error).__name__) from None
    if done.returncode != 0:
        raise BrowserFailed(f"it ended with {done.returncode}")
    return done.stdout.decode("utf-8", "replace")
