"""Draws the names of the typefaces in their own letters: ``python -m configurator.fonts.samples``.

One SVG with a symbol for each face, so that the form needs no font file of the customer's browser.
"""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import quoteattr

from configurator.geometry.lettering import Line, line
from configurator.products.typefaces import FACES, SAMPLES

FILE = Path(__file__).parents[2] / "static" / SAMPLES
HIGH = 140
"""Height of every sample in hundredths of an em, from 40 below the line that letters stand on."""
BELOW = 40
WIDE = 560
"""Longest name, hundredths of an em; a longer one is drawn smaller."""


def symbol(face: str, label: str) -> str:
    """A face's name in its own outlines, as one symbol whose box ends with the name."""
    drawn = line(label, face, "draft")
    assert drawn is not None
    scale = min(100.0, WIDE / (drawn.high[0] - drawn.low[0]))
    wide = round((drawn.high[0] - drawn.low[0]) * scale) + 4
    return (
        f'<symbol id={quoteattr(face)} viewBox="0 0 {wide} {HIGH}">'
        f'<path d="{_path(drawn, scale)}"/></symbol>'
    )


def _path(drawn: Line, scale: float) -> str:
    rings = []
    for contour in drawn.contours:
        points = [
            f"{(x - drawn.low[0]) * scale + 2:.1f} {HIGH - BELOW - y * scale:.1f}"
            for x, y in contour
        ]
        rings.append(f"M{'L'.join(points)}Z")
    return "".join(rings)


def sheet() -> str:
    """The whole file."""
    symbols = "\n".join(symbol(face, label) for face, label in FACES.items())
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(sheet())
