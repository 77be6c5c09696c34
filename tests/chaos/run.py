"""One storm: build the town, let people shop and work, kill, wait for calm, judge."""

from __future__ import annotations

import argparse
import random
import threading
import time

from django.conf import settings

from nearmade.run.services import services
from nearmade.run.supervisor import Supervisor
from tests.chaos.killer import Killer
from tests.chaos.people import Workshops
from tests.chaos.shoppers import Shoppers
from tests.chaos.town import build, unsettled
from tests.chaos.verdict import violations


def run(options: argparse.Namespace) -> int:
    build()
    supervisor = Supervisor(services(settings.SITE_URL), settings.VAR_DIR / "log")
    supervisor.start()
    watcher = threading.Thread(target=supervisor.watch, daemon=True)
    watcher.start()
    shoppers = Shoppers(options.seed, options.orders, options.shoppers)
    workshops = Workshops()
    killer = Killer(supervisor, random.Random(options.seed), options.kills)
    deadline = time.monotonic() + 60 * (options.minutes or 5 + options.orders / 15)
    try:
        shoppers.wait_for_shop()
        for part in (shoppers, workshops, killer):
            part.start()
        while time.monotonic() < deadline and (
            not shoppers.finished or not killer.finished or unsettled()
        ):
            shoppers.tick.wait(0.5)
            shoppers.tick.clear()
    finally:
        killer.stop()
        shoppers.stop()
        supervisor.ask_to_stop()
        watcher.join()
        supervisor.stop()
        workshops.stop()
    found = violations(shoppers.bought)
    for line in found:
        print("VIOLATION", line)
    print(f"{len(shoppers.bought)} orders, {killer.done} kills, {len(found)} violations")
    return int(bool(found) or len(shoppers.bought) < options.orders)
