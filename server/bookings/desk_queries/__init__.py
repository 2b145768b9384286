"""Reads for the agents' half, apart from queries: families see their own squares, agents everybody's."""
