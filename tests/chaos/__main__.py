from __future__ import annotations

import argparse
import os
import shutil
import socket
import sys
import tempfile
from pathlib import Path


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--orders", type=int, default=100)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--shoppers", type=int, default=4)
    parser.add_argument("--minutes", type=float, default=0, help="give up after; 0: by the orders")
    parser.add_argument("--keep", action="store_true", help="keep the folder to look at")
    return parser.parse_args()


def set_environment(folder: Path) -> None:
    """A world of its own. Must happen before the settings are read."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "nearmade.settings",
        "NEARMADE_VAR": str(folder),
        "SITE_URL": f"http://127.0.0.1:{free_port()}",
        "STRIPE_STANDIN_URL": f"http://127.0.0.1:{free_port()}",
        "UNDO_SECONDS": "0",
        "SWEEP_SECONDS": "0.5",
        "DEMO_SPEED": "3000",
        "GEOMETRY_WORKERS": "1",
        "WARM_UP": "0",
        "LOG_LEVEL": "ERROR",
    }


def main() -> int:
    options = arguments()
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    set_environment(folder)
    import django

    django.setup()
    from tests.chaos.run import run

    try:
        return run(options)
    finally:
        if options.keep:
            print(f"kept: {folder}", file=sys.stderr)
        else:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
