"""Which mall is asked, as which app.

Belongs here: reading settings and environment, the addresses of the vendor, where the connector keeps its files.
Does not belong here: tokens (``tokens``), asking (``client``). Secrets come from the environment and stand in no repr.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from connectors.home.paths import Home
from connectors.home.settings import Cafe24Settings
from connectors.sources.cafe24.errors import NotConfigured

ID_VARIABLE = "DANGOL_CAFE24_CLIENT_ID"
SECRET_VARIABLE = "DANGOL_CAFE24_CLIENT_SECRET"
TOKEN_VARIABLE = "DANGOL_CAFE24_REFRESH_TOKEN"
SCOPES = ("mall.read_product", "mall.read_category", "mall.read_order", "mall.read_customer", "mall.read_privacy")
AUTHORISE_AGAIN = "run `dangol shop cafe24 authorize`, which prints the page to open, then again with --code"
_GUIDE = "docs/guides/cafe24.md"


@dataclass(frozen=True)
class Cafe24Access:
    """One mall and the app that reads it. ``first_token``: a refresh token got elsewhere, or nothing."""

    mall_id: str
    shop_no: int
    api_version: str
    api_url: str
    redirect_uri: str
    client_id: str
    client_secret: str = field(repr=False)
    first_token: str = field(default="", repr=False)

    @property
    def token_url(self) -> str:
        return f"{self.api_url}/api/v2/oauth/token"

    def admin_url(self, path: str) -> str:
        return f"{self.api_url}/api/v2/admin/{path}"

    @property
    def shop_url(self) -> str:
        """The mall's own address, which every mall has besides those it bought."""
        return f"https://{self.mall_id}.cafe24.com"

    def authorise_page(self, state: str) -> str:
        """The page where the shop's owner lets the app in; it leads back to ``redirect_uri?code=…``."""
        if not self.redirect_uri:
            raise NotConfigured(
                "cafe24.redirect_uri is empty", "shop.yaml", f"set it to the app's redirect URI ({_GUIDE})"
            )
        query = {
            "response_type": "code",
            "client_id": self.client_id,
            "state": state,
            "redirect_uri": self.redirect_uri,
            "scope": ",".join(SCOPES),
        }
        return f"{self.api_url}/api/v2/oauth/authorize?{urlencode(query)}"


def read_access(settings: Cafe24Settings, environ: Mapping[str, str]) -> Cafe24Access:
    """Access as ``shop.yaml`` and the environment give it. Raises :class:`NotConfigured` naming what is missing."""
    if not settings.mall_id:
        raise NotConfigured(
            "no Cafe24 mall is named", "shop.yaml", f"set cafe24.mall_id to MALL of MALL.cafe24.com ({_GUIDE})"
        )
    missing = [name for name in (ID_VARIABLE, SECRET_VARIABLE) if not environ.get(name, "").strip()]
    if missing:
        raise NotConfigured(f"{' and '.join(missing)} must be set", "environment", f"take them from the app ({_GUIDE})")
    return Cafe24Access(
        mall_id=settings.mall_id,
        shop_no=settings.shop_no,
        api_version=settings.api_version,
        api_url=settings.api_url.replace("{mall}", settings.mall_id).rstrip("/"),
        redirect_uri=settings.redirect_uri,
        client_id=environ[ID_VARIABLE].strip(),
        client_secret=environ[SECRET_VARIABLE].strip(),
        first_token=environ.get(TOKEN_VARIABLE, "").strip(),
    )


def mall_folder(home: Home, mall_id: str) -> Path:
    """Where tokens and cursors of one mall lie; made for the owner alone."""
    folder = home.root / "cafe24" / mall_id
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
