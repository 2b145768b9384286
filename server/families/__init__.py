"""Families, guardians, children, households."""
