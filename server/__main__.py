"""`python -m server COMMAND`: everything an operator does."""

import sys

from server.cli import COMMANDS
from server.settings import BadSetting


def main(arguments: list[str]) -> int:
    """Run one command; its exit status."""
    name = arguments[0] if arguments else "help"
    command = COMMANDS.get(name)
    if command is None:
        print("Usage: python -m server COMMAND\n")
        for known, (_, meaning) in COMMANDS.items():
            print(f"  {known:<20} {meaning}")
        return 0 if name in ("help", "-h", "--help") else 2
    try:
        return command[0](arguments[1:])
    except BadSetting as bad:
        print(bad, file=sys.stderr)
        return 2
    except OSError as error:  # a folder that cannot be written, a database that is not there
        print(f"{name} cannot work: {error}.", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
