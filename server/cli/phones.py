"""`forget-phone ADDRESS`: an agent has lost phone and recovery codes, and no colleague can take the code away."""

import asyncio
import sys

from server.accounts.commands.second_factor import remove_factor
from server.accounts.queries import credentials_of
from server.accounts.rules import sign_in_name
from server.adapters.clock import clock_from
from server.database import open_database
from server.notices.commands import tell_account
from server.settings import Settings, settings_from_environment


def forget_phone(arguments: list[str]) -> int:
    """No one-time code is asked of this agent any more; a town that requires codes has it set up anew."""
    if len(arguments) != 1:
        print("Usage: python -m server forget-phone ADDRESS", file=sys.stderr)
        return 2
    if not asyncio.run(_forget(settings_from_environment(), arguments[0])):
        print(f"No agent who signs in as {arguments[0]} has a second factor.", file=sys.stderr)
        return 1
    print("Done. The agent is told, and signs in with the password alone.")
    return 0


async def _forget(settings: Settings, name: str) -> bool:
    db, clock = open_database(settings.database_url), clock_from(settings.now)
    await db.start()
    try:
        found = await db.read(credentials_of, sign_in_name(name), settings.env == "demo")
        if found is None or found.kind != "agent":
            return False
        return bool(await db.write(remove_factor, found.account_id, clock(), tell_account))
    finally:
        await db.stop()
