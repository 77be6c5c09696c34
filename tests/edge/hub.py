"""A small real hub: HTTP on a free port, speaking ``edge.protocol``, made to be looked into."""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from pydantic import ValidationError

from edge.protocol import (
    Command,
    MachineStatus,
    Manifest,
    PairedMachine,
    PairReply,
    PairRequest,
    PollReply,
    PollRequest,
    Report,
    ReportKind,
    Start,
    new_keys,
    sign_manifest,
)
from manufacturing.planning.profiles import PROFILES
from tests.edge.gcode import program

CODE = "K7QX-M2PD"
TOKEN = "t" * 40


def machines(*names: str) -> tuple[PairedMachine, ...]:
    profile = PROFILES["ender-3"]
    return tuple(PairedMachine(id=name, name=name, profile=profile) for name in names)


class Hub:
    """Keeps what nodes say and repeats its commands until a report answers them."""

    def __init__(self, *machine_ids: str) -> None:
        self.private, self.public = new_keys()
        self.machines = machines(*(machine_ids or ("m1",)))
        self.programs: dict[str, bytes] = {}
        self.commands: list[Command] = []
        self.reports: list[Report] = []
        self.statuses: dict[str, MachineStatus] = {}
        self.nonce: str | None = None
        self.pairings = 0
        self.polls = 0
        self.wrong: list[str] = []
        self.lose_acks = False
        self.changed = threading.Condition()
        self.port = 0
        self._server: ThreadingHTTPServer | None = None

    # -- up and down

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def up(self) -> Hub:
        """Listen; the second time on the same port."""
        hub = self

        class Handler(_Handler):
            pass

        Handler.hub = hub
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def down(self) -> None:
        """Stop listening: connections are refused."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    # -- what tests ask

    def wait(self, condition: Callable[[], object], timeout_s: float = 20.0) -> None:
        """Until the condition holds; it is looked at whenever a node has said something."""
        with self.changed:
            held = self.changed.wait_for(lambda: bool(condition()), timeout_s)
        assert held, f"not within {timeout_s} s; reports: {self.story()}; {self.statuses}"

    def story(self, job: str | None = None) -> list[str]:
        """Kinds of reports in order, without progress."""
        return [
            r.kind.value
            for r in self.reports
            if (job is None or r.job == job) and r.kind is not ReportKind.PROGRESS
        ]

    def last(self, kind: str, job: str) -> Report:
        return next(r for r in reversed(self.reports) if r.kind == kind and r.job == job)

    def state(self, machine: str = "m1") -> str:
        status = self.statuses.get(machine)
        return status.state.value if status else "unknown"

    # -- orders

    def order(
        self,
        job: str,
        *,
        machine: str = "m1",
        seconds: float = 60.0,
        epoch: int = 1,
        gcode: bytes | None = None,
        key: bytes | None = None,
        life_s: float = 600.0,
        **changes: object,
    ) -> Start:
        """A signed order; ``changes`` are made to the manifest before it is signed."""
        data = program() if gcode is None else gcode
        sha256 = hashlib.sha256(data).hexdigest()
        self.programs.setdefault(sha256, data)
        now = datetime.now(UTC)
        manifest = Manifest(
            job=job,
            epoch=epoch,
            machine=machine,
            profile_digest=self.machines[0].profile.digest(),
            sha256=sha256,
            size_bytes=len(data),
            seconds=seconds,
            grams=3.0,
            material="pla",
            hotend_c=235,
            bed_c=70,
            issued_at=now - timedelta(hours=1),
            expires_at=now + timedelta(seconds=life_s),
        ).model_copy(update=changes)
        return Start(machine=machine, signed=sign_manifest(key or self.private, manifest))

    def say(self, *commands: Command) -> None:
        """What the hub says from now on, in every reply."""
        with self.changed:
            self.commands = list(commands)

    # -- the three addresses

    def pair(self, body: bytes) -> tuple[int, bytes]:
        request = PairRequest.model_validate_json(body)
        if request.code != CODE or self.nonce not in (None, request.nonce):
            return 403, b"unknown code"
        self.nonce = request.nonce
        self.pairings += 1
        reply = PairReply(
            node="n1",
            token=TOKEN,
            hub_public_key=base64.b64encode(self.public).decode(),
            machines=self.machines,
        )
        return 200, reply.model_dump_json().encode()

    def poll(self, body: bytes) -> tuple[int, bytes]:
        request = PollRequest.model_validate_json(body)
        with self.changed:
            self.polls += 1
            known = {r.sequence for r in self.reports}
            self.reports += [r for r in request.reports if r.sequence not in known]
            self.statuses |= {s.machine: s for s in request.statuses}
            acks = max((r.sequence for r in self.reports), default=0)
            reply = PollReply(
                acks=0 if self.lose_acks else acks,
                commands=tuple(self.commands),
                poll_after_s=0.1,
            )
            self.changed.notify_all()
        if not request.reports and not reply.commands and self.polls > 1:
            return 204, b""
        return 200, reply.model_dump_json().encode()


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def _known(self) -> bool:
        return self.headers.get("Authorization") == f"Bearer {TOKEN}"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            if self.path == "/node/v1/pair":
                self._answer(*self.hub.pair(body))
            elif self.path == "/node/v1/poll" and self._known():
                self._answer(*self.hub.poll(body))
            else:
                self._answer(401, b"who are you")
        except ValidationError as error:
            self.hub.wrong.append(str(error))
            self._answer(400, b"nonsense")

    def do_GET(self) -> None:
        data = self.hub.programs.get(self.path.rpartition("/")[2])
        if not self._known():
            self._answer(401, b"who are you")
        elif data is None:
            self._answer(404, b"no such program")
        else:
            self._answer(200, data)
