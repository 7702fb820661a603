"""`dangol template preview`: a template as its recipients see it, as a page or a picture.

Belongs here: one template, maybe with a member's values. Does not belong here: what previews of campaigns do as well
(``message_trial``), the page (``models.messages.preview``).
"""

from pathlib import Path

from models.messages.preview.page import preview
from orchestration.cli.message_problems import told_skip
from orchestration.cli.message_trial import page_file, rendered_for, write_page
from orchestration.cli.template_view import Desk


def write_preview(desk: Desk, name: str, member_id: str, width: int, out: Path | None) -> None:
    """Write the preview of a template as HTML or PNG, by the name of the file."""
    template, words = desk.pick_template(name), desk.words
    file = page_file(desk, name, out)
    rendered = rendered_for(desk, template, member_id) if member_id else None
    skip = rendered.skip_reason if rendered is not None else None
    why = told_skip(skip, words) if skip is not None else None
    if why is not None:
        desk.screen.line(words("preview_skipped", why=why), "yellow")
    write_page(desk, preview(template, desk.shop.sender, rendered, words.locale, why), file, width)
