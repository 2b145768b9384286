"""The agents' screens: home, inbox, search; no tables, no rules."""
