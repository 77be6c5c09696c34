"""Where each font of this folder comes from, under whose licence, and what is kept of it."""

from __future__ import annotations

from dataclasses import dataclass

LATIN = [*range(0x20, 0x250), *range(0x1E00, 0x1F00), *range(0x2010, 0x2040), 0x20AC, 0x2122]
GREEK_AND_CYRILLIC = [*range(0x370, 0x400), *range(0x400, 0x530)]
SIGNS = [ord(c) for c in "♥★☆♪•●◆▲■→←↑↓✓×÷°№"]
WESTERN = frozenset([*LATIN, *GREEK_AND_CYRILLIC, *SIGNS])
KANA_AND_PUNCTUATION = [*range(0x3000, 0x3040), *range(0x3040, 0x3100), *range(0xFF01, 0xFF5F)]
NAMES_BEYOND_GB2312 = [ord(c) for c in "喆堃玥昇珺焱淼犇骉翀頔祎旸昕晞玟珮琰瑀甯皓睿赟赪韡馨鑫龑"]
SHARED = [*range(0x20, 0x40), 0xA0, *range(0x200C, 0x2010), 0x25CC]
"""Blanks, digits and points that stand among the letters of any script."""
ARABIC = frozenset([*SHARED, *range(0x600, 0x700), *range(0x750, 0x780), 0xFD3E, 0xFD3F])
DEVANAGARI = frozenset([*SHARED, *range(0x900, 0x980), *range(0xA8E0, 0xA900), 0x20B9])
HEBREW = frozenset([*SHARED, *range(0x590, 0x600), *range(0xFB1D, 0xFB50), 0x20AA])


@dataclass(frozen=True)
class Source:
    """One font. ``origin`` is "Debian" or "npm"; ``files`` lie in the package as it is unpacked.

    ``weight`` is taken of a variable font; ``features`` are layout features of its script beyond
    the usual ones; ``reserved`` says that its name is reserved, so that our cut gets another.
    """

    key: str
    name: str
    version: str
    origin: str
    package: str
    package_version: str
    files: tuple[str, ...]
    copyright: str
    characters: frozenset[int] = WESTERN
    weight: float = 400
    features: tuple[str, ...] = ()
    reserved: bool = False
    suffix: str = "ttf"

    @property
    def file(self) -> str:
        return f"{self.key}.{self.suffix}"


def _han() -> set[int]:
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


CJK = frozenset({*_han(), *range(0x20, 0x7F), *KANA_AND_PUNCTUATION, *SIGNS, *NAMES_BEYOND_GB2312})

_TRUETYPE = "usr/share/fonts/truetype"
_OPENTYPE = "usr/share/fonts/opentype"
_JOINED = ("init", "medi", "fina", "isol", "rlig", "curs", "rclt")
_INDIC = (
    *("nukt", "akhn", "rphf", "rkrf", "pref", "blwf", "half", "pstf", "vatu", "cjct"),
    *("pres", "abvs", "blws", "psts", "haln", "dist", "abvm", "blwm", "init"),
)


def _noto(key: str, script: str, version: str, characters: frozenset[int], year: str) -> Source:
    features = {"arabic": _JOINED, "devanagari": _INDIC}.get(key, ())
    return Source(
        key=key,
        name=f"Noto Sans {script} Bold",
        version=version,
        origin="Debian",
        package="fonts-noto-core",
        package_version="20201225-1",
        files=(f"{_TRUETYPE}/noto/NotoSans{script}-Bold.ttf",),
        copyright=f"Copyright {year} All Rights Reserved.",
        characters=characters,
        features=features,
    )


def _npm(
    key: str,
    name: str,
    package: str,
    files: str,
    subsets: tuple[str, ...],
    copyright_: str,
    *,
    weight: float = 400,
    reserved: bool = False,
) -> Source:
    folder = package.removeprefix("@").replace("/", "-")
    return Source(
        key=key,
        name=name,
        version="5.3.0",
        origin="npm",
        package=package,
        package_version="5.3.0",
        files=tuple(f"{folder}/files/{files.format(one)}.woff2" for one in subsets),
        copyright=copyright_,
        weight=weight,
        reserved=reserved,
    )


