"""Pictures of Brand Messages: uploaded once, named by the vendor's id ever after.

Belongs here: uploading, remembering, what the vendor would refuse. Does not belong here: fetching a picture from the
shop (handed in), pictures of MMS (``sms``).
"""

import datetime as dt
import hashlib
import threading
from collections.abc import Callable, MutableMapping
from typing import Final

from connectors.channels.protocol import Refused
from connectors.channels.sens.client import SensClient

_KEPT: Final = dt.timedelta(days=350)  # the vendor keeps them a year
_MOST_BYTES: Final = 5 * 1024 * 1024
_STARTS: Final = {b"\xff\xd8\xff": ("jpg", "image/jpeg"), b"\x89PNG\r\n": ("png", "image/png")}
_TYPES: Final = {"IMAGE": "BASIC", "COMMERCE": "BASIC", "WIDE_IMAGE": "WIDE"}  # else the kind of message is the type
Known = MutableMapping[str, tuple[str, dt.datetime]]  # address and type -> id, until when


class PictureDesk:
    """Ids of pictures. ``fetch``: the bytes at an address, raising ``OSError`` when there are none; ``known``: what was
    uploaded before, which may be kept anywhere."""

    def __init__(self, client: SensClient, fetch: Callable[[str], bytes], known: Known | None = None) -> None:
        self._client = client
        self._fetch = fetch
        self._known: Known = {} if known is None else known
        self._lock = threading.Lock()

    def image_id(self, address: str, kind: str) -> str:
        """The vendor's id. Raises ``Refused`` for a picture that is none, ``Transient`` when it can not be uploaded."""
        image_type = _TYPES.get(kind, kind)
        key = f"{image_type} {address}"
        with self._lock:  # a picture that a thousand messages share is uploaded by the first of them
            known = self._known.get(key)
            if known is not None and self._client.now() < known[1]:
                return known[0]
            found = self._uploaded(address, image_type)
            self._known[key] = (found, self._client.now() + _KEPT)
            return found

    def _uploaded(self, address: str, image_type: str) -> str:
        try:
            data = self._fetch(address)
        except OSError as error:
            raise Refused(f"a picture can not be fetched ({type(error).__name__})", "no_picture") from None
        form = next((form for start, form in _STARTS.items() if data.startswith(start)), None)
        if form is None or len(data) > _MOST_BYTES:
            raise Refused("a picture is no JPEG or PNG of at most 5 MB", "picture")
        name = f"{hashlib.sha256(data).hexdigest()[:24]}.{form[0]}"
        files = {"imageFile": (name, data, form[1]), "imageType": (None, image_type)}
        said = self._client.upload("brandmessage", "images", files=files)
        image_id = said.get("imageId")
        if not image_id:
            raise Refused("the vendor took a picture and named none", "picture")
        return str(image_id)
