"""
Time keys and tokens against json.dumps of one record, and look for what their timing tells; print ratios and t.

    python -m benchmarks.crypto
"""

from __future__ import annotations

import gc
import hmac
import json
import random
import statistics
import time
import timeit

from voxvalley_privacy.actions.crypto.crypto_pan import IpPseudonymizer
from voxvalley_privacy.actions.crypto.ff1 import DigitPseudonymizer
from voxvalley_privacy.actions.crypto.pseudonyms import Pseudonymizer, TokenCheck
from voxvalley_privacy.actions.crypto.sealing import Sealer
from voxvalley_privacy.errors import InvalidToken
from voxvalley_privacy.keys import ALPHABET, KeyRing
from voxvalley_privacy.vocabulary import DataCategory

NUMBER = "+14155550132"
RECORD = {
    "from": NUMBER,
    "to": "+447700900123",
    "start": "2026-11-23T10:00:00Z",
    "duration": 61,
    "direction": "outbound-api",
    "status": "completed",
}
PAIRS = 20_000


def microseconds(act, *, number=5000, repeat=9):
    """Return the best time of one call."""
    return min(timeit.repeat(act, number=number, repeat=repeat)) / number * 1e6


def welch(one, other):
    """Return Welch's t of two samples."""
    spread = statistics.variance(one) / len(one) + statistics.variance(other) / len(other)
    return (statistics.fmean(one) - statistics.fmean(other)) / spread**0.5


def paired(act, texts):
    """
    Time *act* on either text of pairs, drawn at random; return Welch's t of the two classes.

    Source: Reparaz, Balasch, Verbauwhede: Dude, is my code constant time?, 2017: one threshold for both classes takes
    interruptions away.
    """
    drawn = [(random.choice(texts), random.getrandbits(1)) for _ in range(2 * PAIRS)]
    times = []
    gc.disable()
    for pair, which in drawn:
        # Fresh strings: one that was seen before has its hash, and lies in the cache of the processor.
        text = pair[which].encode().decode()
        start = time.perf_counter_ns()
        act(text)
        times.append(time.perf_counter_ns() - start)
    gc.enable()
    threshold = statistics.quantiles(times, n=10)[-1]
    taken = [
        (time, which) for time, (_, which) in zip(times, drawn, strict=True) if time <= threshold
    ]
    return welch(*([time for time, which in taken if which == wanted] for wanted in (0, 1)))


def speed():
    """Print what one call costs."""
    keys = KeyRing.generate()
    pseudonym, check, sealer = Pseudonymizer(keys, "phone"), TokenCheck(keys), Sealer(keys)
    address, digits = IpPseudonymizer(keys), DigitPseudonymizer(keys)
    token, sealed = pseudonym(NUMBER), sealer.seal(DataCategory.PARTY_NUMBER, NUMBER)
    secret = keys.derive("benchmark")
    tenants = iter(range(10**9))
    dump = microseconds(lambda: json.dumps(RECORD))
    print(f"json.dumps of a record of {len(RECORD)} fields: {dump:.2f} us\n")
    print(f"{'what':<34}{'time':>12}{'of a dumps':>12}")
    for name, act in [
        (
            "two hmac.digest, for comparison",
            lambda: hmac.digest(hmac.digest(secret, b"x", "sha256"), b"x", "sha256"),
        ),
        ("pseudonym of a number", lambda: pseudonym(NUMBER)),
        ("is it a token: yes", lambda: check(token)),
        ("is it a token: a message", lambda: check("call me on +1 415 555 0132")),
        ("seal a number", lambda: sealer.seal(DataCategory.PARTY_NUMBER, NUMBER)),
        ("unseal it", lambda: sealer.unseal(sealed)),
        ("Crypto-PAn, IPv4", lambda: address("192.0.2.1")),
        ("Crypto-PAn, IPv6", lambda: address("2001:db8::1")),
        ("FF1, ten digits", lambda: digits("4155550132", context="1")),
        ("derive, known before", lambda: keys.derive("benchmark")),
        (
            "a tenant's ring and one secret",
            lambda: keys.for_tenant(str(next(tenants))).derive("benchmark"),
        ),
    ]:
        cost = microseconds(act)
        print(f"{name:<34}{cost:>9.2f} us{cost / dump:>12.2f}")


def timing():
    """Print whether refusals of two kinds can be told apart by their time: |t| below 4.5 says they cannot."""
    ring = KeyRing.generate()
    check, sealer, pseudonym = TokenCheck(ring), Sealer(ring), Pseudonymizer(ring, "phone")
    numbers = [f"+1{200 + number // 100}55501{number % 100:02}" for number in range(10_000)]
    # Each of a tenant of its own: reading letters takes a time that depends on them, and these are not secret.
    foreign = [
        Sealer(ring.for_tenant(number)).seal(DataCategory.PARTY_NUMBER, number)
        for number in numbers
    ]
    never_made = [
        (token, token[:-128] + "".join(random.choices(ALPHABET, k=128))) for token in foreign
    ]

    def wrong_at(*places):
        tokens = [pseudonym(number) for number in numbers]
        return [
            tuple(
                token[:place] + ("b" if token[place] != "b" else "c") + token[place + 1 :]
                for place in places
            )
            for token in tokens
        ]

    def unseal(text):
        try:
            sealer.unseal(text)
        except InvalidToken:
            return

    print(f"\n{PAIRS:,} calls of each kind, in random order")
    print(f"{'told apart by time?':<58}{'t':>8}")
    for name, t in [
        ("two equal classes: what chance alone gives", paired(check, wrong_at(44, 44))),
        ("check wrong in its first letter or its last (B5-94)", paired(check, wrong_at(44, 55))),
        ("seal of another tenant or one never made (B5-95)", paired(unseal, never_made)),
    ]:
        print(f"{name:<58}{t:>8.2f}")


def main():
    """Print both tables."""
    speed()
    timing()


if __name__ == "__main__":
    main()
