"""Decisions about families: custody, requests, what a form must hold, what changes at once and what is asked for."""

from server.families.rules.custody import Custody, Home, Kind, Stay, halves, whose_day
from server.families.rules.custody_text import custody_from, custody_to

__all__ = ["Custody", "Home", "Kind", "Stay", "custody_from", "custody_to", "halves", "whose_day"]
