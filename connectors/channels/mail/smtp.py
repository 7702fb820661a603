"""E-mails through an SMTP server.

Belongs here: one connection for a batch, what each reply of the server means. Does not belong here: the letter
(``letters``), bounces that come back as mail.

What is certain: an answer to MAIL, RCPT or DATA before the letter went out is a refusal or a "later"; once the letter
was begun, silence leaves it unknown, for the server may have taken it (RFC 5321, 6.1).
"""

import datetime as dt
import smtplib
import ssl
from collections.abc import Callable, Sequence
from typing import Final

from connectors.channels.mail.access import MailAccess
from connectors.channels.mail.letters import letter
from connectors.channels.protocol import (
    Answer,
    Attempt,
    CannotTell,
    Message,
    Outcome,
    Outcomes,
    Refused,
    Result,
    SenderDown,
    Transient,
)

TIMEOUT: Final = 60.0  # seconds of silence
_NOT_NOW: Final = 421
_Broken = (smtplib.SMTPServerDisconnected, OSError)


class _Gone(Exception):
    """The connection ended. ``begun``: the letter may have been taken."""

    def __init__(self, *, begun: bool) -> None:
        super().__init__()
        self.begun = begun


class SmtpChannel:
    """One mail server. ``now``: aware; ``context`` of TLS: the system's certificates unless another is given."""

    lookup_after = dt.timedelta()
    results_for = dt.timedelta()

    def __init__(
        self,
        access: MailAccess,
        *,
        now: Callable[[], dt.datetime],
        timeout: float = TIMEOUT,
        context: ssl.SSLContext | None = None,
        batch_size: int = 25,
    ) -> None:
        self.batch_size = batch_size
        self._access = access
        self._now = now
        self._timeout = timeout
        self._context = context

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def send(self, attempt: Attempt) -> Answer:
        """All messages over one connection. Raises only when there is none."""
        outcomes: list[Outcome] = []
        connection = self._connected()
        waiting = list(attempt.messages)
        try:
            while waiting:
                outcomes.append(self._one(connection, waiting[0]))
                waiting.pop(0)
            _quit(connection)
        except _Gone as gone:
            state: Outcomes = "ambiguous" if gone.begun else "retry"
            outcomes.append(Outcome(waiting.pop(0).id, state, code="reset"))
            outcomes += [Outcome(message.id, "retry", code="reset") for message in waiting]
        finally:
            connection.close()
        return Answer(outcomes)

    def lookup(self, attempt: Attempt) -> Answer:
        """Mail servers tell nobody what they took."""
        raise CannotTell("a mail server can not be asked what became of a message", "no_lookup")

    def results(self, attempts: Sequence[Attempt]) -> Sequence[Result]:
        return []

    def _connected(self) -> smtplib.SMTP:
        """A connection that is ready for mail. Raises :class:`Transient` or :class:`SenderDown`."""
        access = self._access
        connection: smtplib.SMTP | None = None
        try:
            context = self._context
            if context is None and access.security != "none":
                context = ssl.create_default_context()
            if access.security == "tls":
                connection = smtplib.SMTP_SSL(access.host, access.port, timeout=self._timeout, context=context)
            else:
                connection = smtplib.SMTP(access.host, access.port, timeout=self._timeout)
            if access.security == "starttls":
                connection.starttls(context=context)
            if access.user:
                connection.login(access.user, access.password)
            return connection
        except (smtplib.SMTPException, OSError) as error:
            if connection is not None:
                connection.close()
            raise _no_connection(error) from None

    def _one(self, connection: smtplib.SMTP, message: Message) -> Outcome:
        """MAIL, RCPT and DATA by themselves, so that it is known how far a letter came. Raises :class:`_Gone`."""
        try:
            made = letter(message, self._now())
            data = made.as_bytes()
        except Refused as error:
            return Outcome(message.id, "refused", code=error.code)
        except ValueError:  # letters that can not be written down, such as half an emoji
            return Outcome(message.id, "refused", code="malformed")
        source = made["From"].addresses[0].addr_spec
        try:
            status = self._envelope(connection, source, message.to)
        except _Broken:
            raise _Gone(begun=False) from None
        if status is None:
            try:
                status = connection.data(data)[0]
            except smtplib.SMTPDataError as error:  # DATA itself was refused
                status = error.smtp_code
            except _Broken:
                raise _Gone(begun=True) from None
        return self._told(connection, message, status)

    def _envelope(self, connection: smtplib.SMTP, source: str, to: str) -> int | None:
        """The status that refused sender or recipient; None when both were taken."""
        connection.ehlo_or_helo_if_needed()
        for status, _ in (connection.mail(source), connection.rcpt(to)):
            if status not in (250, 251):
                return status
        return None

    def _told(self, connection: smtplib.SMTP, message: Message, status: int) -> Outcome:
        if status == 250:
            return Outcome(message.id, "accepted")
        if status == _NOT_NOW or status < 400:  # the server closes; or an answer that makes no sense
            raise _Gone(begun=status != _NOT_NOW)
        try:
            connection.rset()
        except _Broken:
            raise _Gone(begun=False) from None
        return Outcome(message.id, "retry" if status < 500 else "refused", code=str(status))


def _no_connection(error: Exception) -> SenderDown | Transient:
    """What a connection that did not come about means; no text quotes the server, which may quote us."""
    kind = type(error).__name__
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return SenderDown(f"the mail server refused user or password ({error.smtp_code})", str(error.smtp_code))
    if isinstance(error, ssl.SSLCertVerificationError):
        return SenderDown(f"the mail server's certificate is not trusted ({kind})", "certificate")
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return SenderDown(f"the mail server has no STARTTLS or no login ({kind}): check DANGOL_SMTP_SECURITY", "tls")
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500:
        return SenderDown(f"the mail server refused us ({error.smtp_code})", str(error.smtp_code))
    return Transient(f"no connection to the mail server ({kind})", "connection")


def _quit(connection: smtplib.SMTP) -> None:
    try:
        connection.quit()
    except (smtplib.SMTPException, OSError):
        return  # everything was answered before
