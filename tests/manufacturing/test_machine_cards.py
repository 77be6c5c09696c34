"""The machines page is asked for every two seconds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.states import move
from manufacturing.models import Factory
from manufacturing.views import machine_cards
from tests.manufacturing.test_dispatch import planned
from tests.worlds import a_factory, a_machine

pytestmark = pytest.mark.django_db


def queries(factory: Factory) -> int:
    with CaptureQueriesContext(connection) as asked:
        for card in machine_cards(factory)["cards"]:
            for job in (card["job"], card["next"]):
                assert job is None or (job.design.family and job.program.seconds)
    return len(asked)


def test_the_cards_ask_as_little_for_many_machines_as_for_one(
    settings: Any, tmp_path: Path
) -> None:
    settings.PROGRAM_DIR = tmp_path
    factory = a_factory()
    first = a_machine(factory)
    at_work, following = planned(first), planned(first)
    planned(first)
    move(at_work, "leased", by="t")
    (card,) = machine_cards(factory)["cards"]
    assert (card["job"], card["next"]) == (at_work, following)
    few = queries(factory)
    for _ in range(4):
        planned(a_machine(factory))
    assert len(machine_cards(factory)["cards"]) == 5
    assert queries(factory) == few
