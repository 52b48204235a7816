"""The words beside a number that say it is technical: sizes, counts, times, ids, units."""

from __future__ import annotations

import re

__all__ = [
    "COUNTS",
    "GLUED_UNITS",
    "IDS",
    "LISTED_UNITS",
    "MONEY_UNITS",
    "MONEY_WORDS",
    "PERSONAL",
    "PORTS",
    "PROSE_COUNTS",
    "PROSE_IDS",
    "PROSE_SIZES",
    "PROSE_TIMES",
    "SECOND_WORDS",
    "SIZES",
    "SIZE_UNITS",
    "TIMES",
    "TIME_STEMS",
    "UNITS",
    "VERSION_WORDS",
    "words_of_name",
]

# A name such as `dd.trace_id`, `usedSize` or `Event-Sequence` is a few words.
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_A-Za-z]+")


def words_of_name(name: str, /) -> list[str]:
    """Return the words of a name in lower case."""
    return [word.lower() for word in _WORD.findall(name)]


# A name with one of these is never technical: its value may reach or identify a person.
PERSONAL = frozenset(
    (
        "aadhaar", "aadhar", "account", "address", "ani", "aor", "bsn", "call", "called",
        "callee", "caller", "calling", "card", "cedula", "cell", "cid", "citizen", "cli", "clid",
        "cnp", "cnpj", "contact", "cpf", "curp", "customer", "device", "dial", "did", "digits",
        "dni", "dnis", "driver", "dst", "dtmf", "employee", "exten", "extension", "fax", "from",
        "gov", "government", "handy", "health", "iccid", "identification", "identity", "imei",
        "imsi", "insurance", "licence", "license", "medical", "member", "mobile", "msisdn",
        "name", "national", "nie", "nif", "nip", "no", "nr", "num", "number", "otp", "pan",
        "party", "passport", "patient", "person", "pesel", "phone", "pin", "recipient",
        "resident", "rut", "sender", "sim", "src", "ssn", "student", "subscriber", "tax", "tel",
        "telephone", "to", "user", "voter", "wa", "whatsapp",
    )
)  # fmt: skip

# Sizes of memory and files, and counters that run for years: numbers of any length.
SIZES = frozenset(
    (
        "ack", "allocated", "bandwidth", "bitrate", "bytes", "capacity", "checksum", "counter",
        "crc", "freed", "goroutine", "hash", "heap", "inode", "len", "length", "lsn", "mem",
        "memory", "monotonic", "octets", "offset", "offsets", "position", "res", "rss", "seq",
        "sequence", "serialno", "shr", "size", "ssrc", "txid", "uptime", "used", "virt", "vsz",
        "wal", "xid",
    )
)  # fmt: skip

# Counts and measures: a value of ten digits and more would be doubtful here.
COUNTS = frozenset(
    (
        "affected", "attempt", "attempts", "average", "avg", "balance", "batch", "block",
        "blocks", "buffer", "cache", "calls", "clock", "conf", "confidence", "connections",
        "count", "counts", "cpu", "cseq", "current", "delay", "delivered", "dropped", "dur",
        "duration", "elapsed", "errors", "events", "examined", "failed", "faults", "first",
        "free", "generation", "height", "hits", "idle", "index", "interval", "items", "jitter",
        "jobs", "kept", "lag", "last", "latency", "level", "limit", "line", "lines", "load",
        "lock", "loss", "lost", "max", "mean", "messages", "min", "misses", "mos", "new", "next",
        "objects", "old", "packets", "pages", "paid", "percent", "prev", "progress", "queue",
        "queued", "quota", "range", "rate", "ratio", "read", "real", "received", "records",
        "removed", "replies", "requests", "retries", "revision", "rows", "rtt", "runtime", "rx",
        "sampled", "scanned", "score", "sent", "served", "sessions", "shard", "skipped", "slot",
        "stage", "sum", "task", "tasks", "threads", "timeout", "took", "total", "transactions",
        "ttl", "tuples", "tx", "usage", "used", "value", "values", "wait", "width", "written",
        "wrong", "wrote",
    )
)  # fmt: skip

# Names of things that software numbers by itself.
IDS = frozenset(
    (
        "blk", "cookie", "id", "ids", "job", "lwp", "msgid", "oid", "pid", "ppid", "process",
        "snowflake", "thread", "tid", "transaction", "txid", "txn", "uniqueid", "xid", "zxid",
    )
)  # fmt: skip

