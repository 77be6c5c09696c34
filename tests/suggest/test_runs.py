"""A search as a row: asked for once, worked by a real worker, cancelled, lost, forgotten."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from configurator import prices, suggestion_tasks, suggestions
from configurator.models import Design, Measurement
from configurator.suggest.search import Search
from configurator.suggest.suggest import Wish
from configurator.suggestion_models import SuggestionRun
from configurator.suggestions import KIND, ask, cancel, forget, wish_again, wish_of
from core import work
from core.errors import BadInput, Wait
from core.models import Transition, Work

pytestmark = pytest.mark.django_db
SLUG = "cable-comb"


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suggestions, "EVALUATIONS", 40)


def a_wish(**fields: Any) -> Wish:
    return wish_of(SLUG, {}, "petg", **fields)


def work_of(run: SuggestionRun) -> Work:
    return Work.objects.get(key=f"{KIND}:{run.uid}")


def statuses(run: SuggestionRun) -> list[str]:
    return list(
        Transition.objects.filter(object_id=str(run.pk))
        .order_by("id")
        .values_list("new", flat=True)
    )


def test_a_worker_finds_a_gallery_that_is_kept_with_its_measures() -> None:
    run = ask(a_wish())
    assert run.status == "waiting" and work_of(run).queue == "search"
    assert work.run_due() == 1
    run.refresh_from_db()
    assert statuses(run) == ["waiting", "running", "done"]
    assert run.tried == 40 and run.found["finished"] and run.found["shown"]
    for one in run.found["shown"]:
        design = Design.objects.get(pk=one["key"])
        assert design.params == one["params"]
        assert Measurement.objects.get(design=design, material="petg").data["printable"]
        assert all(one["params"][name] == run.params[name] for name in run.pinned)
    assert run.found["own"]["stiffness"] == 1.0


def test_the_price_of_a_suggestion_is_what_the_quote_takes_for_making_it() -> None:
    from configurator.materials import material
    from configurator.services import measured
    from orders.making import making_of
    from orders.pricing import Destination, Piece, price

    run = ask(a_wish())
    work.run_due()
    run.refresh_from_db()
    one = run.found["shown"][0]
    stuff = material("petg")
    making = making_of(measured(Design.objects.get(pk=one["key"]), "petg").parts, stuff)
    piece = Piece("fdm", making.material_mg, making.machine_s, 2800, making.start_s)
    assert one["cents"] == price(piece, 1, Destination("FR", 20)).making_cents
    assert one["grams"] == pytest.approx(making.material_mg / 1000, abs=0.01)


def test_a_small_space_has_a_small_budget() -> None:
    others = [name for name in a_wish().params if name != "hold"]
    run = ask(a_wish(pinned=others))
    work.run_due()
    run.refresh_from_db()
    assert run.budget == run.tried == 4  # easy, medium, firm, closed


def test_the_same_request_is_answered_from_the_earlier_run() -> None:
    first = ask(a_wish())
    assert ask(a_wish()).pk == first.pk and Work.objects.filter(kind=KIND).count() == 1
    work.run_due()
    assert ask(a_wish()).pk == first.pk
    assert ask(a_wish(goal="price")).pk != first.pk
    assert ask(a_wish(pinned=[])).pk != first.pk


def test_other_machines_are_another_request(monkeypatch: pytest.MonkeyPatch) -> None:
    from configurator.engine import Volume

    first = ask(a_wish())
    monkeypatch.setattr(suggestions, "machine_volumes", lambda: (Volume("New", 99, 99, 99),))
    assert ask(a_wish()).pk != first.pk


def test_a_search_that_was_cancelled_before_it_began_costs_nothing() -> None:
    run = ask(a_wish())
    cancel(run)
    assert work.run_due() == 1
    run.refresh_from_db()
    assert run.status == "cancelled" and run.tried == 0
    cancel(run)  # once more does no harm
    assert ask(a_wish()).pk != run.pk


def test_a_cancel_while_it_runs_stops_it_and_nothing_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(suggestion_tasks, "TELL_S", 0.0)
    run = ask(a_wish())
    told = suggestions.told

    def told_then_cancelled(pk: Any, tried: int, best: Any) -> bool:
        if tried == 12:
            cancel(SuggestionRun.objects.get(pk=pk))
        return told(pk, tried, best)

    monkeypatch.setattr(suggestions, "told", told_then_cancelled)
    work.run_due()
    run.refresh_from_db()
    assert run.status == "cancelled" and run.tried < 13 and run.found == {}
    assert not Design.objects.exists()


def test_two_who_wait_for_one_search_are_not_stopped_by_one_of_them() -> None:
    run = ask(a_wish())
    ask(a_wish())
    cancel(run)
    run.refresh_from_db()
    assert run.status == "waiting"
    cancel(run)
    assert run.status == "cancelled"


def test_progress_is_told_as_shares_of_the_own_design(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suggestion_tasks, "TELL_S", 0.0)
    seen: list[tuple[int, dict[str, float]]] = []
    told = suggestions.told

    def noted(pk: Any, tried: int, best: Any) -> bool:
        seen.append((tried, dict(best)))
        return told(pk, tried, best)

    monkeypatch.setattr(suggestions, "told", noted)
    run = ask(a_wish())
    work.run_due()
    tried = [count for count, _ in seen]
    assert tried == sorted(tried) and tried[-1] >= 39
    assert seen[0][1] == {"price": 1.0, "weight": 1.0, "stiffness": 1.0}
    last = seen[-1][1]
    assert last["price"] < 1 and last["weight"] < 1 and last["stiffness"] > 1
    run.refresh_from_db()
    assert run.best == last


def test_progress_is_written_now_and_then_only() -> None:
    run = ask(a_wish())
    suggestions.begin(run.pk)
    now = [0.0]
    go_on = suggestions.teller(run.pk, lambda: now[0], 0.6)

    def tried() -> int:
        return SuggestionRun.objects.get(pk=run.pk).tried

    search = _a_search()
    assert go_on(search) and tried() == 0
    now[0] = 0.7
    assert go_on(search) and tried() == len(search.done) == 1


def _a_search() -> Search:
    from configurator.products import family
    from configurator.suggest.space import space
    from tests.suggest.maker import limits, maker

    kind = family(SLUG)
    room = space(kind, kind.Params(), (), 0.2)
    search = Search(maker(SLUG), room, 0, limits())
    search.evaluate(room.start)
    return search


def test_a_killed_worker_leaves_a_run_that_goes_on() -> None:
    run = ask(a_wish())
    taken = work.claim(work_of(run).pk)  # a worker begins, and is killed
    assert taken and suggestions.begin(run.pk)
    assert work.run_due() == 0
    Work.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    assert work.run_due() == 1
    run.refresh_from_db()
    assert run.status == "done"
    assert work.finish(taken, lambda: suggestions.fail(run.pk)) is False  # it comes back too late


def test_what_kills_two_workers_is_not_tried_a_third_time() -> None:
    run = ask(a_wish())
    for _ in range(2):
        assert work.claim(work_of(run).pk)
        Work.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    assert work.run_due() == 1
    run.refresh_from_db()
    assert run.status == "failed" and "start it once more" in run.said
    assert ask(a_wish()).pk != run.pk


def test_what_the_engine_refuses_is_told_in_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    run = ask(a_wish())
    SuggestionRun.objects.filter(pk=run.pk).update(params={**run.params, "slots": 999})
    work.run_due()
    run.refresh_from_db()
    assert run.status == "failed" and "999" in run.said


def test_old_runs_are_forgotten_and_lost_ones_have_failed() -> None:
    old, lost, waiting = ask(a_wish()), ask(a_wish(goal="price")), ask(a_wish(goal="weight"))
    work.run(work_of(old).pk)
    Work.objects.filter(pk=work_of(lost).pk).update(state=Work.DEAD)
    past = timezone.now() - dt.timedelta(hours=25)
    SuggestionRun.objects.update(created_at=past)
    forget(past + dt.timedelta(hours=1))
    lost.refresh_from_db()
    waiting.refresh_from_db()
    assert (lost.status, waiting.status) == ("failed", "waiting")
    assert SuggestionRun.objects.filter(pk=old.pk).exists()
    assert forget(timezone.now()) == 2
    assert list(SuggestionRun.objects.all()) == [waiting]


def test_the_sweep_asks_for_the_tidying() -> None:
    assert work.KINDS["configurator.tidy_suggestions"].every_s
    work.enqueue_recurring(timezone.now().timestamp())
    ids = Work.objects.filter(kind="configurator.tidy_suggestions").values_list("pk", flat=True)
    assert [work.run(pk) for pk in ids] == [True]


def test_many_who_wait_are_told_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suggestions, "MOST_WAITING", 1)
    ask(a_wish())
    with pytest.raises(Wait):
        ask(a_wish(goal="price"))
    assert ask(a_wish()).joined == 2 or SuggestionRun.objects.get().joined == 2


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"pinned": ["colour"]}, "colour"),
        ({"goal": "beauty"}, "front, price, weight, stiffness"),
        ({"reach": "moon"}, "little, some, far"),
    ],
)
def test_a_wish_that_cannot_be_read_is_answered_in_words(fields: Any, word: str) -> None:
    with pytest.raises(BadInput, match=word):
        a_wish(**fields)


def test_where_everything_is_kept_there_is_nothing_to_search() -> None:
    with pytest.raises(BadInput, match="nothing to try"):
        a_wish(pinned=list(a_wish().params))


def test_a_run_remembers_its_wish() -> None:
    wish = a_wish(goal="weight", reach="far")
    assert wish_again(ask(wish)) == wish


def test_without_a_layer_that_knows_prices_nothing_is_made_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(prices, "_readers", [])
    with pytest.raises(LookupError):
        prices.piece_cost()


def test_a_web_process_loads_no_optimiser() -> None:
    code = (
        "import sys, django; django.setup(); import nearmade.urls, nearmade.wsgi\n"
        "print([m for m in ('pymoo', 'matplotlib', 'sklearn') if m in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == "[]"


def test_searches_have_a_worker_of_their_own() -> None:
    from nearmade.run.services import search_command, worker_command

    queues = {kind.queue for kind in work.KINDS.values()}
    for command in (worker_command(), search_command()):
        queues -= set(command[command.index("--queues") + 1].split(","))
    assert not queues
    assert "search" not in worker_command()[worker_command().index("--queues") + 1]
