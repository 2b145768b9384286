"""The operator's commands, one file each."""

from collections.abc import Callable

from server.cli.deliver import deliver
from server.cli.demo import demo
from server.cli.migrate import migrate
from server.cli.serve import run, serve

Command = tuple[Callable[[list[str]], int], str]

COMMANDS: dict[str, Command] = {
    "run": (run, "migrate, load the demo town in demo mode, deliver notices and serve"),
    "serve": (serve, "serve the portal (migrate first)"),
    "deliver": (deliver, "send notices until stopped; --once: what is due now"),
    "demo": (demo, "load the fictional town into an empty database and print its logins"),
    "migrate": (migrate, "bring the database to this version"),
}
