"""A search: the same every time, valid, unbeaten, and at an end when it has to be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from configurator import engine
from configurator.materials import Material, material
from configurator.products import family
from configurator.suggest.fronts import front, spread
from configurator.suggest.gallery import GOALS, SHOWN, WORTH, Shown, _chipped
from configurator.suggest.search import Cancelled, Ended, Search
from configurator.suggest.searches import chance, nsga2, swarms
from configurator.suggest.space import space
from configurator.suggest.suggest import SEARCH_S, TOTAL_S, Suggestions, suggest
from configurator.suggest.tried import Cost, Maker, Tried
from core.errors import BadInput
from tests.suggest.maker import EVALUATIONS, SLUG, cost, limits, maker, wish


@pytest.fixture(scope="module")
def found() -> Suggestions:
    return suggest(wish(), maker(), limits())


def tried(key: str, cents: int, grams: float, stiff: float) -> Tried:
    return Tried(key, {}, cents, grams, stiff, 0)


def test_the_same_request_has_the_same_gallery(found: Suggestions) -> None:
    again = suggest(wish(), maker(), limits())
    assert [one.tried for one in again.shown] == [one.tried for one in found.shown]
    assert found.shown and again.evaluations == found.evaluations == EVALUATIONS


def test_another_request_has_another_seed() -> None:
    seeds = {wish().seed, wish(goal="price").seed, wish(reach=1.0).seed, wish(pinned=[]).seed}
    assert len(seeds) == 4
    assert wish(pinned=["a", "b"]).key == wish(pinned=["b", "a"]).key


def test_all_that_is_shown_can_be_made_and_is_no_worse_in_level(found: Suggestions) -> None:
    for one in found.shown:
        checked = engine.evaluate(SLUG, one.tried.params, maker().material)
        assert checked.printable
        assert one.tried.key == checked.key and one.tried.level <= found.own.level


def test_pinned_values_never_change(found: Suggestions) -> None:
    asked = wish()
    for one in found.shown:
        assert all(one.tried.params[name] == asked.params[name] for name in asked.pinned)
        assert one.tried.params != asked.params


def test_none_that_is_shown_beats_another_and_each_is_worth_a_look(found: Suggestions) -> None:
    shown = [one.tried for one in found.shown]
    assert front(shown) == shown and 2 <= len(shown) <= SHOWN
    for one in shown:
        pairs = zip(one.objectives, found.own.objectives, strict=True)
        assert any(now <= before / (1 + WORTH) for now, before in pairs)


def test_the_figures_shown_are_those_of_the_design_at_full_resolution(found: Suggestions) -> None:
    one = found.shown[0]
    price = cost(SLUG, one.evaluation.parts, _material())
    assert (one.tried.cents, one.tried.grams) == (price.cents, price.grams)


def _material() -> Material:
    return material(maker().material)


def test_the_best_of_each_kind_is_named(found: Suggestions) -> None:
    named = {chip: one.tried for one in found.shown for chip in one.chips}
    assert named["cheapest"].cents == min(one.tried.cents for one in found.shown)
    assert named["lightest"].grams == min(one.tried.grams for one in found.shown)
    assert named["stiffest"].stiffness_mm == max(one.tried.stiffness_mm for one in found.shown)


def test_only_a_figure_that_can_be_read_as_better_is_called_the_best(found: Suggestions) -> None:
    own, cheap, stiff = (
        tried("own", 500, 246.4, 1.0), tried("cheap", 400, 246.38, 1.0),
        tried("stiff", 450, 246.4, 2.0),
    )  # fmt: skip
    shown = [Shown(one, found.own_evaluation) for one in (cheap, stiff)]
    named = {one.tried.key: one.chips for one in _chipped(shown, own, "front")}
    assert named == {"cheap": ("cheapest",), "stiff": ("stiffest",)}


def test_what_is_worse_than_the_own_design_is_not_called_the_best(found: Suggestions) -> None:
    own, other = tried("own", 500, 20.0, 1.0), tried("other", 400, 30.0, 0.5)
    (shown,) = _chipped([Shown(other, found.own_evaluation)], own, "front")
    assert shown.chips == ("cheapest",)


@pytest.mark.parametrize("goal", [goal for goal in GOALS if goal != "front"])
def test_who_wants_one_thing_is_shown_what_betters_it(goal: str) -> None:
    found = suggest(wish(goal=goal), maker(), limits())
    place = GOALS.index(goal) - 1  # type: ignore[arg-type]
    own = found.own.objectives[place]
    values = [one.tried.objectives[place] for one in found.shown]
    assert values and all(value < own for value in values) and values == sorted(values)


def test_each_change_that_is_shown_earns_its_place(found: Suggestions) -> None:
    """Taking back any single change makes the design worse by more than a hair, or not valid."""
    own, made = found.own, maker()
    for one in found.shown:
        changed = [name for name, value in own.params.items() if one.tried.params[name] != value]
        assert changed
        if len(changed) == 1:
            continue
        for name in changed:
            plain = made.draft({**one.tried.params, name: own.params[name]})
            drafted = made.draft(one.tried.params)
            assert plain and drafted
            pairs = zip(plain.objectives, drafted.objectives, strict=True)
            assert plain.level > own.level or any(a > b * 1.009 for a, b in pairs), name


def test_a_design_that_cannot_be_made_is_answered_with_some_that_can() -> None:
    kind = family("twisted-vase")
    low = engine.Volume("Low", 120, 120, 130)  # the vase is 140 mm high
    made = Maker(kind.slug, kind.materials[0], cost, (low,))
    found = suggest(wish(kind.slug, pinned=["width_mm", "outline"]), made, limits(60))
    assert found.own.level == 3 and found.shown
    assert all(one.evaluation.printable for one in found.shown)


def test_what_no_machine_holds_is_never_shown() -> None:
    kind = family("twisted-vase")
    small = engine.Volume("Small", 120, 120, 150)
    made = Maker(kind.slug, kind.materials[0], cost, (small,))
    found = suggest(wish(kind.slug, pinned=[], reach=1.0), made, limits(60))
    assert found.shown
    for one in found.shown:
        assert all(small.holds(part.size_mm) for part in one.evaluation.parts)


def test_a_cut_sheet_is_not_measured_against_a_printer() -> None:
    kind = family("finger-box")
    printer = engine.Volume("Printer", 40, 40, 40)
    made = Maker(kind.slug, kind.materials[0], cost, (printer,))
    drafted = made.draft(kind.Params().model_dump())
    assert drafted and drafted.level < 3
    assert made.full(drafted)[0].level == drafted.level


def test_what_has_no_price_is_left_out_and_an_own_design_without_one_is_told() -> None:
    kind = family(SLUG)

    def only_thick(slug: str, parts: Sequence[engine.PartMeasure], material: Material) -> Cost:
        if parts[0].size_mm[2] < limit:
            raise OverflowError("takes for ever")
        return cost(slug, parts, material)

    made = Maker(SLUG, kind.materials[0], only_thick)
    limit = 7.0  # the default comb is 8 mm thick
    found = suggest(wish(), made, limits())
    assert found.shown and all(one.evaluation.size_mm[2] >= limit for one in found.shown)
    limit = 99.0
    with pytest.raises(BadInput, match="Mend what is marked"):
        suggest(wish(), made, limits())


class Clock:
    """Seconds that pass only when somebody looks."""

    def __init__(self, each_s: float) -> None:
        self.now, self.each_s = 0.0, each_s

    def __call__(self) -> float:
        self.now += self.each_s
        return self.now


def test_a_search_stops_in_time_to_check_what_it_shows() -> None:
    clock = Clock(0.5)
    found = suggest(wish(), maker(), limits(deadline_s=TOTAL_S, clock=clock))
    assert not found.finished and found.evaluations < EVALUATIONS
    assert found.evaluations <= SEARCH_S / 0.5 + 1
    assert clock.now < TOTAL_S + 5 * 0.5


def test_when_time_is_over_at_once_nothing_is_shown_and_nothing_breaks() -> None:
    found = suggest(wish(), maker(), limits(deadline_s=-1.0))
    assert found.shown == () and not found.finished


def test_a_cancel_is_heard_before_the_next_evaluation() -> None:
    heard: list[int] = []

    def go_on(search: Search) -> bool:
        heard.append(len(search.done))
        return len(search.done) < 30

    with pytest.raises(Cancelled):
        suggest(wish(), maker(), limits(go_on=go_on))
    assert heard[-1] == 30


def test_a_cancel_is_heard_while_the_gallery_is_checked() -> None:
    answers = iter([True] * (EVALUATIONS + 2))

    def go_on(search: Search) -> bool:
        return next(answers, False)

    with pytest.raises(Cancelled):
        suggest(wish(), maker(), limits(go_on=go_on))


def test_where_everything_is_pinned_nothing_is_searched() -> None:
    found = suggest(wish(pinned=list(wish().params)), maker(), limits())
    assert found.shown == () and found.count == 1 and found.finished


def test_a_space_that_is_small_is_searched_whole() -> None:
    others = [name for name in wish("enclosure").params if name != "lid_vents"]
    found = suggest(wish("enclosure", pinned=others), maker("enclosure"), limits())
    assert found.count == found.evaluations == 3 and found.finished
    assert "none" in {one.tried.params["lid_vents"] for one in found.shown}  # the stiffest lid


@pytest.fixture(params=[nsga2, swarms, chance])
def searched(request: pytest.FixtureRequest) -> Iterator[Search]:
    kind, asked = family(SLUG), wish()
    params = kind.Params.model_validate(asked.params)
    search = Search(maker(), space(kind, params, asked.pinned, asked.reach), 0, limits(60))
    request.param(search, 11)
    yield search
    again = Search(search.maker, search.space, 0, limits(60))
    request.param(again, 11)
    assert list(again.done) == list(search.done)  # seeded


def test_every_way_to_search_keeps_to_its_budget_and_finds_valid_designs(searched: Search) -> None:
    assert len(searched.done) == 60
    assert all(one.level == 0 for one in searched.valid()) and len(searched.valid()) > 10
    with pytest.raises(Ended):
        searched.evaluate(tuple(len(axis.values) - 1 for axis in searched.space.axes))


def test_a_front_holds_what_nothing_beats() -> None:
    cheap, stiff = tried("cheap", 100, 50.0, 1.0), tried("stiff", 200, 60.0, 3.0)
    beaten, twin = tried("beaten", 210, 60.0, 2.0), tried("twin", 100, 50.0, 1.0)
    assert front([cheap, beaten, stiff, twin]) == [cheap, stiff]
    assert front([]) == []


def test_a_spread_begins_with_the_extremes_and_goes_on_with_the_gaps() -> None:
    own = tried("own", 150, 55.0, 2.0)
    row = [tried(str(n), 100 + 10 * n, 50.0 + n, 1.0 + n) for n in range(11)]
    taken = [own]
    for _ in range(3):
        taken.append(spread([one for one in row if one not in taken], taken))
    assert {one.key for one in taken[1:3]} == {"0", "10"}
    assert taken[3].key in {"4", "5", "6", "7"}


def test_a_price_that_falls_with_weight_alone_needs_no_second_search() -> None:
    """Price and weight agree: the front is the trade of weight against stiffness."""

    def by_weight(slug: str, parts: object, material: object) -> Cost:
        whole = cost(slug, parts, material)  # type: ignore[arg-type]
        return Cost(round(whole.grams * 10), whole.grams)

    kind = family(SLUG)
    found = suggest(wish(), Maker(SLUG, kind.materials[0], by_weight), limits())
    by_grams = sorted((one.tried for one in found.shown), key=lambda one: one.grams)
    stiff = [one.stiffness_mm for one in by_grams]
    assert stiff == sorted(stiff)
