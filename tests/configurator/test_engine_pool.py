"""The pool: newest wins, dead workers are replaced, nothing outlives the parent."""

import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from configurator.pool import (
    Crowded,
    Pool,
    Request,
    Superseded,
    TooSlow,
    WorkerDied,
    _Ticket,
)
from core.errors import BadInput, NotFound

ROOT = Path(__file__).parents[2]
SLOW = Request("picture", "twisted-vase", {"height_mm": 150}, size_px=640)


def vase(height):
    return Request("draft", "twisted-vase", {"height_mm": height}, "pla")


@pytest.fixture(scope="module")
def pool():
    made = Pool(workers=1)
    made.run("warm", vase(100), 60)
    yield made
    made.close()


class Caller(threading.Thread):
    """Runs a request in a thread of its own and keeps what came of it."""

    def __init__(self, pool, client, request, timeout_s=60, address=""):
        super().__init__()
        self.outcome = None
        self.given = (client, request, timeout_s)
        self.address = address
        self.pool = pool
        self.start()

    def run(self):
        try:
            self.outcome = self.pool.run(*self.given, address=self.address)
        except Exception as error:
            self.outcome = error


def until(condition, seconds=20):
    """Waits on a condition, woken often; fails if it never comes true."""
    beat = threading.Event()
    for _ in range(int(seconds / 0.01)):
        if condition():
            return
        beat.wait(0.01)
    raise AssertionError("it never came true")


@contextmanager
def busy_with(pool, request):
    """The pool's one worker has begun the request and stands still until the block ends."""
    os.kill(pool.processes[0].pid, signal.SIGSTOP)
    turn = pool._turn
    caller = Caller(pool, "busy", request)
    until(lambda: pool._turn > turn)
    try:
        yield caller
    finally:
        os.kill(pool.processes[0].pid, signal.SIGCONT)
        caller.join(60)


def test_an_older_waiting_request_of_the_same_client_is_dropped(pool):
    with busy_with(pool, vase(110)):
        older = Caller(pool, "tab", vase(111))
        until(lambda: "tab" in pool._waiting)
        newer = Caller(pool, "tab", vase(112))
        older.join(20)
        assert isinstance(older.outcome, Superseded), "it is told before the worker is free"
    newer.join(60)
    assert newer.outcome.params["height_mm"] == 112


def test_requests_of_different_clients_do_not_disturb_each_other(pool):
    callers = [Caller(pool, f"tab {n}", vase(120 + n)) for n in range(5)]
    for caller in callers:
        caller.join(60)
    assert [c.outcome.params["height_mm"] for c in callers] == [120, 121, 122, 123, 124]


def test_a_killed_worker_is_replaced_and_its_caller_is_told(pool):
    turn = pool._turn
    caller = Caller(pool, "tab", SLOW)
    until(lambda: pool._turn > turn)
    lost = pool.processes[0].pid
    os.kill(lost, signal.SIGKILL)
    caller.join(20)
    assert isinstance(caller.outcome, WorkerDied) and "once more" in caller.outcome.sentence
    assert pool.run("tab", vase(131), 60).params["height_mm"] == 131
    assert pool.processes[0].pid != lost


def test_a_worker_that_does_not_answer_in_time_is_replaced(pool):
    stuck = pool.processes[0].pid
    os.kill(stuck, signal.SIGSTOP)
    with pytest.raises(TooSlow):
        pool.run("tab", vase(141), 0.3)
    assert pool.run("tab", vase(142), 60).params["height_mm"] == 142
    until(lambda: not psutil.pid_exists(stuck))


def test_errors_of_the_engine_reach_the_caller_as_they_are(pool):
    with pytest.raises(BadInput) as caught:
        pool.run("tab", vase(999))
    assert caught.value.fields["height_mm"].startswith("Height is 999 mm")
    with pytest.raises(NotFound):
        pool.run("tab", Request("draft", "teapot", {}))
    with pytest.raises(NotFound):
        pool.run("tab", Request("draft", "twisted-vase", {}, "unobtainium"))


