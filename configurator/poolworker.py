"""The inside of a warm geometry process: reads requests from a pipe, answers each.

Started by ``configurator.pool`` as ``python -m configurator.poolworker FD FOLDER``: FD is the pipe,
FOLDER where customers' blobs are kept (empty: nowhere).
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from configurator import blobs, engine
from core.errors import NearmadeError, OutsideFailed

_OVERHEAD_BYTES = 4096
WARMED = 3

_COMMANDS: dict[str, Callable[..., Any]] = {
    "draft": engine.draft,
    "evaluate": engine.evaluate,
    "advised": engine.advised,
    "picture": engine.picture,
    "file": engine.file,
}


def warm() -> None:
    """Imports what the first request would wait for, by running a few families once.

    They load the libraries that all use, which is most of the time; the others then need some
    hundredths of a second for what is their own.
    """
    from configurator.products import families

    for slug, family in list(families().items())[:WARMED]:
        engine.draft(slug, {}, family.materials[0])
        engine.evaluate(slug, {}, family.materials[0])
    # What is loaded now stays; collecting it again and again would cost 3 ms at a time.
    gc.collect()
    gc.freeze()


def answer(message: tuple[Any, ...]) -> tuple[bool, object, int]:
    """(whether it worked, result or error, bytes it takes to keep)."""
    kind, *arguments = message
    try:
        result = _COMMANDS[kind](*arguments)
    except NearmadeError as error:
        return False, error, 0
    except Exception as error:  # the process must outlive any one design
        sentence = "The part could not be computed; change a value a little."
        return False, OutsideFailed(sentence, detail=f"{type(error).__name__}: {error}"[:500]), 0
    data = result if isinstance(result, bytes) else result.glb
    return True, result, len(data) + _OVERHEAD_BYTES


def _leave_with_parent() -> None:
    """Ends this process when its parent's end of standard input closes."""
    sys.stdin.buffer.read()
    os._exit(0)


def main() -> None:
    """Answers until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent; it tells us by EOF
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    pipe: Connection = Connection(int(sys.argv[1]))
    if sys.argv[2]:
        blobs.set_root(Path(sys.argv[2]))
    warm()
    while True:
        try:
            message = pipe.recv()
        except EOFError:
            return
        pipe.send(answer(message))


if __name__ == "__main__":
    main()
