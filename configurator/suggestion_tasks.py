"""The search for alternatives as work: on a queue of its own, so that it holds nothing up."""

from __future__ import annotations

import time

from django.utils import timezone

from configurator import suggestions
from configurator.network import machine_volumes
from configurator.prices import piece_cost
from configurator.suggest.search import Cancelled, Limits
from configurator.suggest.suggest import TOTAL_S, suggest
from configurator.suggest.tried import Maker
from core.errors import NearmadeError
from core.work import Claim, Effect, handles

TELL_S = 0.6
TRIES = 3
"""The last one says that it failed: what killed two workers would kill a third."""


@handles(suggestions.KIND, queue="search", limit_s=90, max_attempts=TRIES)
def search(claim: Claim) -> Effect | None:
    """Search, telling how far it is; what was found is kept once, when the work is finished."""
    pk = claim.payload["run"]
    if claim.attempt >= TRIES:
        return lambda: suggestions.fail(pk)
    run = suggestions.begin(pk)
    if run is None:
        return None
    wish, clock = suggestions.wish_again(run), time.monotonic
    limits = Limits(run.budget, clock() + TOTAL_S, clock, suggestions.teller(run.pk, clock, TELL_S))
    maker = Maker(wish.family, wish.material, piece_cost(), machine_volumes())
    try:
        found = suggest(wish, maker, limits)
    except Cancelled:
        return None
    except NearmadeError as error:
        sentence = error.sentence
        return lambda: suggestions.fail(pk, sentence)
    return lambda: suggestions.finish(pk, found)


@handles("configurator.tidy_suggestions", limit_s=120, every_s=600)
def tidy(claim: Claim) -> None:
    """Forget old runs; say of those that nobody works on that they failed."""
    suggestions.forget(timezone.now())
