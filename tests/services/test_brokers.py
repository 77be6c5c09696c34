"""A doorbell rings through every broker we name, and its loss costs seconds, not work."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.edge.until import until
from tests.services.reach import missing, redis_url

ROOT = Path(__file__).resolve().parents[2]
ENQUEUE = """
from core import work
from nearmade.celery import ring
work.set_doorbell(%s)
work.enqueue("routing.expire_offers", key="%s")
"""
STATE = """
from core.models import Work
print("STATE", Work.objects.get(key="%s").state)
"""


def rabbit_url() -> str:
    try:
        with socket.create_connection(("127.0.0.1", 5672), timeout=3):
            return "amqp://guest:guest@127.0.0.1:5672//"
    except OSError:
        missing("RabbitMQ")
        raise


class Shop:
    """A database with a worker on one broker, and a sweep when asked for."""

    def __init__(self, folder: Path, broker: str) -> None:
        self.environment = {
            **os.environ,
            "NEARMADE_VAR": str(folder),
            "CELERY_BROKER_URL": broker,
            "SWEEP_SECONDS": "0.3",
        }
        self.environment.pop("DATABASE_URL", None)
        self.folder = folder
        self.processes: list[subprocess.Popen[bytes]] = []
        self.manage("migrate", "-v", "0")

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        ran = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True
        )
        assert ran.returncode == 0, ran.stderr[-2000:]
        return ran.stdout

    def shell(self, code: str) -> str:
        return self.manage("shell", "-v", "0", "--no-imports", "-c", code)

    def spawn(self, *command: str) -> None:
        with (self.folder / "out.log").open("ab") as log:
            self.processes.append(
                subprocess.Popen(
                    [sys.executable, *command],
                    cwd=ROOT,
                    env=self.environment,
                    stdout=log,
                    stderr=log,
                )
            )

    def worker(self) -> None:
        from nearmade.run.services import worker_command

        self.spawn(*worker_command(1)[1:])

    def done(self, key: str) -> bool:
        return "STATE done" in self.shell(STATE % key)

    def stop(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


@pytest.fixture(params=["disk", "redis", "rabbitmq"])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    addresses = {"disk": lambda: "", "redis": redis_url, "rabbitmq": rabbit_url}
    shop = Shop(tmp_path, addresses[request.param]())
    yield shop
    shop.stop()


@pytest.mark.services
def test_a_doorbell_reaches_the_worker(shop: Shop) -> None:
    shop.worker()
    shop.shell(ENQUEUE % ("ring", "rung"))
    until(lambda: shop.done("rung"), 240)


@pytest.mark.services
def test_a_lost_doorbell_is_rung_again_by_the_sweep(tmp_path: Path) -> None:
    shop = Shop(tmp_path, redis_url())
    try:
        shop.shell(ENQUEUE % ("lambda work_id, queue: None", "never rung"))
        shop.worker()
        shop.spawn("manage.py", "sweep")
        until(lambda: shop.done("never rung"), 240)
    finally:
        shop.stop()
