"""A local server that speaks Cafe24's Admin API: for a demo without a mall, and for tests.

Belongs here: what the vendor checks before it answers (tokens, version, scopes, leaky bucket). Does not belong here:
HTTP and faults on demand (``local_http``), the data (``cafe24_shop``), tokens (``cafe24_oauth``), the client
(``connectors.sources.cafe24``).

``python -m connectors.sandbox.cafe24_server`` serves a made-up shop until interrupted and prints what to set.
"""

import argparse
import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from connectors.sandbox.cafe24_demo import made_up_shop
from connectors.sandbox.cafe24_oauth import TokenDesk
from connectors.sandbox.cafe24_shop import Cafe24Shop, Refused
from connectors.sandbox.local_http import LocalServer, Reply, Request

SCOPES = (
    "mall.read_product",
    "mall.read_category",
    "mall.read_order",
    "mall.read_customer",
    "mall.read_privacy",
    "mall.read_notification",
)
CLIENT_ID, CLIENT_SECRET = "sandbox-client", "sandbox-secret"
REDIRECT_URI = "https://localhost/cafe24"
CAPACITY, LEAK = 40, 2.0
_ADMIN, _TOKEN = "/api/v2/admin/", "/api/v2/oauth/token"
_SCOPE_OF = {
    "products": "mall.read_product",
    "categories": "mall.read_category",
    "orders": "mall.read_order",
    "customergroups": "mall.read_customer",
    "customersprivacy": "mall.read_privacy",
    "sms": "mall.read_notification",
}


def error(status: int, message: str, headers: Mapping[str, str] | None = None) -> Reply:
    """An error in the vendor's shape."""
    return Reply(status, {"error": {"code": status, "message": message, "more_info": {}}}, headers or {})


def too_many(call_remain: float, time_remain: float = 0) -> Reply:
    """429 with both waits."""
    waits = {"X-Cafe24-Call-Remain": f"{call_remain:g}", "X-Cafe24-Time-Remain": f"{time_remain:g}"}
    return error(429, "Too Many Requests", {"X-Cafe24-Call-Usage": "100.5", **waits})


class Cafe24Server(LocalServer):
    """The server on a free port of the loopback address, for the length of a ``with`` block.

    ``clock``: seconds; drives the life of tokens and the bucket. ``faults`` and ``token_faults`` come in the place of
    replies, one each, None for none. ``before`` sees each request of the API before it is answered and may change the
    shop. ``requests`` holds every request that arrived, in order; ``most`` the fullest that the bucket was.
    """

    def __init__(
        self,
        shop: Cafe24Shop,
        *,
        clock: Callable[[], float] = time.time,
        scopes: tuple[str, ...] = SCOPES,
        capacity: int = CAPACITY,
        port: int = 0,
    ) -> None:
        super().__init__(port)
        self.shop = shop
        self.desk = TokenDesk(clock, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, scopes)
        self.capacity = capacity
        self.requests = []
        self.token_faults = self.reading_faults
        self.before: Callable[[Request], None] = lambda request: None
        self.most = 0.0
        self._clock = clock
        self._level, self._at = 0.0, clock()

    def sends(self, request: Request) -> bool:
        """Whether ``faults`` are meant for a request: all but those for tokens."""
        return request.path != _TOKEN

    def answer(self, request: Request) -> Reply:
        """What the vendor does and replies when nothing goes wrong."""
        return self._admin(request) if self.sends(request) else self._token(request)

    def listed(self, path: str) -> list[Mapping[str, str]]:
        """The conditions of every request for one list."""
        return [request.query for request in self.requests if request.path == _ADMIN + path]

    def _token(self, request: Request) -> Reply:
        if request.method != "POST":
            return error(405, "POST only")
        status, body = self.desk.exchange(request.headers.get("authorization", ""), request.form)
        return Reply(status, body)

    def _admin(self, request: Request) -> Reply:
        if request.method != "GET" or not request.path.startswith(_ADMIN):
            return error(404, "No API found.")
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or not self.desk.admits(token):
            return error(401, "access_token time expired. (invalid_token)")
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", request.headers.get("x-cafe24-api-version", "")):
            return error(400, "The API version is missing.")
        path = request.path.removeprefix(_ADMIN)
        # listing the products of a category needs the right to read products
        scope = _SCOPE_OF.get("products" if path.endswith("/products") else path.partition("/")[0])
        if scope is not None and scope not in self.desk.scopes:
            return error(403, "Insufficient scope.")
        held = self._drop()
        if held is not None:
            return held
        self.before(request)
        try:
            body = self.shop.answer(path, request.query)
        except Refused as refused:
            return error(422, str(refused), self._fill())
        return error(404, "No API found.", self._fill()) if body is None else Reply(200, body, self._fill())

    def _drop(self) -> Reply | None:
        """One call falls into the bucket; the refusal where it runs over."""
        now = self._clock()
        self._level, self._at = max(0.0, self._level - LEAK * (now - self._at)), now
        if self._level + 1 > self.capacity:
            return too_many((self._level + 1 - self.capacity) / LEAK + 1)
        self._level += 1
        self.most = max(self.most, self._level)
        return None

    def _fill(self) -> dict[str, str]:
        return {"X-Api-Call-Limit": f"{int(self._level)}/{self.capacity}"}


def settings_of(server: Cafe24Server) -> dict[str, Any]:
    """The section ``cafe24`` of a shop.yaml that reads this server."""
    return {"mall_id": "sandbox", "api_url": server.url, "redirect_uri": REDIRECT_URI}


def main() -> None:
    """Serve a made-up shop on a fixed port until interrupted."""
    parser = argparse.ArgumentParser(description="A local server that answers like Cafe24's Admin API.")
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--products", type=int, default=500)
    parser.add_argument("--members", type=int, default=2000)
    parser.add_argument("--orders", type=int, default=5000)
    given = parser.parse_args()
    shop = made_up_shop(products=given.products, members=given.members, orders=given.orders)
    with Cafe24Server(shop, port=given.port) as server, suppress(KeyboardInterrupt):
        print("# shop.yaml, section cafe24:")
        print("\n".join(f"#   {name}: {value}" for name, value in settings_of(server).items()))
        print(f"export DANGOL_CAFE24_CLIENT_ID={CLIENT_ID}\nexport DANGOL_CAFE24_CLIENT_SECRET={CLIENT_SECRET}")
        print(f"export DANGOL_CAFE24_REFRESH_TOKEN={server.desk.first_token()}", flush=True)
        server.closing.wait()


if __name__ == "__main__":
    main()
