"""Pictures of reports for the guides, from the demo shop: `make run`, then `make images`.

Belongs here: which pages are shown, how wide. Does not belong here: pages (`dangol run` writes them), the browser
(`connectors.browser`). Needs the Chromium of the machine.
"""

import io
import json
import sys
from pathlib import Path

from PIL import Image

from connectors.browser.screenshot import find_browser, picture_of
from connectors.home.paths import find_home

FOLDER = Path(__file__).parent
WIDTHS = {"desktop": 1280, "phone": 390}
TALLEST = {"desktop": 2600, "phone": 2600}  # pixels from the top: whole pages are several metres long
COLOURS = 128
SHOWN = {"campaign": "demo-new-season-mail", "channel": "email", "day": None, "dashboard": None}


def small(png: bytes, tallest: int) -> bytes:
    """The upper part of a picture in few colours: a fifth of the bytes."""
    whole = Image.open(io.BytesIO(png)).convert("RGB")
    part = whole.crop((0, 0, whole.width, min(whole.height, tallest)))
    written = io.BytesIO()
    part.quantize(COLOURS, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
    return written.getvalue()


def main() -> int:
    """Write four reports at two widths; 1 where there is no browser or no page."""
    reports = find_home().published / "reports"
    browser, listed = find_browser(), reports / "reports.json"
    if browser is None or not listed.is_file():
        print("a Chromium and the pages of `dangol run` are needed", file=sys.stderr)
        return 1
    known = json.loads(listed.read_text(encoding="utf-8"))["reports"]
    for kind, wanted in SHOWN.items():
        found = next(one for one in known if one["kind"] == kind and wanted in (None, one["id"]))
        page = (reports / found["file"]).read_text(encoding="utf-8")
        for name, width in WIDTHS.items():
            target = FOLDER / f"report-{kind}-{name}.png"
            target.write_bytes(small(picture_of(page, width, browser), TALLEST[name]))
            print(target)
    return 0


if __name__ == "__main__":
    sys.exit(main())
