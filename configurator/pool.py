"""Warm processes that run the engine beside a web process, so that pages stay quick meanwhile.

A slider asks faster than geometry is made. Requests carry the key of who asks (a browser tab):
while one of theirs is waiting, a newer one takes its place before it has cost anything, and the
older caller gets ``Superseded``. Addresses take turns, and when the queue is full the one that has
most in it makes room, so that nobody can keep the others out. Results are kept by design, so that
one seen before is instant. The heavy libraries are imported in the workers only.

A worker is started by path, not by forking: it inherits no thread, no lock and no Django. It
leaves when the pipe on its standard input closes, which the system does when the parent dies,
however it dies.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from configurator import blobs
from configurator.dfm.fit import Volume
from configurator.engine import design_key
from configurator.materials import USUAL_HEX
from configurator.products import family as family_of
from configurator.products.fields import parse
from core.errors import Conflict, NearmadeError, OutsideFailed, Wait

Kind = Literal["draft", "evaluate", "advised", "picture", "file"]

_ROOT = Path(__file__).parents[1]
REMEMBERED = 1000
"""Addresses whose last turn is known; one forgotten counts as new."""


class Superseded(Conflict):
    """A newer request of the same client took this one's place."""


class WorkerDied(OutsideFailed):
    """The process that computed this ended; another has taken its place."""


class Crowded(Wait):
    """More people ask than the processes of this pool can serve."""


class TooSlow(OutsideFailed):
    """No answer within the time the caller gave."""


@dataclass(frozen=True)
class Request:
    """What to compute.

    ``colour_hex`` matters to pictures and files only, ``size_px`` to pictures, ``extension`` to
    files.
    """

    kind: Kind
    family: str
    params: Mapping[str, object]
    material: str = "pla"
    machines: tuple[Volume, ...] = ()
    colour_hex: str = USUAL_HEX
    size_px: int = 320
    extension: str = ""
    names: tuple[str, ...] = ()
    """Of a picture: the parts that it shows; none named are all."""

    def cache_key(self) -> tuple[object, ...]:
        """Names the result. Raises BadInput or NotFound before a worker is troubled."""
        family = family_of(self.family)
        design = design_key(self.family, family.version, parse(family, self.params))
        if self.kind == "picture":
            return (self.kind, design, self.colour_hex, self.size_px, self.names)
        if self.kind == "file":
            return (self.kind, design, self.extension, self.colour_hex)
        return (self.kind, design, self.material, self.machines)

    def message(self) -> tuple[object, ...]:
        """What goes over the pipe: plain types only."""
        params = dict(self.params)
        if self.kind == "picture":
            return ("picture", self.family, params, self.colour_hex, self.size_px, self.names)
        if self.kind == "file":
            return ("file", self.family, params, self.extension, self.colour_hex)
        if self.kind == "draft":
            return ("draft", self.family, params, self.material)
        return (self.kind, self.family, params, self.material, self.machines)


@dataclass(eq=False)
class _Ticket:
    """A request on its way: waiting, running, then done with a result or an error."""

    client: str
    address: str
    message: tuple[object, ...]
    deadline: float
    done: threading.Event = field(default_factory=threading.Event)
    result: Any = None
    error: NearmadeError | None = None
    size: int = 0

    def fail(self, error: NearmadeError) -> None:
        self.error = error
        self.done.set()


class _Worker:
    """One warm process and the pipe to it."""

    def __init__(self) -> None:
        self.pipe: Connection
        self.pipe, far = Pipe()
        kept = str(blobs.root() or "")
        with far:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "configurator.poolworker", str(far.fileno()), kept],
                pass_fds=[far.fileno()],
                stdin=subprocess.PIPE,
                cwd=_ROOT,
                # As many workers as processors: a second thread of one would be taken from another.
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
            )

    def ask(self, ticket: _Ticket) -> None:
        """Runs a ticket to its end. Raises EOFError, OSError or TimeoutError: worker is lost."""
        self.pipe.send(ticket.message)
        if not self.pipe.poll(max(0.0, ticket.deadline - time.monotonic())):
            raise TimeoutError
        good, value, ticket.size = self.pipe.recv()
        if good:
            ticket.result = value
            ticket.done.set()
        else:
            ticket.fail(value)

    def stop(self) -> None:
        """Ends the process, at work or not, and waits until it is gone."""
        self.process.kill()
        self.process.wait()
        self.pipe.close()
        if self.process.stdin is not None:
            self.process.stdin.close()


