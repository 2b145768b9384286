"""Reads of health files. Those that show a file to a person are in commands/reading.py: they note it."""
