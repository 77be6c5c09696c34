"""The same promises on PostgreSQL: every test of the apps that touches the database, again, on
the real server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.services.reach import postgres_url

ROOT = Path(__file__).resolve().parents[2]
APPS = {"orders": ("orders",), "their makers": ("core", "manufacturing", "routing")}


@pytest.mark.services
@pytest.mark.parametrize("apps", APPS.values(), ids=APPS)
def test_the_apps_keep_their_promises_on_postgresql(apps: tuple[str, ...], tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "DATABASE_URL": postgres_url(f"nearmade_{apps[0]}"),
        "NEARMADE_VAR": str(tmp_path),
    }
    for name in [name for name in environment if name.startswith("PYTEST_")]:
        del environment[name]
    command = [sys.executable, "-m", "pytest", *(f"tests/{app}" for app in apps), "-q"]
    command += ["--only-db", "-p", "no:cacheprovider", "-p", "no:xdist", "--create-db"]
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout[-4000:]
    assert int(re.search(r"(\d+) passed", ran.stdout).group(1)) > 100  # type: ignore[union-attr]
