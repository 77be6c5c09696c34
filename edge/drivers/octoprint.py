"""A printer behind OctoPrint, by its REST API.

A job's file carries the job's id as its name, and OctoPrint keeps for each file how its prints
ended: after any restart, of the agent or of OctoPrint, the truth is read from there.
Source: OctoPrint 1.11 REST API (docs.octoprint.org/en/master/api).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from edge.config import secret
from edge.drivers.base import WORKING, Activity, Driver, Fate, View, register
from edge.errors import BegunBefore, MachineSilent, StartRefused, WrongSetUp
from edge.protocol import Manifest

PAST = "past.json"
"""In the driver's folder."""


class Options(BaseModel):
    """Options of the driver in ``edge.toml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field(pattern=r"^https?://")
    api_key: str = ""
    api_key_env: str = ""
    api_key_file: str = ""
    connect: bool = Field(default=True, description="open the serial port when it is closed")
    port: str = Field(default="", description="serial port; OctoPrint's own choice when empty")
    baudrate: int = 0
    timeout_s: float = Field(default=8.0, gt=0)


class Counted(BaseModel):
    """Prints that have ended: how many, and when the last one did (s since 1970)."""

    model_config = ConfigDict(frozen=True)

    ended: int = 0
    last: float = 0.0


class Past(BaseModel):
    """Prints of files that were deleted, and of the one that is being deleted (``going``)."""

    model_config = ConfigDict(frozen=True)

    before: Counted = Counted()
    going: str | None = None
    its: Counted = Counted()


@register("octoprint")
class OctoPrintDriver(Driver):
    """Drives one printer through its own OctoPrint."""

    def __init__(self, machine: str, options: dict[str, Any], folder: Path) -> None:
        super().__init__(machine, options, folder)
        try:
            self._options = Options.model_validate(options)
        except ValidationError as error:
            raise WrongSetUp(f"machine {machine}: {error}") from error
        self._http = httpx.Client(
            base_url=self._options.url.rstrip("/"),
            headers={"X-Api-Key": secret(self._options.model_dump(), "api_key")},
            timeout=self._options.timeout_s,
        )

    def close(self) -> None:
        self._http.close()

    def look(self, job: str | None) -> View:
        printer = self._printer()
        current = self._get("/api/job")
        activity = _activity(printer["state"]["flags"])
        at = (current.get("job") or {}).get("file") or {}
        ours = job is not None and at.get("name") == _file(job) and at.get("origin") == "local"
        progress = current.get("progress") or {}
        fate = self._fate(job, activity, ours=ours) if job else Fate.UNKNOWN
        percent = 100.0 if fate is Fate.FINISHED else progress.get("completion") if ours else None
        temps = printer.get("temperature") or {}
        nozzle = temps.get("tool0") or {}
        # Our programs switch the heaters off, and so does OctoPrint after a cancel.
        in_use = activity is Activity.IDLE and not ours and bool(nozzle.get("target"))
        detail = str(current.get("error") or printer["state"].get("error") or "")
        return View(
            activity=activity,
            fate=fate,
            percent=None if percent is None else min(max(float(percent), 0.0), 100.0),
            seconds_left=_positive(progress.get("printTimeLeft")) if ours else None,
            hotend_c=nozzle.get("actual"),
            bed_c=(temps.get("bed") or {}).get("actual"),
            in_use=in_use,
            detail=("somebody heats it at the printer itself" if in_use else detail)[:300],
        )

    def _fate(self, job: str, activity: Activity, *, ours: bool) -> Fate:
        if ours and activity is Activity.PAUSED:
            return Fate.PAUSED
        if ours and activity is Activity.PRINTING:
            return Fate.RUNNING
        answer = self._call("GET", f"/api/files/local/{_file(job)}")
        if answer.status_code == httpx.codes.NOT_FOUND:
            return Fate.UNKNOWN  # never uploaded, or deleted by a person after its print
        prints = _json(answer).get("prints") or {}
        if prints.get("success"):
            return Fate.FINISHED
        return Fate.FAILED if prints.get("failure") else Fate.UNKNOWN

    def history(self) -> str:
        """How many prints of all its files have ended, and when the last one did.

        OctoPrint forgets the prints of a file with the file; those of the files that we deleted
        are remembered here.
        """
        files = self._get("/api/files?recursive=true").get("files") or []
        past = self._past()
        counted = [*map(_counted, _prints(files)), past.before]
        if past.going is not None and past.going not in {file.get("name") for file in files}:
            counted.append(past.its)
        ended, last = sum(one.ended for one in counted), max(one.last for one in counted)
        return f"{ended} prints, the last at {last:.3f}"

    def tidy(self, job: str) -> bool:
        """Delete the job's file. Being killed in here leaves ``history`` as it was."""
        name = _file(job)
        self._settle()  # if we were killed the last time
        answer = self._call("GET", f"/api/files/local/{name}")
        if answer.status_code == httpx.codes.NOT_FOUND:
            return True
        its = _counted(_json(answer).get("prints") or {})
        self._keep(Past(before=self._past().before, going=name, its=its))
        self._call("DELETE", f"/api/files/local/{name}")
        return self._settle()

    def _settle(self) -> bool:
        """Whether the file that was to be deleted is gone; then its prints count as past."""
        past = self._past()
        if past.going is None:
            return True
        answer = self._call("GET", f"/api/files/local/{past.going}")
        gone = answer.status_code == httpx.codes.NOT_FOUND
        ended = past.before.ended + past.its.ended
        after = Counted(ended=ended, last=max(past.before.last, past.its.last))
        self._keep(Past(before=after if gone else past.before))
        return gone

    def _past(self) -> Past:
        try:
            return Past.model_validate_json((self.folder / PAST).read_bytes())
        except FileNotFoundError:
            return Past()

    def _keep(self, past: Past) -> None:
        new = self.folder / f"{PAST}.new"
        with new.open("w") as file:
            file.write(past.model_dump_json())
            file.flush()
            os.fsync(file.fileno())
        new.rename(self.folder / PAST)

    def _printer(self) -> dict[str, Any]:
        """``/api/printer``, after asking OctoPrint to open a closed port."""
        answer = self._call("GET", "/api/printer", params={"exclude": "sd"})
        if answer.status_code != httpx.codes.CONFLICT:
            return _json(answer)
        connection = self._get("/api/connection")["current"]
        if self._options.connect and str(connection.get("state", "")).startswith("Closed"):
            command: dict[str, Any] = {"command": "connect"}
            if self._options.port:
                command["port"] = self._options.port
            if self._options.baudrate:
                command["baudrate"] = self._options.baudrate
            self._call("POST", "/api/connection", json=command)
        raise MachineSilent(f"the printer is not connected: {connection.get('state')}")

    def start(self, manifest: Manifest, program: Path) -> None:
        name = _file(manifest.job)
        try:
            self._upload(name, program)
        except MachineSilent as silence:  # nothing moves before a file is selected
            raise StartRefused(str(silence)) from silence
        command = {"command": "select", "print": True}
        answer = self._call("POST", f"/api/files/local/{name}", json=command)
        if answer.is_client_error:
            self._call("DELETE", f"/api/files/local/{name}")
            raise StartRefused(f"OctoPrint did not start ({answer.status_code})")
        if not answer.is_success:
            raise MachineSilent(f"OctoPrint answered {answer.status_code} to the start")

    def _upload(self, name: str, program: Path) -> None:
        """Bring the file to an idle printer that has never had it."""
        view = self.look(None)
        if view.activity is not Activity.IDLE:
            raise StartRefused(f"the printer is {view.activity}")
        if view.in_use:
            raise StartRefused(view.detail)
        known = self._call("GET", f"/api/files/local/{name}")
        if known.is_success and _json(known).get("prints"):
            raise BegunBefore("the printer has printed a file of this job before")
        files = {"file": (name, program.read_bytes(), "application/octet-stream")}
        answer = self._call("POST", "/api/files/local", files=files)
        if answer.status_code != httpx.codes.CREATED:
            raise StartRefused(f"OctoPrint did not take the file ({answer.status_code})")

    def cancel(self, job: str) -> None:
        current = self._get("/api/job")
        name = ((current.get("job") or {}).get("file") or {}).get("name")
        if name != _file(job) or self.look(job).activity not in WORKING:
            return
        answer = self._call("POST", "/api/job", json={"command": "cancel"})
        if answer.status_code != httpx.codes.CONFLICT and not answer.is_success:
            raise MachineSilent(f"OctoPrint answered {answer.status_code} to the cancel")

    def _get(self, path: str) -> dict[str, Any]:
        return _json(self._call("GET", path))

    def _call(self, method: str, path: str, **more: Any) -> httpx.Response:
        try:
            return self._http.request(method, path, **more)
        except httpx.HTTPError as error:
            raise MachineSilent(f"OctoPrint: {type(error).__name__} {error}") from error


