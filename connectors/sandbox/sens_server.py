"""A local server that speaks Naver Cloud SENS: SMS, AlimTalk, Brand Message; for the demo and for tests.

Belongs here: keys, signatures, clock skew, paths. Does not belong here: the products (``sens_sms``, ``sens_kakao``),
the client (``connectors.channels.sens``).
"""

import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final
from urllib.parse import unquote

from connectors.sandbox.local_http import LocalServer, Reply, Request
from connectors.sandbox.sens_kakao import AlimTalkDesk, BrandDesk, KakaoDesk, SandboxTemplate
from connectors.sandbox.sens_sms import SmsDesk

ACCESS_KEY, SECRET_KEY = "sandbox-access-key", "sandbox-secret-key"
SMS_SERVICE, KAKAO_SERVICE = "ncp:sms:kr:100000000001:sandbox", "ncp:kkobizmsg:kr:100000000002:sandbox"
SENDER, CHANNEL = "0212345678", "@sandbox"
_SKEW_MS: Final = 5 * 60 * 1000


class SensServer(LocalServer):
    """The server for the length of a ``with`` block. ``clock``: epoch seconds; drives the check of timestamps, the
    night and when results are there. ``sms``, ``alimtalk``, ``brand``: the desks, with what they took."""

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.time,
        senders: Sequence[str] = (SENDER,),
        templates: Sequence[SandboxTemplate] = (),
        channels: Mapping[str, str] | None = None,
        port: int = 0,
    ) -> None:
        super().__init__(port)
        known = {CHANNEL: "ACTIVE"} if channels is None else channels
        self.clock = clock
        self.sms = SmsDesk(clock, senders)
        self.alimtalk = AlimTalkDesk(clock, known, templates)
        self.brand = BrandDesk(clock, known)

    @property
    def environment(self) -> dict[str, str]:
        """Variables that lead our client here."""
        return {
            "DANGOL_SENS_ACCESS_KEY": ACCESS_KEY,
            "DANGOL_SENS_SECRET_KEY": SECRET_KEY,
            "DANGOL_SENS_SMS_SERVICE_ID": SMS_SERVICE,
            "DANGOL_SENS_KAKAO_SERVICE_ID": KAKAO_SERVICE,
            "DANGOL_SENS_URL": self.url,
        }

    def sends(self, request: Request) -> bool:
        return request.method == "POST" and request.path.endswith("/messages")

    def answer(self, request: Request) -> Reply:
        refused = self._refused(request)
        if refused is not None:
            return refused
        parts = request.path.strip("/").split("/")
        if len(parts) < 5 or parts[1:3] != ["v2", "services"]:
            return _gateway_error(404, "300", "Not Found Exception")
        product, service, path = parts[0], unquote(parts[3]), "/".join(parts[4:])
        if service != (SMS_SERVICE if product == "sms" else KAKAO_SERVICE):
            return Reply(403, {"status": 403, "error": "Forbidden", "code": "1403"})
        if product == "sms":
            reply = self._sms(request, path)
        elif product in ("alimtalk", "brandmessage"):
            reply = self._kakao(request, path, self.alimtalk if product == "alimtalk" else self.brand)
        else:
            reply = None
        return reply or _gateway_error(404, "300", "Not Found Exception")

    def _sms(self, request: Request, path: str) -> Reply | None:
        if path == "unsubscribes":
            return self.sms.refused_numbers(request.method, request.json, request.query)
        if path == "files" and request.method == "POST":
            return self.sms.upload(request.json)
        if path == "messages":
            return self.sms.send(request.json) if request.method == "POST" else self.sms.ledger.listed(request.query)
        return self.sms.detail(path.removeprefix("messages/")) if path.startswith("messages/") else None

    def _kakao(self, request: Request, path: str, desk: KakaoDesk) -> Reply | None:
        if path == "messages":
            return desk.send(request.json) if request.method == "POST" else desk.listed(request.query)
        if path.startswith("messages/"):
            return desk.detail(path.removeprefix("messages/"))
        if path == "channels":
            return desk.channel_list()
        if path == "templates" and isinstance(desk, AlimTalkDesk):
            return desk.template_list(request.query)
        if path == "images" and isinstance(desk, BrandDesk) and request.method == "POST":
            return desk.upload(request.body, request.headers.get("content-type", ""))
        return None

    def _refused(self, request: Request) -> Reply | None:
        """The gateway's own checks: timestamp, key, signature over exactly what stood in the request line."""
        sent = request.headers.get("x-ncp-apigw-timestamp", "")
        if not sent.isdecimal() or abs(int(sent) - self.clock() * 1000) > _SKEW_MS:
            return _gateway_error(401, "200", "Authentication Failed")
        text = f"{request.method} {request.target}\n{sent}\n{ACCESS_KEY}"
        right = base64.b64encode(hmac.new(SECRET_KEY.encode(), text.encode(), hashlib.sha256).digest()).decode()
        given = request.headers.get("x-ncp-apigw-signature-v2", "")
        known = request.headers.get("x-ncp-iam-access-key") == ACCESS_KEY
        return (
            None if known and hmac.compare_digest(right, given) else _gateway_error(401, "200", "Authentication Failed")
        )


def _gateway_error(status: int, code: str, message: str) -> Reply:
    return Reply(status, {"error": {"errorCode": code, "message": message, "details": ""}})
