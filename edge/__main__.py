"""``python -m edge pair`` once, then ``python -m edge run``."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from pathlib import Path

from edge.agent import Agent
from edge.client import HubClient, pair
from edge.config import AgentConfig, check_hub, keep_identity, read_identity, read_machines
from edge.errors import EdgeError, HubRefused, WrongSetUp
from edge.protocol import PairReply
from edge.spool import SPOOL, Spool

log = logging.getLogger("edge")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="edge", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    for verb, text in (("run", "drive the machines"), ("pair", "exchange a code for an identity")):
        one = verbs.add_parser(verb, help=text)
        one.add_argument("--hub", required=True, help="address of the hub")
        one.add_argument("--state", required=True, type=Path, help="folder of this node")
        one.add_argument("--code", default="", help="one-time code; run pairs with it when needed")
        one.add_argument("--allow-http", action="store_true", help="plain http to another host")
        one.add_argument("--verbose", action="store_true")
    run = verbs.choices["run"]
    run.add_argument("--config", type=Path, help="edge.toml with the machines' own settings")
    run.add_argument("--default-driver", default="unset", help="for machines not named there")
    run.add_argument("--speed", type=float, default=1.0, help="of virtual machines")
    run.add_argument("--tick", type=float, default=0.5, help="seconds between looks at a machine")
    return parser


def _identity(hub: str, state: Path, code: str, *, anew: bool) -> PairReply:
    """Who we are: kept from before, or paired now."""
    known, memory = read_identity(state), state / SPOOL
    if known is not None and not anew:
        if not memory.exists():
            # Without its journal it would begin jobs a second time, and its reports would be
            # taken for repeats of those that the hub knows.
            raise WrongSetUp(f"{memory} is lost: pair again, with a new code")
        return known
    if not code:
        raise WrongSetUp("this node is not paired yet: give --code")
    client = HubClient(hub)
    try:
        identity = pair(client, code, state)
    finally:
        client.close()
    Spool(memory).close()
    keep_identity(state, identity)
    log.info("paired as %s with %d machines", identity.node, len(identity.machines))
    return identity


def _run(arguments: argparse.Namespace, hub: str) -> None:
    identity = _identity(hub, arguments.state, arguments.code, anew=False)
    config = AgentConfig(
        hub=hub,
        state=arguments.state,
        default_driver=arguments.default_driver,
        speed=arguments.speed,
        tick_s=arguments.tick,
        machines=read_machines(arguments.config),
    )
    agent = Agent(config, identity)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: agent.stop())
    agent.run()


def main(argv: list[str] | None = None) -> int:
    """Exit codes: 0 asked to stop, 2 wrong set-up or refused, 3 hub not reached while pairing."""
    arguments = _parser().parse_args(argv)
    level = logging.DEBUG if arguments.verbose else logging.INFO
    logging.basicConfig(level=level, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        hub = check_hub(arguments.hub, allow_http=arguments.allow_http)
        if arguments.verb == "pair":
            _identity(hub, arguments.state, arguments.code, anew=True)
        else:
            _run(arguments, hub)
    except (WrongSetUp, HubRefused) as error:
        log.error("%s", error)
        return 2
    except EdgeError as error:
        log.error("%s", error)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
