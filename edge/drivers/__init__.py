"""The kinds of machines; importing this package makes them known."""

from edge.drivers import octoprint, unset, virtual
from edge.drivers.base import Activity, Driver, Fate, View, make_driver

__all__ = ["Activity", "Driver", "Fate", "View", "make_driver", "octoprint", "unset", "virtual"]
