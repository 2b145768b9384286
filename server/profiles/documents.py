"""What a town chooses about documents: which supporting documents it asks for, how long they count, their limits."""

from dataclasses import dataclass
from typing import Literal, get_args

from server.profiles.choice import choice
from server.settings import BadSetting

Supporting = Literal[
    "home_proof",
    "family_book",
    "judgment",
    "birth_certificate",
    "caf_certificate",
    "liability_insurance",
    "custody_calendar",
    "vaccination",
    "identity",
    "tax_notice",
]


@dataclass(frozen=True)
class DocumentsChoices:
    """Room documents; product.md §4 and §7."""

    longest_mb: int = choice(10, "largest file a family may send, in megabytes")
    most_files: int = choice(6, "files of one sending: the pages of a document photographed one by one")
    most_mb_family: int = choice(200, "what one family may keep here, in megabytes")
    required: tuple[Supporting, ...] = choice(
        (), "supporting documents every family must send: home_proof, family_book, identity, vaccination, …"
    )
    optional: tuple[Supporting, ...] = choice(
        ("home_proof", "family_book", "caf_certificate", "liability_insurance"),
        "supporting documents a family may send when they concern it",
    )
    maximum_without: tuple[Supporting, ...] = choice(
        (), "optional ones without which the highest price applies (G4: tax_notice)"
    )
    valid_months: tuple[str, ...] = choice(
        ("home_proof=12", "caf_certificate=12", "tax_notice=12"),
        "months a supporting document stays valid once accepted, name=months; the agent may choose another day",
    )
    valid_school_year: tuple[Supporting, ...] = choice(
        ("liability_insurance", "custody_calendar"), "those valid until the school year ends, 31 August"
    )
    free_sending: bool = choice(True, "a family may send a document nobody asked for (G1: Mes envois)")

    def __post_init__(self) -> None:
        """Raises BadSetting for limits nobody could work with."""
        for name, least, most in (("longest_mb", 1, 50), ("most_files", 1, 20), ("most_mb_family", 1, 10_000)):
            if not least <= getattr(self, name) <= most:
                raise BadSetting(f"MARELLE_PROFILE: documents.{name} must be between {least} and {most}.")
        for each in self.valid_months:
            name, _, months = each.partition("=")
            if name not in get_args(Supporting) or not months.isdecimal() or not 1 <= int(months) <= 240:
                raise BadSetting(f"MARELLE_PROFILE: documents.valid_months must be like home_proof=12, not {each!r}.")
        if twice := set(self.required) & set(self.optional):
            raise BadSetting(f"MARELLE_PROFILE: documents: {sorted(twice)[0]} is required or optional, not both.")
