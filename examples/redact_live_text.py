"""Redact a transcript while it is spoken: chunks in, safe text out."""

from __future__ import annotations

import sys

import voxvalley_privacy as vp

CHUNKS = (
    "Thanks for calling, my num",
    "ber is +1 415",
    " 555 01",
    "32 and my mail is zoe@exam",
    "ple.com, bye",
    " now.\n",
)


def main() -> None:
    stream = vp.TextStream(vp.Redactor(vp.policies.labels()))
    for chunk in CHUNKS:
        sys.stdout.write(stream.feed(chunk))
        sys.stdout.flush()
    sys.stdout.write(stream.close())


if __name__ == "__main__":
    main()
