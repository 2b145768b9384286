"""The operator's commands, a file or a folder each, and what they share."""

from collections.abc import Callable

from server.cli.backup import backup, restore
from server.cli.deliver import deliver
from server.cli.demo import demo
from server.cli.doctor import doctor
from server.cli.families import import_families
from server.cli.importer import import_calendar
from server.cli.migrate import migrate
from server.cli.phones import forget_phone
from server.cli.retention import retention
from server.cli.rotation import rotate_documents, rotate_health
from server.cli.serve import run, serve

Command = tuple[Callable[[list[str]], int], str]

COMMANDS: dict[str, Command] = {
    "run": (run, "migrate, load the demo town in demo mode, deliver notices and serve"),
    "serve": (serve, "serve the portal (migrate first)"),
    "deliver": (deliver, "send notices until stopped; --once: what is due now"),
    "demo": (demo, "load the fictional town into an empty database and print its logins"),
    "migrate": (migrate, "bring the database to this version"),
    "import": (import_calendar, "read the official school calendar, CSV or ICS"),
    "import-families": (import_families, "read a town's list of families, CSV; --dry-run reports only"),
    "retention": (retention, "remove what the town's periods no longer allow to keep; --dry-run counts"),
    "doctor": (doctor, "say what is wrong with the settings or the database"),
    "backup": (backup, "write a whole copy of the live database to a new file"),
    "restore": (restore, "put a backup in place of the database"),
    "forget-phone": (forget_phone, "take the one-time code from an agent whose phone is lost"),
    "rotate-health-key": (rotate_health, "seal the children's health files with a new key, while the portal runs"),
    "rotate-documents-key": (rotate_documents, "seal the documents' files with a new key, while the portal runs"),
}
