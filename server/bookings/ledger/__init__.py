"""The ledger: squares and sessions loaded under lock, moved in memory, written once.

A folder of its own because taps, agents' decisions and closures all make places scarcer or freer in the same way:
lock the sessions in the order of their ids, look, move, write. Whoever moves a square moves it here.
"""

from server.bookings.ledger.book import Ledger
from server.bookings.ledger.loading import load_ledger
from server.bookings.ledger.values import KnownTap, Move, Place, Rights, Want

__all__ = ["KnownTap", "Ledger", "Move", "Place", "Rights", "Want", "load_ledger"]
