"""What may vary: derived from the declaration, never a text, never what is pinned."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from configurator.products import families, family
from configurator.products.fields import fields, parse
from configurator.suggest import pins
from configurator.suggest.pins import always_pinned, changed_by_hand, pins_at_first
from configurator.suggest.space import space


def test_numbers_go_in_their_steps_within_reach_of_where_they_are() -> None:
    kind = family("enclosure")
    room = space(kind, kind.Params(), always_pinned(kind), 0.25)
    walls = next(axis for axis in room.axes if axis.name == "wall_mm")
    # 0.8 to 4 mm in steps of 0.1: a quarter of 3.2 mm is 0.8 mm to either side of 2 mm.
    assert walls.ordered and walls.values == tuple(round(1.2 + n / 10, 1) for n in range(17))
    vents = next(axis for axis in room.axes if axis.name == "lid_vents")
    assert not vents.ordered and vents.values == ("none", "slots", "honeycomb")


def test_a_value_between_two_steps_is_kept_among_them() -> None:
    kind = family("enclosure")
    params = parse(kind, {"corner_mm": 6.2})
    room = space(kind, params, {f.name for f in fields(kind)} - {"corner_mm"}, 0.1)
    assert room.axes[0].values == (5.5, 6.0, 6.2, 6.5, 7.0)
    assert room.params(room.start) == params.model_dump()


@pytest.mark.parametrize("slug", list(families()))
def test_every_design_of_the_space_keeps_the_pins_and_can_be_read(slug: str) -> None:
    kind, rng = family(slug), Random(7)
    params = kind.Params()
    pinned = pins_at_first(kind, params)
    room = space(kind, params, pinned, 1.0)
    for _ in range(20):
        drawn = room.params(room.drawn(rng))
        assert parse(kind, drawn, strict=True).model_dump() == drawn
        assert all(drawn[name] == getattr(params, name) for name in pinned)


def test_a_text_is_always_pinned_and_so_is_a_field_of_a_kind_not_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kind = family("name-tag")
    assert always_pinned(kind) == {"name", "second_line"}
    odd = tuple(replace(f, kind="scan") if f.name == "rim" else f for f in fields(kind))
    monkeypatch.setattr(pins, "fields", lambda family: odd)
    monkeypatch.setattr("configurator.suggest.space.fields", lambda family: odd)
    assert pins_at_first(kind, kind.Params())["rim"] == "always"
    assert "rim" not in {axis.name for axis in space(kind, kind.Params(), (), 1.0).axes}


def test_what_was_changed_by_hand_is_pinned_and_a_preset_is_not_a_change() -> None:
    kind = family("twisted-vase")
    storm = dict(kind.presets[1].params)
    assert changed_by_hand(kind, parse(kind, storm)) == frozenset()
    mine = parse(kind, {**storm, "wall_mm": 2.2})
    assert pins_at_first(kind, mine) == {
        "wall_mm": "changed",
        "height_mm": "size",
        "width_mm": "size",
    }


def test_what_changes_nothing_was_changed_by_nobody() -> None:
    kind = family("face-plate")
    rack = {"size": "1u", "window_mm": 0}
    assert "width_mm" not in changed_by_hand(kind, parse(kind, {**rack, "width_mm": 222}))
    assert "width_mm" in changed_by_hand(kind, parse(kind, {"width_mm": 222}))


def test_the_advice_names_fields_that_there_are() -> None:
    for slug, kind in families().items():
        assert set(kind.fitted.split()) <= {form.name for form in fields(kind)}, slug
