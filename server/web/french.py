"""French wording for templates: the pure helpers of the rules, offered as filters."""

from server.activities.rules.wording import cents, day_long, day_short, instant, of_name, plural, stamp

FILTERS = ("cents", "day_long", "day_short", "instant", "plural", "stamp")

__all__ = ["FILTERS", "cents", "day_long", "day_short", "instant", "of_name", "plural", "stamp"]
