"""A page as HTML.

Belongs here: how each part becomes HTML. Does not belong here: parts (``page``).
"""

from models.reports.page import Draw, Page


def rendered(page: Page, draw: Draw | None, font: bytes | None) -> str:
    """See ``page.html_of``."""
    raise NotImplementedError
