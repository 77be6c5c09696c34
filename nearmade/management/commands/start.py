"""``manage.py start``: the whole of Nearmade on this machine."""

from __future__ import annotations

import shutil
import signal
import threading
import time
import urllib.error
import urllib.request
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from nearmade.run import demo
from nearmade.run.services import services
from nearmade.run.supervisor import Supervisor

PAGE_FIRST_S = 8.0
"""So long the other processes wait for the page to answer."""


class Command(BaseCommand):
    help = "Prepares database and demo, then runs web, worker, sweep, agents and the stand-in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-agents", action="store_true", help="run no demo agents")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        demo.ensure_demo()
        if shutil.which("prusa-slicer") is None:
            self.stdout.write(
                "prusa-slicer is not installed: designing, ordering and routing work; parts wait "
                "at 'maker found' until it is there (apt-get install prusa-slicer)."
            )
        supervisor = Supervisor(
            services(settings.SITE_URL, agents=not options["no_agents"]), settings.VAR_DIR / "log"
        )

        def leave(signum: int, frame: FrameType | None) -> None:
            supervisor.ask_to_stop()

        signal.signal(signal.SIGINT, leave)
        signal.signal(signal.SIGTERM, leave)
        health = f"{settings.SITE_URL}/healthz/"
        supervisor.start(lambda: _answers(health, seconds=PAGE_FIRST_S))
        threading.Thread(target=self._greet, daemon=True).start()
        try:
            supervisor.watch()
        finally:
            self.stdout.write("\nStopping …")
            supervisor.stop()

    def _greet(self) -> None:
        if not _answers(f"{settings.SITE_URL}/healthz/", seconds=60):
            self.stderr.write(
                f"The web process does not answer at {settings.SITE_URL}. "
                f"Its log is {settings.VAR_DIR / 'log' / 'web.log'}; is the port taken?"
            )
            return
        secret = demo.password()
        lines = [f"  {name:8} {secret}   {role}" for name, role in demo.LOGINS]
        self.stdout.write(
            f"\nNearmade is at {settings.SITE_URL}\n\n"
            "Sign in (the first column is the name, the second the password):\n"
            + "\n".join(lines)
            + "\n\nYou need no account to design and order. Payments go to a stand-in for Stripe: "
            "no real money.\nThe demo's machines run "
            f"{settings.DEMO_SPEED:g}× as fast as real ones. Ctrl-C stops everything.\n"
        )


def _answers(url: str, *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 (our own address)
                if answer.status == 200:
                    return True
        except (urllib.error.URLError, OSError):
            threading.Event().wait(0.2)
    return False
