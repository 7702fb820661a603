"""Pictures of reports for the guides, from the demo shop: `make run`, then `make images`.

Belongs here: which pages are shown, how wide. Does not belong here: pages (`dangol run` writes them), the browser
(`connectors.browser`). Needs the Chromium of the machine.
"""

import json
import sys
from pathlib import Path

from connectors.browser.screenshot import find_browser, picture_of
from connectors.home.paths import find_home

FOLDER = Path(__file__).parent
WIDTHS = {"desktop": 1280, "phone": 390}
SHOWN = {"campaign": "demo-new-season-mail", "channel": "email", "day": None, "dashboard": None}


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
            target.write_bytes(picture_of(page, width, browser))
            print(target)
    return 0


if __name__ == "__main__":
    sys.exit(main())
