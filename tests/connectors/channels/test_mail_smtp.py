import datetime as dt
import ipaddress
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from connectors.channels.mail.access import MailAccess, MailProblem, read_access
from connectors.channels.mail.smtp import SmtpChannel
from connectors.channels.protocol import Message, SenderDown, Transient
from connectors.sandbox.local_http import Connection
from connectors.sandbox.smtp_server import MailFault, Say, SmtpServer
from tests.connectors.channels.rigs import PASSWORD, Clock, mail_rig

pytestmark = pytest.mark.feature("G1", "F9")


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Contexts of a server of 127.0.0.1 and of a client that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    start = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "server.pem").write_bytes(pem + private)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "server.pem")
    return server, ssl.create_default_context(cadata=pem.decode())


def test_a_letter_has_both_parts_and_the_headers_for_one_click(smtp: SmtpServer, clock: Clock) -> None:
    rig = mail_rig(smtp, clock)
    rig.channel.send(rig.attempt([7]))
    letter = smtp.letters[-1].parsed
    assert letter["List-Unsubscribe"] == "<https://shop.example/u/7>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["Subject"] == "(광고) 7번 소식"
    assert letter["To"] == "member7@example.com"
    assert letter["From"].addresses[0].display_name == "단골샵"
    assert letter["Date"].datetime == clock.now()
    assert letter.get_content_type() == "multipart/alternative"
    text, html = letter.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert text.get_content().strip() == "안녕하세요"
    assert html.get_content().strip() == "<p>안녕하세요</p>"


def test_the_same_message_has_the_same_id_in_every_attempt(smtp: SmtpServer, clock: Clock) -> None:
    rig = mail_rig(smtp, clock)
    for numbers in ([1, 2], [1]):
        rig.channel.send(rig.attempt(numbers))
    ids = [letter.parsed["Message-ID"] for letter in smtp.letters]
    assert ids[0] == ids[2] != ids[1]
    assert "m1" not in ids[0]


def test_a_batch_takes_one_connection(smtp: SmtpServer, clock: Clock) -> None:
    rig = mail_rig(smtp, clock)
    rig.channel.send(rig.attempt(range(20)))
    assert smtp.connections == 1
    assert len(smtp.letters) == 20


@pytest.mark.parametrize(
    ("fault", "states", "taken"),
    [
        (Say("MAIL", 451), ["retry", "accepted", "accepted"], 2),
        (Say("RCPT", 450), ["retry", "accepted", "accepted"], 2),
        (Say("RCPT", 550), ["refused", "accepted", "accepted"], 2),
        (Say("DATA", 452), ["retry", "accepted", "accepted"], 2),
        (Say("letter", 552), ["refused", "accepted", "accepted"], 2),
        (Say("letter", 451), ["retry", "accepted", "accepted"], 2),
        (Say("RCPT", 421), ["retry", "retry", "retry"], 0),
        (Say("letter", 421), ["retry", "retry", "retry"], 0),
        (Connection.RESET, ["ambiguous", "retry", "retry"], 0),
        (Connection.LOST, ["ambiguous", "retry", "retry"], 1),
    ],
)
def test_what_is_known_of_three_letters_when_the_first_meets_trouble(
    smtp: SmtpServer, clock: Clock, fault: MailFault, states: list[str], taken: int
) -> None:
    rig = mail_rig(smtp, clock)
    smtp.faults.append(fault)
    assert [one.state for one in rig.channel.send(rig.attempt([1, 2, 3])).outcomes] == states
    assert len(smtp.letters) == taken


def test_silence_after_a_letter_is_ambiguous(smtp: SmtpServer, clock: Clock) -> None:
    rig = mail_rig(smtp, clock)
    access = MailAccess("127.0.0.1", smtp.port, security="none")
    smtp.faults.extend([None, Connection.HELD])
    channel = SmtpChannel(access, now=clock.now, timeout=0.2)
    assert [one.state for one in channel.send(rig.attempt([1, 2, 3])).outcomes] == ["accepted", "ambiguous", "retry"]


