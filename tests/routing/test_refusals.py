"""What a customer reads when nobody can make it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from manufacturing.needs import JobNeed
from routing.candidates import MachineView, candidates
from routing.refusals import refusal
from tests.routing.test_candidates_and_promise import BERLIN, LYON, MONDAY, view

BOX = JobNeed(
    "k", "finger-box", "laser", "birch", "birch", 1, (406.0, 306.0, 3.0), 12, 1159, 0.3,
    boxes_mm=((406.0, 306.0, 3.0),) * 2, thickness_mm=3.0,
)  # fmt: skip
SHELF = {("birch", "birch", 3.0): 9000}


def a_cutter(number: int, at: tuple[float, float], **fields: object) -> MachineView:
    return view(number, at, process="laser", bed_mm=(980, 580, 100), grams=SHELF, **fields)


def said(*machines: MachineView, need: JobNeed = BOX) -> str:
    rows = candidates(need, LYON, MONDAY + dt.timedelta(days=6), machines, MONDAY)
    return refusal(need, rows, machines).sentence


def test_the_reason_is_that_of_the_nearest_which_does_this_process() -> None:
    far = a_cutter(2, BERLIN, holds=lambda boxes, copies: False)
    assert said(view(1, LYON), far) == (
        "No workshop of our network can make this at the moment. The nearest laser cutter, at F2 "
        "in x, holds 980 × 580 mm: too little for all parts of one piece side by side."
    )


def test_a_machine_that_works_is_quoted_before_a_nearer_one_that_stands_still() -> None:
    still = a_cutter(1, LYON, accepting=False)
    assert "F2 in x, has no 12 min free before Sun 29 Nov" in said(
        still, a_cutter(2, BERLIN, free=())
    )
    assert "F1 in x, takes no new work at the moment" in said(still)


def test_that_a_nearer_one_is_too_small_is_no_reason_where_a_farther_one_could() -> None:
    small = replace(a_cutter(1, LYON), bed_mm=(300, 200, 50))
    bare = replace(a_cutter(2, BERLIN), grams={("birch", "birch", 3.0): 1000})
    assert said(small, bare).endswith(
        "The nearest laser cutter that could, at F2 in x, has 1000 g on the shelf of natural birch "
        "plywood, 3 mm; 1159 g are needed."
    )
    assert "at F1 in x, is too small" in said(small)


@pytest.mark.parametrize("machines", [(), (view(1, LYON),)])
def test_a_process_that_nobody_does_is_said(machines: tuple[MachineView, ...]) -> None:
    sentence = said(*machines)
    assert sentence.startswith("No workshop of our network has a laser cutter at the moment")
    assert "fdm" not in sentence