def _file(job: str) -> str:
    """Job ids are ``[A-Za-z0-9_-]``: OctoPrint keeps such names as they are."""
    return f"{job}.gcode"


def _prints(files: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """What OctoPrint remembers of each file's prints, in all folders."""
    for file in files:
        if prints := file.get("prints"):
            yield prints
        yield from _prints(file.get("children") or [])


def _counted(prints: dict[str, Any]) -> Counted:
    ended = int(prints.get("success") or 0) + int(prints.get("failure") or 0)
    return Counted(ended=ended, last=float((prints.get("last") or {}).get("date") or 0))


def _json(answer: httpx.Response) -> dict[str, Any]:
    if not answer.is_success:
        raise MachineSilent(f"OctoPrint answered {answer.status_code}")
    try:
        data = answer.json()
    except ValueError as error:
        raise MachineSilent("OctoPrint answered no JSON") from error
    if not isinstance(data, dict):
        raise MachineSilent("OctoPrint answered no object")
    return data


def _activity(flags: dict[str, bool]) -> Activity:
    if flags.get("paused") or flags.get("pausing"):
        return Activity.PAUSED
    if any(flags.get(name) for name in ("printing", "cancelling", "resuming", "finishing")):
        return Activity.PRINTING
    if flags.get("operational") and flags.get("ready"):
        return Activity.IDLE
    return Activity.ERROR


def _positive(value: Any) -> float | None:
    return None if value is None else max(float(value), 0.0)
