import base64
import json
import threading
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from connectors.channels.protocol import Attempt, Message, SenderDown, Transient
from connectors.channels.push.fcm import FORGET, FcmChannel, push_body
from connectors.channels.push.service_account import AccountProblem, ServiceAccount, assertion, read_account
from connectors.channels.wire import open_session
from connectors.sandbox.fcm_server import EMAIL, FcmServer, error
from connectors.sandbox.local_http import Connection, Reply
from tests.connectors.channels.rigs import Clock, push_rig

pytestmark = pytest.mark.feature("G1")


@pytest.fixture
def account(fcm: FcmServer, tmp_path: Path) -> ServiceAccount:
    found = read_account(fcm.environment(tmp_path))
    assert found is not None
    return found


def attempt_of(messages: list[Message], clock: Clock) -> Attempt:
    return Attempt("c" * 32, "push", None, clock.now(), messages)


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_the_assertion_is_a_jwt_that_the_public_key_verifies(account: ServiceAccount, fcm: FcmServer) -> None:
    head, claims, signature = assertion(account, 1_760_500_000).split(".")
    key = serialization.load_pem_private_key(account.private_key.encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    public = key.public_key()
    public.verify(decoded(signature), f"{head}.{claims}".encode(), padding.PKCS1v15(), hashes.SHA256())
    with pytest.raises(InvalidSignature):
        public.verify(decoded(signature), f"{head}.x{claims}".encode(), padding.PKCS1v15(), hashes.SHA256())
    assert json.loads(decoded(head)) == {"alg": "RS256", "typ": "JWT", "kid": "sandbox"}
    assert json.loads(decoded(claims)) == {
        "iss": EMAIL,
        "scope": "https://www.googleapis.com/auth/firebase.messaging",
        "aud": f"{fcm.url}/token",
        "iat": 1_760_500_000,
        "exp": 1_760_503_600,
    }


def test_one_token_serves_all_threads_until_it_nearly_ends(fcm: FcmServer, clock: Clock, tmp_path: Path) -> None:
    rig = push_rig(fcm, clock, tmp_path)
    threads = [threading.Thread(target=rig.channel.send, args=(rig.attempt([n, n + 10]),)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert fcm.accepted.total() == 12
    assert fcm.token_requests == 1
    clock.pass_(minutes=58)
    rig.channel.send(rig.attempt([1]))
    assert fcm.token_requests == 1
    clock.pass_(minutes=1)
    rig.channel.send(rig.attempt([1]))
    assert fcm.token_requests == 2


def test_a_token_that_ended_early_is_fetched_anew_and_nobody_is_left_out(
    fcm: FcmServer, clock: Clock, tmp_path: Path
) -> None:
    rig = push_rig(fcm, clock, tmp_path)
    rig.channel.send(rig.attempt([1]))
    fcm.end_tokens()
    assert {one.state for one in rig.channel.send(rig.attempt([2, 3])).outcomes} == {"accepted"}
    assert fcm.accepted.total() == 3


def test_a_device_that_is_gone_is_to_be_forgotten(fcm: FcmServer, clock: Clock, tmp_path: Path) -> None:
    rig = push_rig(fcm, clock, tmp_path)
    answer = rig.channel.send(rig.attempt([1, 2], {2: rig.bad_address}))
    assert {one.message_id: one.code for one in answer.outcomes} == {"m1": None, "m2": FORGET}


@pytest.mark.parametrize(
    ("fault", "state", "code"),
    [
        (error(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT"), "refused", "INVALID_ARGUMENT"),
        (error(403, "PERMISSION_DENIED", "SENDER_ID_MISMATCH"), "refused", "SENDER_ID_MISMATCH"),
        (error(401, "UNAUTHENTICATED", "THIRD_PARTY_AUTH_ERROR"), "refused", "THIRD_PARTY_AUTH_ERROR"),
        (error(503, "UNAVAILABLE", "UNAVAILABLE"), "retry", "UNAVAILABLE"),
        (error(500, "INTERNAL", "INTERNAL"), "ambiguous", "INTERNAL"),
        (Reply(200, "<html>"), "ambiguous", "unreadable"),
        (Connection.RESET, "ambiguous", "reset"),
    ],
)
def test_what_an_answer_means_for_one_of_two_messages(
    fcm: FcmServer, clock: Clock, account: ServiceAccount, fault: Reply | Connection, state: str, code: str
) -> None:
    channel = FcmChannel(account, session=open_session(), now=clock.now, connections=1)
    fcm.faults.append(fault)
    messages = [Message("m1", "device-1", {"title": "x"}), Message("m2", "device-2", {"title": "x"})]
    answer = channel.send(attempt_of(messages, clock))
    assert (answer.outcomes[0].state, answer.outcomes[0].code) == (state, code)
    assert answer.outcomes[1].state == "accepted"


def test_a_full_quota_holds_everything_back_for_as_long_as_it_says(
    fcm: FcmServer, clock: Clock, tmp_path: Path
) -> None:
    rig = push_rig(fcm, clock, tmp_path)
    fcm.per_minute = 5
    states = [one.state for one in rig.channel.send(rig.attempt(range(8))).outcomes]
    assert sorted(states) == ["accepted"] * 5 + ["retry"] * 3
    asked = len(fcm.requests)
    with pytest.raises(Transient) as told:
        rig.channel.send(rig.attempt([1]))
    assert told.value.retry_after == 60
    assert len(fcm.requests) == asked  # nobody was bothered
    clock.pass_(seconds=60)
    assert [one.state for one in rig.channel.send(rig.attempt([1])).outcomes] == ["accepted"]


def test_an_account_that_is_refused_can_not_send(fcm: FcmServer, clock: Clock, account: ServiceAccount) -> None:
    off = Clock(clock.at.replace(year=2024))
    with pytest.raises(SenderDown, match="this machine's clock"):
        FcmChannel(account, session=open_session(), now=off.now).send(attempt_of([Message("m", "d", {})], off))
    fcm.reading_faults.append(Reply(503))
    with pytest.raises(Transient):
        FcmChannel(account, session=open_session(), now=clock.now).send(attempt_of([Message("m", "d", {})], clock))
    fcm.reading_faults.append(Connection.LOST)  # a token that is lost is fetched again
    with pytest.raises(Transient):
        FcmChannel(account, session=open_session(), now=clock.now).send(attempt_of([Message("m", "d", {})], clock))
    assert fcm.accepted.total() == 0


def test_a_message_carries_its_id_so_that_a_device_shows_it_once() -> None:
    content = {
        "title": "주말",
        "body": "세일",
        "image": "https://a.kr/1.jpg",
        "link": "https://a.kr",
        "app_link": "app://a",
    }
    body = push_body(Message("m1", "device", content))
    assert body["notification"] == {"title": "주말", "body": "세일", "image": "https://a.kr/1.jpg"}
    assert body["data"] == {"message_id": "m1", "link": "https://a.kr", "app_link": "app://a"}
    tags = {body["android"]["collapse_key"], body["apns"]["headers"]["apns-collapse-id"]}
    assert tags == {body["android"]["notification"]["tag"]}
    assert push_body(Message("m2", "device", content))["android"]["collapse_key"] not in tags
    assert len(tags.pop()) <= 64  # what APNs takes


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("not json", "JSON file of a service account"),
        ("{}", "project_id, client_email, private_key, token_uri"),
        ('{"project_id": "p", "client_email": "e", "token_uri": "u", "private_key": 7}', "private_key"),
    ],
)
def test_a_file_that_is_no_account_is_refused_with_what_to_do(tmp_path: Path, text: str, named: str) -> None:
    path = tmp_path / "account.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(AccountProblem, match=named):
        read_account({"DANGOL_FCM_SERVICE_ACCOUNT": str(path)})
    with pytest.raises(AccountProblem, match="JSON file"):
        read_account({"DANGOL_FCM_SERVICE_ACCOUNT": str(tmp_path / "none.json")})
    assert read_account({}) is None


def test_a_key_that_is_none_is_not_quoted() -> None:
    account = ServiceAccount(
        "p", "e@p.example", "-----BEGIN PRIVATE KEY-----\nQUJD\n-----END PRIVATE KEY-----", "https://t"
    )
    with pytest.raises(AccountProblem) as told:
        assertion(account, 0)
    assert "QUJD" not in f"{told.value!r}{account!r}"


def test_the_sandbox_refuses_an_assertion_that_another_key_signed(
    fcm: FcmServer, clock: Clock, account: ServiceAccount, tmp_path: Path
) -> None:
    with FcmServer(clock=clock.seconds) as other:
        stranger = read_account(other.environment(tmp_path))
    assert stranger is not None
    forged = ServiceAccount(
        account.project_id, account.client_email, stranger.private_key, account.token_uri, base_url=account.base_url
    )
    with pytest.raises(SenderDown):
        FcmChannel(forged, session=open_session(), now=clock.now).send(attempt_of([Message("m", "d", {})], clock))
