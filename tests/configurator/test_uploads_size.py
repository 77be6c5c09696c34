"""Files from strangers say no unit, or a wrong one: a doubtful size is said, with what mends it."""

import lib3mf
import pytest
import trimesh

from configurator import engine
from configurator.products.own_file import OURS
from tests.configurator.crafted import BOX, as_stl
from tests.configurator.strangers import by_lib3mf, kept, made, without

BEDS = [engine.Volume("Common", 220, 220, 250)]


@pytest.mark.parametrize(
    ("unit", "scale", "size"),
    [("mm", 100, 30), ("cm", 100, 300), ("inch", 50, 381), ("m", 1, 300)],
)
def test_the_unit_and_the_scale_are_the_customers(unit, scale, size):
    result, _ = made(as_stl(BOX), unit=unit, scale_pct=scale)
    assert max(result.size_mm) == pytest.approx(size, rel=1e-5)


def test_a_size_of_another_unit_is_noticed():
    _, findings = made(as_stl(BOX.copy().apply_scale(0.1)))
    assert "size" in findings
    assert (findings["size"].field, findings["size"].value) == ("unit", "cm")
    _, findings = made(as_stl(BOX.copy().apply_scale(0.1)), unit="cm")
    assert "size" not in findings
    assert "size" not in made(by_lib3mf(lib3mf.ModelUnit.Meter))[1], "a 3MF says its unit"


def test_a_file_in_metres_has_one_fault_and_one_button():
    """0.08 mm long: that its walls are thin and its foot is small only follows from its unit."""
    data = as_stl(trimesh.creation.box((0.08, 0.08, 0.04)))
    result, _ = made(data)
    (said,) = result.findings
    assert (said.check, said.level) == ("size", "impossible") and not result.printable
    assert said.state == "It is 0.08 mm at its longest."
    assert (said.field, said.value) == ("unit", "m")
    assert made(data, unit="m")[0].findings == ()
    draft = engine.draft("own-file", {"file": kept(data), "way": "as_is"}, "pla")
    assert [f.check for f in draft.findings] == ["size"]


def test_the_unit_is_doubted_before_anything_that_follows_from_it():
    large, _ = made(as_stl(without(BOX.copy().apply_scale(150), [0])))
    assert [(f.check, f.level) for f in large.findings][:2] == [
        ("size", "impossible"), ("watertight", "impossible"),
    ]  # fmt: skip
    small, _ = made(as_stl(BOX.copy().apply_scale(0.1)))
    assert small.findings[0].check == "size" and small.printable, "a bead of 3 mm can be made"


def test_a_file_that_says_its_unit_and_is_no_size_to_be_made_is_told_so():
    (said,) = made(by_lib3mf(lib3mf.ModelUnit.MicroMeter))[0].findings
    assert said.level == "impossible" and said.state == "It is 0.03 mm at its longest."
    assert said.cause == "So small a part cannot be held."


@pytest.mark.parametrize(
    ("longest", "field", "value", "size"),
    [
        (4000, "scale_pct", 4, 160),  # 170 / 4000 is 4.25 %
        (0.39, "unit", "m", 390),
        (0.4001, "scale_pct", 1000, 4.001),  # as metres it would be more than 400 mm
        (0.5, "scale_pct", 800, 4),
        (20_000, None, None, 0),  # 0.85 %: no scale is so small
    ],
)
def test_a_size_of_no_unit_gets_the_nearest_scale_that_can_be_made(longest, field, value, size):
    data = as_stl(BOX.copy().apply_scale(longest / 30))
    _, findings = made(data)
    said = findings["size"]
    assert (said.field, said.value) == (field, value)
    assert field != "scale_pct" or said.cure == f"Set “Scale” to {value}%."
    if field:
        result, findings = made(data, **{field: value})
        assert "size" not in findings
        assert max(result.size_mm) == pytest.approx(size, rel=1e-5)


def test_a_large_size_is_written_in_figures():
    name = kept(as_stl(BOX.copy().apply_scale(150)))
    (said,) = (
        f.state
        for f in engine.evaluate("own-file", {"file": name}, "pla").findings
        if f.check == "size"
    )
    assert said == "It is 4,500 mm at its longest."


def pressed(raw):
    """A design after the buttons of its size were pressed, and how often."""
    for count in range(4):
        found = engine.advised("own-file", raw, "pla", BEDS).findings
        size = [f for f in found if f.check in ("size", "fit")]
        if not size:
            return raw, count
        assert all(f.field for f in size), [(f.state, f.cure) for f in size]
        raw = {**raw, size[0].field: size[0].value}
    raise AssertionError("the buttons do not end")


@pytest.mark.parametrize("unit", ["cm", "inch", "m"])
@pytest.mark.parametrize("name", OURS)
def test_one_of_ours_taken_for_another_unit_has_a_button_that_mends_it(name, unit):
    raw = {"file": name, "unit": unit, "way": "as_is"}
    made_well, count = pressed(raw)
    assert count <= 1 and (unit != "m" or made_well["unit"] == "mm")


def test_what_no_scale_makes_small_enough_is_taken_for_the_unit_that_does():
    """82 mm as metres at 1 % are 820 mm, larger than any bed, and no scale is below 1 %."""
    raw = {"file": "stand", "unit": "m", "scale_pct": 1, "way": "as_is"}
    (fit,) = (f for f in engine.advised("own-file", raw, "pla", BEDS).findings if f.check == "fit")
    assert (fit.field, fit.value) == ("unit", "inch")  # 20.8 mm
    assert fit.cure == "Set “One unit of the file is” to 1 inch."
    assert pressed(raw)[1] == 1
