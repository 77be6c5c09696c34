"""The agent's side of the conversation with the hub; every call is outgoing."""

from __future__ import annotations

import hashlib
import json
import secrets
import socket
from pathlib import Path

import httpx
from pydantic import ValidationError

from edge.config import write_private
from edge.errors import HubRefused, HubUnreachable
from edge.protocol import PairReply, PairRequest, PollReply, PollRequest

AGENT = "nearmade-edge/2"
TIMEOUT = httpx.Timeout(15.0, connect=5.0)


class HubClient:
    """Speaks ``edge.protocol`` with one hub. Safe to use from several threads."""

    def __init__(self, hub: str, token: str = "") -> None:
        headers = {"User-Agent": AGENT}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self._http = httpx.Client(base_url=hub, headers=headers, timeout=TIMEOUT)

    def close(self) -> None:
        self._http.close()

    def pair(self, request: PairRequest) -> PairReply:
        """Exchange a one-time code for an identity.

        Raises:
            HubUnreachable, HubRefused.
        """
        answer = self._send("POST", "/node/v1/pair", request.model_dump_json())
        try:
            return PairReply.model_validate_json(answer.content)
        except ValidationError as error:
            raise HubUnreachable(f"the hub answered nonsense: {error}") from error

    def poll(self, request: PollRequest) -> PollReply | None:
        """Tell what is new and get what to do; None when the hub has nothing to say.

        Raises:
            HubUnreachable, HubRefused.
        """
        answer = self._send("POST", "/node/v1/poll", request.model_dump_json())
        if answer.status_code == httpx.codes.NO_CONTENT:
            return None
        try:
            return PollReply.model_validate_json(answer.content)
        except ValidationError as error:
            raise HubUnreachable(f"the hub answered nonsense: {error}") from error

    def fetch(self, sha256: str, size_bytes: int) -> bytes:
        """The bytes of a program; reading stops when there are more than announced.

        Raises:
            HubUnreachable, HubRefused.
        """
        chunks, got = [], 0
        try:
            with self._http.stream("GET", f"/node/v1/programs/{sha256}") as answer:
                if answer.status_code != httpx.codes.OK:
                    answer.read()
                    self._check(answer)
                for chunk in answer.iter_bytes():
                    chunks.append(chunk)
                    got += len(chunk)
                    if got > size_bytes:
                        break
        except httpx.HTTPError as error:
            raise HubUnreachable(f"program not fetched: {error}") from error
        return b"".join(chunks)

    def _send(self, method: str, path: str, body: str) -> httpx.Response:
        headers = {"Content-Type": "application/json"}
        try:
            answer = self._http.request(method, path, content=body, headers=headers)
        except httpx.HTTPError as error:
            raise HubUnreachable(f"{type(error).__name__}: {error}") from error
        self._check(answer)
        return answer

    @staticmethod
    def _check(answer: httpx.Response) -> None:
        if answer.status_code in (httpx.codes.OK, httpx.codes.NO_CONTENT):
            return
        if answer.is_client_error and answer.status_code not in (408, 425, 429):
            raise HubRefused(answer.status_code, answer.text[:200] or answer.reason_phrase)
        raise HubUnreachable(f"the hub answered {answer.status_code}")


def pair(hub: HubClient, code: str, state: Path) -> PairReply:
    """Pair with a nonce drawn once per code, so that a lost reply can be asked for again."""
    path = state / "pairing.json"
    name = hashlib.sha256(code.encode()).hexdigest()[:16]
    nonces: dict[str, str] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    if name not in nonces:
        nonces = {name: secrets.token_urlsafe(24)}
        write_private(path, json.dumps(nonces))
    request = PairRequest(
        code=code, nonce=nonces[name], agent=AGENT, hostname=socket.gethostname()[:128]
    )
    return hub.pair(request)
