"""Searches for alternatives: asked for, told of, cancelled, finished, forgotten."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from configurator import services
from configurator.engine import Evaluation, canonical
from configurator.models import Design, Measurement
from configurator.network import machine_volumes
from configurator.products import family as family_of
from configurator.products.base import Family
from configurator.products.fields import fields, parse
from configurator.suggest.gallery import GOALS
from configurator.suggest.pins import always_pinned, pins_at_first
from configurator.suggest.search import Search
from configurator.suggest.space import space
from configurator.suggest.suggest import EVALUATIONS, Suggestions, Wish
from configurator.suggest.tried import Tried
from configurator.suggestion_models import SuggestionRun
from core.errors import BadInput, StaleState, Wait
from core.models import Work
from core.states import born, move
from core.work import enqueue

KIND = "configurator.suggest"
KEPT = dt.timedelta(days=1)
"""How long an answer stands: after that prices or machines may be others."""
STUCK = dt.timedelta(minutes=5)
MOST_WAITING = 40
REACHES: Mapping[str, float] = {"little": 0.15, "some": 0.35, "far": 1.0}
LEVELS = ("", "mended", "weak", "impossible")
OUR_FAULT = "The search broke off on our side. Please start it once more."


def wish_of(
    slug: str,
    raw: Mapping[str, object],
    material: str,
    *,
    pinned: list[str] | None = None,
    goal: str = "front",
    reach: str = "some",
    strict: bool = False,
) -> Wish:
    """What is asked, checked. Without ``pinned``, what a suggestion leaves as it is at first.

    ``strict`` refuses names that the family does not know and fractions of what is whole.

    Raises BadInput with a sentence a field; NotFound for an unknown family.
    """
    family = family_of(slug)
    params = parse(family, raw, strict=strict)
    pins = set(pins_at_first(family, params)) if pinned is None else set(pinned)
    wrong = _wrong(family, pins, goal, reach)
    pins |= always_pinned(family)
    if not wrong and not space(family, params, pins, REACHES[reach]).axes:
        wrong["pinned"] = "Everything is kept as it is, so there is nothing to try. Let go of one."
    if wrong:
        raise BadInput(" ".join(wrong.values()), fields=wrong)
    return Wish(
        slug, family.version, canonical(params), material, tuple(sorted(pins)),
        next(known for known in GOALS if known == goal), REACHES[reach],
    )  # fmt: skip


def _wrong(family: Family, pins: set[str], goal: str, reach: str) -> dict[str, str]:
    wrong: dict[str, str] = {}
    unknown = sorted(pins - {form.name for form in fields(family)})
    if unknown:
        wrong["pinned"] = f"{family.name} has no “{unknown[0][:40]}” to keep; leave it out."
    if goal not in GOALS:
        wrong["goal"] = f"What matters can be one of {', '.join(GOALS)}."
    if reach not in REACHES:
        wrong["reach"] = f"How far values may go can be one of {', '.join(REACHES)}."
    return wrong


def ask(wish: Wish) -> SuggestionRun:
    """The run that answers a wish: an earlier one of the same wish, or a new one.

    Raises Wait when very many searches are waiting already.
    """
    key = _key(wish)
    earlier = SuggestionRun.objects.filter(key=key, status__in=SuggestionRun.ANSWERS).first()
    if earlier is None:
        if SuggestionRun.objects.filter(status="waiting").count() >= MOST_WAITING:
            raise Wait("Many people are searching just now. Please try again in a moment.", 20)
        earlier, new = _begun(wish, key)
        if new:
            return earlier
    with transaction.atomic():
        active = SuggestionRun.objects.filter(pk=earlier.pk, status__in=SuggestionRun.ACTIVE)
        active.update(joined=F("joined") + 1)
    return earlier


def _begun(wish: Wish, key: str) -> tuple[SuggestionRun, bool]:
    with transaction.atomic():
        run, new = SuggestionRun.objects.get_or_create(
            key=key,
            status__in=SuggestionRun.ANSWERS,
            defaults={
                "family": wish.family,
                "version": wish.version,
                "params": wish.params,
                "material": wish.material,
                "pinned": list(wish.pinned),
                "goal": wish.goal,
                "reach": wish.reach,
                "budget": _budget(wish),
            },
        )
        if new:
            born(run, by="customer")
            enqueue(KIND, key=f"{KIND}:{run.uid}", payload={"run": str(run.uid)})
    return run, new


def _budget(wish: Wish) -> int:
    """How many designs are tried: a space that is small has no more."""
    family = family_of(wish.family)
    room = space(family, parse(family, wish.params), wish.pinned, wish.reach)
    return min(EVALUATIONS, room.count)


def _key(wish: Wish) -> str:
    """Names the wish on the machines there are: with others, other designs can be made."""
    return hashlib.sha256(f"{wish.key} {machine_volumes()}".encode()).hexdigest()[:32]


def wish_again(run: SuggestionRun) -> Wish:
    """What a run was asked."""
    goal = next(known for known in GOALS if known == run.goal)
    return Wish(
        run.family, run.version, run.params, run.material, tuple(run.pinned), goal, run.reach
    )


def cancel(run: SuggestionRun) -> None:
    """Stop a search, unless others wait for it as well. One that is over stays as it is."""
    with transaction.atomic():
        shared = SuggestionRun.objects.filter(
            pk=run.pk, status__in=SuggestionRun.ACTIVE, joined__gt=1
        )
        if shared.update(joined=F("joined") - 1):
            return
    for _ in range(2):  # it may begin to run in this very moment
        run.refresh_from_db()
        if not run.active:
            return
        try:
            move(run, "cancelled", by="customer")
        except StaleState:
            continue
        return


def begin(pk: UUID | str) -> SuggestionRun | None:
    """The run, now at work; None when it is over. One whose worker was lost goes on."""
    run = SuggestionRun.objects.filter(pk=pk).first()
    if run is None or not run.active:
        return None
    if run.status == "waiting":
        try:
            move(run, "running", by="worker")
        except StaleState:
            return None
    return run


def told(pk: UUID | str, tried: int, best: Mapping[str, float]) -> bool:
    """Write how far a search is. Whether anybody still waits for it."""
    with transaction.atomic():
        mine = SuggestionRun.objects.filter(pk=pk, status="running")
        return mine.update(tried=tried, best=dict(best)) == 1


def best_so_far(search: Search) -> dict[str, float]:
    """The least price and weight and the greatest stiffness, as shares of the customer's own."""
    own = search.done.get(search.space.start)
    valid = search.valid()
    if own is None or not valid:
        return {}
    return {
        "price": min(one.cents for one in valid) / max(own.cents, 1),
        "weight": min(one.grams for one in valid) / max(own.grams, 1e-9),
        "stiffness": _share(max(one.stiffness_mm for one in valid), own.stiffness_mm) or 1.0,
    }


