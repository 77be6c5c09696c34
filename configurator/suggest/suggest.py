"""The whole of a suggestion: from a design and what is pinned to a gallery. Pure.

Same request, same gallery, unless time ends the search before its budget does.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from configurator.dfm.base import LEVELS
from configurator.engine import Evaluation
from configurator.products import family as family_of
from configurator.products.fields import parse
from configurator.suggest.gallery import Goal, Shown, gallery
from configurator.suggest.search import Ended, Limits, Search
from configurator.suggest.space import space
from configurator.suggest.tried import Maker, Tried
from core.errors import BadInput

REVISION = 2
"""Raised when the same request would find something else."""
EVALUATIONS = 600
SEARCH_S, TOTAL_S = 14.0, 20.0
"""What is left after the search is for the full checks of what is shown."""
BEST_LEVEL = LEVELS.index("weak") + 1

Strategy = Callable[[Search, int], None]


@dataclass(frozen=True)
class Wish:
    """What is asked: alternatives to a design, with what must stay and what matters.

    ``reach`` is how far a number may move, as a share of its range.
    """

    family: str
    version: int
    params: dict[str, Any]
    material: str
    pinned: tuple[str, ...]
    goal: Goal = "front"
    reach: float = 0.35

    @property
    def key(self) -> str:
        """32 hex digits that name the request: the same one has the same answer."""
        content = {**asdict(self), "pinned": sorted(self.pinned), "revision": REVISION}
        text = json.dumps(content, sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    @property
    def seed(self) -> int:
        return int(self.key[:8], 16)


@dataclass(frozen=True)
class Suggestions:
    """``own`` is the customer's design; ``count`` the number of designs that were possible."""

    own: Tried
    own_evaluation: Evaluation
    shown: tuple[Shown, ...]
    evaluations: int
    count: int
    finished: bool
    """False where time ended the search before its budget did."""


def suggest(
    wish: Wish, maker: Maker, limits: Limits, strategy: Strategy | None = None
) -> Suggestions:
    """Searches (NSGA-II unless told otherwise), then checks what is shown.

    ``limits.deadline_s`` is the end of it all; the search stops ``TOTAL_S - SEARCH_S`` sooner.
    Raises Cancelled, and what the engine raises for parameters that cannot be read.
    """
    family = family_of(wish.family)
    params = parse(family, wish.params, strict=True)
    first = maker.draft(params.model_dump())
    if first is None:
        raise BadInput(
            "Your design cannot be made as it is, so there is nothing to compare others with. "
            "Mend what is marked first, then search again."
        )
    own, evaluation = maker.full(first)
    room = space(family, params, wish.pinned, wish.reach)
    end = limits.deadline_s
    search = Search(
        maker,
        room,
        min(own.level, BEST_LEVEL),
        Limits(limits.evaluations, end - (TOTAL_S - SEARCH_S), limits.clock, limits.go_on),
    )
    if room.axes:
        search.done[room.start] = first
        whole = room.count <= limits.evaluations
        (strategy or (_everything if whole else _nsga2))(search, wish.seed)
    tried = len(search.done)
    enough = (
        tried >= min(limits.evaluations, room.count) or limits.clock() < search.limits.deadline_s
    )
    search.limits = Limits(limits.evaluations, end, limits.clock, limits.go_on)
    shown = gallery(search, own, wish.goal) if room.axes else ()
    return Suggestions(own, evaluation, shown, tried, room.count, enough)


def _everything(search: Search, seed: int) -> None:
    """A space that is small enough is tried whole: nothing searches better than that."""
    try:
        for genome in search.space.every():
            search.evaluate(genome)
    except Ended:
        return


def _nsga2(search: Search, seed: int) -> None:
    from configurator.suggest.searches import nsga2

    nsga2(search, seed)
