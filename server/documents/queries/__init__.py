"""Reads of documents: a family's own, the agents' list, the bytes' whereabouts."""
