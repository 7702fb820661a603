"""Keys and services of Naver Cloud SENS, from the environment.

Belongs here: reading the variables and saying what is wrong with them. Does not belong here: numbers and channels that
messages come from, which are no secrets (settings). No repr and no message shows a key.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

ACCESS_VARIABLE = "DANGOL_SENS_ACCESS_KEY"
SECRET_VARIABLE = "DANGOL_SENS_SECRET_KEY"
SMS_VARIABLE = "DANGOL_SENS_SMS_SERVICE_ID"
KAKAO_VARIABLE = "DANGOL_SENS_KAKAO_SERVICE_ID"
URL_VARIABLE = "DANGOL_SENS_URL"
DEFAULT_URL = "https://sens.apigw.ntruss.com"


class AccessProblem(ValueError):
    """A variable of the environment is missing or unusable; the message names it and says what to do."""


@dataclass(frozen=True)
class SensAccess:
    """One SENS project: ``sms_service`` (ncp:sms:…) and ``kakao_service`` (ncp:kkobizmsg:…), empty where not used."""

    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    sms_service: str = ""
    kakao_service: str = ""
    base_url: str = DEFAULT_URL


def read_access(environ: Mapping[str, str]) -> SensAccess | None:
    """Access as the environment gives it; None where there is no key. Raises :class:`AccessProblem`."""
    values = {name: environ.get(name, "").strip()
              for name in (ACCESS_VARIABLE, SECRET_VARIABLE, SMS_VARIABLE, KAKAO_VARIABLE, URL_VARIABLE)}  # fmt: skip
    if not values[ACCESS_VARIABLE] and not values[SECRET_VARIABLE]:
        return None
    for name in (ACCESS_VARIABLE, SECRET_VARIABLE):
        if not (values[name].isascii() and values[name].isprintable() and values[name] and " " not in values[name]):
            raise AccessProblem(f"{name} is missing or has characters that no key has: copy the key again")
    if not values[SMS_VARIABLE] and not values[KAKAO_VARIABLE]:
        raise AccessProblem(f"set {SMS_VARIABLE} (ncp:sms:kr:...) or {KAKAO_VARIABLE} (ncp:kkobizmsg:kr:...)")
    url = values[URL_VARIABLE] or DEFAULT_URL
    if not url.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        raise AccessProblem(f"{URL_VARIABLE} must begin with https:// (http:// is for this machine's sandbox only)")
    return SensAccess(values[ACCESS_VARIABLE], values[SECRET_VARIABLE], values[SMS_VARIABLE], values[KAKAO_VARIABLE],
                      url.rstrip("/"))  # fmt: skip
