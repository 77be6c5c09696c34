"""Work that must happen is a row; a message is only a doorbell.

``enqueue`` inserts the row in the caller's transaction. A worker ``claim``s it with a lease
and a fresh fencing token, does the slow part without a transaction, renewing its lease, and
``finish``es it: the effect is written in the same transaction that marks the row done, and only
if the token is still its own. A worker may be killed at any instruction: the lease runs out and
``due`` names the row again. Losing or doubling every message costs seconds, never an effect.

A handler takes a ``Claim`` and may return an *effect*: a function without arguments that is
called inside the finishing transaction::

    @handles("manufacturing.plan", queue="slicing", limit_s=300)
    def plan(claim: Claim) -> Effect:
        program = slice_it(claim.payload["job"])      # slow, repeatable, no transaction
        return lambda: store(program)                 # once
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, Q, Window
from django.db.models.functions import Now, RowNumber

from core.clock import database_now
from core.heartbeat import LEASE_S, renewed
from core.locks import together
from core.models import Work

log = logging.getLogger("nearmade.work")

Effect = Callable[[], object]


@dataclass(frozen=True)
class Claim:
    """A row leased to this worker until its lease ends."""

    id: int
    kind: str
    key: str
    payload: dict[str, Any]
    attempt: int
    token: uuid.UUID


Handler = Callable[[Claim], Effect | None]


@dataclass(frozen=True)
class Kind:
    """How one kind of work is run: by what, where, how long, how often."""

    name: str
    run: Handler
    queue: str
    limit_s: int
    max_attempts: int
    every_s: int | None = None


class Later(Exception):
    """Raised by a handler: not yet; try again in ``delay_s`` seconds, not counted as a failure."""

    def __init__(self, delay_s: float, why: str = "") -> None:
        super().__init__(why)
        self.delay_s = delay_s


KINDS: dict[str, Kind] = {}
_doorbell: list[Callable[[int, str], None]] = []


def handles(
    kind: str,
    *,
    queue: str = "default",
    limit_s: int = 60,
    max_attempts: int = 8,
    every_s: int | None = None,
) -> Callable[[Handler], Handler]:
    """Register the decorated function as the handler of ``kind``.

    ``limit_s`` is the longest it may take before another worker tries as well; a worker that
    was killed is replaced sooner (``core.heartbeat``).

    With ``every_s`` the sweep also enqueues one row of this kind per period.
    """

    def register(run: Handler) -> Handler:
        if kind in KINDS and KINDS[kind].run is not run:
            raise ValueError(f"two handlers for {kind}")
        KINDS[kind] = Kind(kind, run, queue, limit_s, max_attempts, every_s)
        return run

    return register


def set_doorbell(ring: Callable[[int, str], None]) -> None:
    """Say how a worker is told of a new row (``nearmade.celery`` rings through the broker)."""
    _doorbell[:] = [ring]


def ring(work_id: int, queue: str) -> None:
    """Ring for one row. A doorbell that fails is logged and forgotten: the sweep rings again."""
    for bell in _doorbell:
        try:
            bell(work_id, queue)
        except Exception:
            log.warning("doorbell for work %s failed; the sweep will ring", work_id, exc_info=True)


def enqueue(
    kind: str,
    *,
    key: str,
    payload: dict[str, Any] | None = None,
    delay_s: float = 0.0,
) -> bool:
    """Insert the row unless its key is known. Returns whether it is new.

    Must be called inside the transaction of the change that asks for it (or alone).
    """
    spec = KINDS[kind]
    run_after = database_now() + dt.timedelta(seconds=delay_s) if delay_s else Now()
    with together():
        work, new = Work.objects.get_or_create(
            key=key,
            defaults={
                "kind": kind,
                "queue": spec.queue,
                "payload": payload or {},
                "run_after": run_after,
            },
        )
    if new and not delay_s:
        transaction.on_commit(lambda: ring(work.pk, spec.queue))
    return new


def insert(kind: str, *, key: str, payload: dict[str, Any]) -> None:
    """``enqueue`` for a key that cannot be known yet: one statement instead of four."""
    spec = KINDS[kind]
    work = Work.objects.create(key=key, kind=kind, queue=spec.queue, payload=payload)
    transaction.on_commit(lambda: ring(work.pk, spec.queue))


def enqueue_recurring(now_s: float) -> int:
    """One row per period of each recurring kind; whoever sweeps first makes it.

    Done rows of periods long past are removed: they would only pile up.
    """
    periods = {
        f"{spec.name}@{int(now_s // spec.every_s)}": spec
        for spec in KINDS.values()
        if spec.every_s is not None
    }
    known = set(Work.objects.filter(key__in=periods).values_list("key", flat=True))
    # While workers are away one waiting row of a kind is enough: they must not find thousands.
    unfinished = Work.objects.filter(state__in=(Work.WAITING, Work.LEASED))
    waiting = set(unfinished.values_list("kind", flat=True).distinct())
    new = sum(
        enqueue(spec.name, key=key)
        for key, spec in periods.items()
        if key not in known and spec.name not in waiting
    )
    if new:
        recurring = [spec.name for spec in periods.values()]
        past = database_now() - dt.timedelta(hours=1)
        Work.objects.filter(kind__in=recurring, state=Work.DONE, done_at__lt=past).delete()
    return new


def due(per_queue: int = 50) -> Iterator[tuple[int, str]]:
    """Rows that wait and are due, or whose worker was lost: (id, queue), the oldest of each queue.

    So many of each: thousands that wait on one queue must not hide what is due on another.
    """
    place = Window(RowNumber(), partition_by="queue", order_by=("run_after", "id"))
    rows = Work.objects.filter(_claimable()).annotate(place=place).filter(place__lte=per_queue)
    yield from rows.order_by("run_after", "id").values_list("id", "queue")


def claim(work_id: int) -> Claim | None:
    """Lease the row to the caller, by one conditional update on the database's clock."""
    work = Work.objects.filter(pk=work_id).only("kind").first()
    if work is None or work.kind not in KINDS:
        return None
    token = uuid.uuid4()
    seconds = min(LEASE_S, KINDS[work.kind].limit_s)
    lease = database_now() + dt.timedelta(seconds=seconds)
    # In a transaction, although it is one statement: on SQLite that is what joins the queue.
    with transaction.atomic():
        rows = Work.objects.filter(_claimable(), pk=work_id)
        if not rows.update(
            state=Work.LEASED, token=token, lease_until=lease, attempts=F("attempts") + 1
        ):
            return None
        work.refresh_from_db()
    return Claim(work.pk, work.kind, work.key, work.payload, work.attempts, token)


