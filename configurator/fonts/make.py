"""Makes the fonts of this folder from their published sources, and the manifest.

    apt-get install fonts-inter-variable fonts-noto-cjk
    npm pack @fontsource-variable/nunito@5.3.0 @fontsource/pacifico@5.3.0   (unpack each)
    pip install fonttools brotli
    python configurator/fonts/make.py --nunito FOLDER --pacifico FOLDER

Only needed to renew a font; the results are kept with the code.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
from pathlib import Path

from fontTools import subset
from fontTools.merge import Merger
from fontTools.ttLib import TTCollection, TTFont
from fontTools.varLib import instancer

HERE = Path(__file__).parent
INTER = Path("/usr/share/fonts/truetype/inter-vf/InterDisplay-roman.var.ttf")
NOTO = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc")

LATIN = [*range(0x20, 0x250), *range(0x1E00, 0x1F00), *range(0x2010, 0x2040), 0x20AC, 0x2122]
GREEK_AND_CYRILLIC = [*range(0x370, 0x400), *range(0x400, 0x530)]
SIGNS = [ord(c) for c in "♥★☆♪•●◆▲■→←↑↓✓×÷°№"]
KANA_AND_PUNCTUATION = [*range(0x3000, 0x3040), *range(0x3040, 0x3100), *range(0xFF01, 0xFF5F)]
NAMES_BEYOND_GB2312 = [ord(c) for c in "喆堃玥昇珺焱淼犇骉翀頔祎旸昕晞玟珮琰瑀甯皓睿赟赪韡馨鑫龑"]

LICENCE = "OFL-1.1"


def han() -> set[int]:
    """Hanzi of GB 2312, and the frequent levels of JIS X 0208 and Big5: 4 MB in all."""
    found = {ord(c) for code in _codes(0xB0, 0xF8) if (c := _decoded(code, "gb2312"))}
    found |= {ord(c) for code in _codes(0xB0, 0xD0) if (c := _decoded(code, "euc_jp"))}
    big5 = [
        bytes([a, b]) for a in range(0xA4, 0xC2) for b in (*range(0x40, 0x7F), *range(0xA1, 0xFF))
    ]
    return found | {ord(c) for code in big5 if (c := _decoded(code, "big5"))}


def _codes(first: int, last: int) -> list[bytes]:
    return [bytes([a, b]) for a in range(first, last) for b in range(0xA1, 0xFF)]


def _decoded(code: bytes, charset: str) -> str | None:
    try:
        return code.decode(charset)
    except UnicodeDecodeError:
        return None


def instance(path: Path, weight: float) -> TTFont:
    """A static font of a variable one, other axes at their defaults."""
    font = TTFont(path)
    if "fvar" in font:
        place = {axis.axisTag: axis.defaultValue for axis in font["fvar"].axes}
        font = instancer.instantiateVariableFont(font, {**place, "wght": weight})
    font.flavor = None
    return font


def merged(paths: list[Path], weight: float) -> TTFont:
    """One font from the script subsets that a package ships."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for index, path in enumerate(paths):
            files.append(str(Path(folder) / f"{index}.ttf"))
            instance(path, weight).save(files[-1])
        return Merger().merge(files)


def reduced(font: TTFont, characters: list[int] | set[int]) -> TTFont:
    """Only those characters, with the layout they need and without hints."""
    options = subset.Options(
        hinting=False,
        layout_features=["kern", "liga", "calt", "ccmp", "mark", "mkmk", "locl"],
        name_IDs=[0, 1, 2, 5, 13, 14],
        notdef_outline=True,
        drop_tables=["STAT", "MVAR", "HVAR", "vhea", "vmtx", "VORG", "BASE"],
    )
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters)
    cutter.subset(font)
    return font


def noto() -> TTFont:
    """Noto Sans CJK SC Bold out of Debian's collection."""
    fonts = TTCollection(NOTO).fonts
    return next(f for f in fonts if f["name"].getDebugName(4) == "Noto Sans CJK SC Bold")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--nunito", type=Path, required=True)
    arguments.add_argument("--pacifico", type=Path, required=True)
    given = arguments.parse_args()
    nunito = [given.nunito / f"files/nunito-{s}-wght-normal.woff2" for s in ("latin", "latin-ext")]
    pacifico = [
        given.pacifico / f"files/pacifico-{s}-400-normal.woff2"
        for s in ("latin", "latin-ext", "cyrillic")
    ]
    everything = [*LATIN, *GREEK_AND_CYRILLIC, *SIGNS]
    made = {
        "modern": (
            "Inter Display Bold",
            "4.0-beta7",
            "Debian fonts-inter-variable 4.0~beta7+ds-1",
            "Copyright 2020 The Inter Project Authors (https://github.com/rsms/inter)",
            reduced(instance(INTER, 720), everything),
        ),
        "rounded": (
            "Nunito ExtraBold",
            "5.3.0",
            "npm @fontsource-variable/nunito 5.3.0",
            "Copyright 2014 The Nunito Project Authors (https://github.com/googlefonts/nunito)",
            reduced(merged(nunito, 850), everything),
        ),
        "script": (
            "Pacifico Regular",
            "5.3.0",
            "npm @fontsource/pacifico 5.3.0",
            "Copyright 2018 The Pacifico Project Authors (https://github.com/googlefonts/Pacifico)",
            reduced(merged(pacifico, 400), everything),
        ),
        "cjk": (
            "Noto Sans CJK SC Bold",
            "2.004",
            "Debian fonts-noto-cjk 1:20220127+repack1-1",
            "Copyright 2014-2021 Adobe (http://www.adobe.com/)",
            reduced(
                noto(),
                {*han(), *range(0x20, 0x7F), *KANA_AND_PUNCTUATION, *SIGNS, *NAMES_BEYOND_GB2312},
            ),
        ),
    }
    manifest = []
    for key, (name, version, source, copyright_, font) in made.items():
        path = HERE / f"{key}.{'otf' if 'CFF ' in font else 'ttf'}"
        font["head"].modified = font["head"].created
        font.recalcTimestamp = False
        font.save(path)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        manifest.append(
            {
                "key": key,
                "file": path.name,
                "name": name,
                "version": version,
                "source": source,
                "licence": LICENCE,
                "copyright": copyright_,
                "characters": len(font.getBestCmap()),
                "sha256": digest,
            }
        )
    (HERE / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")


if __name__ == "__main__":
    main()
