"""What is wrong with an e-mail: its HTML, its commands, the link to unsubscribe.

Belongs here: e-mails. Does not belong here: what a page may hold (``models.messages.email.pages``), whether the
sender's address was verified (sender accounts).
"""

from collections.abc import Iterator

from models.documents.reading import Problem
from models.messages.documents.email import Email
from models.messages.documents.template import Template
from models.messages.email.pages import has_unsubscribe, page_problems
from models.messages.email.source import WrongSource, source_of
from models.messages.problems import problem


def email_problems(template: Template, email: Email) -> Iterator[Problem]:
    """Everything wrong with an e-mail."""
    try:
        source_of(email.html)
    except WrongSource as error:
        yield problem(template, "html", "html_command", line=error.line, reason=error.reason)
    for found in page_problems(email.html):
        yield problem(template, "html", found.kind, line=found.line, what=found.what)
    if not has_unsubscribe(email.html):
        yield problem(template, "html", "no_unsubscribe")
