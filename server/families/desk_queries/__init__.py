"""Reads of the agents: the inbox of requests, and who a declared child may be."""