@pytest.mark.parametrize(
    "change",
    [
        {"sender": {"name": "단골샵\r\nBcc: all@example.com", "address": "hello@shop.example"}},
        {"subject": "소식\r\nBcc: all@example.com"},
        {"unsubscribe_url": "https://shop.example/u>\r\nBcc: all@example.com"},
        {"unsubscribe_url": "http://shop.example/u"},
        {"sender": {"name": "단골샵", "address": "no address"}},
    ],
)
def test_no_header_can_be_smuggled_in(smtp: SmtpServer, clock: Clock, change: dict[str, object]) -> None:
    rig = mail_rig(smtp, clock)
    made = rig.attempt([1])
    message = Message("m1", made.messages[0].to, {**made.messages[0].content, **change})
    answer = rig.channel.send(type(made)(made.attempt_id, "mail", None, made.opened_at, [message]))
    assert [(one.state, one.code) for one in answer.outcomes] == [("refused", "malformed")]


def test_an_address_that_is_none_is_refused_alone(smtp: SmtpServer, clock: Clock) -> None:
    rig = mail_rig(smtp, clock)
    bad = {2: "한글@example.com", 3: "no address", 4: "a@example.com>\r\nRCPT TO:<b@example.com"}
    states = [one.state for one in rig.channel.send(rig.attempt([1, 2, 3, 4], bad)).outcomes]
    assert states == ["accepted", "refused", "refused", "refused"]


def test_tls_and_login(clock: Clock, tmp_path: Path) -> None:
    server_tls, trusting = certificate(tmp_path)
    with SmtpServer(user="shop", password=PASSWORD, tls=server_tls) as server:
        rig = mail_rig(server, clock, trusting)
        assert [one.state for one in rig.channel.send(rig.attempt([1])).outcomes] == ["accepted"]
        access = MailAccess("127.0.0.1", server.port, "shop", "wrong-password", "starttls")
        with pytest.raises(SenderDown) as told:
            SmtpChannel(access, now=clock.now, context=trusting).send(rig.attempt([1]))
        assert told.value.code == "535"
        assert "wrong-password" not in f"{told.value!r}{access!r}"
        with pytest.raises(SenderDown, match="certificate"):  # without trust in it
            SmtpChannel(access, now=clock.now).send(rig.attempt([1]))


def test_without_starttls_no_password_is_sent(smtp: SmtpServer, clock: Clock) -> None:
    access = MailAccess("127.0.0.1", smtp.port, "shop", PASSWORD, "starttls")
    with pytest.raises(SenderDown, match="STARTTLS"):
        SmtpChannel(access, now=clock.now).send(mail_rig(smtp, clock).attempt([1]))


def test_a_server_that_is_not_there_took_nothing(smtp: SmtpServer, clock: Clock) -> None:
    with SmtpServer() as gone:
        port = gone.port
    channel = SmtpChannel(MailAccess("127.0.0.1", port, security="none"), now=clock.now)
    with pytest.raises(Transient):
        channel.send(mail_rig(smtp, clock).attempt([1]))


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"DANGOL_SMTP_SECURITY": "ssl"}, "DANGOL_SMTP_SECURITY"),
        ({"DANGOL_SMTP_PORT": "mail"}, "DANGOL_SMTP_PORT"),
        ({"DANGOL_SMTP_USER": "shop"}, "DANGOL_SMTP_PASSWORD"),
        ({"DANGOL_SMTP_SECURITY": "none"}, "DANGOL_SMTP_SECURITY"),
    ],
)
def test_a_variable_of_the_mail_server_that_is_wrong_is_named(environ: dict[str, str], named: str) -> None:
    with pytest.raises(MailProblem, match=named):
        read_access({"DANGOL_SMTP_HOST": "mail.example", **environ})


def test_the_usual_server_needs_a_host_a_user_and_a_password() -> None:
    environ = {"DANGOL_SMTP_HOST": "mail.example", "DANGOL_SMTP_USER": "shop", "DANGOL_SMTP_PASSWORD": PASSWORD}
    access = read_access(environ)
    assert access == MailAccess("mail.example", 587, "shop", PASSWORD, "starttls")
    assert PASSWORD not in repr(access)
    assert read_access({}) is None


def test_a_letter_that_can_not_be_written_down_is_refused_alone(smtp: SmtpServer, clock: Clock) -> None:
    rig = mail_rig(smtp, clock)
    made = rig.attempt([1, 2])
    for change in ({"html": "세일 \ud83d"}, {"subject": "세일 \ud83d"}, {"text": "\ud83d"}):
        broken = Message("m1", made.messages[0].to, {**made.messages[0].content, **change})
        answer = rig.channel.send(type(made)(made.attempt_id, "mail", None, made.opened_at, [broken, made.messages[1]]))
        assert [one.state for one in answer.outcomes] == ["refused", "accepted"]