TIME_STEMS = ("time", "date", "epoch", "stamp", "creat", "updat", "expir", "unix")
TIMES = frozenset(
    (
        "at", "begin", "end", "exp", "expires", "iat", "nbf", "ntp", "on", "scts", "start", "t",
        "ts", "usec",
    )
)  # fmt: skip

VERSION_WORDS = frozenset(
    ("build", "firmware", "kernel", "rel", "release", "rev", "v", "ver", "version")
)

# The word that counts is before these: `port range`, `template id`.
SECOND_WORDS = frozenset(
    ("id", "pair", "pairs", "range", "ranges", "template", "templateid", "template_id")
)

MONEY_WORDS = frozenset(
    (
        "aed", "amount", "aud", "balance", "bdt", "brl", "cad", "chf", "cny", "cost", "czk", "dkk",
        "egp", "eur", "gbp", "hkd", "huf", "idr", "inr", "jpy", "kes", "krw", "lkr", "mxn", "myr",
        "ngn", "nok", "nzd", "php", "pkr", "pln", "price", "rmb", "ron", "rs", "rub", "sar", "sek",
        "sgd", "thb", "total", "try", "uah", "usd", "vnd", "zar",
    )
)  # fmt: skip
MONEY_UNITS = MONEY_WORDS | frozenset(
    (
        "$", "¢", "£", "¥", "฿", "₦", "₩", "₪", "₫", "€", "₱", "₴", "₹", "₺", "₽", "元", "円",
        "cent", "cents", "dollar", "dollars", "euro", "euros", "kr", "peso", "pesos", "pound",
        "pounds", "rupee", "rupees", "yen", "yuan", "zł",
    )
)  # fmt: skip

GLUED_UNITS = frozenset("KMG")  # 1048576K
# Behind these units a number of any length is a size or a count.
SIZE_UNITS = frozenset(
    (
        "bit",
        "bits",
        "byte",
        "bytes",
        "gb",
        "gib",
        "kb",
        "kib",
        "mb",
        "mib",
        "octets",
        "packets",
        "tb",
    )
)
UNITS = SIZE_UNITS | frozenset(
    (
        "%", "bps", "cm", "day", "days", "feet", "ft", "gbps", "ghz", "hour", "hours", "hz",
        "kbps", "kcal", "kg", "khz", "km", "mah", "mbps", "meters", "metres", "mhz", "miles",
        "min", "mins", "minute", "minutes", "mm", "ms", "msec", "ns", "people", "pixels",
        "points", "pps", "px", "record", "records", "row", "rows", "rpm", "sec", "second",
        "seconds", "secs", "us", "views", "µs", "μs",
    )
)  # fmt: skip
# Units only where a mark ends the value, as in `38529 p, 4992992 b, 16384000 total,`, or glued to it
LISTED_UNITS = frozenset(
    (
        "b", "calls", "connections", "entries", "free", "hits", "messages", "p", "removed",
        "requests", "s", "total", "used",
    )
)  # fmt: skip

# The same words in prose, right before a number, where many of them would mean something else.
PROSE_COUNTS = frozenset(
    (
        "affected", "avg", "balance", "count", "cpu", "dropped", "elapsed", "faults", "hits",
        "idle", "jitter", "kept", "lag", "latency", "lost", "max", "mean", "min", "misses",
        "packets", "queued", "read", "removed", "requests", "rows", "sum", "took", "total",
        "tuples", "written",
    )
)  # fmt: skip
PROSE_IDS = frozenset(
    ("lwp", "pid", "process", "snowflake", "thread", "tid", "transaction", "txid", "xid")
)
PROSE_TIMES = frozenset(("expired", "expires"))
PORTS = frozenset(("rtcp", "rtp", "tcp", "udp"))
# Of the sizes, those that mean nothing else in prose: not `call free 0800...`
PROSE_SIZES = frozenset(
    (
        "bytes", "goroutine", "hash", "heap", "length", "lsn", "mem", "memory", "octets", "offset",
        "offsets", "rss", "seq", "shr", "size", "ssrc", "txid", "uptime", "virt", "vsz", "xid",
    )
)  # fmt: skip