def finish(claim: Claim, effect: Effect | None) -> bool:
    """Write the effect and mark the row done in one transaction, if the lease is still ours.

    Returns False, with nothing written, when another worker has taken the row over.
    """
    with transaction.atomic():
        mine = Work.objects.filter(pk=claim.id, token=claim.token, state=Work.LEASED)
        if mine.update(state=Work.DONE, done_at=Now(), lease_until=None, error="") != 1:
            return False
        if effect is not None:
            effect()
    return True


def run(work_id: int) -> bool:
    """Claim a row, run its handler, finish it. Returns whether this call did the work."""
    taken = claim(work_id)
    if taken is None:
        return False
    spec = KINDS[taken.kind]
    if taken.attempt > spec.max_attempts:
        _bury(taken, "its worker died every time")
        return False
    try:
        with renewed(taken.id, taken.token, spec.limit_s):
            effect = spec.run(taken)
        return finish(taken, effect)
    except Later as later:
        _put_back(taken, later.delay_s, str(later), counted=False)
    except Exception as error:
        log.exception("work %s failed (attempt %s)", taken.key, taken.attempt)
        _failed(taken, spec, error)
    return False


def run_due() -> int:
    """Run all that is due here and now, until nothing is: for tests and one-shot commands."""
    done = 0
    while True:
        ids = [work_id for work_id, _ in due()]
        if not ids:
            return done
        done += sum(run(work_id) for work_id in ids)


def retry_dead(work: Work) -> None:
    """An administrator asks for one more round of a dead row."""
    changed = Work.objects.filter(pk=work.pk, state=Work.DEAD).update(
        state=Work.WAITING, attempts=0, run_after=Now()
    )
    if changed:
        transaction.on_commit(lambda: ring(work.pk, work.queue))


def _claimable() -> Q:
    now = Now()
    return Q(state=Work.WAITING, run_after__lte=now) | Q(state=Work.LEASED, lease_until__lt=now)


def _failed(taken: Claim, spec: Kind, error: Exception) -> None:
    text = f"{type(error).__name__}: {error}"
    if taken.attempt >= spec.max_attempts:
        _bury(taken, text)
    else:
        # 1, 2, 4 … 300 s: quick enough for a hiccup, kind to a service that is down.
        _put_back(taken, min(300.0, 2.0 ** (taken.attempt - 1)), text, counted=True)


def _put_back(taken: Claim, delay_s: float, text: str, *, counted: bool) -> None:
    later = database_now() + dt.timedelta(seconds=delay_s)
    attempts = taken.attempt if counted else taken.attempt - 1
    _let_go(taken, state=Work.WAITING, run_after=later, error=text[:4000], attempts=attempts)


def _bury(taken: Claim, text: str) -> None:
    _let_go(taken, state=Work.DEAD, error=text[:4000])


def _let_go(taken: Claim, **fields: Any) -> None:
    with transaction.atomic():
        mine = Work.objects.filter(pk=taken.id, token=taken.token, state=Work.LEASED)
        mine.update(lease_until=None, **fields)
