"""Reads for the agents' half, apart from queries.py: families see their own squares, agents everybody's."""
