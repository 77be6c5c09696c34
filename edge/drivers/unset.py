"""A machine that nobody has told the agent how to drive: silent, with the reason.

It is what a machine gets that stands in the hub's list but not in ``edge.toml``. Making parts on
an imagined machine instead would report parts that never were.
"""

from __future__ import annotations

from pathlib import Path

from edge.drivers.base import Driver, View, register
from edge.errors import MachineSilent
from edge.protocol import Manifest


@register("unset")
class Unset(Driver):
    """Says what is missing whenever it is asked."""

    def _silent(self) -> MachineSilent:
        return MachineSilent(f"edge.toml names no driver for machine {self.machine}")

    def look(self, job: str | None) -> View:
        raise self._silent()

    def history(self) -> str:
        raise self._silent()

    def start(self, manifest: Manifest, program: Path) -> None:
        raise self._silent()

    def cancel(self, job: str) -> None:
        raise self._silent()
