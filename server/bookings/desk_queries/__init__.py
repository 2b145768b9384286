"""Reads for the agents' half of the calendar, apart from queries.py: families see their own squares, agents everybody's."""
