"""How often something may be tried: by name, by address, in all processes together."""

from datetime import datetime

from server.accounts.rules import Limit, wait
from server.database import Work, alone, sql


def count_try(limits: dict[str, Limit], now: datetime) -> Work[bool]:
    """Count one more try in each bucket (its name to its limit). False, and nothing counted, when one is full.

    Bucket names have at most 90 characters; hash what somebody typed. Tries on one bucket take turns.
    """
    for bucket in sorted(limits):
        yield alone(bucket)
    for bucket, limit in limits.items():
        rows = yield sql("select at from attempt where bucket = $1 and at > $2", bucket, now - limit.window)
        if wait(limit, [row["at"] for row in rows], now):
            return False
    for bucket in sorted(limits):
        yield sql("insert into attempt (bucket, at) values ($1, $2)", bucket, now)
    return True
