"""Text and JSON as any database can hold them: PostgreSQL refuses NUL and lone surrogates, strangers send both."""

from __future__ import annotations

from typing import NoReturn

import msgspec


def storable(text: str) -> str:
    """Return ``text`` without NUL and lone surrogates; both become U+FFFD."""
    plain = text.replace("\x00", "\ufffd") if "\x00" in text else text
    try:
        plain.encode()
    except UnicodeEncodeError:
        return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return plain


def storable_json(value: object) -> str:
    """Return JSON of builtins and dataclasses with its keys sorted, cleaned as ``storable`` does."""
    try:
        encoded = _encoder.encode(value)
    except UnicodeEncodeError:
        return _encoder.encode(_clean(msgspec.to_builtins(value))).decode()
    if b"\\u0000" in encoded:
        encoded = _encoder.encode(_clean(msgspec.json.decode(encoded)))
    return encoded.decode()


def _refuse(value: object) -> NoReturn:
    raise TypeError(f"a {type(value).__name__} cannot be kept as JSON")


_encoder = msgspec.json.Encoder(enc_hook=_refuse, order="deterministic")


def _clean(value: object) -> object:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(str(key)): _clean(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean(inner) for inner in value]
    return value