SOURCES = (
    Source(
        key="modern",
        name="Inter Display Bold",
        version="4.0-beta7",
        origin="Debian",
        package="fonts-inter-variable",
        package_version="4.0~beta7+ds-1",
        files=(f"{_TRUETYPE}/inter-vf/InterDisplay-roman.var.ttf",),
        copyright="Copyright 2020 The Inter Project Authors (https://github.com/rsms/inter)",
        weight=720,
    ),
    _npm(
        "rounded",
        "Nunito ExtraBold",
        "@fontsource-variable/nunito",
        "nunito-{}-wght-normal",
        ("latin", "latin-ext"),
        "Copyright 2014 The Nunito Project Authors (https://github.com/googlefonts/nunito)",
        weight=850,
    ),
    _npm(
        "script",
        "Pacifico Regular",
        "@fontsource/pacifico",
        "pacifico-{}-400-normal",
        ("latin", "latin-ext", "cyrillic"),
        "Copyright 2018 The Pacifico Project Authors (https://github.com/googlefonts/Pacifico)",
    ),
    _npm(
        "condensed",
        "Oswald SemiBold",
        "@fontsource/oswald",
        "oswald-{}-600-normal",
        ("latin", "latin-ext", "cyrillic"),
        "Copyright 2016 The Oswald Project Authors (https://github.com/googlefonts/OswaldFont)",
    ),
    Source(
        key="serif",
        name="Vollkorn Bold",
        version="4.105",
        origin="Debian",
        package="fonts-vollkorn",
        package_version="4.105-2",
        files=(f"{_TRUETYPE}/vollkorn/Vollkorn-Bold.ttf",),
        copyright="Copyright 2018 The Vollkorn Project Authors "
        "(https://github.com/FAlthausen/Vollkorn-Typeface)",
    ),
    Source(
        key="elegant",
        name="Old Standard Regular",
        version="2.2",
        origin="Debian",
        package="fonts-oldstandard",
        package_version="2.2really-4",
        files=(f"{_TRUETYPE}/fonts-oldstandard/OldStandard-Regular.ttf",),
        copyright="Copyright (C) 2006-2011 Alexey Kryukov (amkryukov@gmail.com), "
        "without Reserved Font Names",
    ),
    _npm(
        "slab",
        "Zilla Slab Bold",
        "@fontsource/zilla-slab",
        "zilla-slab-{}-700-normal",
        ("latin", "latin-ext"),
        "Copyright 2017, The Mozilla Foundation",
    ),
    Source(
        key="mono",
        name="JetBrains Mono ExtraBold",
        version="2.242",
        origin="Debian",
        package="fonts-jetbrains-mono",
        package_version="2.242+ds-3",
        files=(f"{_TRUETYPE}/jetbrains-mono/JetBrainsMono-ExtraBold.ttf",),
        copyright="Copyright 2020 The JetBrains Mono Project Authors "
        "(https://github.com/JetBrains/JetBrainsMono)",
    ),
    Source(
        key="hand",
        name="Comic Neue Bold",
        version="2.003",
        origin="Debian",
        package="fonts-comic-neue",
        package_version="2.51-4",
        files=(f"{_OPENTYPE}/comic-neue/ComicNeue-Bold.otf",),
        copyright="Copyright 2014 The Comic Neue Project Authors "
        "(https://github.com/crozynski/comicneue)",
        suffix="otf",
    ),
    Source(
        key="brush",
        name="Kaushan Script Regular",
        version="1.002",
        origin="Debian",
        package="fonts-kaushanscript",
        package_version="1.02-2.1",
        files=(f"{_OPENTYPE}/kaushanscript/KaushanScript-Regular.otf",),
        copyright="Copyright (c) 2011, Pablo Impallari (www.impallari.com), Igino Marini "
        "(www.ikern.com), with Reserved Font Name Kaushan Script",
        reserved=True,
        suffix="otf",
    ),
    _npm(
        "blackletter",
        "UnifrakturCook Bold",
        "@fontsource/unifrakturcook",
        "unifrakturcook-{}-700-normal",
        ("latin",),
        "Copyright (c) 2010 j. 'mach' wust with Reserved Font Name UnifrakturCook, "
        "(c) 2009 Peter Wiegel",
        reserved=True,
    ),
    _npm(
        "stencil",
        "Saira Stencil One Regular",
        "@fontsource/saira-stencil-one",
        "saira-stencil-one-{}-400-normal",
        ("latin", "latin-ext"),
        "Copyright 2019 The Saira Stencil Project Authors (https://github.com/Omnibus-Type/Saira)",
    ),
    Source(
        key="cjk",
        name="Noto Sans CJK SC Bold",
        version="2.004",
        origin="Debian",
        package="fonts-noto-cjk",
        package_version="1:20220127+repack1-1",
        files=(f"{_OPENTYPE}/noto/NotoSansCJK-Bold.ttc",),
        copyright="Copyright 2014-2021 Adobe (http://www.adobe.com/)",
        characters=CJK,
        suffix="otf",
    ),
    _noto("arabic", "Arabic", "2.005", ARABIC, "2015-2020 Google LLC."),
    _noto("devanagari", "Devanagari", "2.001", DEVANAGARI, "2015 Google Inc."),
    _noto("hebrew", "Hebrew", "3.000", HEBREW, "2019 Google Inc."),
)
