"""Refusals in Stripe's own shape."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """A request that Stripe would refuse too: HTTP status, type, message, code."""

    def __init__(
        self, message: str, *, status: int = 400, kind: str = "invalid_request_error",
        code: str = "", param: str = "",
    ) -> None:  # fmt: skip
        super().__init__(message)
        self.status = status
        self.body: dict[str, Any] = {
            "error": {"type": kind, "message": message, "code": code or None, "param": param}
        }


def missing(what: str, object_id: str) -> ApiError:
    return ApiError(
        f"No such {what}: '{object_id}'", status=404, code="resource_missing", param="id"
    )
