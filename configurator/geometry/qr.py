"""Text as a QR code: which version it takes, and its modules. Source: ISO/IEC 18004.

What is plain ASCII is written as segno finds it shortest; anything else as UTF-8 and said to be so
(ECI 26), so that a reader does not have to guess the alphabet.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
import segno

Modules = npt.NDArray[np.bool_]

LEVELS = ("l", "m", "q", "h")
"""Error correction, weakest first: 7, 15, 25 and 30 % of the code may be lost."""
QUIET = 4
"""Modules kept light all round, ISO/IEC 18004 clause 6.3.8."""


@lru_cache(maxsize=1024)
def across(text: str, level: str) -> int:
    """How many modules wide the code is, without its quiet zone: 21, 25, 29 …"""
    # The mask does not change the size, and to find the best of eight takes most of the time.
    return 17 + 4 * int(_code(text, level, mask=0).version)


@lru_cache(maxsize=64)
def modules(text: str, level: str) -> Modules:
    """(n, n): which modules are dark, the lowest row first; at least that well protected.

    Where the version has room to spare, the level is raised for nothing.
    """
    dark: Modules = np.array(_code(text, level).matrix, dtype=np.uint8)[::-1] == 1
    dark.setflags(write=False)
    return dark


def longest(text: str, level: str, most_across: int) -> int:
    """How many of the text's characters a code of at most so many modules holds, by bisection."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        fits = across(text[:middle], level) <= most_across
        low, high = (middle, high) if fits else (low, middle - 1)
    return low


def _code(text: str, level: str, mask: int | None = None) -> segno.QRCode:
    if text.isascii():
        return segno.make(text, error=level, micro=False, mask=mask)
    return segno.make(
        text, error=level, micro=False, mask=mask, mode="byte", encoding="utf-8", eci=True
    )
