"""Pairing once, and what the workshop says of its machines."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from edge.__main__ import main
from edge.client import HubClient, pair
from edge.config import AgentConfig, Limits, check_hub, read_identity, read_machines, secret
from edge.drivers import make_driver
from edge.errors import HubRefused, MachineSilent, WrongSetUp
from manufacturing.planning.profiles import PROFILES
from tests.edge.hub import CODE, Hub


def test_pairing_gives_an_identity_that_only_its_owner_can_read(hub: Hub, tmp_path: Path) -> None:
    arguments = ["pair", "--hub", hub.url, "--code", CODE, "--state", str(tmp_path)]
    assert main(arguments) == 0
    identity = read_identity(tmp_path)
    assert identity is not None
    assert [m.id for m in identity.machines] == ["m1", "m2"]
    assert stat.S_IMODE((tmp_path / "node.json").stat().st_mode) == 0o600


def test_the_same_code_asked_again_after_a_lost_reply_is_answered_but_not_to_others(
    hub: Hub, tmp_path: Path
) -> None:
    client = HubClient(hub.url)
    first = pair(client, CODE, tmp_path / "a")
    assert pair(client, CODE, tmp_path / "a") == first
    with pytest.raises(HubRefused):
        pair(client, CODE, tmp_path / "b")
    client.close()


def test_a_wrong_code_or_an_unpaired_run_ends_with_a_sentence(
    hub: Hub, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    where = ["--hub", hub.url, "--state", str(tmp_path)]
    assert main(["pair", *where, "--code", "WRONG-CODE"]) == 2
    assert main(["run", *where]) == 2
    assert "not paired yet" in caplog.text


def test_a_token_does_not_travel_in_the_clear_to_another_host() -> None:
    assert check_hub("http://127.0.0.1:8000/", allow_http=False) == "http://127.0.0.1:8000"
    assert check_hub("https://hub.example", allow_http=False) == "https://hub.example"
    assert check_hub("http://hub.example", allow_http=True) == "http://hub.example"
    with pytest.raises(WrongSetUp, match="https"):
        check_hub("http://hub.example", allow_http=False)
    with pytest.raises(WrongSetUp):
        check_hub("hub.example", allow_http=True)


def test_a_workshop_s_limits_only_make_the_envelope_smaller() -> None:
    envelope = PROFILES["ender-3"].envelope
    tight = Limits(max_hotend_c=240, max_feed_mm_s=10_000).tighten(envelope)
    assert tight.max_hotend_c == 240
    assert tight.max_feed_mm_s == envelope.max_feed_mm_s


def test_edge_toml_is_read_and_its_mistakes_are_named(tmp_path: Path) -> None:
    path = tmp_path / "edge.toml"
    path.write_text(
        '[machines.m1]\ndriver = "octoprint"\n[machines.m1.options]\nurl = "http://localhost:5000"\n'
        "[machines.m1.limits]\nmax_hotend_c = 240\n"
    )
    machine = read_machines(path)["m1"]
    assert (machine.driver, machine.limits.max_hotend_c) == ("octoprint", 240)
    path.write_text('[machines.m1]\ndriver = "virtual"\nspeeed = 3\n')
    with pytest.raises(WrongSetUp, match="speeed"):
        read_machines(path)
    with pytest.raises(WrongSetUp):
        read_machines(tmp_path / "missing.toml")


def test_keys_come_from_the_environment_or_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OCTO_KEY", "from the environment")
    (tmp_path / "key").write_text("from a file\n")
    assert secret({"api_key_env": "OCTO_KEY"}, "api_key") == "from the environment"
    assert secret({"api_key_file": str(tmp_path / "key")}, "api_key") == "from a file"
    with pytest.raises(WrongSetUp, match="no api_key"):
        secret({"api_key_env": "NOT_SET"}, "api_key")


def test_an_unknown_driver_is_named_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(WrongSetUp, match="octoprint, unset, virtual"):
        make_driver("teapot", "m1", {}, tmp_path)


def test_a_machine_without_a_driver_is_silent_and_never_imagined(tmp_path: Path) -> None:
    config = AgentConfig(hub="http://127.0.0.1:1", state=tmp_path)
    chosen = config.machine("m1")
    driver = make_driver(chosen.driver, "m1", chosen.options, tmp_path / "m1")
    with pytest.raises(MachineSilent, match=r"edge.toml names no driver for machine m1"):
        driver.look(None)
