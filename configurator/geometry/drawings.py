"""Sheet parts as drawings to cut from: DXF and SVG, true to size, in millimetres.

Parts lie as they do on the plate. What is cut and what is engraved are on layers of their own. The
outlines are those of the finished parts, which each file says: whoever cuts them sets the laser's
own width (kerf). Same design, same bytes: no clock, no chance, nothing a customer typed.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np

from configurator.geometry.kernel import Ring
from configurator.products.base import Part

CUT, ENGRAVE = "CUT", "ENGRAVE"
_STROKES = {CUT: "#ff0000", ENGRAVE: "#0000ff"}
"""Red is cut and blue is engraved: what laser software takes for granted."""
_COLOURS = {CUT: 1, ENGRAVE: 5}
"""The same as AutoCAD colour indices."""
_MARGIN_MM = 5.0
NOTE = "Outlines of the finished parts, mm. Not compensated: set the width of your cut (kerf)."

Lines = list[tuple[str, Ring, bool]]
"""Layer, points (n, 2) and whether the line is closed."""


def svg(parts: Sequence[Part]) -> bytes:
    """SVG 1.1: one user unit is a millimetre, y downwards."""
    lines = _lines(parts)
    points = np.concatenate([line for _, line, _ in lines])
    low, high = points.min(axis=0) - _MARGIN_MM, points.max(axis=0) + _MARGIN_MM
    wide, tall = (high - low).tolist()
    out = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:.4f}mm" height="{tall:.4f}mm" '
        f'viewBox="0 0 {wide:.4f} {tall:.4f}">',
        f"<desc>{NOTE}</desc>",
    ]
    for layer, stroke in _STROKES.items():
        out.append(f'<g id="{layer}" fill="none" stroke="{stroke}" stroke-width="0.1">')
        out += [
            f'<path d="{_path((line - low) * (1, -1) + (0, tall), closed)}"/>'
            for at, line, closed in lines
            if at == layer
        ]
        out.append("</g>")
    out.append("</svg>\n")
    return "\n".join(out).encode()


def _path(line: Ring, closed: bool) -> str:
    places = " L".join(f"{x:.4f},{y:.4f}" for x, y in line.tolist())
    return f"M{places}{' Z' if closed else ''}"


def dxf(parts: Sequence[Part]) -> bytes:
    """DXF R2010: one light polyline for each contour, on layer CUT or ENGRAVE.

    ``NOTE`` is a comment at its head and the description of both layers: a text in the drawing
    itself would be cut by a workshop that cuts all it finds.
    """
    from ezdxf._options import options
    from ezdxf.filemanagement import new
    from ezdxf.units import MM

    # Dates and random names of a drawing would give other bytes each time.
    options.write_fixed_meta_data_for_testing = True
    drawing = new("R2010", units=MM)
    for layer, colour in _COLOURS.items():
        drawing.layers.add(layer, color=colour).description = NOTE
    sheet = drawing.modelspace()
    for layer, line, closed in _lines(parts):
        sheet.add_lwpolyline(line.round(4).tolist(), close=closed, dxfattribs={"layer": layer})
    # ezdxf lists what is in use as a set gives it, which differs from process to process.
    for kind in sorted(drawing.entitydb.dxf_types_in_use()):
        drawing.classes.add_class(kind)
    out = io.StringIO()
    out.write(f"999\n{NOTE}\n")
    drawing.write(out)
    return out.getvalue().encode()


def _lines(parts: Sequence[Part]) -> Lines:
    """Every line of every sheet part, where the part lies on the plate."""
    found: Lines = []
    for part in parts:
        if part.outline is not None:
            at = np.array(part.at[:2])
            found += [(CUT, ring + at, True) for ring in part.outline.rings]
            found += [(CUT, line + at, False) for line in part.outline.seams]
            found += [(ENGRAVE, line + at, False) for line in part.outline.engraved]
    return found
