"""Writes about messages and pages; each one transaction."""
