"""Reads of households and of their requests. Never anything of the other household of a child."""

from server.families.queries.households import Adult, Child, ChildAtHome, Household, children_of, household_of

__all__ = ["Adult", "Child", "ChildAtHome", "Household", "children_of", "household_of"]
