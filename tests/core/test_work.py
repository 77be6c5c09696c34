"""Work happens once: through leases, fencing tokens, crashes, doubles and silence."""

from __future__ import annotations

import datetime as dt
import threading
import time
import uuid
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.utils import timezone

from core import heartbeat, work
from core.models import Work
from core.work import Claim, Effect, Later
from nearmade.management.commands import sweep

done: list[str] = []


@pytest.fixture(autouse=True)
def kinds() -> Iterator[None]:
    """Handlers of these tests only."""
    before = dict(work.KINDS)
    done.clear()

    @work.handles("test.note")
    def note(claim: Claim) -> Effect:
        return lambda: done.append(claim.key)

    @work.handles("test.fails", max_attempts=3)
    def fails(claim: Claim) -> None:
        raise RuntimeError("broken pipe")

    @work.handles("test.later")
    def later(claim: Claim) -> None:
        raise Later(30, "not yet")

    @work.handles("test.effect_fails")
    def effect_fails(claim: Claim) -> Effect:
        def effect() -> None:
            enqueue_one("half-written")
            raise RuntimeError("in the middle")

        return effect

    yield
    work.KINDS.clear()
    work.KINDS.update(before)


def enqueue_one(key: str, kind: str = "test.note") -> Work:
    work.enqueue(kind, key=key)
    return Work.objects.get(key=key)


def let_lease_run_out(row: Work) -> None:
    Work.objects.filter(pk=row.pk).update(lease_until=timezone.now() - dt.timedelta(seconds=1))


@pytest.mark.django_db
def test_the_same_key_is_enqueued_once() -> None:
    assert work.enqueue("test.note", key="a")
    assert not work.enqueue("test.note", key="a")
    assert Work.objects.filter(key="a").count() == 1


@pytest.mark.django_db(transaction=True)
def test_work_asked_for_in_a_transaction_that_fails_never_was() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        work.enqueue("test.note", key="a")
        raise RuntimeError
    assert not Work.objects.filter(key="a").exists()


@pytest.mark.django_db
def test_a_row_runs_once_though_rung_for_many_times() -> None:
    row = enqueue_one("a")
    assert [work.run(row.pk) for _ in range(4)] == [True, False, False, False]
    assert done == ["a"]


@pytest.mark.django_db
def test_a_worker_that_lost_its_lease_writes_nothing() -> None:
    row = enqueue_one("a")
    first = work.claim(row.pk)
    assert first is not None
    let_lease_run_out(row)
    second = work.claim(row.pk)
    assert second is not None
    assert second.token != first.token
    assert not work.finish(first, lambda: done.append("late"))
    assert work.finish(second, lambda: done.append("in time"))
    assert done == ["in time"]


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_lives_keeps_its_lease_until_its_time_is_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(heartbeat, "BEAT_S", 0.02)
    ends: list[dt.datetime] = []

    @work.handles("test.long", limit_s=300)
    def long(claim: Claim) -> None:
        row = Work.objects.get(pk=claim.id)
        ends.append(row.lease_until)
        patience = time.monotonic() + 30
        while row.lease_until <= ends[0] and time.monotonic() < patience:
            row.refresh_from_db()
        ends.append(row.lease_until)

    row = enqueue_one("a", "test.long")
    before = timezone.now()
    assert work.run(row.pk)
    assert ends[0] - before <= dt.timedelta(seconds=heartbeat.LEASE_S + 5)
    assert ends[1] > ends[0]
    assert "heartbeat" not in {thread.name for thread in threading.enumerate()}


@pytest.mark.django_db
def test_a_lease_that_was_taken_over_is_not_renewed() -> None:
    row = enqueue_one("a")
    first = work.claim(row.pk)
    let_lease_run_out(row)
    second = work.claim(row.pk)
    assert first is not None
    assert second is not None
    assert not heartbeat._renew(row.pk, first.token, 30)
    assert heartbeat._renew(row.pk, second.token, 30)


@pytest.mark.django_db
def test_a_leased_row_cannot_be_claimed_before_its_lease_ends() -> None:
    row = enqueue_one("a")
    assert work.claim(row.pk) is not None
    assert work.claim(row.pk) is None
    assert list(work.due()) == []
    let_lease_run_out(row)
    assert [pk for pk, _ in work.due()] == [row.pk]


@pytest.mark.django_db
def test_a_long_queue_does_not_hide_what_is_due_on_another() -> None:
    @work.handles("test.many", queue="pictures")
    def many(claim: Claim) -> None:
        return None

    for number in range(60):
        enqueue_one(f"picture {number}", "test.many")
    last = enqueue_one("offer")
    found = list(work.due(per_queue=20))
    assert (last.pk, "default") in found
    assert [queue for _, queue in found].count("pictures") == 20
    oldest = Work.objects.filter(queue="pictures").order_by("id").values_list("id", flat=True)[:20]
    assert [pk for pk, queue in found if queue == "pictures"] == list(oldest)


