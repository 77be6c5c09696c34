"""A node for tests: speaks the real protocol over the real HTTP views."""

from __future__ import annotations

import base64
import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.utils import timezone

from edge.protocol import (
    MachineState,
    MachineStatus,
    PairReply,
    PairRequest,
    PollReply,
    PollRequest,
    Report,
    ReportKind,
)
from manufacturing.models import Factory, Machine
from manufacturing.nodes import enrol


@dataclass
class TestNode:
    """Pairs with a fresh code; ``poll`` sends what it sees and returns the reply, or None."""

    __test__ = False
    factory: Factory
    client: Client = field(default_factory=Client)
    token: str = ""
    sequence: int = 0
    outbox: list[Report] = field(default_factory=list)

    def pair(self) -> PairReply:
        _, code = enrol(self.factory)
        answer = self.send("/node/v1/pair", PairRequest(code=code, nonce="n1"))
        reply = PairReply.model_validate_json(answer.content)
        self.token = reply.token
        self.uid = reply.node
        self.hub_key = base64.b64decode(reply.hub_public_key)
        return reply

    def say(self, machine: Machine, job: str, kind: str, epoch: int = 1, **fields: Any) -> None:
        self.sequence += 1
        report = Report(
            sequence=self.sequence,
            machine=machine.uid,
            job=job,
            epoch=epoch,
            kind=ReportKind(kind),
            at=timezone.now(),
            **fields,
        )
        self.outbox.append(report)

    def poll(self, machine: Machine, state: str = "idle", **fields: Any) -> PollReply | None:
        status = MachineStatus(
            machine=machine.uid, state=MachineState(state), at=timezone.now(), **fields
        )
        request = PollRequest(statuses=(status,), reports=tuple(self.outbox))
        answer = self.send("/node/v1/poll", request)
        assert answer.status_code in (200, 204), answer.content
        self.outbox.clear()
        return PollReply.model_validate_json(answer.content) if answer.content else None

    def send(self, path: str, message: Any) -> Any:
        return self.client.post(
            path,
            message.model_dump_json(),
            content_type="application/json",
            headers={"Authorization": f"Bearer {self.token}"},
        )


def later(seconds: float) -> dt.datetime:
    return timezone.now() + dt.timedelta(seconds=seconds)
