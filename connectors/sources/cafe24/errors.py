"""What can go wrong between Dangol and the Cafe24 Admin API, as one small hierarchy.

Belongs here: the error classes. Does not belong here: deciding which one it is (``replies``, ``tokens``).
Every message says what went wrong, in which call, and what to do; none holds a token or a shop's data.
"""

from connectors.sources.errors import SourceError


class Cafe24Error(SourceError):
    """Cafe24 could not be read; ``where`` is the call."""


class NotConfigured(Cafe24Error):
    """A setting or a variable of the environment is missing."""


class NotAuthorised(Cafe24Error):
    """The app has to be authorised again: the vendor takes none of the tokens."""


class NotPermitted(Cafe24Error):
    """The app is installed but lacks a scope, or was removed from the shop."""


class RequestRefused(Cafe24Error):
    """The vendor does not take the request: asking again would end the same way."""


class VendorBusy(Cafe24Error):
    """The vendor's limits, or its outage, lasted longer than is waited for; run the same again later."""


class AnswerUnreadable(Cafe24Error):
    """The vendor answered something that is not what its documentation promises."""
