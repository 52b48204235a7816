"""
The sources against the compiled wheel: two processes treat the same inputs, and have to agree on each byte.

Each makes the inputs by itself, from a seed, and tells a digest for each thousand of them; where two digests differ, both
tell their answers one by one.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from fuzz.inputs import NOISE_WORDS, SPELLINGS

__all__ = ["COMPILED", "compared"]

ROOT = Path(__file__).resolve().parents[1]
COMPILED = ROOT / ".venv-compiled" / "bin" / "python"
_CHUNK = 1000
_FIELDS = (
    "from", "to", "body", "note", "caller_id_name", "start_time", "status", "duration", "sid", "x", "data", "Via", "msg",
    "direction", "email", "ip", "uri", "price", "headers", "value", "name", "[FAULT]",
)  # fmt: skip
_HEADERS = (
    "From", "f", "To", "Contact", "m", "Via", "P-Asserted-Identity", "Diversion", "X-Own", "Call-ID", "Privacy", "Subject",
)  # fmt: skip
_WORDS = (
    "call", "Zoe", "Example", "from", "code", "4711", "192.0.2.7", "2001:db8::1", "zoe@example.com", "2026-11-23T20:15:31Z",
    "https://example.com/a?token=abc", "password=secret", "id=", "ok", "42", "$12.50", "10 MB", "+44 7700 900123", "{", "}",
    "<sip:bob@example.com>", "MIME", "é", "電話", "0x1F", "a=b&c=d", "7f3c1f7e-55b0-4a55-9a34-1f3c7e55b04a",
)  # fmt: skip


def _number(chance: random.Random) -> str:
    number = f"1{chance.choice((202, 303, 415, 617, 808))}55501{chance.randrange(100):02d}"
    return chance.choice(SPELLINGS)(number)


def _text(chance: random.Random) -> str:
    parts = []
    for _ in range(chance.randrange(1, 7)):
        kind = chance.randrange(4)
        if kind == 0:
            parts.append(_number(chance))
        elif kind == 1:
            parts.append(chance.choice(NOISE_WORDS))
        else:
            parts.append(chance.choice(_WORDS))
    return chance.choice((" ", "", ", ", "\n")).join(parts)


def _value(chance: random.Random, depth: int) -> object:
    kind = chance.randrange(10)
    if kind == 0 and depth:
        return {chance.choice(_FIELDS): _value(chance, depth - 1) for _ in range(3)}
    if kind == 1 and depth:
        return [_value(chance, depth - 1) for _ in range(2)]
    if kind == 2:
        return chance.choice((None, True, 0, 14155550132, 0.5, 60, -1, 10**18))
    if kind == 3:
        return _text(chance).encode("utf-8", "replace")
    return _number(chance) if kind < 6 else _text(chance)


def _record(chance: random.Random) -> object:
    fields = chance.sample(_FIELDS, chance.randrange(1, 9))
    return {name: _value(chance, 2) for name in fields}


def _sip(chance: random.Random) -> str:
    end = chance.choice(("\r\n", "\n"))
    lines = [f"{chance.choice(_HEADERS)}: {_text(chance)}" for _ in range(chance.randrange(8))]
    start = f"INVITE sip:+1415555{chance.randrange(100, 200):04d}@example.com SIP/2.0"
    return end.join([start, *lines, "", chance.choice(("", _text(chance)))])


_KINDS: tuple[Callable[[random.Random], object], ...] = (_text, _text, _record, _record, _sip)


def _inputs(seed: int) -> Iterator[object]:
    chance = random.Random(seed)  # noqa: S311 # the same inputs in both processes
    while True:
        yield chance.choice(_KINDS)(chance)


def _answers(seed: int, keys: str) -> Iterator[str]:
    """Treat the inputs of a seed by several policies in turn."""
    import voxvalley_privacy as vp

    ring = vp.KeyRing.from_text(keys)
    ways = [
        vp.Redactor(vp.policies.labels()),
        vp.Redactor(vp.policies.debug(ring), "twilio.call"),
        vp.Redactor(vp.policies.analytics(ring)),
        vp.Redactor(vp.policies.support(ring, region="US"), memo=100),
        vp.Redactor(vp.policies.share(ring), memo=0),
    ]
    for at, value in enumerate(_inputs(seed)):
        redact = ways[at % len(ways)]
        answer = redact.text(value) if isinstance(value, str) else redact(value)
        found = redact.find(value) if isinstance(value, str) else ()
        yield f"{answer!r} {found!r}"


def _tell(seed: int, chunks: int, shown: int) -> None:
    """Print a digest for each chunk; of the one that is to be shown, each answer."""
    import voxvalley_privacy as vp

    print("compiled" if vp.compiled else "pure", flush=True)
    answers = _answers(seed, os.environ["FUZZ_KEYS"])
    for chunk in range(chunks):
        digest = hashlib.sha256()
        for _ in range(_CHUNK):
            answer = next(answers)
            digest.update(answer.encode("utf-8", "surrogatepass"))
            if chunk == shown:
                print(ascii(answer))
        if shown < 0:
            print(digest.hexdigest(), flush=True)


def _child(
    python: str, seed: int, chunks: int, shown: int, environment: dict[str, str]
) -> subprocess.Popen[str]:
    arguments = [python, "-m", "fuzz.builds", "--tell", str(seed), str(chunks), str(shown)]
    return subprocess.Popen(  # noqa: S603 # our own interpreters
        arguments, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )


def _both(seed: int, chunks: int, shown: int) -> Iterator[tuple[str, str]]:
    """Yield what each of the two processes tells, line by line."""
    import voxvalley_privacy as vp

    keys = {**os.environ, "FUZZ_KEYS": vp.KeyRing.generate().to_text()}
    compiled = {name: value for name, value in keys.items() if name != "PYTHONPATH"}
    pure = {**keys, "PYTHONPATH": str(ROOT / "src")}
    children = [
        _child(sys.executable, seed, chunks, shown, pure),
        _child(str(COMPILED), seed, chunks, shown, compiled),
    ]
    try:
        lines = [child.stdout for child in children]
        assert lines[0] is not None
        assert lines[1] is not None
        yield from zip(lines[0], lines[1], strict=True)
    finally:
        for child in children:
            child.kill()
            child.wait()


def compared(seconds: float, seed: int, inputs: int = 0) -> bool:
    """Compare the builds for a while, or over a number of inputs; whether they differ anywhere."""
    end = time.monotonic() + seconds
    most = max(1, inputs // _CHUNK) if inputs else 10**9
    done = -1
    for own, other in _both(seed, most, -1):
        if done < 0 and (own, other) != ("pure\n", "compiled\n"):
            print(f"builds: these are not the two builds: {own.strip()}, {other.strip()}")
            return True
        if done >= 0 and own != other:
            _show(seed, done)
            return True
        done += 1
        if not inputs and time.monotonic() >= end:
            break
    asked = most if inputs else 1
    print(f"builds: {done * _CHUNK} inputs, seed {seed}, no difference", flush=True)
    return done < asked


def _show(seed: int, chunk: int) -> None:
    answers = list(_both(seed, chunk + 1, chunk))[1:]
    at, (own, other) = next(
        ((at, pair) for at, pair in enumerate(answers) if pair[0] != pair[1]), (0, ("", ""))
    )
    values = _inputs(seed)
    for _ in range(chunk * _CHUNK + at):
        next(values)
    print(
        f"builds: the builds differ about\n  {next(values)!a}\n  pure:     {own}  compiled: {other}"
    )
    print(f"again: python -m fuzz builds --seed {seed} --inputs {(chunk + 1) * _CHUNK}", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--tell", nargs=3, type=int, required=True)
    _tell(*parser.parse_args().tell)
