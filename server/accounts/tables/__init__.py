"""Accounts, how one signs in to them, and how one comes to have one."""

from server.accounts.tables.accounts import (
    Account,
    Attempt,
    Consent,
    KnownDevice,
    LegalText,
    Letter,
    Link,
    RecoveryCode,
    ResendRequest,
    ResetRequest,
    SecondFactor,
    SignIn,
)
from server.accounts.tables.joining import AccountIdentity, AccountPhoto, Registration, RegistrationDraft

__all__ = [
    "Account",
    "AccountIdentity",
    "AccountPhoto",
    "Attempt",
    "Consent",
    "KnownDevice",
    "LegalText",
    "Letter",
    "Link",
    "RecoveryCode",
    "Registration",
    "RegistrationDraft",
    "ResendRequest",
    "ResetRequest",
    "SecondFactor",
    "SignIn",
]
