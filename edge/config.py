"""Where the agent keeps its things, and what the workshop itself says of its machines.

Addresses and keys of machines live here only; the hub never sees them.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from edge.errors import WrongSetUp
from edge.protocol import PairReply, Reach

Limited = TypeVar("Limited", bound=Reach)

_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


class Limits(BaseModel):
    """Caps of the workshop's own; they can only make the hub's envelope smaller."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_feed_mm_s: float | None = Field(default=None, gt=0)
    max_accel_mm_s2: float | None = Field(default=None, gt=0)
    max_hotend_c: float | None = Field(default=None, gt=0)
    max_bed_c: float | None = Field(default=None, ge=0)
    z_max_mm: float | None = Field(default=None, gt=0)
    max_beam_s: float | None = Field(default=None, gt=0)

    def tighten(self, envelope: Limited) -> Limited:
        """The smaller of both, limit by limit; limits of another kind of machine say nothing."""
        known = type(envelope).model_fields
        own = {name: value for name, value in self if value is not None and name in known}
        smaller = {name: min(value, getattr(envelope, name)) for name, value in own.items()}
        return envelope.model_copy(update=smaller)


class MachineConfig(BaseModel):
    """One ``[machines.<id>]`` table: a driver's name, caps, and the driver's own options."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    driver: str
    limits: Limits = Limits()
    lost_after_s: float = Field(default=60.0, ge=0)
    options: dict[str, Any] = Field(default_factory=dict)


class AgentConfig(BaseModel):
    """Everything the agent is told at start."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    hub: str
    state: Path
    default_driver: str = "unset"
    speed: float = Field(default=1.0, gt=0, description="of virtual machines")
    tick_s: float = Field(default=0.5, gt=0, description="between looks at a machine")
    machines: dict[str, MachineConfig] = Field(default_factory=dict)

    def machine(self, machine_id: str) -> MachineConfig:
        """What was said of this machine, or the default driver."""
        known = self.machines.get(machine_id)
        if known is not None:
            return known
        options = {"speed": self.speed} if self.default_driver == "virtual" else {}
        return MachineConfig(driver=self.default_driver, options=options)


def read_machines(path: Path | None) -> dict[str, MachineConfig]:
    """The machines of an ``edge.toml``; none without a file.

    Raises:
        WrongSetUp: the file is missing or says something unknown.
    """
    if path is None:
        return {}
    try:
        tables = tomllib.loads(path.read_text("utf-8")).get("machines", {})
        return {name: MachineConfig.model_validate(table) for name, table in tables.items()}
    except (OSError, tomllib.TOMLDecodeError, ValidationError, AttributeError) as error:
        raise WrongSetUp(f"{path}: {error}") from error


def check_hub(url: str, *, allow_http: bool) -> str:
    """The hub's address without a slash at its end; a token must not travel in the clear.

    Raises:
        WrongSetUp: not an http(s) address, or plain http to another host.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise WrongSetUp(f"{url!r} is not an address like https://hub.example")
    if parts.scheme == "http" and parts.hostname not in _HERE and not allow_http:
        raise WrongSetUp("use https:// for a hub on another host (or say --allow-http)")
    return url.rstrip("/")


def secret(options: dict[str, Any], name: str) -> str:
    """A key given as ``<name>_env``, ``<name>_file`` or, least well, ``<name>``.

    Raises:
        WrongSetUp: given in none of these ways, or empty.
    """
    value = ""
    if variable := options.get(f"{name}_env"):
        value = os.environ.get(str(variable), "")
    elif file := options.get(f"{name}_file"):
        try:
            value = Path(str(file)).read_text("utf-8").strip()
        except OSError as error:
            raise WrongSetUp(f"{name}_file: {error}") from error
    else:
        value = str(options.get(name, ""))
    if not value:
        raise WrongSetUp(f"no {name}: give {name}_env or {name}_file in edge.toml")
    return value


def write_private(path: Path, text: str) -> None:
    """Write a file only its owner may read; whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(path)


def read_identity(state: Path) -> PairReply | None:
    """Who this node is, or None while it is not paired."""
    path = state / "node.json"
    if not path.exists():
        return None
    try:
        return PairReply.model_validate_json(path.read_text("utf-8"))
    except ValidationError as error:
        raise WrongSetUp(f"{path} cannot be read; pair again: {error}") from error


def keep_identity(state: Path, identity: PairReply) -> None:
    write_private(state / "node.json", identity.model_dump_json())
