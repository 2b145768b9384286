"""Measures, run by `make bench`: a real server, a small load client, and the bare database beside it."""
