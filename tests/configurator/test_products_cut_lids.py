"""An enclosure's lid cut from sheet: it sits on the box, its holes over the posts."""

import math

import pytest
import shapely

from configurator.engine import design_key, evaluate, file, meshes
from configurator.geometry.measure import assembled
from configurator.materials import material
from configurator.processes import files_of
from configurator.products import family
from configurator.products.enclosure import _box
from configurator.products.fields import parse
from core.errors import NotFound

BOX = family("enclosure")
PLAIN = {"lid_vents": "none", "width_mm": 80, "depth_mm": 52, "corner_mm": 6, "wall_mm": 2}


def built(**raw):
    return {part.name: part for part in BOX.build(parse(BOX, raw), "full")}


def test_a_cut_lid_is_its_rounded_rectangle_less_four_holes():
    """84 × 56 with corners of 6 mm, less four holes of 3.4 mm, 3 mm thick."""
    lid = built(**PLAIN, lid_of="acrylic")["lid"]
    area = 84 * 56 - (4 - math.pi) * 36 - 4 * math.pi * 1.7**2
    assert lid.mesh.volume_mm3 == pytest.approx(3 * area, rel=1e-3)
    assert lid.outline.area_mm2 * 3 == pytest.approx(lid.mesh.volume_mm3, rel=1e-9)
    assert (lid.process, lid.role, lid.outline.thickness_mm) == ("laser", "acrylic", 3)


@pytest.mark.parametrize("screws", ["m2_5", "m3"])
def test_its_holes_are_over_the_posts_and_it_lies_on_the_brim(screws):
    params = parse(BOX, {**PLAIN, "lid_of": "plywood", "screws": screws})
    body, lid = BOX.build(params, "full")
    holes = [shapely.Polygon(ring).centroid for ring in lid.outline.rings[1:]]
    posts = _box(params).posts()
    assert len(holes) == 4
    for hole, post in zip(holes, posts, strict=True):
        assert (hole.x, hole.y) == pytest.approx(post, abs=1e-6)
    assert assembled(lid)[:, 2].min() == pytest.approx(assembled(body)[:, 2].max())


@pytest.mark.parametrize("lid_of", ["acrylic", "plywood"])
@pytest.mark.parametrize("vents", ["none", "slots", "honeycomb"])
def test_the_sheet_keeps_its_webs_between_vents(lid_of, vents):
    found = evaluate("enclosure", {"lid_of": lid_of, "lid_vents": vents}, "petg")
    assert found.printable and not found.findings
    assert {part.name: part.process for part in found.parts} == {"body": "fdm", "lid": "laser"}


def test_each_part_is_checked_for_its_own_material():
    """A wall too thin for PETG: the box has it, the sheet of 3 mm has none."""
    raw = {"wall_mm": 0.8, "corner_mm": 1, "lid_vents": "none"}
    printed, cut = (
        {(finding.part, finding.check) for finding in evaluate("enclosure", one, "petg").findings}
        for one in (raw, {**raw, "lid_of": "acrylic"})
    )
    assert ("body", "walls") in printed and ("body", "walls") in cut
    assert not [row for row in cut if row[0] == "lid"]


def test_a_cut_lid_that_was_to_be_pressed_on_is_screwed_and_says_so():
    params = parse(BOX, {**PLAIN, "lid_of": "acrylic", "screws": "none"})
    (row,) = BOX.rules(params, material("petg"))
    assert (row.level, row.check) == ("mended", "screws")
    assert len(BOX.build(params, "full")[1].outline.rings) == 5


def test_a_design_from_before_keeps_its_shape():
    """Its parameters have no word about the lid: it is printed, as it was."""
    old = {key: value for key, value in parse(BOX, {}).model_dump().items() if key != "lid_of"}
    _, lid = meshes("enclosure", 1, old)
    assert lid.process == "fdm" and lid.outline is None
    assert lid.mesh.size_mm[2] == pytest.approx(5)
    assert BOX.version == 1 and design_key("enclosure", 1, parse(BOX, old))


def test_drawings_are_for_designs_with_something_to_cut():
    assert files_of(BOX, parse(BOX, {})) == ("3mf", "stl", "glb", "step")
    assert "dxf" in files_of(BOX, parse(BOX, {"lid_of": "acrylic"}))
    with pytest.raises(NotFound, match="3mf, stl, glb, step files"):
        file("enclosure", {}, "dxf")
    assert b"LWPOLYLINE" in file("enclosure", {"lid_of": "plywood"}, "dxf")


def test_the_picture_lifts_a_cut_lid_too():
    body, lid = BOX.build(parse(BOX, {"lid_of": "acrylic"}), "draft")
    shown = BOX.scene((body, lid))
    assert assembled(shown[1])[:, 2].min() > assembled(body)[:, 2].max() + 10