class Pool:
    """``workers`` warm processes, started with the first request; thread-safe."""

    def __init__(
        self, workers: int = 2, cache_bytes: int = 128 * 2**20, longest_queue: int = 24
    ) -> None:
        self._size = workers
        self._longest_queue = longest_queue
        self._waiting: OrderedDict[str, _Ticket] = OrderedDict()
        self._change = threading.Condition()
        self._threads: list[threading.Thread] = []
        self._processes: dict[int, _Worker] = {}
        self._closed = False
        self._seen = _Seen(cache_bytes)
        self._turn = 0
        self._served: dict[str, int] = {}

    def start(self) -> None:
        """Starts the workers now, so that the first request finds them warm (about 2 s)."""
        with self._change:
            self._start_threads()

    def run(
        self, client_key: str, request: Request, timeout_s: float = 10.0, *, address: str = ""
    ) -> Any:
        """The engine's answer: Preview, Evaluation or PNG bytes.

        Raises Superseded, Crowded, WorkerDied, TooSlow, or what the engine raises (BadInput,
        NotFound).
        """
        key = request.cache_key()
        known = self._seen.get(key)
        if known is not None:
            return known
        ticket = _Ticket(client_key, address, request.message(), time.monotonic() + timeout_s)
        self._queue(ticket)
        if not ticket.done.wait(timeout_s):
            self._forget(ticket)
            raise _too_slow()
        if ticket.error is not None:
            raise ticket.error
        self._seen.put(key, ticket.result, ticket.size)
        return ticket.result

    def close(self) -> None:
        """Ends all workers; whoever waits gets WorkerDied."""
        with self._change:
            self._closed = True
            waiting = list(self._waiting.values())
            self._waiting.clear()
            self._change.notify_all()
            lost = list(self._processes.values())
        for ticket in waiting:
            ticket.fail(_died())
        for worker in lost:
            worker.process.kill()
        for thread in self._threads:
            thread.join()

    @property
    def processes(self) -> Mapping[int, subprocess.Popen[bytes]]:
        """The live worker processes by their number."""
        return MappingProxyType({n: worker.process for n, worker in self._processes.items()})

    def _queue(self, ticket: _Ticket) -> None:
        with self._change:
            if self._closed:
                raise _died()
            older = self._waiting.pop(ticket.client, None)
            # Who stands in a queue longer than patience only keeps others waiting.
            full = older is None and len(self._waiting) >= self._longest_queue
            put_out = self._put_out(ticket.address) if full else None
            self._waiting[ticket.client] = ticket
            self._start_threads()
            self._change.notify()
        if put_out is not None:
            put_out.fail(_crowded())
        if older is not None:
            older.fail(Superseded("A newer change took its place.", detail=ticket.client[:40]))

    def _put_out(self, newcomer: str) -> _Ticket:
        """The newest ticket of the address that has most of them waiting makes room.

        Raises Crowded when that is the newcomer's own, or nobody has more than it would.
        """
        counts = Counter(ticket.address for ticket in self._waiting.values())
        greedy, most = counts.most_common(1)[0]
        if most <= counts[newcomer] + 1:
            raise _crowded()
        newest = next(t for t in reversed(self._waiting.values()) if t.address == greedy)
        return self._waiting.pop(newest.client)

    def _start_threads(self) -> None:
        while len(self._threads) < self._size:
            number = len(self._threads)
            thread = threading.Thread(
                target=self._serve, args=(number,), name=f"geometry-{number}", daemon=True
            )
            self._threads.append(thread)
            thread.start()

    def _forget(self, ticket: _Ticket) -> None:
        with self._change:
            if self._waiting.get(ticket.client) is ticket:
                del self._waiting[ticket.client]

    def _next(self) -> _Ticket | None:
        with self._change:
            self._change.wait_for(lambda: self._waiting or self._closed)
            return None if self._closed else self._waiting.pop(self._whose_turn())

    def _whose_turn(self) -> str:
        """The oldest ticket of the address that was served longest ago: they take turns."""
        ticket = min(self._waiting.values(), key=lambda t: self._served.get(t.address, 0))
        self._served.pop(ticket.address, None)
        self._served[ticket.address] = self._turn = self._turn + 1
        while len(self._served) > REMEMBERED:
            del self._served[next(iter(self._served))]
        return ticket.client

    def _serve(self, number: int) -> None:
        """One thread a worker: hands it tickets, and replaces it when it is lost."""
        worker = self._fresh(number)
        while (ticket := self._next()) is not None:
            if worker.process.poll() is not None:
                worker = self._replaced(number, worker)
            try:
                worker.ask(ticket)
            except (EOFError, OSError) as error:
                slow = isinstance(error, TimeoutError)
                worker = self._replaced(number, worker)
                ticket.fail(_too_slow() if slow else _died())
        worker.stop()

    def _fresh(self, number: int) -> _Worker:
        worker = _Worker()
        with self._change:
            self._processes[number] = worker
        return worker

    def _replaced(self, number: int, worker: _Worker) -> _Worker:
        worker.stop()
        return self._fresh(number)


class _Seen:
    """Results by key, the least recently used forgotten past so many bytes; thread-safe."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit = limit_bytes
        self._kept: OrderedDict[tuple[object, ...], tuple[Any, int]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: tuple[object, ...]) -> Any | None:
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key][0]

    def put(self, key: tuple[object, ...], result: Any, size: int) -> None:
        with self._lock:
            if key in self._kept or size > self._limit:
                return
            self._kept[key] = (result, size)
            self._bytes += size
            while self._bytes > self._limit:
                _, (_, freed) = self._kept.popitem(last=False)
                self._bytes -= freed


def _died() -> WorkerDied:
    return WorkerDied("The part could not be computed just now; try once more.")


def _crowded() -> Crowded:
    return Crowded("Very many people are designing just now. Please try again in a moment.", 3)


def _too_slow() -> TooSlow:
    return TooSlow("This is taking longer than it should; try once more, or a simpler shape.")
