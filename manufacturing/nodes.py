"""Who a node is: enrolled by a one-time code, then known by the hash of its token."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import logging
import secrets

from django.db import transaction
from django.utils import timezone

from core.errors import Conflict, NearmadeError
from core.locks import locked
from core.signing import hub_public_key
from edge.protocol import MachineState, MachineStatus, PairedMachine, PairReply, PairRequest
from manufacturing.models import Factory, Job, Machine, Node, NodeSeen
from manufacturing.planning.kinds import KINDS

CODE_LIFE = dt.timedelta(hours=24)
OTHER_KEY = (
    "This server signs with another key than the one that the workshop's computer trusts. All "
    "hosts must share one HUB_KEY_FILE (see docs/operations.md)."
)
log = logging.getLogger("nearmade.dispatch")
# Without letters that are mistaken for others when read from a screen.
CODE_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


class PairingRefused(NearmadeError):
    """The code is unknown, used up or too old."""

    status = 403


def enrol(factory: Factory, name: str = "Workshop computer") -> tuple[Node, str]:
    """A new node of a factory and its one-time code, which is shown once and never stored."""
    code = "-".join("".join(secrets.choice(CODE_ALPHABET) for _ in range(4)) for _ in range(3))
    node = Node.objects.create(
        factory=factory,
        name=name,
        code_hash=_hash(code),
        code_expires_at=timezone.now() + CODE_LIFE,
    )
    return node, code


def pair(request: PairRequest) -> PairReply:
    """Exchange a code for a token. The same node may ask again when the answer was lost.

    Raises:
        PairingRefused: unknown, expired, or already used by another computer.
    """
    with transaction.atomic():
        rows = Node.objects.filter(code_hash=_hash(request.code), revoked_at__isnull=True)
        node = locked(rows).first()
        if node is None or not _may_pair(node, request.nonce):
            raise PairingRefused(
                "This code is not valid (any more). Make a new one on the Machines page."
            )
        token = secrets.token_urlsafe(32)
        node.token_hash, node.code_nonce = _hash(token), request.nonce
        node.paired_at = node.paired_at or timezone.now()
        node.hub_key = hub_key_name()
        node.save(update_fields=["token_hash", "code_nonce", "paired_at", "hub_key"])
        NodeSeen.objects.get_or_create(node=node, defaults={"at": timezone.now()})
    return PairReply(
        node=node.uid,
        token=token,
        hub_public_key=base64.b64encode(hub_public_key()).decode(),
        machines=machines_of(node),
    )


def machines_of(node: Node) -> tuple[PairedMachine, ...]:
    """The machines that stand in the node's workshop, with their profiles."""
    rows = node.factory.machines.exclude(status="retired")
    return tuple(PairedMachine(id=m.uid, name=m.name, profile=KINDS[m.profile]) for m in rows)


def node_by_token(token: str) -> Node | None:
    """The paired, not revoked node of this token."""
    rows = Node.objects.filter(token_hash=_hash(token), revoked_at__isnull=True)
    return rows.select_related("factory", "seen").first() if token else None


def drives(node: Node, machine: Machine, status: MachineStatus) -> bool:
    """Whether this node speaks for the machine; the first that reaches it does from then on.

    A workshop with one computer needs no further step. Of two that are set up for the same
    machine one is listened to, until an owner moves the machine (``move_machine``).
    """
    if machine.node_id is None and status.state is not MachineState.OFFLINE:
        Machine.objects.filter(pk=machine.pk, node=None).update(node=node)
        machine.refresh_from_db(fields=["node"])
    return machine.node_id in (None, node.pk)


def move_machine(machine: Machine, node: Node) -> None:
    """From now on another computer of the workshop drives the machine.

    Raises:
        Conflict: another workshop's or a removed computer, or a job is at the machine.
    """
    if node.factory_id != machine.factory_id or node.revoked_at is not None:
        raise Conflict("Only a computer of the same workshop can drive this machine.")
    with transaction.atomic():
        held = locked(Machine.objects.filter(pk=machine.pk)).get()
        at_it = held.jobs.filter(status__in=Job.AT_MACHINE).exclude(node__revoked_at__isnull=False)
        if held.node_id != node.pk and at_it.exists():
            raise Conflict(
                f"{held.name} is at work, and only its own computer knows how far it is. "
                "Wait for the end or stop the job, then move the machine."
            )
        Machine.objects.filter(pk=held.pk).update(node=node)


def revoke(node: Node) -> None:
    """This computer is no longer ours: its token stops working at once.

    Its machines go to the next computer that reaches them. A job that it may be making is told
    to nobody else: a person must say what became of it.
    """
    with transaction.atomic():
        Node.objects.filter(pk=node.pk).update(revoked_at=timezone.now(), token_hash="")
        Machine.objects.filter(node=node).update(node=None)
        Job.objects.filter(node=node, status__in=Job.AT_MACHINE).update(
            problem="The computer that was making this was removed, so nobody hears how it ends. "
            "Look at the machine, then ask us to have it made again."
        )


def hub_key_name() -> str:
    """The sha256 of the public key that this host's manifests can be proved with."""
    return hashlib.sha256(hub_public_key()).hexdigest()


def can_sign_for(node: Node, job: Job) -> bool:
    """Whether the node would believe what this host signs; if not, say so on the job.

    Sent all the same, the manifests would be refused as forged, and the jobs fail one by one.
    """
    if node.hub_key in ("", hub_key_name()):
        return True
    log.error("node %s pinned another hub key than this host has", node.uid)
    Job.objects.filter(pk=job.pk).exclude(problem=OTHER_KEY).update(problem=OTHER_KEY)
    return False


def _may_pair(node: Node, nonce: str) -> bool:
    if node.paired_at is not None and node.code_nonce != nonce:
        return False
    return node.code_expires_at is not None and node.code_expires_at > timezone.now()


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.strip().encode()).hexdigest()
