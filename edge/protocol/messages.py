"""The messages between a node and the hub.

- ``POST /node/v1/pair``  PairRequest → 200 PairReply, 403 when the code is unknown or used.
- ``POST /node/v1/poll``  PollRequest → 200 PollReply, or 204 when there is nothing to say.
- ``GET  /node/v1/programs/<sha256>`` → the bytes of a program.

Poll and programs carry ``Authorization: Bearer <token>``; 401 means the node was revoked.

Commands are repeated in every reply until a report answers them: all of them may be taken
any number of times. Reports are repeated by the node until they are acknowledged: the hub
keeps (node, sequence) unique.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from edge.protocol.base import (
    PROTOCOL,
    Finite,
    Message,
    Moment,
    Name,
    NotNegative,
    Percent,
    Version,
)
from edge.protocol.machine import Profile
from edge.protocol.manifest import SignedManifest

MAX_REPORTS = 200
"""Reports in one poll; more wait for the next one."""


class MachineState(StrEnum):
    """What the node sees of a machine."""

    OFFLINE = "offline"
    IDLE = "idle"
    BUSY = "busy"
    PAUSED = "paused"
    NEEDS_CLEARING = "needs_clearing"
    ERROR = "error"


class ReportKind(StrEnum):
    """What happened to a job."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    STARTED = "started"
    PROGRESS = "progress"
    PAUSED = "paused"
    RESUMED = "resumed"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDS = frozenset({ReportKind.FINISHED, ReportKind.FAILED, ReportKind.CANCELLED})
"""After any of these the plate is dirty."""
LAST = ENDS | {ReportKind.REFUSED}
"""After any of these the node sends nothing more of that job and epoch."""


class PairedMachine(Message):
    """A machine that the hub knows to stand in this workshop."""

    id: Name
    name: str = Field(min_length=1, max_length=80)
    profile: Profile


class PairRequest(Message):
    """A one-time code in exchange for an identity.

    ``nonce`` is drawn once by the node: the same code with the same nonce, sent again because
    a reply was lost, is answered again (with a fresh token); with another nonce it is refused.
    """

    protocol: Version = PROTOCOL
    code: str = Field(min_length=4, max_length=64)
    nonce: Name
    agent: str = Field(default="", max_length=64, description="version of the agent")
    hostname: str = Field(default="", max_length=128)


class PairReply(Message):
    """Who the node is now, what it may believe, and its machines."""

    protocol: Version = PROTOCOL
    node: Name
    token: str = Field(min_length=16, max_length=256)
    hub_public_key: str = Field(description="32 raw bytes of Ed25519, base64")
    machines: tuple[PairedMachine, ...]


class MachineStatus(Message):
    """One machine now. ``at`` is when the node last heard the machine itself."""

    machine: Name
    state: MachineState
    job: Name | None = None
    epoch: int | None = Field(default=None, ge=0)
    percent: Percent | None = None
    seconds_left: NotNegative | None = None
    hotend_c: Finite | None = None
    bed_c: Finite | None = None
    detail: str = Field(default="", max_length=500)
    clear_number: int = Field(default=0, ge=0, description="the highest Clear taken")
    plate_job: Name | None = Field(
        default=None, description="what lies on a dirty plate: a job, or a name of its own"
    )
    at: Moment


class Report(Message):
    """Something that happened to a job, in order, sent until acknowledged."""

    sequence: int = Field(ge=1, description="strictly increasing per node")
    machine: Name
    job: Name
    epoch: int = Field(ge=0)
    kind: ReportKind
    percent: Percent | None = None
    seconds_left: NotNegative | None = None
    reason: str = Field(default="", max_length=64, description="a word for code to branch on")
    detail: str = Field(default="", max_length=2000, description="a sentence for people")
    at: Moment


class PollRequest(Message):
    """What the node sees, and what it has not yet been thanked for."""

    protocol: Version = PROTOCOL
    agent: str = Field(default="", max_length=64)
    statuses: tuple[MachineStatus, ...] = ()
    reports: tuple[Report, ...] = Field(default=(), max_length=MAX_REPORTS)


class Start(Message):
    """Make this job on this machine; a job is started at most once, whatever its epoch."""

    kind: Literal["start"] = "start"
    machine: Name
    signed: SignedManifest


class Cancel(Message):
    """Stop this job, or never start it."""

    kind: Literal["cancel"] = "cancel"
    machine: Name
    job: Name
    reason: str = Field(default="", max_length=200)


class Clear(Message):
    """A person says that the plate is empty.

    The hub counts ``number`` up for each sign-off of a machine, and ``job`` is the ``plate_job``
    that the person saw. The node takes a number once, and only for the plate that lies there
    now, so that a late or doubled sign-off never clears a later print. ``job`` None, from a hub
    that was told of no name, clears nothing.
    """

    kind: Literal["clear"] = "clear"
    machine: Name
    number: int = Field(ge=1)
    job: Name | None = None


Command = Annotated[Start | Cancel | Clear, Field(discriminator="kind")]


class PollReply(Message):
    """What the hub has taken, and what it wants."""

    protocol: Version = PROTOCOL
    acks: int = Field(default=0, ge=0, description="highest sequence kept; 0 for none yet")
    commands: tuple[Command, ...] = ()
    poll_after_s: float = Field(default=2.0, ge=0.05, le=300)
    soon_s: float | None = Field(
        default=None, ge=0.05, le=300, description="for the next poll only: work is on its way"
    )
