"""Who a node is: enrolled by a one-time code, then known by the hash of its token."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import secrets

from django.db import transaction
from django.utils import timezone

from core.errors import NearmadeError
from core.locks import locked
from core.signing import hub_public_key
from edge.protocol import PairedMachine, PairReply, PairRequest
from manufacturing.models import Factory, Node, NodeSeen
from manufacturing.planning.profiles import PROFILES

CODE_LIFE = dt.timedelta(hours=24)
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
        node.save(update_fields=["token_hash", "code_nonce", "paired_at"])
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
    return tuple(PairedMachine(id=m.uid, name=m.name, profile=PROFILES[m.profile]) for m in rows)


def node_by_token(token: str) -> Node | None:
    """The paired, not revoked node of this token."""
    rows = Node.objects.filter(token_hash=_hash(token), revoked_at__isnull=True)
    return rows.select_related("factory", "seen").first() if token else None


def revoke(node: Node) -> None:
    """This computer is no longer ours: its token stops working at once."""
    Node.objects.filter(pk=node.pk).update(revoked_at=timezone.now(), token_hash="")


def _may_pair(node: Node, nonce: str) -> bool:
    if node.paired_at is not None and node.code_nonce != nonce:
        return False
    return node.code_expires_at is not None and node.code_expires_at > timezone.now()


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.strip().encode()).hexdigest()
