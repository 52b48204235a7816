"""Credentials: what opens something, by its own shape or by the name beside it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from ..vocabulary import DataCategory
from ._outlines import lowered
from .findings import Finding

__all__ = [
    "ASSIGNS",
    "DIGEST",
    "JWT",
    "KEY_BEGINS",
    "KEY_BLOCK",
    "KEY_SHAPES",
    "PRIVATE_KEY",
    "REST_OF_LINE",
    "SCHEME",
    "TOLD",
    "VALUE",
    "VOX_TOKEN",
    "find_announced",
    "find_keys_in",
    "find_named",
    "find_private_keys",
    "find_told",
    "may_announce",
]

_LONG = 20  # letters and digits from which on a word can be a key


def _whole(
    pattern: re.Pattern[str], text: str, start: int = 0, end: int = sys.maxsize
) -> Iterator[Finding]:
    for match in pattern.finditer(text, start, end):
        yield Finding(match.start(), match.end(), DataCategory.CREDENTIAL)


# Private keys
# --------------------------------------------------------------------------------------------------

KEY_BLOCK = "-----BEGIN"  # without which there is no private key
PRIVATE_KEY = re.compile(
    r"""
    -----BEGIN[ ][A-Z0-9 ]{0,40}PRIVATE[ ]KEY(?:[ ]BLOCK)?-----
    (?:[^-]|-(?!----END))*+
    (?:-----END[A-Z0-9 ]{0,50}-----)?
    """,
    re.VERBOSE,
)


def find_private_keys(text: str, /) -> Iterator[Finding]:
    """Find blocks of a private key, to their end or the end of the text."""
    yield from _whole(PRIVATE_KEY, text)


# Keys that a scheme announces: Bearer, Basic, Digest, web tokens
# --------------------------------------------------------------------------------------------------

JWT = re.compile(r"eyJ(?<![A-Za-z0-9_-]eyJ)[A-Za-z0-9_-]{8,}+(?:\.[A-Za-z0-9_-]*+){1,4}")

SCHEME = re.compile(
    r"""
    [ ] (?: (?<=[Bb]earer[ ])|(?<=BEARER[ ])|(?<=[Bb]asic[ ])|(?<=BASIC[ ])
          | (?<=[Dd]igest[ ])|(?<=[Tt]oken[ ])|(?<=[Aa]pi[Kk]ey[ ]) )
    [ \t]{0,2} (?!\w+=[\\"]) (?P<secret>[A-Za-z0-9._~+/-]{8,}+={0,2})
    """,
    re.VERBOSE,
)
# The parts of a Digest that are somebody's: who it is, and the answer that proves it.
DIGEST = re.compile(
    r"\b(?:username|response|cnonce)=(?:\\?\"(?P<quoted>[^\"\\\r\n]{1,256})|(?P<bare>[^\s\",;]{1,256}))",
    re.IGNORECASE,
)
_DIGEST = "digest "
_ANNOUNCING = ("apikey ", "basic ", "bearer ", "eyj", "token ", _DIGEST)


def may_announce(text: str, /) -> bool:
    """Say whether the name of a scheme, or the beginning of a web token, is in a text."""
    low = lowered(text)
    for word in _ANNOUNCING:  # noqa: SIM110 - any() costs three times as much
        if word in low:
            return True
    return False


def find_announced(text: str, /) -> Iterator[Finding]:
    """Find credentials that a scheme announces, and web tokens."""
    yield from _whole(JWT, text)
    for match in SCHEME.finditer(text):
        if _is_key(match["secret"]):
            yield Finding(*match.span("secret"), DataCategory.CREDENTIAL)
    if _DIGEST in lowered(text):
        for match in DIGEST.finditer(text):
            yield Finding(*match.span(match.lastgroup or 0), DataCategory.CREDENTIAL)


def _is_key(word: str, /) -> bool:
    """Tell a key from a word of a sentence: a digit, a sign of base64, or its length."""
    return len(word) >= _LONG or word.endswith("=") or _has_digit(word)


def _has_digit(word: str, /) -> bool:
    return any(map(str.isdigit, word))


# Keys by their shape
# --------------------------------------------------------------------------------------------------

# The auth token of vox-cpaas, anchored on its first underscore: eight hexadecimal digits are before
# it; a project id has pid_ in front.
VOX_TOKEN = re.compile(r"_(?<=[0-9a-f]{8}_)(?:[0-9a-f]{4}_){3}[0-9a-f]{12}(?![0-9A-Za-z])")
_VOX_HEAD = 8  # digits of a token of vox-cpaas before its first underscore
_PID = "pid_"

KEY_SHAPES = re.compile(
    r"""
      SK[0-9a-f]{32}(?![0-9A-Za-z])                                     # Twilio: API key,
    | AC[0-9a-f]{32}[:/,\ ]{1,2}[0-9a-f]{32}(?![0-9A-Za-z])             # account id with its token
    | MA[A-Z0-9]{18}[:/,\ ]{1,2}[A-Za-z0-9+/=]{40,60}                   # Plivo: id with its token
    | KEY[0-9A-F]{12,64}(?:_[A-Za-z0-9]{10,40})?                        # Telnyx
    | SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16,64}                    # SendGrid
    | [rs]k_(?:live|test)_[A-Za-z0-9]{10,99}                            # Stripe
    | xox[abeoprs]-[A-Za-z0-9-]{10,250}                                 # Slack
    | gh[oprsu]_[A-Za-z0-9]{30,255} | github_pat_[A-Za-z0-9_]{22,255}   # GitHub
    | glpat-[A-Za-z0-9_-]{20,64}                                        # GitLab
    | npm_[A-Za-z0-9]{36}
    | A[KS]IA[A-Z0-9]{16}(?![0-9A-Za-z])                                # AWS
    | AIza[A-Za-z0-9_-]{35}                                             # Google
    """,
    re.VERBOSE,
)
# How a key begins that may be of letters only, where no digit in a long word says so
KEY_BEGINS = re.compile(
    r"[rs]k_(?:live|test)_|xox[abeoprs]-|gh[oprsu]_|github_pat_|glpat-|npm_|A[KS]IA[A-Z]|AIza|SG\."
)
_SECOND_KEY = 70  # characters behind a word in which the second part of a pair can end


def find_keys_in(text: str, start: int, end: int, /) -> Iterator[Finding]:
    """Find keys by their shape in a long word."""
    yield from _whole(KEY_SHAPES, text, start, end + _SECOND_KEY)
    for match in VOX_TOKEN.finditer(text, start, end):
        left = match.start() - _VOX_HEAD
        if text.endswith(_PID, 0, left):
            left -= len(_PID)
        yield Finding(left, match.end(), DataCategory.CREDENTIAL)


# Secrets by the name before them
# --------------------------------------------------------------------------------------------------

# How the names of secrets end, in lower case and without quotes and blanks; passwords in the
# languages that people write them in.
_NAMES = (
    "adgangskode", "auth", "authtoken", "clave", "contrasena", "contraseña", "credential",
    "credentials", "cvc", "cvc2", "cvv", "cvv2", "geslo", "haslo", "hasło", "heslo", "jelszo",
    "jelszó", "kata sandi", "kennwort", "key", "key_id", "keyid", "kodeord", "losenord", "lozinka",
    "lösenord", "mdp", "mot de passe", "mật khẩu", "parola", "parole", "parool", "pass",
    "passcode", "passhash", "passord", "passphrase", "passwd", "password", "passwort", "pin",
    "pwd", "salasana", "secret", "senha", "sifre", "signature", "slaptazodis", "slaptažodis",
    "token", "tokens", "wachtwoord", "şifre", "κωδικός", "парола", "пароль", "סיסמה", "سيسما",
    "رمز عبور", "كلمة السر", "كلمة المرور", "पासवर्ड", "รหัสผ่าน", "パスワード", "密码", "密碼", "비밀번호",
    "암호",
)  # fmt: skip
# Names of other things, too; what they name is a secret if it has a digit or is long.
_VAGUE = ("auth", "clave", "code", "key", "parole", "pass", "pin")
# A key of these is a secret whatever it is made of.
_KEYS = tuple(
    f"{word}{mark}key"
    for word in (
        "access", "account", "api", "auth", "client", "encryption", "license", "master", "private",
        "secret", "shared", "signing", "storage", "webhook",
    )
    for mark in ("", "_", "-", " ")
)  # fmt: skip
_CACHE_KEY = re.compile(r"cache[^\n]{0,12}key\Z")
# Headers whose value is all of the line
_WHOLE_LINES = ("authorization", "cookie")

# What is between a name and its value: the last two letters of some name, or a quote or a blank.
_LAST_TWO = "|".join(sorted({name[-2:] for name in (*_NAMES, *_WHOLE_LINES)}))
ASSIGNS = re.compile(rf"[:=](?:(?<=(?:{_LAST_TWO})[:=])|(?<=[ \t\"'\\\])][:=]))>?", re.IGNORECASE)
VALUE = re.compile(
    r"""
    [ \t]{0,3}
    (?: \\{0,8}"(?P<double>[^"\r\n\\]{1,4096}+)
      | '(?P<single>[^'\r\n]{1,4096}+)
      | (?P<bare>[^\s"'&;,<>{}\[\]()]{3,4096}+) )
    """,
    re.VERBOSE,
)
REST_OF_LINE = re.compile(r"[ \t]{0,4}(?P<secret>[^\r\n\"'\s][^\r\n]*+)")

_NAME = 24  # characters of a name that are looked at
_NO_SECRET = frozenset(
    (
        "expired", "false", "hidden", "invalid", "missing", "none", "null", "redacted", "required",
        "true", "undefined",
    )
)  # fmt: skip
_SHORT_NUMBER = 3  # digits of a status, `"signature": 202`


def find_named(text: str, /) -> Iterator[Finding]:
    """Find the value behind a colon or an equals sign and the name of a secret."""
    done = 0  # the end of the last value
    for mark in ASSIGNS.finditer(text):
        start = mark.start()
        if start < done:
            continue
        name = text[max(0, start - _NAME) : start].rstrip(" \t\"'\\])").lower()
        value = None
        if name.endswith(_NAMES):
            value = _value(text, mark.end(), name)
        elif name.endswith(_WHOLE_LINES):
            value = _line(text, mark.end())
        if value is not None:
            done = value.end
            yield value


def _value(text: str, at: int, name: str, /) -> Finding | None:
    value = VALUE.match(text, at)
    if value is None or not _is_secret(value[value.lastgroup or 0], name):
        return None
    return Finding(*value.span(value.lastgroup or 0), DataCategory.CREDENTIAL)


def _line(text: str, at: int, /) -> Finding | None:
    value = VALUE.match(text, at)
    if value is None or value.lastgroup == "bare":
        value = REST_OF_LINE.match(text, at)
    if value is None:
        return None
    return Finding(*value.span(value.lastgroup or 0), DataCategory.CREDENTIAL)


def _is_secret(value: str, name: str, /) -> bool:
    """Tell a secret from a word about one: `token: invalid`, `key: value`."""
    if value.lower().rstrip(".!?") in _NO_SECRET:
        return False
    if value.isdigit() and len(value) <= _SHORT_NUMBER:
        return name.endswith(_CARD_CODES)
    if name.endswith(_KEYS):
        return True
    if _CACHE_KEY.search(name) is not None:
        return False
    return not name.endswith(_VAGUE) or len(value) >= _LONG or _has_digit(value)


# The verbs between a secret and its value; looked for one by one, which is quicker than a pattern.
_VERBS = (
    "are", "bylo", "equals", "er", "era", "es", "est", "foi", "is", "ist", "je", "jest", "lautet",
    "on", "to", "war", "was", "är", "è", "é", "était",
)  # fmt: skip
_VERBS_IN_BLANKS = tuple(f" {verb} " for verb in _VERBS)
# password is hunter2, la contraseña es perro99, hasło to kotek12: a word with a digit behind the
# verb, which in prose is no word about a password.
TOLD = re.compile(
    rf"""
    [ ](?:{"|".join(_VERBS)})
    [ ](?:now[ ]|set[ ]to[ ]|currently[ ])?
    ["'`]?(?P<secret>(?=[^\W\d_]{{0,64}}\d|\d{{1,64}}[^\W\d_])[^\s"'`,;<>()\[\]]{{4,64}})
    """,
    re.VERBOSE,
)
_SHORTEST_VAGUE = 8  # letters and digits of a key, pass or code that a sentence tells
_METHOD = re.compile(
    r"(?:sha|md|hs|rs|es|ps|base|utf|aes|argon|rsa|ed)-?[0-9]{1,5}\w*", re.IGNORECASE
)


def find_told(text: str, /) -> Iterator[Finding]:
    """Find the word with a digit that a sentence says is a password or a key."""
    if not any(verb in text for verb in _VERBS_IN_BLANKS):
        return
    for told in TOLD.finditer(text):
        name = text[max(0, told.start() - _NAME) : told.start()].rstrip("\"'`").lower()
        if name.endswith((*_NAMES, *_KEYS)) and _is_told(told["secret"], name):
            yield Finding(*told.span("secret"), DataCategory.CREDENTIAL)


def _is_told(word: str, name: str, /) -> bool:
    if _METHOD.fullmatch(word) is not None:
        return False
    if name.endswith(_KEYS) or not name.endswith(_VAGUE):
        return True
    return len(word) >= _SHORTEST_VAGUE


_CARD_CODES = ("cvc", "cvc2", "cvv", "cvv2")
