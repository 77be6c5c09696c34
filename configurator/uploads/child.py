"""The inside of the reader's process: bounded first, then it looks at the file.

Run as ``python -I child.py KIND < file > answer``. The answer is a blob (``configurator.blobs``)
or one line of JSON: ``{"error": "what, why, what to do"}``. Before the first byte of the file is
read, the process has given up the network, new files, growing files, and most of the memory and
the processor: what a file can do here is to be refused.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from configurator.uploads.readers import Reader

MEMORY_BYTES = 2 * 2**30
CPU_S = 18
_NEW_USER, _NEW_NET, _NO_NEW_PRIVILEGES = 0x10000000, 0x40000000, 38


def bounded() -> None:
    """No network, no growing file, so much memory and time; the loaded libraries stay usable."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    # Where the system forbids namespaces, the missing file numbers below still forbid sockets.
    libc.unshare(_NEW_USER | _NEW_NET)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def nothing_new_opens() -> None:
    """From here on no file, socket or library can be opened."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def said(reader: Reader, data: bytes) -> bytes:
    """The blob that a reader makes of a file, or its refusal."""
    from configurator import blobs
    from configurator.uploads.readers import Refused

    try:
        return blobs.packed(reader(data))
    except Refused as error:
        return json.dumps({"error": str(error)}).encode()
    except MemoryError:
        return json.dumps({"error": "memory"}).encode()


def main() -> None:
    """Reads standard input as the kind that was asked for; the answer goes to standard output."""
    # libraries talk; the answer has standard output for itself
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.path.insert(0, str(Path(__file__).parents[2]))
    from configurator.uploads.readers import READERS

    bounded()
    reader = READERS[sys.argv[1]]()
    nothing_new_opens()
    out = said(reader, sys.stdin.buffer.read())
    with contextlib.suppress(BrokenPipeError), answer:
        answer.write(out)
    os._exit(0)  # a library's own farewell could still run into the limits


if __name__ == "__main__":
    main()
