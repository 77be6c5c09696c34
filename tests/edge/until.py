"""Waiting for something that nobody announces."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


def until(condition: Callable[[], object], timeout_s: float = 20.0) -> None:
    """Look again and again, until the condition holds or the time is over."""
    end, pause = time.monotonic() + timeout_s, threading.Event()
    while not condition():
        assert time.monotonic() < end, f"not within {timeout_s} s"
        pause.wait(0.02)
