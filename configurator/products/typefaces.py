"""The typefaces that a family with text offers, by name."""

from __future__ import annotations

from typing import Any, Literal

from configurator.products.base import choice

Face = Literal[
    "modern",
    "rounded",
    "condensed",
    "serif",
    "elegant",
    "slab",
    "mono",
    "hand",
    "script",
    "brush",
    "blackletter",
    "stencil",
]

FACES = {
    "modern": "Modern",
    "rounded": "Rounded",
    "condensed": "Condensed",
    "serif": "Serif",
    "elegant": "Elegant",
    "slab": "Slab",
    "mono": "Mono",
    "hand": "Hand",
    "script": "Script",
    "brush": "Brush",
    "blackletter": "Blackletter",
    "stencil": "Stencil",
}

SAMPLES = "configurator/faces.svg"
"""Static file with each face's name set in the face itself, one symbol each."""

HELP = "What a typeface lacks (say 中文, العربية, हिन्दी) is set in a bold plain face of its script."


def typeface(label: str, default: Face, *, group: str = "", help: str = HELP) -> Any:
    """A choice among all faces, each shown in its own letters; annotate the field ``Face``."""
    return choice(label, default, FACES, help=help, group=group, samples=SAMPLES)
