"""The stand-in for Stripe as a process of its own, and a buyer in front of its pay page."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

KEY, SECRET = "sk_test_of_the_tests", "whsec_of_the_tests"
ROOT = Path(__file__).parents[2]


@dataclass
class StandIn:
    """One stand-in. ``stop`` and ``start`` keep its state and its port."""

    state: Path
    webhook_url: str = ""
    port: int = 0
    process: subprocess.Popen[str] | None = None
    web: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=10))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> StandIn:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "orders.standin", *self._flags()],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            env={k: v for k, v in os.environ.items() if not k.startswith("STANDIN_")},
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        found = re.search(r":(\d+)\s*$", line)
        assert found, f"the stand-in said {line!r}"
        self.port = int(found.group(1))
        return self

    def _flags(self) -> list[str]:
        flags = {
            "port": str(self.port),
            "state": str(self.state),
            "api-key": KEY,
            "webhook-secret": SECRET,
            "webhook-url": self.webhook_url,
        }
        return [f"--{name}={value}" for name, value in flags.items()]

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()

    # --- the buyer's browser --------------------------------------------------------------------
    def press(self, session_id: str, what: str = "pay") -> httpx.Response:
        return self.web.post(f"{self.url}/c/pay/{session_id}", data={"do": what})

    # --- looking inside -------------------------------------------------------------------------
    def get(self, path: str, **query: Any) -> dict[str, Any]:
        reply = self.web.get(self.url + path, params=query, headers=self._key())
        reply.raise_for_status()
        return reply.json()  # type: ignore[no-any-return]

    def charges(self) -> list[dict[str, Any]]:
        return self.get("/v1/charges", limit=100)["data"]  # type: ignore[no-any-return]

    def events(self, kind: str) -> list[dict[str, Any]]:
        return self.get("/v1/events", type=kind, limit=100)["data"]  # type: ignore[no-any-return]

    def faults(self, **times: int) -> None:
        reply = self.web.post(f"{self.url}/_standin", json=times, headers=self._key())
        reply.raise_for_status()

    def waiting(self) -> int:
        return int(self.get("/_standin")["waiting"])

    def _key(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {KEY}"}
