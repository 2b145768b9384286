"""The family's home page: a screen, no tables, no rules."""
