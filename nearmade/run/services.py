"""Which processes one machine runs."""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from manufacturing.models import Factory
from nearmade.run.supervisor import Service

QUEUES = "default,slicing"
SEARCH_QUEUES = "search,pictures"


def services(site_url: str, *, agents: bool = True) -> list[Service]:
    """Web, worker, sweep, the stand-in for Stripe (without a key), and the demo's edge agents."""
    python = sys.executable
    address = urlsplit(site_url)
    host, port = address.hostname or "localhost", str(address.port or 8000)
    found = [
        Service("web", web_command(host, port)),
        Service("worker", worker_command()),
        Service("search", search_command()),
        Service("sweep", [python, "manage.py", "sweep"]),
    ]
    if settings.STRIPE_IS_STANDIN:
        standin = urlsplit(settings.STRIPE_STANDIN_URL)
        found.append(
            Service(
                "stripe-standin",
                [
                    python,
                    "-m",
                    "orders.standin",
                    "--port",
                    str(standin.port),
                    "--state",
                    str(settings.VAR_DIR / "stripe"),
                ],
                standin_environment(site_url),
            )
        )
    if agents:
        found += [agent(folder, site_url) for folder in sorted(edge_folders())]
    return found


def web_command(host: str, port: str) -> list[str]:
    """One process with threads: the fair queue before SQLite's lock, warm geometry beside it."""
    return [
        str(Path(sys.executable).with_name("granian")),
        "--interface",
        "wsgi",
        "--host",
        "127.0.0.1" if host == "localhost" else host,
        "--port",
        port,
        "--workers",
        "1",
        "--blocking-threads",
        "32",  # more than may wait for geometry (configurator.pool), so that other pages are served
        "--backlog",
        "256",
        "--no-ws",
        "--log-level",
        "warning",
        "nearmade.wsgi:application",
    ]


def search_command() -> list[str]:
    """What may wait, in a process of its own that yields to everybody else's work.

    Two at a time: one search is never held up by more than one family's pictures.
    """
    return ["nice", "-n", "10", *worker_command(2, SEARCH_QUEUES)]


def worker_command(concurrency: int = 4, queues: str = QUEUES) -> list[str]:
    """Threads: the slow work happens in subprocesses (slicer) or waits for the network."""
    return [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "nearmade.celery",
        "worker",
        "--pool",
        "threads",
        "--concurrency",
        str(concurrency),
        "--queues",
        queues,
        "--loglevel",
        "WARNING",
        "--without-gossip",
        "--without-mingle",
        "--without-heartbeat",
    ]


def standin_environment(site_url: str) -> dict[str, str]:
    """The stand-in signs its webhooks with the secret that this shop checks."""
    return {
        "STANDIN_API_KEY": settings.STRIPE_SECRET_KEY,
        "STANDIN_WEBHOOK_SECRET": settings.STRIPE_WEBHOOK_SECRET,
        "STANDIN_WEBHOOK_URL": f"{site_url}/stripe/webhook",
    }


def edge_folders() -> list[Path]:
    """One folder per demo workshop: the state of its agent, and the code to pair with."""
    root = settings.VAR_DIR / "edge"
    workshops = Factory.objects.values_list("pk", flat=True)
    names = {f"factory-{pk}{which}" for pk in workshops for which in ("", "-laser", "-cnc")}
    return [root / name for name in names if (root / name).is_dir()]


def agent(folder: Path, site_url: str) -> Service:
    code = folder / "code"
    command = [
        sys.executable,
        "-m",
        "edge",
        "run",
        "--hub",
        site_url,
        "--state",
        str(folder),
        "--default-driver",
        "virtual",
        "--speed",
        str(settings.DEMO_SPEED),
    ]
    if code.exists():
        command += ["--code", code.read_text().strip()]
    return Service(f"edge-{folder.name}", command)
