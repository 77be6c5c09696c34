"""One family of errors: each carries a sentence for the customer and a detail for staff.

A part that cannot be made is *not* an error: it is a ``configurator.dfm.base.Finding``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping


class NearmadeError(Exception):
    """Something went wrong that a person can be told about.

    ``sentence`` says what, why and what to do, in the customer's words; ``detail`` is for
    logs and staff and may name internals. ``title`` sums up the kind of error for programs.
    """

    status = 400
    title = "That did not work."

    def __init__(self, sentence: str, *, detail: str = "") -> None:
        super().__init__(sentence if not detail else f"{sentence} [{detail}]")
        self.sentence = sentence
        self.detail = detail

    def members(self) -> dict[str, object]:
        """What a program is told beside the sentence."""
        return {}


class BadInput(NearmadeError):
    """What came in cannot be used. ``fields`` maps a field's name to its own sentence."""

    status = 422
    title = "Some of what was sent cannot be used."

    def __init__(
        self, sentence: str, *, fields: Mapping[str, str] | None = None, detail: str = ""
    ) -> None:
        super().__init__(sentence, detail=detail)
        self.fields: dict[str, str] = dict(fields or {})

    def members(self) -> dict[str, object]:
        return {"fields": self.fields} if self.fields else {}


class TooLarge(BadInput):
    """More bytes came in than are read."""

    status = 413
    title = "More was sent than is read."


class NotFound(NearmadeError):
    """The thing asked for is not there, or not for this person."""

    status = 404
    title = "What was asked for is not here."


class Conflict(NearmadeError):
    """The request was fine, but the world has moved on since it was made."""

    status = 409
    title = "Things are not as the request takes them to be."


class StaleState(Conflict):
    """A status was not what the caller believed: somebody else moved it first."""


class NoCapacity(Conflict):
    """Minutes, grams or money that were asked for are no longer there."""

    title = "There is no room for this."


class Wait(NearmadeError):
    """Not now: ask again in ``retry_after_s`` seconds."""

    status = 503
    title = "Not now: please ask again."

    def __init__(self, sentence: str, retry_after_s: float, *, detail: str = "") -> None:
        super().__init__(sentence, detail=detail)
        self.retry_after_s = max(1, math.ceil(retry_after_s))


class TooMany(Wait):
    """One address asks more often than is fair to the others."""

    status = 429
    title = "These are too many requests."

    def __init__(self, retry_after_s: float) -> None:
        super().__init__(
            "So many requests came from your network that we must slow them down. "
            f"Please go on in {max(1, math.ceil(retry_after_s))} seconds.",
            retry_after_s,
        )


class OutsideFailed(NearmadeError):
    """A service or program outside (Stripe, the slicer, a machine) failed or did not answer."""

    status = 502
    title = "Something that we rely on failed."
