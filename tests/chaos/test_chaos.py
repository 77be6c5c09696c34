"""The storm itself, on each database."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.services.reach import postgres_url

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.chaos
@pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.services)]
)
def test_whatever_dies_every_paid_order_is_made_once(database: str) -> None:
    environment = {
        k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "CELERY_BROKER_URL")
    }
    if database == "postgresql":
        environment["DATABASE_URL"] = postgres_url("nearmade_chaos")
    command = [
        sys.executable,
        "-m",
        "tests.chaos",
        "--seed",
        "7",
        "--orders",
        "40",
        "--kills",
        "40",
    ]
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert re.search(r"^40 orders, \d+ kills, 0 violations$", ran.stdout, re.M), (
        ran.stdout[-3000:] + ran.stderr[-3000:]
    )
    kills = int(re.search(r"(\d+) kills", ran.stdout).group(1))  # type: ignore[union-attr]
    assert kills >= 40
