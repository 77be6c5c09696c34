"""Pictures that come with the families: drawn by ``make.py``, free for any use."""

from __future__ import annotations

import re
from pathlib import Path

FOLDER = Path(__file__).parent
OURS = {
    "hills": "Hills",
    "moon": "Moon",
    "fern": "Fern",
    "sunflower": "Sunflower",
    "ripples": "Ripples",
}
"""Name to label."""


def ours(name: str, *, small: bool = False) -> bytes | None:
    """The PNG of one of ours, or its thumbnail; None for a name that is not ours."""
    if not re.fullmatch("[a-z]{1,20}", name):
        return None
    path = FOLDER / f"{name}{'-small' if small else ''}.png"
    return path.read_bytes() if path.exists() else None
