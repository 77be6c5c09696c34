"""What a program asks for beside the parameters, checked against what a family comes in.

The sentences name what is to be sent, not what people read.
"""

from __future__ import annotations

from configurator.materials import Material
from configurator.materials import material as material_of
from configurator.products.base import Family
from core.errors import BadInput


def material_asked(kind: Family, slug: str) -> Material:
    """The one asked for, or the family's first. Raises BadInput where it is not made of that."""
    if slug and slug not in kind.materials:
        wrong = (
            f"{kind.name} is not made of “{slug[:40]}”; choose {', '.join(kind.materials)}, "
            "or leave the material out."
        )
        raise BadInput(wrong, fields={"material": wrong})
    return material_of(slug or kind.materials[0])


def colour_asked(material: Material, slug: str, usual: str = "") -> str:
    """The one asked for, or the usual one. Raises BadInput where the material has it not."""
    known = [colour.slug for colour in material.colours]
    if slug and slug not in known:
        wrong = (
            f"{material.name} does not come in “{slug[:20]}”; choose {', '.join(known)}, "
            "or leave the colour out."
        )
        raise BadInput(wrong, fields={"colour": wrong})
    return slug or (usual if usual in known else known[0])
