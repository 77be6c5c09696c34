"""What can go wrong in a workshop; each error says who should do what about it."""

from __future__ import annotations


class EdgeError(Exception):
    """Anything the agent can explain."""


class WrongSetUp(EdgeError):
    """The agent cannot start until a person changes something."""


class HubUnreachable(EdgeError):
    """No answer, or none that counts; try again later. Machines go on."""


class HubRefused(EdgeError):
    """The hub answered no: not paired, revoked, unknown code or program."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(f"{sentence} ({status})")
        self.status = status


class JobRefused(EdgeError):
    """A job may not be started here; ``reason`` is a word the hub branches on."""

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason


class MachineSilent(EdgeError):
    """The machine did not answer: nothing is known, nothing may be concluded."""


class StartRefused(EdgeError):
    """The machine did certainly not begin this job, neither now nor before."""


class BegunBefore(EdgeError):
    """The machine knows this job from before: look what became of it."""