@pytest.mark.django_db
def test_a_row_that_waits_long_is_rung_for_ever_less_often(monkeypatch: pytest.MonkeyPatch) -> None:
    row = enqueue_one("a")
    rings: list[float] = []
    now = [1000.0]
    monkeypatch.setattr(work, "_doorbell", [lambda work_id, queue: rings.append(now[0])])
    monkeypatch.setattr(sweep, "database_now", lambda: dt.datetime.fromtimestamp(now[0], dt.UTC))
    monkeypatch.setattr(work, "enqueue_recurring", lambda now_s: 0)
    rung: dict[int, sweep.Rung] = {}
    for _ in range(120):
        assert sweep.sweep_once(rung) == 1
        now[0] += 1.0
    # 5, 10 and 20 s apart, and 20 from then on.
    assert rings == [1000, 1005, 1015, 1035, 1055, 1075, 1095, 1115]
    # Claimed and lost again it is another matter: it is rung for at once.
    assert work.claim(row.pk) is not None
    assert sweep.sweep_once(rung) == 0
    let_lease_run_out(row)
    assert sweep.sweep_once(rung) == 1
    assert rings[-1] == now[0]


@pytest.mark.django_db
def test_a_forged_token_finishes_nothing() -> None:
    row = enqueue_one("a")
    claim = work.claim(row.pk)
    assert claim is not None
    forged = Claim(claim.id, claim.kind, claim.key, claim.payload, 1, uuid.uuid4())
    assert not work.finish(forged, lambda: done.append("forged"))
    assert done == []


@pytest.mark.django_db
def test_failures_wait_longer_each_time_and_end_in_the_dead_letters() -> None:
    row = enqueue_one("a", "test.fails")
    waits = []
    for _ in range(3):
        Work.objects.filter(pk=row.pk).update(run_after=timezone.now() - dt.timedelta(seconds=1))
        assert not work.run(row.pk)
        row.refresh_from_db()
        waits.append((row.run_after - timezone.now()).total_seconds())
    assert row.state == Work.DEAD
    assert "broken pipe" in row.error
    assert waits[0] < waits[1]
    work.retry_dead(row)
    row.refresh_from_db()
    assert (row.state, row.attempts) == (Work.WAITING, 0)


@pytest.mark.django_db
def test_later_is_not_a_failure() -> None:
    row = enqueue_one("a", "test.later")
    work.run(row.pk)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.error) == (Work.WAITING, 0, "not yet")
    assert row.run_after > timezone.now() + dt.timedelta(seconds=20)


@pytest.mark.django_db(transaction=True)
def test_an_effect_that_fails_leaves_nothing_half_written() -> None:
    row = enqueue_one("a", "test.effect_fails")
    assert not work.run(row.pk)
    assert not Work.objects.filter(key="half-written").exists()
    row.refresh_from_db()
    assert row.state == Work.WAITING


@pytest.mark.django_db
def test_recurring_work_is_enqueued_once_a_period() -> None:
    @work.handles("test.every", every_s=60)
    def every(claim: Claim) -> None:
        done.append(claim.key)

    counts = []
    mine = Work.objects.filter(kind="test.every")
    for now_s in (6000.0, 6000.0, 6059.0, 6060.0):
        work.enqueue_recurring(now_s)
        counts.append(mine.count())
    # The workers were away: one row waits, however many periods went by.
    assert counts == [1, 1, 1, 1]
    work.run(mine.get().pk)
    work.enqueue_recurring(6060.0)
    assert mine.count() == 2


@pytest.mark.django_db(transaction=True)
def test_many_workers_do_each_row_once() -> None:
    rows = [enqueue_one(f"row {n}") for n in range(30)]
    start = threading.Barrier(4)

    def worker() -> None:
        start.wait()
        for row in rows:
            work.run(row.pk)
        connection.close()

    threads = [threading.Thread(target=worker) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == sorted(f"row {n}" for n in range(30))


@pytest.mark.django_db
def test_only_work_done_long_ago_is_forgotten() -> None:
    for name, state, days in (
        ("old", Work.DONE, 40),
        ("new", Work.DONE, 2),
        ("dead", Work.DEAD, 40),
        ("waiting", Work.WAITING, 40),
    ):
        row = enqueue_one(name)
        ago = timezone.now() - dt.timedelta(days=days)
        Work.objects.filter(pk=row.pk).update(state=state, done_at=ago)
    work.enqueue("core.tidy", key="now")
    work.run(Work.objects.get(key="now").pk)
    assert set(Work.objects.values_list("key", flat=True)) == {"new", "dead", "waiting", "now"}
