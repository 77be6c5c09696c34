"""What families with text cut right through ask alike: the words, their size and their place."""

from __future__ import annotations

from typing import Any, Literal

from configurator.products.base import choice, number, text

Align = Literal["left", "middle", "right"]
GROUP = "Lettering"
IDLE = {name: {"words": ("",)} for name in ("face", "size_mm", "align")}
"""What is asked of a text only (``Family.idle``)."""


def words() -> Any:
    """The text itself; empty for none."""
    return text(
        "Text",
        "",
        max_length=20,
        help="Cut right through; empty for none. Stencil letters keep their inner parts.",
        group=GROUP,
    )


def size(default: float) -> Any:
    """How high a capital is, mm."""
    return number(
        "Letter height",
        default,
        unit="mm",
        ge=8,
        le=80,
        step=1,
        help="Of capitals. Lower where the panel has no room for it.",
        group=GROUP,
    )


def align() -> Any:
    """Where a line that is shorter than its room stands; annotate the field ``Align``."""
    names = {"left": "Left", "middle": "Middle", "right": "Right"}
    return choice("Alignment", "middle", names, group=GROUP)
