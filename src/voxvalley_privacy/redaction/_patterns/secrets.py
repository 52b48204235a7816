"""Credentials: what opens something, by its own shape or by the name beside it."""

from __future__ import annotations

import re

__all__ = [
    "ASSIGNS",
    "BLOB",
    "HEXADECIMAL",
    "JWT",
    "KEY_SHAPES",
    "PRIVATE_KEY",
    "REST_OF_LINE",
    "SCHEME",
    "VALUE",
    "VOX_TOKEN",
]

PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:[^-]|-(?!----END))*+(?:-----END[A-Z0-9 ]{0,50}-----)?"
)

JWT = re.compile(r"eyJ(?<![A-Za-z0-9_-]eyJ)[A-Za-z0-9_-]{8,}+(?:\.[A-Za-z0-9_-]*+){1,4}")

# What stands between a name and its value, the value in quotes or bare, and the value of an Authorization header: all of the line.
# The last letters of the name are those of some name of a secret, or a quote or a blank behind it.
ASSIGNS = re.compile(
    r"[:=](?<=[DSEHTNYLVCdsehtnylvc2 \t\"'\\].)(?<=(?:[RWIrwi][Dd]|[SNLsnl][Ss]|[SDRsdr][Ee]|[STst][Hh]|[Ee][Tt]|[EIOeio][Nn]|[Ee][Yy]|[Aa][Ll]|[VCvc]2|[Vv][VCvc]"
    r"|[DSEHTNYLVCdsehtnylvc2 \t\"'\\][ \t\"'\\])[:=])>?"
)
VALUE = re.compile(
    r"[ \t]{0,3}(?:\\{0,8}\"(?P<double>[^\"\r\n\\]{1,4096}+)|'(?P<single>[^'\r\n]{1,4096}+)|(?P<bare>[^\s\"'&;,<>{}\[\]()]{3,4096}+))"
)
REST_OF_LINE = re.compile(r"[ \t\"']{0,4}(?P<secret>[^\r\n\"'\s][^\r\n]*+)")

# Bearer … · Basic …
SCHEME = re.compile(
    r" (?:(?<=[Bb]earer )|(?<=BEARER )|(?<=[Bb]asic )|(?<=BASIC )|(?<=[Dd]igest )|(?<=[Tt]oken )|(?<=[Aa]pi[Kk]ey ))"
    r"[ \t]{0,2}(?P<secret>[A-Za-z0-9._~+/-]{8,}+={0,2})"
)

# The auth token of vox-cpaas, anchored on its first underscore: eight hexadecimal digits stand before it; a project id has pid_ in front.
VOX_TOKEN = re.compile(r"_(?<=[0-9a-f]{8}_)(?:[0-9a-f]{4}_){3}[0-9a-f]{12}(?![0-9A-Za-z])")

# Keys of Twilio, Telnyx, SendGrid, Stripe, Slack, GitHub, GitLab, npm, AWS and Google; an account id with its token behind it, as in a
# Basic pair.
KEY_SHAPES = re.compile(
    r"SK[0-9a-f]{32}(?![0-9A-Za-z])"
    r"|AC[0-9a-f]{32}[:/, ]{1,2}[0-9a-f]{32}(?![0-9A-Za-z])"
    r"|MA[A-Z0-9]{18}[:/, ]{1,2}[A-Za-z0-9+/=]{40,60}"
    r"|KEY[0-9A-F]{12,64}(?:_[A-Za-z0-9]{10,40})?"
    r"|SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16,64}"
    r"|sk_(?:live|test)_[A-Za-z0-9]{10,99}|rk_(?:live|test)_[A-Za-z0-9]{10,99}|xox[abeoprs]-[A-Za-z0-9-]{10,250}"
    r"|gh[oprsu]_[A-Za-z0-9]{30,255}|github_pat_[A-Za-z0-9_]{22,255}|glpat-[A-Za-z0-9_-]{20,64}|npm_[A-Za-z0-9]{36}"
    r"|A[KS]IA[A-Z0-9]{16}(?![0-9A-Za-z])|AIza[A-Za-z0-9_-]{35}"
)

# A long word of an encoding's alphabet; `_secrets` tells blobs from names.
BLOB = re.compile(r"(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/_-]{25,}+={0,2}")

# What bytes look like in hexadecimal
HEXADECIMAL = re.compile(r"(?:[0-9A-F]{2})+|(?:[0-9a-f]{2})+")
