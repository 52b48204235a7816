"""Published vectors of the standard primitives, through the functions that tokens are made with."""

from __future__ import annotations

import gzip
import json

import pytest

from voxvalley_privacy.actions.crypto.sealing import Siv
from voxvalley_privacy.keys import Mac, hkdf_sha256


def _wycheproof(corpus, name):
    groups = json.loads(
        gzip.decompress((corpus / "07_crypto" / f"wycheproof_{name}.json.gz").read_bytes())
    )["testGroups"]
    for group in groups:
        for vector in group["tests"]:
            parts = {
                part: value
                for part, value in vector.items()
                if isinstance(value, str) and part not in {"comment", "result"}
            }
            yield group, vector, {part: bytes.fromhex(value) for part, value in parts.items()}


def _blocks(text: str):
    """Read the `name = value` blocks of a vector file."""
    block: list[tuple[str, str]] = []
    for line in [*text.splitlines(), "COUNT = end"]:
        name, equals, value = (part.strip() for part in line.partition("="))
        if name == "COUNT":
            if block:
                yield block
            block = []
        elif equals and not name.startswith("#"):
            block.append((name, value))


def test_wycheproof_hmac_sha256(corpus):
    """HMAC-SHA-256 with whole and cut tags, right ones and changed ones."""
    valid = 0
    for group, vector, parts in _wycheproof(corpus, "hmac_sha256"):
        tag = Mac(parts["key"])(parts["msg"])[: group["tagSize"] // 8]

        assert (vector["result"] == "valid") == (parts["tag"] == tag), vector["tcId"]
        valid += vector["result"] == "valid"

    assert 66 == valid


def test_wycheproof_hkdf_sha256(corpus):
    """HKDF-SHA-256, and sizes beyond its largest."""
    valid = 0
    for _, vector, parts in _wycheproof(corpus, "hkdf_sha256"):
        settings = {"info": parts["info"], "salt": parts["salt"], "length": vector["size"]}
        if vector["result"] == "valid":
            assert parts["okm"] == hkdf_sha256(parts["ikm"], **settings), vector["tcId"]
            valid += 1
        else:
            with pytest.raises(ValueError):
                hkdf_sha256(parts["ikm"], **settings)

    assert 83 == valid


def test_wycheproof_aes_siv(corpus):
    """AES-SIV, both ways; changed ciphertexts do not open."""
    valid = 0
    for _, vector, parts in _wycheproof(corpus, "aes_siv_cmac"):
        siv = Siv(parts["key"])
        if vector["result"] == "valid":
            assert parts["ct"] == siv.encrypt(parts["msg"], [parts["aad"]]), vector["tcId"]
            assert parts["msg"] == siv.decrypt(parts["ct"], [parts["aad"]]), vector["tcId"]
            valid += 1
        else:
            assert siv.decrypt(parts["ct"], [parts["aad"]]) is None, vector["tcId"]

    assert 118 == valid


def test_rfc_5297(corpus):
    """The examples of the AES-SIV standard, with one and with several pieces of associated data."""
    seen = 0
    for block in _blocks((corpus / "07_crypto" / "rfc5297_aes_siv_openssl.txt").read_text()):
        parts = {
            name: bytes.fromhex(value)
            for name, value in block
            if name in {"Key", "Tag", "Plaintext", "Ciphertext"}
        }
        associated = [bytes.fromhex(value) for name, value in block if name.startswith("AAD")]
        sealed = parts["Tag"] + parts["Ciphertext"]

        assert sealed == Siv(parts["Key"]).encrypt(parts["Plaintext"], associated)
        assert parts["Plaintext"] == Siv(parts["Key"]).decrypt(sealed, associated)
        seen += 1

    assert 4 == seen


def test_rfc_5869(corpus):
    """The SHA-256 examples of the HKDF standard."""
    seen = 0
    for block in _blocks((corpus / "07_crypto" / "rfc5869_hkdf_sha256.txt").read_text()):
        parts = dict(block)
        secret, salt, info, expected = (
            bytes.fromhex(parts[name]) for name in ("IKM", "salt", "info", "OKM")
        )

        assert expected == hkdf_sha256(secret, salt=salt, info=info, length=int(parts["L"]))
        seen += 1

    assert 3 == seen
