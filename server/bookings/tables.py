"""Squares, taps with their verdicts, and who did what."""

from piccolo.columns import BigInt, Date, ForeignKey, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from server.accounts.tables import Account
from server.activities.tables import Session
from server.families.tables import Child, Family


class Booking(Table, tablename="booking"):
    """One row a square, for ever; its states are bookings/rules."""

    id = Serial(primary_key=True)
    child_id = ForeignKey(Child, null=False)
    session_id = ForeignKey(Session, null=False)
    family_id = ForeignKey(Family, null=False)
    state = Varchar(length=20, default=None)
    version = Integer(default=None)
    unit = Varchar(length=40, default="")
    rank = Integer(null=True, default=None)
    reason = Varchar(length=300, default="")
    changed_by = ForeignKey(Account, null=True)
    changed_at = Timestamptz(default=None)


class Tap(Table, tablename="tap"):
    """Every tap and its verdict, kept 400 days: a repeat gets the same words."""

    id = Varchar(length=36, primary_key=True, default=None)
    account_id = Integer(default=None)
    device = Varchar(length=36, default=None)
    square = Varchar(length=60, default=None)
    seq = BigInt(default=None)
    digest = Varchar(length=64, default=None)
    outcome = Varchar(length=12, default=None)
    verdict = Text(default=None)
    tapped_at = Timestamptz(null=True, default=None)
    received_at = Timestamptz(default=None)
    want = Varchar(length=6, default="")


class Audit(Table, tablename="audit"):
    """Append only: who did what, when, to which square."""

    id = Serial(primary_key=True)
    at = Timestamptz(default=None)
    actor_id = Integer(null=True, default=None)
    action = Varchar(length=40, default=None)
    child_id = Integer(null=True, default=None)
    session_id = Integer(null=True, default=None)
    detail = Text(default="{}")
    family_id = Integer(null=True, default=None)


class Absence(Table, tablename="absence"):
    """« Malade aujourd'hui »: what a parent declared, and what became of each square."""

    id = Serial(primary_key=True)
    public_ref = Varchar(length=36, unique=True, default=None, db_column_name="ref")
    family_id = ForeignKey(Family, null=False)
    child_id = ForeignKey(Child, null=False)
    first_day = Date(default=None)
    last_day = Date(default=None)
    lines = Text(default=None)
    declared_by = ForeignKey(Account, null=True)
    declared_at = Timestamptz(default=None)
    undone_at = Timestamptz(null=True, default=None)


class CutoffReminder(Table, tablename="cutoff_reminder"):
    """« Rien de réservé »: told once for each child, home and week."""

    id = Serial(primary_key=True)
    family_id = ForeignKey(Family, null=False)
    child_id = ForeignKey(Child, null=False)
    week = Date(default=None)
    told_at = Timestamptz(default=None)
