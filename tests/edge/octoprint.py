"""A real OctoPrint with its virtual printer, on a free port, for as long as a test needs it."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
from pathlib import Path
from typing import Any

import httpx

from tests.edge.until import until

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / ".venv-octoprint" / "bin" / "octoprint"

_CONFIG = """\
server:
  host: 127.0.0.1
  port: {port}
  firstRun: false
  onlineCheck: {{enabled: false}}
  pluginBlacklist: {{enabled: false}}
  seenWizards:
    {{backup: null, classicwebcam: 1, corewizard: 4, firmware_check: null, tracking: null}}
plugins:
  _disabled: [announcements, softwareupdate, tracking, pluginmanager, discovery, errortracking]
  virtual_printer:
    enabled: true
    throttle: 0.0
    commandBuffer: 64
    simulateReset: false
    numExtruders: 1
    hasBed: false
    ambientTemperature: 214.2
serial: {{port: VIRTUAL, autoconnect: false}}
"""


class OctoPrint:
    """One OctoPrint with its own base folder; ``api_key`` belongs to its administrator."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.api_key = secrets.token_hex(16)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def install(self) -> None:
        """Have OctoPrint installed, then give it settings and a user with a key."""
        if not PROGRAM.exists():
            subprocess.run(["sh", str(ROOT / "scripts" / "octoprint.sh")], check=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "config.yaml").write_text(_CONFIG.format(port=self.port))
        password = secrets.token_hex(8)
        self._octoprint("user", "add", "admin", "--password", password, "--admin")
        users = self.folder / "users.yaml"
        text = users.read_text()
        assert "apikey: null" in text
        users.write_text(text.replace("apikey: null", f"apikey: {self.api_key}"))

    def _octoprint(self, *arguments: str) -> None:
        command = [str(PROGRAM), "--iknowwhatimdoing", "-b", str(self.folder), *arguments]
        subprocess.run(command, check=True, capture_output=True, timeout=120)

    def start(self) -> OctoPrint:
        """Serve, and wait until the API answers."""
        command = [str(PROGRAM), "serve", "--iknowwhatimdoing", "-b", str(self.folder)]
        command += ["--host", "127.0.0.1", "--port", str(self.port)]
        with (self.folder / "out.log").open("ab") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, start_new_session=True
            )
        until(self._answers, 90)
        return self

    def _answers(self) -> bool:
        try:
            return self.ask("GET", "/api/version").status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    def stop(self, number: int = signal.SIGTERM) -> None:
        if self._process is not None:
            os.killpg(self._process.pid, number)
            self._process.wait()
            self._process = None

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """One request to its API, as the administrator."""
        headers = {"X-Api-Key": self.api_key}
        return httpx.request(method, self.url + path, headers=headers, timeout=10, **more)

    def send(self, command: str) -> None:
        """A line to the printer; ``!!DEBUG:…`` switches the virtual printer's faults."""
        answer = self.ask("POST", "/api/printer/command", json={"command": command})
        assert answer.is_success, answer.text
