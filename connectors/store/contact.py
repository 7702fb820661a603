"""Telephone numbers and mail addresses: which of them can be reached, in one way of writing.

Belongs here: E.164 for numbers, the normal form for addresses, and telling what is neither.
Does not belong here: whether a number is a mobile one or an address exists (who sends finds out).

Both functions look at distinct values only and know the common form without asking the library: it takes about 20 µs a
value, which for a million members is more than everything else together.
"""

from typing import Final

import polars as pl

OK, INVALID = "ok", "invalid"
# A Korean mobile number: whether it can exist is decided by all but its last four digits.
_MOBILE: Final = r"^01[016789][ -]?\d{3,4}[ -]?\d{4}$"
# A dot-atom of RFC 5322 with the characters that people use, of at most 64; the domain is the library's to judge.
_PLAIN: Final = r"^([A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*)@([A-Za-z0-9.-]+)$"
_LOCAL, _ADDRESS = 64, 254  # longest local part and address, RFC 5321


def checked_phones(given: pl.Series, region: str) -> pl.DataFrame:
    """(e164, state) for each of ``given`` (text, nulls allowed), row by row.

    ``region``: ISO 3166 code of the country whose numbers come without a country code. ``state`` is "ok", "invalid"
    (then e164 is null), or null where there is no number: null, empty or blank.
    """
    values = _distinct(given)
    if region == "KR":
        mobile = values.filter(pl.col("value").str.contains(_MOBILE)).with_columns(
            digits=pl.col("value").str.replace_all("[ -]", "")
        )
        blocks = mobile.select(block=pl.col("digits").str.head(-4)).unique()["block"].to_list()
        known = [block for block in blocks if _e164(f"{block}0000", region)]
        fast = mobile.select(
            "value",
            found=pl.when(pl.col("digits").str.head(-4).is_in(known)).then("+82" + pl.col("digits").str.slice(1)),
        )
        values = values.join(fast, on="value", how="anti")
    else:
        fast = values.head(0).with_columns(found=pl.lit(None, pl.String))
    slow = [_e164(value, region) for value in values["value"].to_list()]
    return _states(given, pl.concat([fast, values.with_columns(found=pl.Series(slow, dtype=pl.String))]), "e164")


def checked_emails(given: pl.Series) -> pl.DataFrame:
    """(normal, state) for each of ``given``, as :func:`checked_phones`; asks no name server."""
    values = _distinct(given)
    parts = values.with_columns(
        local=pl.col("value").str.extract(_PLAIN, 1), domain=pl.col("value").str.extract(_PLAIN, 2)
    )
    is_plain = (pl.col("local").str.len_bytes() <= _LOCAL) & (pl.col("value").str.len_bytes() <= _ADDRESS)
    plain = parts.filter(is_plain)
    domains = plain["domain"].unique().to_list()
    normal = [_normal(f"a@{domain}") for domain in domains]
    table = pl.DataFrame({"domain": domains, "normal": normal}, schema={"domain": pl.String, "normal": pl.String})
    fast = plain.join(table, on="domain", how="left").select(
        "value", found=pl.col("local") + pl.col("normal").str.slice(1)
    )
    rest = values.join(fast, on="value", how="anti")
    slow = [_normal(value) for value in rest["value"].to_list()]
    return _states(given, pl.concat([fast, rest.with_columns(found=pl.Series(slow, dtype=pl.String))]), "normal")


def _distinct(given: pl.Series) -> pl.DataFrame:
    trimmed = given.cast(pl.String).str.strip_chars()
    return pl.DataFrame({"value": trimmed.filter(trimmed != "").unique()})


def _states(given: pl.Series, answers: pl.DataFrame, name: str) -> pl.DataFrame:
    trimmed = pl.DataFrame({"value": given.cast(pl.String).str.strip_chars()})
    found = trimmed.join(answers, on="value", how="left", maintain_order="left")
    state = pl.when(pl.col("found").is_not_null()).then(pl.lit(OK)).when(pl.col("value") != "").then(pl.lit(INVALID))
    return found.select(pl.col("found").alias(name), state.alias("state"))


def _e164(value: str, region: str) -> str | None:
    import phonenumbers

    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _normal(value: str) -> str | None:
    from email_validator import EmailNotValidError, validate_email

    try:
        return str(validate_email(value, check_deliverability=False).normalized)
    except EmailNotValidError:
        return None
