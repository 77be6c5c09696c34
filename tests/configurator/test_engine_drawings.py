"""Drawings of sheet parts, read back by readers that are not ours."""

import io
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import ezdxf
import numpy as np
import pytest
from ezdxf.document import Drawing
from fontTools.pens.basePen import BasePen
from fontTools.svgLib.path import parse_path
from shapely.geometry import Polygon

from configurator.engine import file
from configurator.geometry.drawings import NOTE, dxf, svg
from configurator.geometry.sheet import Outline, plate, rectangle
from configurator.products import families, family
from configurator.products.base import Part
from configurator.products.fields import parse
from core.errors import NotFound

SLUGS = ["finger-box", "lamp-panel"]
SVG = "{http://www.w3.org/2000/svg}"


def parts_of(slug):
    kind = family(slug)
    return kind.build(parse(kind, {}), "full")


def wanted(slug):
    """(area in mm², number of contours, width and depth of all) of a design as it lies."""
    parts = parts_of(slug)
    points = np.concatenate([part.outline.rings[0] + part.at[:2] for part in parts])
    return (
        sum(part.outline.area_mm2 for part in parts),
        sum(len(part.outline.rings) for part in parts),
        np.ptp(points, axis=0),
    )


def area_of(rings):
    """Area of contours, holes taken off: a ring within another one is a hole of it."""
    shapes = [Polygon(ring) for ring in rings]
    total = 0.0
    for shape in shapes:
        inside = sum(other.contains(shape) for other in shapes if other is not shape)
        total += shape.area * (1 if inside % 2 == 0 else -1)
    return total


def read_dxf(data) -> Drawing:
    return ezdxf.read(io.StringIO(data.decode()))


class Rings(BasePen):
    """Collects the straight contours of a path."""

    def __init__(self):
        super().__init__(None)
        self.rings = []

    def _moveTo(self, pt):  # noqa: N802 (fontTools' name)
        self.rings.append([pt])

    def _lineTo(self, pt):  # noqa: N802
        self.rings[-1].append(pt)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_dxf_passes_the_audit_and_holds_the_parts(slug):
    drawing = read_dxf(file(slug, {}, "dxf"))
    audit = drawing.audit()
    assert not audit.errors and not audit.fixes
    assert drawing.dxfversion == "AC1024" and drawing.units == ezdxf.units.MM
    lines = list(drawing.modelspace().query("LWPOLYLINE[layer=='CUT']"))
    area, count, box = wanted(slug)
    assert len(lines) == count and all(line.closed for line in lines)
    rings = [np.array([point[:2] for point in line]) for line in lines]
    assert area_of(rings) == pytest.approx(area, rel=1e-5)
    assert np.ptp(np.concatenate(rings), axis=0) == pytest.approx(box, abs=0.01)


@pytest.mark.parametrize("slug", SLUGS)
def test_an_svg_is_true_to_size_and_holds_the_parts(slug):
    root = ET.fromstring(file(slug, {}, "svg"))  # noqa: S314 (our own)
    view = [float(value) for value in root.get("viewBox").split()]
    for name, size in zip(("width", "height"), view[2:], strict=True):
        assert root.get(name).endswith("mm")
        assert float(root.get(name)[:-2]) == size  # one user unit is one millimetre
    (layer,) = [group for group in root.iter(f"{SVG}g") if group.get("id") == "CUT"]
    pen = Rings()
    for path in layer.iter(f"{SVG}path"):
        assert path.get("d").endswith("Z")
        parse_path(path.get("d"), pen)
    area, count, box = wanted(slug)
    assert len(pen.rings) == count
    assert area_of(pen.rings) == pytest.approx(area, rel=1e-5)
    points = np.concatenate([np.array(ring) for ring in pen.rings])
    assert np.ptp(points, axis=0) == pytest.approx(box, abs=0.01)
    assert (points.min(axis=0) > 4.9).all() and (
        points.max(axis=0) < np.array(view[2:]) - 4.9
    ).all()


@pytest.mark.parametrize("extension", ["dxf", "svg"])
@pytest.mark.parametrize("slug", SLUGS)
def test_the_same_design_gives_the_same_drawing(slug, extension):
    first, again = file(slug, {}, extension), file(slug, {}, extension)
    assert first == again
    assert not re.search(rb"20[2-9]\d-\d\d-\d\d", first)


def test_every_process_writes_the_same_drawing():
    """The order of a set of words differs with the seed of their hashes."""
    code = (
        "import hashlib, sys; from configurator.engine import file; sys.stdout.write("
        "hashlib.sha256(file('finger-box', {}, 'dxf') + file('lamp-panel', {}, 'svg')).hexdigest())"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "4", "7", "11")
    ]
    assert len(runs[0]) == 64 and len(set(runs)) == 1


def test_a_drawing_says_that_the_kerf_is_not_in_it():
    assert "kerf" in NOTE
    written = file("finger-box", {}, "dxf").decode()
    assert written.startswith(f"999\n{NOTE}\n")
    layers = read_dxf(written.encode()).layers
    assert [layers.get(name).description for name in ("CUT", "ENGRAVE")] == [NOTE, NOTE]
    root = ET.fromstring(file("finger-box", {}, "svg"))  # noqa: S314
    assert root.find(f"{SVG}desc").text == NOTE


def test_what_is_engraved_is_on_its_own_layer_and_stays_open():
    line = np.array([(10.0, 10.0), (50.0, 10.0), (50.0, 30.0)])
    outline = Outline((rectangle((0, 0), (60, 40)),), 3.0, (line,))
    part = Part("plate", plate(outline), process="laser", outline=outline)
    (drawn,) = read_dxf(dxf([part])).modelspace().query("LWPOLYLINE[layer=='ENGRAVE']")
    assert not drawn.closed and len(drawn) == 3
    root = ET.fromstring(svg([part]))  # noqa: S314
    layers = {group.get("id"): len(group) for group in root.iter(f"{SVG}g")}
    assert layers == {"CUT": 1, "ENGRAVE": 1}
    assert outline.engraved_mm == pytest.approx(60)


def test_a_printed_design_has_no_drawing():
    for slug, kind in families().items():
        if "laser" not in kind.processes:
            with pytest.raises(NotFound, match="3mf, stl, glb"):
                file(slug, {}, "dxf")
            break


@pytest.mark.django_db
@pytest.mark.parametrize(("slug", "offered"), [("finger-box", True), ("knob", False)])
def test_the_page_offers_drawings_of_sheet_parts_only(client, slug, offered):
    page = client.get(f"/design/{slug}/").content.decode()
    for extension in ("DXF", "SVG"):
        assert (f">{extension}</a>" in page) is offered
    assert ">3MF</a>" in page
