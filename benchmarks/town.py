"""A whole Nearmade of its own for benchmarks: every process real, one workshop, one machine.

``set_environment`` must run before Django's settings are read. All is in a folder that goes away.
"""

from __future__ import annotations

import os
import re
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import requests

ROOT = Path(__file__).parents[1]
FIELD = re.compile(r'name="(\w+)" value="([^"]*)"')
LYON = "2996944"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def set_environment(folder: Path, **settings: str) -> None:
    """A world of its own, with fast virtual machines, where answers take effect at once."""
    for name in ("DATABASE_URL", "CELERY_BROKER_URL", "STRIPE_SECRET_KEY"):
        os.environ.pop(name, None)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "nearmade.settings",
        "NEARMADE_VAR": str(folder),
        "SITE_URL": f"http://127.0.0.1:{free_port()}",
        "STRIPE_STANDIN_URL": f"http://127.0.0.1:{free_port()}",
        "UNDO_SECONDS": "0",
        "DEMO_SPEED": "1000000",
        "LOG_LEVEL": "ERROR",
        "GEOMETRY_RATE": "1000000/min",  # everybody here has one address
        "DRAFT_RATE": "1000000/min",
        **settings,
    }
    os.chdir(ROOT)


def wait_for(what: Callable[[], object], seconds: float, name: str) -> None:
    """Look every 20 ms until it is so.

    Raises:
        TimeoutError: it never was.
    """
    deadline = time.monotonic() + seconds
    while not what():
        if time.monotonic() > deadline:
            raise TimeoutError(f"no {name} within {seconds:g} s")
        time.sleep(0.02)


class Town:
    """The processes of one machine under the project's own supervisor, for a ``with``."""

    def __init__(self, profile: str) -> None:
        self._profile = profile

    def __enter__(self) -> Town:
        from django.conf import settings
        from django.core.management import call_command

        from nearmade.run.services import services
        from nearmade.run.supervisor import Supervisor

        call_command("migrate", interactive=False, verbosity=0)
        self._build()
        self.url = settings.SITE_URL
        self._supervisor = Supervisor(services(self.url), settings.VAR_DIR / "log")
        self._supervisor.start()
        self._watcher = threading.Thread(target=self._supervisor.watch, daemon=True)
        self._watcher.start()
        wait_for(self._answers, 60, "web process")
        wait_for(self.is_idle, 60, "idle machine")
        return self

    def __exit__(self, *_: object) -> None:
        self._supervisor.ask_to_stop()
        self._watcher.join()
        self._supervisor.stop()

    def _build(self) -> None:
        """One workshop in Lyon that says yes by itself, with one machine and full shelves."""
        from django.utils import timezone

        from configurator.materials import material
        from core.states import born
        from manufacturing.capacity import ensure_days
        from manufacturing.models import Factory, Machine, MachineDay, Stock
        from manufacturing.nodes import enrol
        from nearmade.run.demo import edge_folder

        factory = Factory.objects.create(
            name="Bench", city="Lyon", country="FR", lat=45.76, lon=4.84, auto_accept=True
        )
        machine = Machine.objects.create(factory=factory, name="M1", profile=self._profile)
        born(machine, by="benchmark")
        ensure_days(timezone.now(), [machine])
        MachineDay.objects.update(capacity_min=1_000_000)  # time is measured here, not capacity
        for kind in ("pla", "petg"):
            for colour in material(kind).colours:
                Stock.objects.create(
                    factory=factory, material=kind, colour=colour.slug, grams=10_000_000
                )
        folder = edge_folder(factory)
        folder.mkdir(parents=True)
        _, code = enrol(factory)
        (folder / "code").write_text(code)
        self.machine_pk, self.made_log = machine.pk, folder / "virtual" / machine.uid / "made.log"

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/healthz/", timeout=5).ok
        except requests.RequestException:
            return False

    def is_idle(self) -> bool:
        """Whether the machine stands idle; a full plate is signed off, as its owner would."""
        from manufacturing.machines import sign_off_plate
        from manufacturing.models import Machine

        machine = Machine.objects.get(pk=self.machine_pk)
        if machine.status == Machine.NEEDS_CLEARING:
            sign_off_plate(machine, by="benchmark")
        return machine.status == Machine.IDLE

    def pid(self, name: str) -> int:
        return self._supervisor.pid(name)


class Buyer:
    """One browser that buys one thing at a time."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._web = requests.Session()

    def to_the_pay_page(self, query: str) -> str:
        """Quote, basket, checkout. Returns the address of the pay page.

        Raises:
            RuntimeError: the shop does not sell it, with what it said.
        """
        panel = self._web.get(
            f"{self._url}/quote/?{query}&city={LYON}", headers={"HX-Request": "true"}, timeout=60
        ).text
        token = fields(panel).get("quote")
        if token is None:
            raise RuntimeError(re.sub(r"<[^>]+>|\s+", " ", panel)[:300])
        self._post("/basket/add/", {"quote": token})
        data = fields(self._web.get(f"{self._url}/checkout/", timeout=60).text)
        data |= {"email": "ada@example.invalid", "name": "Ada", "street": "1 rue",
                 "postcode": "69001", "city": "Lyon"}  # fmt: skip
        where = self._post("/checkout/", data).headers["Location"]
        if urlsplit(where).netloc == urlsplit(self._url).netloc:
            raise RuntimeError(f"no pay page: sent to {where}")
        return where

    def pay(self, pay_page: str) -> None:
        """Press the button; then go back to the shop as a browser does."""
        answer = self._web.post(pay_page, {"do": "pay"}, allow_redirects=False, timeout=60)
        self._web.get(answer.headers["Location"], timeout=60)

    def _post(self, path: str, data: dict[str, str]) -> requests.Response:
        headers = {"X-CSRFToken": self._web.cookies.get("csrftoken", ""), "Referer": self._url}
        return self._web.post(
            self._url + path, data, headers=headers, allow_redirects=False, timeout=60
        )


def fields(page: str) -> dict[str, str]:
    """Hidden fields of a page by name; the last of a name counts."""
    return dict(FIELD.findall(page))
