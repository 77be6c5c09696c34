"""Text as outlines: shaped by HarfBuzz, drawn from the fonts in configurator/fonts.

A line may mix scripts and directions: what its face does not have is drawn from the face of its
script; what none has is reported by ``missing`` and left out, so that no empty box is ever printed.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import uharfbuzz as hb

from configurator.geometry import bidi
from configurator.geometry.glyphs import FILES as FILES
from configurator.geometry.glyphs import FONTS as FONTS
from configurator.geometry.glyphs import Contours, font_of, glyph, has, stroke_of, united
from configurator.geometry.mesh import Floats
from configurator.products.base import Quality

FALLBACKS = ("modern", "cjk", "arabic", "devanagari", "hebrew")
"""Whose glyphs stand in where the chosen face has none, in this order."""
WRITING = "Latin, Greek, Cyrillic, Arabic, Hebrew, Devanagari, Chinese and Japanese"

_APART_EM = 0.004
"""Glyphs nearer than this are united; others cannot touch."""


@dataclass(frozen=True, eq=False)
class Line:
    """One line of text, 1 em = 1 unit, standing on y = 0.

    ``contours`` are simple closed polygons (n, 2): outlines counter-clockwise, counters clockwise.
    ``low`` and ``high`` are the corners of the box around the ink; ``stroke`` the finest stroke.
    """

    contours: tuple[Floats, ...]
    low: tuple[float, float]
    high: tuple[float, float]
    stroke: float


@dataclass(frozen=True)
class _Run:
    """Text of one face and one direction; odd levels read to the left."""

    face: str
    level: int
    text: str


def missing(text: str, face: str) -> str:
    """The characters that neither the face nor its fallbacks can draw, each once."""
    lost = (c for c in unicodedata.normalize("NFC", text) if _face_for(c, face) is None)
    return "".join(dict.fromkeys(lost))


def writable(text: str, face: str) -> str:
    """The nearest text that can be drawn: plain forms for odd ones, the rest left out."""
    kept = []
    for cluster in _clusters(unicodedata.normalize("NFC", text)):
        plain = unicodedata.normalize("NFKC", cluster)
        bare = "".join(c for c in unicodedata.normalize("NFD", plain) if not _mark(c))
        for one in (cluster, plain, bare):
            if not missing(one, face):
                kept.append(one)
                break
    return " ".join("".join(kept).split())


def islands(text: str, face: str) -> int:
    """How many pieces would fall out if the text were cut right through: its counters."""
    drawn = line(text, face, "draft")
    return 0 if drawn is None else sum(_area(contour) < 0 for contour in drawn.contours)


@lru_cache(maxsize=512)
def line(text: str, face: str, quality: Quality) -> Line | None:
    """A line of text as outlines; None where nothing of it leaves ink."""
    runs = _runs(unicodedata.normalize("NFC", text), face)
    pen_x, stroke = 0.0, math.inf
    drawn: list[Contours] = []
    for run in bidi.visual(runs, [run.level for run in runs]):
        placed, advance, finest = _drawn(run, quality)
        drawn += [[contour + np.array([pen_x, 0.0]) for contour in one] for one in placed]
        pen_x += advance
        stroke = min(stroke, finest)
    merged = [contour for group in _meeting(drawn) for contour in group]
    if not merged:
        return None
    points = np.concatenate(merged)
    low, high = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return Line(tuple(merged), (low[0], low[1]), (high[0], high[1]), stroke)


def _face_for(characters: str, face: str) -> str | None:
    """The first face that has all of them."""
    faces = (face, *FALLBACKS)
    return next((one for one in faces if all(_draws(one, c) for c in characters)), None)


def _draws(face: str, character: str) -> bool:
    """HarfBuzz itself takes care of joiners and of variation selectors, which leave no ink."""
    return character in "\u200c\u200d\ufe0e\ufe0f" or has(face, character)


def _mark(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Mc", "Me") or character in "\u200c\u200d"


def _clusters(text: str) -> list[str]:
    """The text in letters with the marks that go with them, and joiners with both sides."""
    found: list[str] = []
    for character in text:
        joined = found and (_mark(character) or found[-1].endswith("\u200d"))
        if joined:
            found[-1] += character
        else:
            found.append(character)
    return found


def _runs(text: str, face: str) -> list[_Run]:
    """The text in logical order, cut where the face or the direction changes.

    A word that one face has whole stays in one face, so that a single rare letter does not make
    a patchwork of it.
    """
    runs: list[_Run] = []
    levels, at = bidi.levels(text), 0
    for word in re.findall(r"\s+|\S+", text):
        whole = _face_for(word, face)
        for cluster in [word] if whole else _clusters(word):
            wanted = whole or _face_for(cluster, face)
            for number, character in enumerate(cluster):
                one = wanted or _face_for(character, face)
                if one is not None:
                    _added(runs, _Run(one, levels[at + number], character))
            at += len(cluster)
    return runs


def _added(runs: list[_Run], piece: _Run) -> None:
    last = runs[-1] if runs else None
    if last is not None and (last.face, last.level) == (piece.face, piece.level):
        runs[-1] = _Run(last.face, last.level, last.text + piece.text)
    else:
        runs.append(piece)


def _drawn(run: _Run, quality: Quality) -> tuple[list[Contours], float, float]:
    """A run's glyphs in em, how far the run reaches, and its finest stroke."""
    buffer = hb.Buffer()
    buffer.add_str(run.text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if run.level % 2 else "ltr"
    font = font_of(run.face)
    hb.shape(font, buffer)
    size = font.face.upem
    x = y = 0.0
    stroke = math.inf
    glyphs: list[Contours] = []
    for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        shift = np.array([(x + place.x_offset) / size, (y + place.y_offset) / size])
        contours = glyph(run.face, info.codepoint, quality)
        if contours:
            glyphs.append([contour + shift for contour in contours])
            stroke = min(stroke, stroke_of(run.face, info.codepoint))
        x, y = x + place.x_advance, y + place.y_advance
    return glyphs, x / size, stroke


def _meeting(glyphs: Sequence[Contours]) -> list[Contours]:
    """The glyphs, those whose boxes meet united: joined script, accents that touch, kerning."""
    groups: list[tuple[Floats, Contours, bool]] = []
    for one in glyphs:
        points = np.concatenate(one)
        box = np.array([points.min(axis=0) - _APART_EM, points.max(axis=0) + _APART_EM])
        contours, alone = one, True
        while near := next((g for g in groups if _overlap(g[0], box)), None):
            groups = [g for g in groups if g is not near]
            box = np.array([np.minimum(box[0], near[0][0]), np.maximum(box[1], near[0][1])])
            contours, alone = near[1] + contours, False
        groups.append((box, contours, alone))
    return [contours if alone else united(contours) for _, contours, alone in groups]


def _overlap(a: Floats, b: Floats) -> bool:
    return bool((a[0] <= b[1]).all() and (b[0] <= a[1]).all())


def _area(polygon: Floats) -> float:
    x, y = polygon[:, 0], polygon[:, 1]
    return float(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2
