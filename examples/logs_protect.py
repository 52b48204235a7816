"""Guard every logger of an app, see what is still open, and count what was treated."""

from __future__ import annotations

import logging
import sys

import voxvalley_privacy as vp


def main() -> None:
    logging.basicConfig(
        stream=sys.stdout,
        format="%(levelname)s %(name)s %(message)s",
        level=logging.INFO,
        force=True,
    )
    redact = vp.Redactor(vp.policies.debug(vp.KeyRing.generate()))
    with vp.logs.protect(redact) as protection, vp.logs.install_hooks(redact):
        log = logging.getLogger("shop.calls")
        log.info("call from %s took %d s", "+1 415 555 0132", 61)
        log.info("call split as +1%s%s", "415", "5550132")
        try:
            int("+14155550132x")
        except ValueError:
            log.exception("not a number")
        for gap in vp.logs.verify():
            print(gap)
        print(protection.stats())


if __name__ == "__main__":
    main()
