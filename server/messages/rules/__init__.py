"""Decisions about messages and pages: what may be written, how plain text is laid out, what a menu is."""
