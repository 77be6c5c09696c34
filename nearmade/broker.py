"""A broker without a server: a folder.

Kombu's filesystem transport writes a message in place, so a reader can meet half of one and
destroy it. Here it is written to a temporary name and renamed, which is atomic.
"""

from __future__ import annotations

import os
import time
import uuid
from pathlib import Path
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.encoding import str_to_bytes
from kombu.utils.json import dumps

POLL_S = 0.05


class Channel(filesystem.Channel):
    """Kombu's channel, with an atomic put."""

    # Kombu's own classes disagree on the second argument's name.
    def _put(self, queue: Any, payload: Any, **_: Any) -> None:  # type: ignore[override]
        name = f"{round(time.monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        folder = Path(self.data_folder_out)
        temporary = folder / f".{name}.new"
        temporary.write_bytes(str_to_bytes(dumps(payload)))
        temporary.rename(folder / name)


class Transport(filesystem.Transport):
    Channel = Channel
    polling_interval = POLL_S

    @property
    def default_connection_params(self) -> dict[str, Any]:
        return {"hostname": "disk", "port": 0}


TRANSPORT_ALIASES["nearmade-disk"] = "nearmade.broker:Transport"


def disk_broker(folder: Path) -> dict[str, object]:
    """Celery settings for the broker in ``folder``, which is made where it is missing."""
    for name in ("messages", "control"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    return {
        "broker_url": "nearmade-disk://",
        "broker_transport_options": {
            "data_folder_in": os.fspath(folder / "messages"),
            "data_folder_out": os.fspath(folder / "messages"),
            "control_folder": os.fspath(folder / "control"),
            "polling_interval": POLL_S,
        },
    }
