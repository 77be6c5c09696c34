"""What a customer is told when no machine of the network can make something."""

from __future__ import annotations

from collections.abc import Sequence

from configurator.processes import PROCESSES
from core.errors import NoCapacity
from manufacturing.needs import JobNeed
from routing.candidates import Candidate, MachineView

_STOPPED = ("error", "maintenance", "retired")


def refusal(
    need: JobNeed, rows: Sequence[Candidate], machines: Sequence[MachineView]
) -> NoCapacity:
    """Why none of these can make it, in the words of the nearest that does its process.

    One that is at work comes before one that stands still: what keeps it from this keeps it from
    this tomorrow as well. And one that could make it but for its shelf or its hours comes before
    one that never can: that the others are too small is not what stands in the way.
    """
    known = {machine.id: machine for machine in machines}
    able = [row for row in rows if known[row.machine_id].process == need.process]
    reasons = [row.why_not for row in able or rows]
    usual = max(set(reasons), key=reasons.count) if reasons else "there is no machine"
    kind = PROCESSES[need.process].machine
    if not able:
        return NoCapacity(
            f"No workshop of our network has a {kind} at the moment, which this needs. "
            "Please come back later, or choose another design.",
            detail=usual,
        )
    said = min(able, key=lambda row: (not row.suited, _stands_still(known[row.machine_id]), row.km))
    nearer = any(row.km < said.km and not row.suited for row in able)
    could = " that could" if said.suited and nearer else ""
    return NoCapacity(
        "No workshop of our network can make this at the moment. "
        f"The nearest {kind}{could}, at {said.factory} in {said.city}, {said.why_not}.",
        detail=usual,
    )


def _stands_still(machine: MachineView) -> bool:
    return not machine.accepting or machine.status in _STOPPED
