"""A whole Nearmade of its own for browser tests: every process real, one workshop, one printer."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import requests

from tests.edge.until import until

SERVERS = ("DATABASE_URL", "CELERY_BROKER_URL")
ROOT = Path(__file__).resolve().parents[2]


MADE = """
from core.models import Work
from nearmade.run import demo
demo.ensure_demo()
# Two hundred pictures for a catalogue that hardly a test looks at: those are drawn when asked for.
Work.objects.filter(kind="configurator.preset_pictures").delete()
"""


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Town:
    """Processes under the project's own supervisor, in a folder of their own."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.url = f"http://127.0.0.1:{free_port()}"
        self.environment = {
            **{
                k: v
                for k, v in os.environ.items()
                if k not in ("DATABASE_URL", "CELERY_BROKER_URL")
            },
            "DJANGO_SETTINGS_MODULE": "nearmade.settings",
            "NEARMADE_VAR": str(folder),
            "SITE_URL": self.url,
            "STRIPE_STANDIN_URL": f"http://127.0.0.1:{free_port()}",
            "UNDO_SECONDS": "2",
            "PYTHONUNBUFFERED": "1",
            **settings,
        }
        self._processes: list[subprocess.Popen[bytes]] = []

    def prepare(self, code: str) -> str:
        """Migrate, make the demo, then run ``code`` in the town's Django. Returns its output."""
        self._manage("migrate", "-v", "0")
        return self._manage("shell", "-v", "0", "--no-imports", "-c", MADE + code)

    def _manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        ran = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stderr[-2000:]
        return ran.stdout

    def start(self, *arguments: str) -> None:
        self.spawn("start", [sys.executable, "manage.py", "start", *arguments])
        until(self._answers, 120)

    def spawn(self, name: str, command: list[str], **environment: str) -> None:
        (self.folder / "log").mkdir(exist_ok=True)
        with (self.folder / "log" / f"{name}.out").open("ab") as log:
            self._processes.append(
                subprocess.Popen(
                    command,
                    cwd=ROOT,
                    env={**self.environment, **environment},
                    stdout=log,
                    stderr=log,
                )
            )

    def stop(self) -> None:
        for process in reversed(self._processes):
            process.terminate()
        for process in self._processes:
            process.wait(30)

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/healthz/", timeout=5).ok
        except requests.RequestException:
            return False

    @property
    def password(self) -> str:
        return (self.folder / "keys" / "demo_password").read_text().strip()
