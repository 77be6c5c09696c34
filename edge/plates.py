"""What lies on a machine's plate, as far as anybody can know.

A plate is clean only when somebody has said so and nothing was printed since. Prints that are
not ours count too: they are started at the machine's own screen, also while no agent runs. What
the machine itself remembers of its prints (``Driver.history``) bridges the time without a look.
"""

from __future__ import annotations

import secrets

from edge.drivers import Driver, View
from edge.drivers.base import WORKING
from edge.errors import MachineSilent
from edge.spool import Spool


class Plates:
    """Watches the plate of one machine; what it finds is kept in the spool."""

    def __init__(self, machine: str, driver: Driver, spool: Spool) -> None:
        self._machine = machine
        self._driver = driver
        self._spool = spool
        self._in_sight = False
        self._others_at_work = False

    def lost_sight(self) -> None:
        """The machine was silent: anybody may have used it meanwhile."""
        self._in_sight = False

    def look(self, view: View) -> None:
        """Note what a machine does that has no job of ours.

        Raises:
            MachineSilent: it does not say what it printed.
        """
        others = view.activity in WORKING or view.in_use
        if others and not self._others_at_work:
            self._soil(self._driver.history())
            self._in_sight = True
        self._others_at_work = others
        if not self._in_sight:
            self._compare()

    def is_clean(self) -> bool:
        """Whether a print may begin on it. Raises MachineSilent."""
        self._compare()
        return not self._spool.plate(self._machine).dirty

    def clear(self, number: int, job: str | None) -> None:
        """Take a person's sign-off, for the plate that it was given for.

        While somebody works at the machine's own screen it clears nothing: what will lie there
        at the end is not what the person saw.

        Raises:
            MachineSilent: it does not say what it printed; the hub repeats the sign-off.
        """
        if number > self._spool.plate(self._machine).clear_number:
            self._compare()
            if self._others_at_work:
                self._soil(self._driver.history())
            self._spool.clear(self._machine, number, job)

    def history(self) -> str:
        """What the machine remembers at the end of a job; "" when it is silent just now.

        The end must be reported all the same. The plate is dirty then, whatever comes later.
        """
        try:
            return self._driver.history()
        except MachineSilent:
            return ""

    def _compare(self) -> None:
        """Hold what is written down against what the machine remembers."""
        plate, now = self._spool.plate(self._machine), self._driver.history()
        if plate.dirty and plate.job is None and self._driver.untouched():
            self._spool.presume_clean(self._machine, now)
        elif plate.dirty and plate.job is None:
            self._soil(now)  # nothing is written down: a new folder, or one that was lost
        elif now != plate.history or not (now or self._in_sight):
            self._soil(now)
        self._in_sight = True

    def _soil(self, history: str) -> None:
        """Each plate has a name of its own, so that a sign-off for another never clears it."""
        self._spool.soil(self._machine, f"other-{secrets.token_hex(6)}", history)
