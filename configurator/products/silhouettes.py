"""The silhouettes that families cut along, by name; drawn in ``geometry.cutter_shapes``."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

Silhouette = Literal[
    "heart",
    "star",
    "flower",
    "circle",
    "moon",
    "tree",
    "house",
    "cat",
    "dinosaur",
    "gingerbread",
    "rabbit",
    "fish",
    "butterfly",
]
NAMES: Mapping[str, str] = MappingProxyType(
    {
        "heart": "Heart",
        "star": "Star",
        "flower": "Flower",
        "circle": "Circle",
        "moon": "Moon",
        "tree": "Tree",
        "house": "House",
        "cat": "Cat",
        "dinosaur": "Dinosaur",
        "gingerbread": "Gingerbread figure",
        "rabbit": "Rabbit",
        "fish": "Fish",
        "butterfly": "Butterfly",
    }
)
