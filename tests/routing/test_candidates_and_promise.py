"""Who can make it, and when it would be there."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from manufacturing.capacity import Slot
from manufacturing.needs import JobNeed
from routing.candidates import MachineView, candidates, fits
from routing.promise import convolve, promise, quantile, transit

MONDAY = dt.date(2026, 11, 23)
LYON, BERLIN = (45.764, 4.8357), (52.52, 13.405)
NEED = JobNeed("k", "vase", "fdm", "petg", "kiln", 1, (100.0, 100.0, 150.0), 300, 80, 0.3)


def view(number: int, at: tuple[float, float], **fields: object) -> MachineView:
    base = MachineView(
        id=number,
        name=f"M{number}",
        factory_id=number,
        factory=f"F{number}",
        city="x",
        lat=at[0],
        lon=at[1],
        process="fdm",
        bed_mm=(250, 210, 220),
        tolerance_mm=0.2,
        max_hotend_c=290,
        accepting=True,
        status="idle",
        free=tuple(Slot(n, MONDAY + dt.timedelta(days=n), 600) for n in range(10)),
        grams={("petg", "kiln"): 1000},
    )
    return replace(base, **fields)  # type: ignore[arg-type]


def best(*views: MachineView, **options: object) -> list[tuple[int, str]]:
    rows = candidates(NEED, LYON, MONDAY + dt.timedelta(days=6), views, MONDAY, **options)  # type: ignore[arg-type]
    return [(row.machine_id, row.why_not) for row in rows]


def test_the_nearest_that_can_comes_first() -> None:
    assert best(view(1, BERLIN), view(2, LYON)) == [(2, ""), (1, "")]


def test_of_two_machines_alike_the_one_with_less_before_it_comes_first() -> None:
    """Otherwise all work of a day would stand at the machine with the lowest number."""
    busy = tuple(Slot(n, MONDAY + dt.timedelta(days=n), 300, 300) for n in range(10))
    assert best(view(1, LYON, free=busy), view(2, LYON)) == [(2, ""), (1, "")]
    # But nobody's parcel crosses a country for the sake of half a day.
    assert best(view(1, LYON, free=busy), view(2, BERLIN)) == [(1, ""), (2, "")]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"accepting": False}, "takes no new work"),
        ({"status": "error"}, "has a fault"),
        ({"status": "maintenance"}, "being serviced"),
        ({"process": "cnc"}, "is a CNC router, this needs a printer"),
        ({"bed_mm": (90, 90, 400)}, "too small"),
        ({"bed_mm": (250, 210, 120)}, "too small"),
        ({"tolerance_mm": 0.5}, "holds ±0.5 mm, this needs ±0.3 mm"),
        ({"max_hotend_c": 210}, "reaches 210 °C, PETG needs 235 °C"),
        ({"grams": {}}, "has 0 g on the shelf of PETG, kiln orange; 80 g are needed"),
        ({"grams": {("petg", "kiln"): 79}}, "79 g on the shelf of PETG, kiln orange"),
        ({"free": ()}, "no 5 h 00 free before"),
    ],
)
def test_a_machine_that_cannot_says_why_and_comes_last(
    change: dict[str, object], reason: str
) -> None:
    rows = best(view(1, LYON, **change), view(2, BERLIN), hotend_c=235.0)
    assert rows[0] == (2, "")
    assert rows[1][0] == 1
    assert reason in rows[1][1]


def test_who_said_no_is_not_asked_again() -> None:
    assert best(view(1, LYON), view(2, BERLIN), declined={1})[0] == (2, "")
    assert best(view(1, LYON), view(2, BERLIN), failed_on={1})[1] == (
        1,
        "this job failed there before",
    )


def test_minutes_expected_by_the_neighbours_are_held_back_from_others() -> None:
    """Berlin is farther but free; Grenoble's minutes are expected to be needed nearby."""
    grenoble = view(1, (45.188, 5.724), expected_min=600.0)
    lyon = view(3, LYON, accepting=False)
    rows = candidates(
        NEED, LYON, MONDAY + dt.timedelta(days=6), [grenoble, view(2, BERLIN), lyon], MONDAY
    )
    held = next(row for row in rows if row.machine_id == 1)
    # 7 days × 600 expected, 4200 − 300 left: the job eats 300 of what is expected.
    assert held.held_back_min == 300
    assert held.cost_cents > next(row for row in rows if row.machine_id == 2).cost_cents - 10_000
    free = candidates(
        NEED, LYON, MONDAY + dt.timedelta(days=6), [replace(grenoble, expected_min=0.0)], MONDAY
    )
    assert held.cost_cents == pytest.approx(free[0].cost_cents + 1.5 * 300)


def test_a_part_may_be_turned_but_not_laid_down() -> None:
    assert fits((200, 100, 50), (180, 220, 250))
    assert not fits((50, 50, 260), (300, 300, 250))


def test_the_promise_of_the_docs_worked_example() -> None:
    """docs/algorithms/promise.md: ready on a Wednesday, 4 km away, 90 % sure."""
    dates = promise(dt.date(2026, 11, 25), 4.0, 0.9)
    assert (dates.ship_by, dates.earliest, dates.latest) == (
        dt.date(2026, 11, 27),
        dt.date(2026, 11, 26),
        dt.date(2026, 11, 30),
    )


def test_surer_is_later_and_farther_is_later() -> None:
    ready = dt.date(2026, 11, 23)
    assert promise(ready, 4, 0.99).latest >= promise(ready, 4, 0.9).latest
    assert promise(ready, 4000).earliest > promise(ready, 4).earliest


@pytest.mark.parametrize("km", [0, 299, 300, 999, 1000, 2999, 3000, 20000])
def test_every_distribution_sums_to_one(km: float) -> None:
    assert sum(transit(km).values()) == pytest.approx(1)
    assert sum(convolve(transit(km), transit(km)).values()) == pytest.approx(1)


def test_a_quantile_is_the_first_day_that_is_sure_enough() -> None:
    days = {0: 0.5, 1: 0.4, 2: 0.1}
    assert [quantile(days, q) for q in (0.5, 0.51, 0.9, 0.91, 1.0)] == [0, 1, 1, 2, 2]


def test_nothing_arrives_at_the_weekend() -> None:
    for offset in range(14):
        dates = promise(dt.date(2026, 11, 23) + dt.timedelta(days=offset), 10)
        assert dates.earliest.weekday() < 5
        assert dates.latest.weekday() < 5
        assert dates.earliest <= dates.latest
