"""Which machines a part may be made on, told by the layer that knows them.

The checks ask "does it fit a machine of the network?". Machines live in an upper layer, so
that layer registers a reader here when it starts.
"""

from __future__ import annotations

from collections.abc import Callable

from configurator.engine import Volume

Reader = Callable[[], tuple[Volume, ...]]
_readers: list[Reader] = []


def set_machine_volumes(read: Reader) -> None:
    """Say how to read the build volumes of the network's machines."""
    _readers[:] = [read]


def machine_volumes() -> tuple[Volume, ...]:
    """The build volumes now; none where nobody knows, and then nothing is said about fit."""
    return _readers[0]() if _readers else ()
