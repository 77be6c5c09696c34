"""Whole numbers out of addresses and forms, where anything may stand."""

from __future__ import annotations

DIGITS = 9  # more than anything we count; int() itself refuses thousands of them


def whole_number(text: str) -> int | None:
    """The number that `text` writes in up to nine decimal digits; None for all else, “²” too."""
    return int(text) if text.isdecimal() and len(text) <= DIGITS else None
