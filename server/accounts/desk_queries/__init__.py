"""Reads about accounts for the agents' screens: who works here, who asks for an account."""

from server.accounts.desk_queries.agents import Agent, agent_of, agents
from server.accounts.desk_queries.registrations import Asked, Unused, Waiting, asked_by, registrations

__all__ = ["Agent", "Asked", "Unused", "Waiting", "agent_of", "agents", "asked_by", "registrations"]
