"""Writes to squares: by a parent's tap, by an agent's decision, by a closure. All move squares through the ledger."""
