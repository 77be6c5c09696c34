"""Volumes that can be worked out on paper, against the meshes."""

import math
from itertools import pairwise

import pytest

from configurator.products import family
from configurator.products.fields import parse


def test_a_plain_tag_has_the_volume_of_the_formula():
    """A 60 × 30 × 3 plate, corners of 7 mm, below chamfered by 0.4 and above rounded by 0.8.

    Moved inwards by d, a rounded rectangle has the area A(d) = (60−2d)(30−2d) − (4−π)(7−d)².
    Corner radius: min(0.24·30, 7) = 7. So
    - chamfer:  ∫₀^0.4 A(d) dd
    - straight: (3 − 0.4 − 0.8) · A(0) = 1.8 · 1757.94 = 3164.29
    - fillet: three chords of the quarter circle; ∫ A over each, d and z linear along a chord.
    """
    tag = family("name-tag")
    params = parse(
        tag,
        {"name": "", "shape": "rounded", "hole": "none", "rim": False, "width_mm": 60,
         "height_mm": 30, "thickness_mm": 3},
    )  # fmt: skip

    def area(d):
        return (60 - 2 * d) * (30 - 2 * d) - (4 - math.pi) * (7 - d) ** 2

    def between(d0, z0, d1, z1):  # Simpson is exact for a quadratic
        middle = area((d0 + d1) / 2)
        return (z1 - z0) * (area(d0) + 4 * middle + area(d1)) / 6

    turns = [k * math.pi / 6 for k in range(4)]
    rounding = [(0.8 * (1 - math.cos(t)), 0.8 * math.sin(t)) for t in turns]
    expected = between(0.4, 0, 0, 0.4) + 1.8 * area(0)
    expected += sum(between(*low, *high) for low, high in pairwise(rounding))
    assert area(0) == pytest.approx(1757.94, abs=0.01)
    volume = tag.build(params, "full")[0].mesh.volume_mm3
    # Chords lie inside their arcs: with 24 segments or more at most 1 % of the four corners.
    assert expected * 0.9985 < volume < expected


def test_letters_add_their_area_times_their_height():
    tag = family("name-tag")
    base = {"name": "", "shape": "pill", "hole": "none", "rim": False}
    plain = tag.build(parse(tag, base), "full")[0].mesh.volume_mm3
    gain = {}
    for relief in (0.4, 0.8):
        raised = parse(tag, {**base, "name": "Mia", "relief_mm": relief})
        gain[relief] = tag.build(raised, "full")[0].mesh.volume_mm3 - plain
    sunk = parse(tag, {**base, "name": "Mia", "relief_mm": 0.8, "lettering": "engraved"})
    loss = plain - tag.build(sunk, "full")[0].mesh.volume_mm3
    assert gain[0.8] == pytest.approx(2 * gain[0.4], rel=1e-6)
    assert loss == pytest.approx(gain[0.8], rel=1e-6)


def test_a_closed_enclosure_without_openings_has_the_volume_of_its_walls():
    """Sharp-cornered estimate: outside minus inside, less the small cuts of edges.

    60 × 40 × 30 inside, wall 2, corners 1.2 (inside 0.6), no screws, vents or cable:
    outside 64·44·32 − (4−π)·1.44·32 = 90112 − 39.6 = 90072.4;
    inside 60·40·30 − (4−π)·0.36·30 = 72000 − 9.3 = 71990.7; difference 18081.7.
    The chamfer of 0.7 takes 0.7²/2 · about 214 mm = 52, the one of 0.3 takes 0.045 · 215 = 10.
    """
    box = family("enclosure")
    params = parse(
        box,
        {"width_mm": 60, "depth_mm": 40, "height_mm": 30, "wall_mm": 2, "corner_mm": 1.2,
         "screws": "none", "lid_vents": "none", "side_vents": False, "cable_mm": 0},
    )  # fmt: skip
    body, _ = box.build(params, "full")
    assert body.mesh.volume_mm3 == pytest.approx(18081.7 - 52 - 10, rel=0.002)
