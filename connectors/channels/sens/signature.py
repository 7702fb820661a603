"""The signature of Naver Cloud's API gateway, version 2.

Belongs here: the formula (CHANNELS.md, 1). Does not belong here: keys, requests (``client``).
"""

import base64
import hashlib
import hmac


def signature(secret_key: str, method: str, path: str, timestamp: str, access_key: str) -> str:
    """``path``: as it stands in the request line, encoded, with the query, without the host; ``timestamp``: epoch in
    milliseconds. The body is not signed."""
    text = f"{method} {path}\n{timestamp}\n{access_key}"
    return base64.b64encode(hmac.new(secret_key.encode(), text.encode(), hashlib.sha256).digest()).decode("ascii")
