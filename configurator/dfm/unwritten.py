"""Characters that no typeface here can draw: said, and left out, never printed as a box."""

from __future__ import annotations

import unicodedata

from configurator.dfm.base import Finding
from configurator.geometry.lettering import WRITING, missing, writable


def unknown(part: str, field: str, text: str, face: str) -> tuple[Finding, ...]:
    """One finding that names the characters, with the nearest text that can be drawn."""
    lost = missing(text, face)
    if not lost:
        return ()
    near = writable(text, face)
    return (
        Finding(
            check="lettering",
            level="impossible",
            part=part,
            state=f"We have no letter shape for {' '.join(map(_named, lost))}.",
            cause=f"Our typefaces cover {WRITING} writing.",
            cure=f"Use “{near}”." if near else "Write it in other characters.",
            field=field,
            value=near or None,
        ),
    )


def _named(character: str) -> str:
    """The character itself; one that leaves no ink of its own is named instead."""
    if unicodedata.category(character)[0] in "LNPS":
        return character
    name = unicodedata.name(character, "").lower()
    return f"{name or 'a character'} (U+{ord(character):04X})"
