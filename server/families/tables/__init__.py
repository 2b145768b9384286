"""Families, their people, and what they ask of the town."""

from server.families.tables.households import Child, ChildLink, Family, FamilyWord, Guardian, HouseholdChild
from server.families.tables.imports import FamilyImport
from server.families.tables.links import FileKey, FileLink
from server.families.tables.merging import ChildApart, ChildMerge
from server.families.tables.requests import Request, RequestDraft, RequestEvent, RequestMessage

__all__ = [
    "Child",
    "ChildApart",
    "ChildLink",
    "ChildMerge",
    "Family",
    "FamilyImport",
    "FamilyWord",
    "FileKey",
    "FileLink",
    "Guardian",
    "HouseholdChild",
    "Request",
    "RequestDraft",
    "RequestEvent",
    "RequestMessage",
]
