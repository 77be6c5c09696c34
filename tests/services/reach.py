"""Real services on localhost: used where they answer; required, their absence is a failure."""

from __future__ import annotations

import os
import socket

import psycopg
import pytest


def required() -> bool:
    """In CI a service that does not answer is a failure, elsewhere a skip that says why."""
    return os.environ.get("NEARMADE_SERVICES") == "required"


def missing(what: str) -> None:
    if required():
        pytest.fail(f"{what} does not answer on localhost, and here it must")
    pytest.skip(f"{what} does not answer on localhost")


def postgres_url(name: str) -> str:
    """A fresh, empty PostgreSQL database of this name on localhost."""
    user = os.environ.get("PGUSER", "postgres")
    try:
        with psycopg.connect(
            host="127.0.0.1", user=user, dbname="postgres", autocommit=True, connect_timeout=3
        ) as db:
            db.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            db.execute(f'CREATE DATABASE "{name}"')
    except psycopg.OperationalError:
        missing("PostgreSQL")
    return f"postgres://{user}@127.0.0.1:5432/{name}"


def redis_url(number: int = 9) -> str:
    try:
        with socket.create_connection(("127.0.0.1", 6379), timeout=3):
            return f"redis://127.0.0.1:6379/{number}"
    except OSError:
        missing("Redis")
        raise
