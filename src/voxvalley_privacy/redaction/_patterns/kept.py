"""What is looked for in fields that a policy keeps."""

from __future__ import annotations

import re

__all__ = ["PLUS_NUMBER"]

# Nothing but a phone number is written with a plus and eight digits or more; zones have four.
PLUS_NUMBER = re.compile(r"\+[0-9]{8,}")
