"""`doctor`: what would stop the portal or surprise the town, each thing in one sentence; changes nothing."""

import asyncio

from server.cli.doctor.database import look_at_database
from server.cli.doctor.finding import MARKS, Finding
from server.cli.doctor.services import look_at_mail_server
from server.cli.doctor.surroundings import look_at_settings
from server.settings import BadSetting, settings_from_environment

__all__ = ["Finding", "doctor", "look_at_database", "look_at_mail_server", "look_at_settings"]


def doctor(_: list[str]) -> int:
    """Look at everything; 1 when something must be repaired."""
    try:
        settings = settings_from_environment()
        findings = [
            *look_at_settings(settings),
            *asyncio.run(look_at_mail_server(settings)),
            *asyncio.run(look_at_database(settings)),
        ]
    except BadSetting as bad:
        findings = [Finding("fault", str(bad))]
    for finding in findings:
        print(f"{MARKS[finding.kind]} {finding.sentence}")
    return 1 if any(finding.kind == "fault" for finding in findings) else 0
