"""Pseudonyms: how a member id becomes the key that the landing zone, the lake and the warehouse know.

Belongs here: the keyed hash, in Python and as the SQL expression that gives the same answer for a column; the like of
it for addresses.
Does not belong here: who the members are (``connectors.store``).

The construction is the nested keyed hash ``H(k . H(k . id))`` over SHA-256 (the idea of HMAC, RFC 2104: the outer
pass stops length extension), cut to 128 bits. Without the key in the home nobody can test whether a member id is in
the lake; with it the same member always gets the same key.
"""

import hashlib

from connectors.home.paths import Home, HomeError

KEY_LENGTH = 32  # hexadecimal digits
_ADDRESS = "address:"  # in the outer pass, whose input is as long for every member id: never that of a member key


def read_secret(home: Home) -> str:
    """The home's secret (hexadecimal). Raises :class:`HomeError` when it is missing."""
    try:
        return home.member_key_file.read_text(encoding="ascii").strip()
    except FileNotFoundError as error:
        raise HomeError(
            f"{home.member_key_file} is missing: restore it from your backup. Without it members can not be "
            "recognised again; `dangol init` makes a new key for a new shop only."
        ) from error


def member_key(member_id: str, secret: str) -> str:
    """The pseudonym of one member id: 32 hexadecimal digits."""
    inner = hashlib.sha256((secret + member_id).encode()).hexdigest()
    return hashlib.sha256((secret + inner).encode()).hexdigest()[:KEY_LENGTH]


def address_hash(address: str, secret: str) -> str:
    """What tells whether two messages go to the same number (E.164) or mail address: 32 hexadecimal digits, which are
    nobody's member key, whatever their id is."""
    inner = hashlib.sha256((secret + address).encode()).hexdigest()
    return hashlib.sha256((secret + _ADDRESS + inner).encode()).hexdigest()[:KEY_LENGTH]


def member_key_sql(column: str, secret_parameter: str = "$secret") -> str:
    """DuckDB expression equal to :func:`member_key` over ``column`` (null stays null).

    The secret itself is never written into SQL text: bind it as the named parameter.
    """
    return f"left(sha256({secret_parameter} || sha256({secret_parameter} || {column})), {KEY_LENGTH})"
