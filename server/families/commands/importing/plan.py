"""What an import is going to write: families, adults, children, and what is said of each line."""

import secrets
from dataclasses import dataclass, field
from datetime import date

from server.families.rules.reports import Report


@dataclass
class Home:
    """A family that is created."""

    number: str
    name: str
    resident: bool
    address: str


@dataclass
class Adult:
    """An adult of the portal (`id`) or a new one (0), as the list wants them."""

    number: str  # of the family
    first_name: str
    last_name: str
    title: str = ""
    email: str = ""
    phone: str = ""
    holder: bool = False
    id: int = 0
    signs_in: bool = False
    changed: bool = False
    ref: str = field(default_factory=lambda: secrets.token_urlsafe(16))


@dataclass
class Child:
    """A child of the portal (`id`) or a new one (0), as the list wants them."""

    first_name: str
    last_name: str
    birth_date: date
    site_id: int | None
    grade: str
    colour: int = 0
    id: int = 0
    changed: bool = False
    homes: set[int | str] = field(default_factory=set)  # a family's id, or the number of one that is created
    ref: str = field(default_factory=lambda: secrets.token_urlsafe(12))


@dataclass
class Plan:
    """Everything to write, and what is said of each line."""

    report: Report = field(default_factory=Report)
    homes: list[Home] = field(default_factory=list)
    adults: list[Adult] = field(default_factory=list)  # new or changed
    children: list[Child] = field(default_factory=list)  # new or changed
    lives: list[tuple[str, Child, str]] = field(default_factory=list)  # family number, child, custody
    accounts: list[Adult] = field(default_factory=list)  # to be opened
    numbers: set[str] = field(default_factory=set)  # every family of the list
