"""How long a town keeps what it keeps; a job removes the rest and says what it removed."""

from dataclasses import dataclass

from server.profiles.choice import choice


@dataclass(frozen=True)
class RetentionChoices:
    """Periods; reference: security.md §7.2. Accounting documents are kept by law and are not among these."""

    account_years: int = choice(2, "an account nobody has used for so many years is closed, after a letter")
    account_warning_days: int = choice(30, "days between that letter and the closing")
    booking_school_years: int = choice(2, "whole school years bookings and their history are kept")
    exchange_years: int = choice(2, "years a settled exchange or a decided request is kept")
    health_days: int = choice(60, "days a child's health file outlives the last enrolment")
