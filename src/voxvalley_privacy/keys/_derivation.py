"""HKDF-SHA-256 in a context that cannot be read in two ways."""

from __future__ import annotations

__all__ = ["expand", "hkdf_sha256"]

_SALT = b"voxvalley-privacy A"


def hkdf_sha256(secret: bytes, /, *, info: bytes, length: int, salt: bytes = b"") -> bytes:
    """
    Derive *length* bytes from *secret*.

    Source: RFC 5869, section 2.
    """
    # Imported here: reading a configuration must not pay for loading it.
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)


def expand(secret: bytes, /, *context: str, length: int = 32) -> bytes:
    """
    Derive bytes for a context whose parts carry their lengths: `("ab", "c")` is not `("a", "bc")`.

    Source: NIST SP 800-108r1, section 4: the encoding of the context must be unambiguous.
    """
    parts = [part.encode("utf-8", "surrogatepass") for part in (*context, str(length))]
    info = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return hkdf_sha256(secret, info=info, length=length, salt=_SALT)
