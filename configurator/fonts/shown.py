"""The Chinese and Japanese signs that our own pages show, as a font for systems that have none:
``python -m configurator.fonts.shown``.

Without it such a system draws boxes. What customers type is drawn by the font they typed it with.
"""

from __future__ import annotations

import re
from pathlib import Path

from fontTools import subset

from configurator.products import families
from configurator.products.fields import fields

FILE = Path(__file__).parents[2] / "static" / "fonts" / "ui-cjk.woff"
SIGNS = re.compile("[\u2e80-\u9fff\uff00-\uffef]")


def signs() -> str:
    """Every such sign of the families' names, fields and presets, in order."""
    said: list[object] = []
    for family in families().values():
        said += [family.name, family.summary]
        for field in fields(family):
            said += [
                field.label,
                field.help,
                field.group,
                field.default,
                *dict(field.choices).values(),
            ]
        for preset in family.presets:
            said += [preset.name, *preset.params.values()]
    return "".join(sorted(set(SIGNS.findall(" ".join(map(str, said))))))


def font() -> subset.TTFont:
    """Those signs of our Chinese and Japanese typeface."""
    options = subset.Options(flavor="woff", layout_features=[])
    found = subset.load_font(str(Path(__file__).parent / "cjk.otf"), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=signs())
    subsetter.subset(found)
    return found


if __name__ == "__main__":
    subset.save_font(font(), str(FILE), subset.Options(flavor="woff"))
