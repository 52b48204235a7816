"""What a guarded handler costs beside the same handler without a guard; a stream that goes nowhere, median of rounds."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable

import voxvalley_privacy as vp
from benchmarks import peers
from voxvalley_privacy import logs

FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"
CDR = {
    "call_id": "a84b4c76e66710", "uuid": "3f2504e0-4f89-11d3-9a0c-0305e82c3301", "account_id": "AC12", "direction": "inbound",
    "from": "+14155550132", "to": "+442079460123", "caller_name": "A Caller", "start": "2026-11-23T10:00:00Z",
    "answer": "2026-11-23T10:00:05Z", "end": "2026-11-23T10:01:05Z", "duration": 65, "billsec": 60,
    "hangup_cause": "NORMAL_CLEARING", "src_ip": "203.0.113.9", "dst_ip": "198.51.100.2", "codec": "PCMU",
    "user_agent": "Phone/1.0", "sip_uri": "sip:alice@example.com", "email": "alice@example.com", "price": "0.0075",
}  # fmt: skip

LINES: dict[str, Callable[[logging.Logger], None]] = {
    "clean line, words only": lambda log: log.info("order shipped to the %s depot", "north"),
    "clean line, with numbers": lambda log: log.info("GET %s %d in %d ms", "/health", 200, 3),
    "two numbers and an IP": lambda log: log.info("%s to %s via %s", "+14155550132", "+447700900123", "203.0.113.9"),
    "a CDR in extra": lambda log: log.info("call done", extra={"cdr": CDR}),
}


class _Nowhere(io.TextIOBase):
    def write(self, text: str) -> int:
        return len(text)


class _Same:
    """Treat nothing: what is left is the cost of the guard itself."""

    def __call__(self, record: object) -> object:
        return record

    def text(self, text: str) -> str:
        return text


def _logger(name: str) -> logging.Logger:
    log = logging.getLogger(f"bench.{name}")
    log.propagate = False
    log.setLevel(logging.INFO)
    handler = logging.StreamHandler(_Nowhere())
    handler.setFormatter(logging.Formatter(FORMAT))
    log.addHandler(handler)
    return log


def _hushlog() -> logging.Logger | None:
    try:
        from hushlog import RedactingFormatter
    except ImportError:
        return None
    log = _logger("hushlog")
    log.handlers[0].setFormatter(RedactingFormatter(logging.Formatter(FORMAT)))
    return log


def main() -> None:
    """Print a table of ratios, and what a log that is off costs."""
    redact = vp.Redactor(vp.policies.labels())
    loggers = {"unprotected": _logger("plain"), "guard alone": _logger("guard"), "protected": _logger("protected")}
    logs.protect(loggers["guard alone"], _Same())
    logs.protect(loggers["protected"], redact)
    hushlog = _hushlog()
    if hushlog is not None:
        loggers["hushlog"] = hushlog
    names = list(loggers)
    print("| line | " + " | ".join(["unprotected, us", *names[1:]]) + " |")
    print("|---" * (len(names) + 1) + "|")
    for line, call in LINES.items():
        times = peers.seconds_per_call({name: _Call(call, log) for name, log in loggers.items()}, least=0.05)
        base = times["unprotected"]
        cells = [f"{base * 1e6:.1f}", *(f"{times[name] / base:.2f} x" for name in names[1:])]
        print(f"| {line} | " + " | ".join(cells) + " |")
    policy = logs.LogPolicy({vp.LogKind.CALL: "off"}, redact=redact)
    plain = loggers["unprotected"]
    times = peers.seconds_per_call(
        {"unprotected": lambda: plain.info("call done", extra=CDR), "off": lambda: policy(vp.LogKind.CALL, CDR)},
        least=0.05,
    )
    print(f"| a kind that is off | {times['unprotected'] * 1e6:.1f} |  | {times['off'] / times['unprotected']:.2f} x |")


class _Call:
    def __init__(self, call: Callable[[logging.Logger], None], log: logging.Logger) -> None:
        self.call = call
        self.log = log

    def __call__(self) -> None:
        self.call(self.log)


if __name__ == "__main__":
    main()