def test_a_design_seen_before_is_not_computed_again(pool):
    first = pool.run("tab", vase(151), 60)
    assert pool.run("another tab", vase("151.0"), 60) is first
    assert (
        pool.run("tab", Request("draft", "twisted-vase", {"height_mm": 151}, "petg"), 60)
        is not first
    )


def test_the_oldest_results_are_forgotten_first():
    small = Pool(workers=1, cache_bytes=150_000)
    try:
        first = small.run("a", vase(100), 60)
        second = small.run("a", vase(101), 60)
        assert small.run("a", vase(100), 60) is first
        third = small.run("a", vase(102), 60)  # 61 kB each: only two have room
        assert small.run("a", vase(100), 60) is first
        assert small.run("a", vase(102), 60) is third
        assert small.run("a", vase(101), 60) is not second
    finally:
        small.close()


def test_workers_leave_when_the_parent_is_killed():
    code = (
        "from configurator.pool import Pool, Request\n"
        "pool = Pool(workers=2)\n"
        "pool.run('a', Request('draft', 'twisted-vase', {}), 60)\n"
        "print(*[p.pid for p in pool.processes.values()], flush=True)\n"
        "input()\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    workers = [psutil.Process(int(pid)) for pid in parent.stdout.readline().split()]
    assert workers and all(worker.is_running() for worker in workers)
    parent.kill()
    parent.wait()
    assert psutil.wait_procs(workers, timeout=20)[1] == []


def test_a_web_process_needs_no_geometry_library_for_forms_and_pool():
    code = (
        "import sys\n"
        "import configurator.pool\n"
        "from configurator.products import families\n"
        "from configurator.products.fields import fields, parse, json_schema\n"
        "for f in families().values(): fields(f), parse(f, {}), json_schema(f)\n"
        "heavy = {'numpy', 'trimesh', 'scipy', 'manifold3d', 'embreex', 'uharfbuzz', 'PIL'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    out = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert out.stdout.decode().strip() == "[]"


def test_a_queue_that_is_too_long_turns_newcomers_away_at_once():
    pool = Pool(workers=1, longest_queue=2)
    pool.run("warm", vase(100), 60)
    try:
        with busy_with(pool, vase(110)):
            callers = [Caller(pool, f"tab {n}", vase(101 + n)) for n in range(2)]
            until(lambda: len(pool._waiting) == 2)
            with pytest.raises(Crowded, match="try again") as refused:
                pool.run("tab 9", vase(120), 60)
            assert refused.value.retry_after_s >= 1
            # Who stands in the queue already may still change his mind.
            callers.append(Caller(pool, "tab 1", vase(121)))
            callers[1].join(20)
            assert isinstance(callers[1].outcome, Superseded)
        for caller in callers:
            caller.join()
        assert callers[2].outcome.glb
    finally:
        pool.close()


def test_addresses_take_turns_and_the_greedy_one_makes_room():
    pool = Pool(workers=1, longest_queue=4)
    pool.run("warm", vase(100), 60)
    try:
        with busy_with(pool, vase(110)):
            greedy = [Caller(pool, f"greedy {n}", vase(101 + n), address="a") for n in range(4)]
            until(lambda: len(pool._waiting) == 4)
            with pytest.raises(Crowded):
                pool.run("greedy 9", vase(120), 60, address="a")
            other = Caller(pool, "other", vase(130), address="b")
            until(lambda: "other" in pool._waiting)
            stay = {int(c.split()[1]) for c in pool._waiting if c.startswith("greedy")}
            lost = set(range(4)) - stay
        for caller in (other, *greedy):
            caller.join()
        assert other.outcome.glb
        assert [isinstance(c.outcome, Crowded) for c in greedy] == [n in lost for n in range(4)]
        assert len(lost) == 1
    finally:
        pool.close()


def test_who_was_served_longest_ago_is_next():
    pool = Pool(workers=1)
    for n, address in enumerate("aaab"):
        pool._waiting[f"{address}{n}"] = _Ticket(f"{address}{n}", address, (), 0.0)
    order = []
    while pool._waiting:
        order.append(pool._whose_turn())
        del pool._waiting[order[-1]]
    assert order == ["a0", "b3", "a1", "a2"]
