"""Decisions about telling: which kinds exist, where a push may go, when to try again."""
