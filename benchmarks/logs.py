"""What a guarded handler costs beside the same handler without a guard; a stream that goes nowhere, median of rounds."""

from __future__ import annotations

import contextlib
import io
import itertools
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

# Numbers differ from line to line, as they do in an app: what is remembered of one line does not help the next.
_US = itertools.cycle(
    [f"+1{area}55501{last:02}" for area in range(201, 999) for last in range(0, 100, 9)]
)
_GB = itertools.cycle([f"+44770090{last:04}" for last in range(1000)])
_IP = itertools.cycle(
    [f"{net}.{host}" for net in ("203.0.113", "198.51.100", "192.0.2") for host in range(256)]
)
_CDRS = itertools.cycle(
    [{**CDR, "from": next(_US), "to": next(_GB), "src_ip": next(_IP)} for _ in range(5000)]
)
_MS = itertools.cycle(range(100_000))

LINES: dict[str, Callable[[logging.Logger], None]] = {
    "clean, words only": lambda log: log.info("order shipped to the %s depot", "north"),
    "clean, the same numbers each time": lambda log: log.info(
        "GET %s %d in %d ms", "/health", 200, 3
    ),
    "clean, other numbers each time": lambda log: log.info(
        "GET %s %d in %d ms", "/health", 200, next(_MS)
    ),
    "two numbers and an IP": lambda log: log.info(
        "%s to %s via %s", next(_US), next(_GB), next(_IP)
    ),
    "a CDR in extra": lambda log: log.info("call done", extra={"cdr": next(_CDRS)}),
    "a CDR in extra, in the format": lambda log: log.info("call done", extra={"cdr": next(_CDRS)}),
}


class _Nowhere(io.TextIOBase):
    def write(self, text: str) -> int:
        return len(text)


class _Plain(logging.Logger):
    """Stay as logging comes: a protection of others stands in the way of every logger, if only to pass its records on."""

    callHandlers = logging.Logger.callHandlers  # noqa: N815 - its name; taken before anything is protected


def _logger(name: str, shown: str = FORMAT, kind: type[logging.Logger] = _Plain) -> logging.Logger:
    log = kind(f"bench.{name}", logging.INFO)
    handler = logging.StreamHandler(_Nowhere())
    handler.setFormatter(logging.Formatter(shown))
    log.addHandler(handler)
    return log


def _loggers(shown: str) -> dict[str, logging.Logger]:
    """Make a logger for each protection, all with the same format."""
    made = {
        "unprotected": _logger("unprotected", shown),
        "protected": _logger("protected", shown, logging.Logger),
        "with a second pass": _logger("twice", shown, logging.Logger),
    }
    made["of another tree"] = _logger("another", shown, logging.Logger)
    logs.protect(vp.Redactor(vp.policies.labels()), made["protected"])
    logs.protect(vp.Redactor(vp.policies.labels()), made["with a second pass"], second_pass=True)
    with contextlib.suppress(ImportError):
        made["hushlog"] = _hushlog(shown)
    return made


def _hushlog(shown: str) -> logging.Logger:
    """Set it up as its `patch()` does for a handler of the root logger, with all that it looks for."""
    from hushlog import Config
    from hushlog._formatter import RedactingFormatter
    from hushlog._registry import PatternRegistry

    log = _logger("hushlog", shown)
    registry = PatternRegistry.from_config(Config())
    log.handlers[0].setFormatter(RedactingFormatter(logging.Formatter(shown), registry))
    return log


def main() -> None:
    """Print a table of ratios, and what a log that is off costs."""
    redact = vp.Redactor(vp.policies.labels())
    loggers = _loggers(FORMAT)
    names = list(loggers)
    print("| line | " + " | ".join(["unprotected, us", *names[1:]]) + " |")
    print("|---" * (len(names) + 1) + "|")
    for line, call in LINES.items():
        if line.endswith("in the format"):
            loggers = _loggers(f"{FORMAT} %(cdr)s")
        times = peers.seconds_per_call(
            {name: _Call(call, log) for name, log in loggers.items()}, least=0.05
        )
        base = times["unprotected"]
        cells = [f"{base * 1e6:.1f}", *(f"{times[name] / base:.2f} x" for name in names[1:])]
        print(f"| {line} | " + " | ".join(cells) + " |")
    policy = logs.LogPolicy({vp.LogKind.CALL: "off"}, redact=redact)
    plain = _logger("plain")
    times = peers.seconds_per_call(
        {
            "unprotected": lambda: plain.info("call done", extra=CDR),
            "off": lambda: policy(vp.LogKind.CALL, CDR),
        },
        least=0.05,
    )
    print(
        f"| a kind that is off | {times['unprotected'] * 1e6:.1f} | {times['off'] / times['unprotected']:.2f} x |"
    )


class _Call:
    def __init__(self, call: Callable[[logging.Logger], None], log: logging.Logger) -> None:
        self.call = call
        self.log = log

    def __call__(self) -> None:
        self.call(self.log)


if __name__ == "__main__":
    main()
