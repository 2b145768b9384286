"""The clock of mainland France: what a day means where no catalogue, which names the town's own zone, is at hand."""

from zoneinfo import ZoneInfo

TIME_ZONE = "Europe/Paris"
PARIS = ZoneInfo(TIME_ZONE)
