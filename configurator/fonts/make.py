"""Makes the fonts of this folder from their published sources, and the manifest.

    apt-get download PACKAGE …          (each of ``sources`` with "Debian" as its origin)
    dpkg -x FILE.deb DEBIAN             (all into one folder)
    npm pack NAME@VERSION …             (each with "npm"; unpack to NPM/NAME without its @ and /)
    pip install fonttools brotli
    python -m configurator.fonts.make --debian DEBIAN --npm NPM
    python -m configurator.fonts.samples

Only needed to renew a font; the results are kept with the code, and a font that is
the same already is left as it lies. ``--check`` writes nothing and says which would differ.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
from io import BytesIO
from pathlib import Path

from fontTools import subset
from fontTools.merge import Merger
from fontTools.ttLib import TTCollection, TTFont
from fontTools.varLib import instancer

from configurator.fonts.sources import SOURCES, Source

HERE = Path(__file__).parent
LICENCE = "OFL-1.1"


def opened(path: Path, face: str, weight: float) -> TTFont:
    """A static font: one of a collection, or one weight of a variable font."""
    if path.suffix == ".ttc":
        fonts = TTCollection(path).fonts
        return next(f for f in fonts if f["name"].getDebugName(4) == face)
    font = TTFont(path)
    if "fvar" in font:
        place = {axis.axisTag: axis.defaultValue for axis in font["fvar"].axes}
        font = instancer.instantiateVariableFont(font, {**place, "wght": weight})
    font.flavor = None
    return font


def whole(source: Source, folder: Path) -> TTFont:
    """One font, also from the script subsets that a package may ship."""
    paths = [folder / name for name in source.files]
    if len(paths) == 1:
        return opened(paths[0], source.name, source.weight)
    with tempfile.TemporaryDirectory() as place:
        files = []
        for index, path in enumerate(paths):
            files.append(str(Path(place) / f"{index}.ttf"))
            opened(path, source.name, source.weight).save(files[-1])
        return Merger().merge(files)


def reduced(font: TTFont, source: Source) -> TTFont:
    """Only the characters wanted, with the layout they need and without hints."""
    options = subset.Options(
        hinting=False,
        layout_features=[
            *("kern", "liga", "calt", "ccmp", "mark", "mkmk", "locl"),
            *(source.features or ()),
        ],
        name_IDs=[0, 1, 2, 5, 13, 14],
        notdef_outline=True,
        drop_tables=["STAT", "MVAR", "HVAR", "vhea", "vmtx", "VORG", "BASE"],
    )
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=source.characters)
    cutter.subset(font)
    if source.reserved:
        _renamed(font, source)
    return font


def _renamed(font: TTFont, source: Source) -> None:
    """A changed font may not bear a reserved name (OFL, condition 3)."""
    for number in (1, 3, 4, 6, 16):
        font["name"].removeNames(nameID=number)
    font["name"].setName(f"Nearmade {source.key.title()}", 1, 3, 1, 0x409)
    if "CFF " in font:
        font["CFF "].cff.fontNames = [f"Nearmade-{source.key}"]
        top = font["CFF "].cff.topDictIndex[0]
        top.FullName = top.FamilyName = f"Nearmade {source.key.title()}"


def made(source: Source, folder: Path) -> bytes:
    """The file's bytes."""
    font = reduced(whole(source, folder), source)
    font["head"].modified = font["head"].created
    font.recalcTimestamp = False
    file = BytesIO()
    font.save(file)
    return file.getvalue()


def same(path: Path, data: bytes) -> bool:
    """Whether a kept file has the same characters, glyphs and widths.

    fontTools packs layout tables in an order that differs from run to run, so bytes may not agree.
    """
    kept, new = TTFont(path), TTFont(BytesIO(data))
    shapes = ("cmap", "hmtx", "glyf", "loca", "CFF ")
    return all(
        (tag in kept) == (tag in new) and (tag not in kept or kept.reader[tag] == new.reader[tag])
        for tag in shapes
    )


def entry(source: Source, data: bytes) -> dict[str, object]:
    """What the manifest says of a font."""
    return {
        "key": source.key,
        "file": source.file,
        "name": source.name,
        "version": source.version,
        "source": f"{source.origin} {source.package} {source.package_version}",
        "licence": LICENCE,
        "copyright": source.copyright,
        "characters": len(TTFont(BytesIO(data)).getBestCmap()),
        "sha256": hashlib.sha256(data).hexdigest(),
    }


def licence(text: str) -> str:
    """OFL.txt with the copyright lines of the sources above the licence's own text."""
    body = text[text.index("They were subset") :]
    rows = [f"{one.name} ({one.file}): {one.copyright}" for one in SOURCES]
    return "\n".join([*rows, "", body])


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--debian", type=Path, required=True)
    arguments.add_argument("--npm", type=Path, required=True)
    arguments.add_argument("--check", action="store_true")
    given = arguments.parse_args()
    manifest, differ = [], []
    for source in SOURCES:
        folder = given.debian if source.origin == "Debian" else given.npm
        data, path = made(source, folder), HERE / source.file
        if path.exists() and same(path, data):
            data = path.read_bytes()
        else:
            differ.append(source.file)
            if not given.check:
                path.write_bytes(data)
        manifest.append(entry(source, data))
    print("differ from what is kept:", ", ".join(differ) or "none")
    if given.check:
        return int(bool(differ))
    (HERE / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    words = HERE / "OFL.txt"
    words.write_text(licence(words.read_text()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
