"""French wording for templates: the pure helpers of the rules, offered as filters."""

from server.activities.rules.wording import cents, day_long, day_short, instant, plural

FILTERS = ("cents", "day_long", "day_short", "instant", "plural")

__all__ = ["FILTERS", "cents", "day_long", "day_short", "instant", "plural"]