def finish(pk: UUID | str, found: Suggestions) -> None:
    """Keep what was found, in the transaction of the caller. One that was cancelled stays so."""
    run = SuggestionRun.objects.get(pk=pk)
    if run.status != "running":
        return
    own = found.own
    content = {
        "own": _kept(run, own, found.own_evaluation, own),
        "shown": [
            {**_kept(run, one.tried, one.evaluation, own), "chips": list(one.chips)}
            for one in found.shown
        ],
        "count": found.count,
        "finished": found.finished,
    }
    move(run, "done", by="worker", found=content, tried=found.evaluations)


def fail(pk: UUID | str, sentence: str = OUR_FAULT) -> None:
    """Say that a run will not come to an end, and what to do."""
    run = SuggestionRun.objects.get(pk=pk)
    if run.active:
        move(run, "failed", by="worker", said=sentence[:300])


def forget(now: dt.datetime) -> int:
    """Delete runs that are a day old; those that nobody works on any more have failed."""
    for run in SuggestionRun.objects.filter(
        status__in=SuggestionRun.ACTIVE, created_at__lt=now - STUCK
    ):
        work = Work.objects.filter(key=f"{KIND}:{run.uid}").exclude(
            state__in=(Work.DONE, Work.DEAD)
        )
        if not work.exists():
            _lost(run)
    with transaction.atomic():
        old = SuggestionRun.objects.filter(created_at__lt=now - KEPT)
        return old.exclude(status__in=SuggestionRun.ACTIVE).delete()[0]


def _lost(run: SuggestionRun) -> None:
    try:
        move(run, "failed", by="tidy", said=OUR_FAULT)
    except StaleState:  # it has just ended
        return


def _kept(run: SuggestionRun, one: Tried, evaluation: Evaluation, own: Tried) -> dict[str, Any]:
    """A design of the gallery, stored with its measures so that its price is there at once."""
    design: Design = services.keep_design(run.family, one.params)
    Measurement.objects.get_or_create(
        design=design,
        material=run.material,
        defaults={"data": services.as_json(services.measures_of(evaluation))},
    )
    return {
        **_figures(one, own),
        "key": design.pk,
        "size_mm": list(evaluation.size_mm),
    }


def _figures(one: Tried, own: Tried) -> dict[str, Any]:
    return {
        "params": one.params,
        "cents": one.cents,
        "grams": round(one.grams, 2),
        "stiffness": _share(one.stiffness_mm, own.stiffness_mm),
        "worst": LEVELS[one.level],
    }


def _share(value: float, of: float) -> float | None:
    """None where there is nothing to compare with."""
    return round(value / of, 4) if of > 0 else None


def teller(pk: UUID | str, clock: Callable[[], float], every_s: float) -> Callable[[Search], bool]:
    """What a search calls before each evaluation: writes now and then, and hears of a cancel."""
    last = clock()

    def go_on(search: Search) -> bool:
        nonlocal last
        if clock() - last < every_s:
            return True
        last = clock()
        return told(pk, len(search.done), best_so_far(search))

    return go_on
