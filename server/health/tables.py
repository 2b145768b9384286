"""Sealed health records, consents, and who read what."""

from piccolo.columns import Boolean, ForeignKey, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from server.accounts.tables import Account
from server.families.tables import Child, Family


class HealthRecord(Table, tablename="health_record"):
    """One child's record, each text of it sealed."""

    id = Serial(primary_key=True)
    child_id = ForeignKey(Child, null=False, unique=True)
    sheet = Text(default="")
    vaccines = Text(default="")
    plans = Text(default="")
    admission = Text(default="")


class Permission(Table, tablename="permission"):
    """A consent given or refused; the last of a kind holds."""

    id = Serial(primary_key=True)
    child_id = ForeignKey(Child, null=False)
    kind = Varchar(length=30, default=None)
    granted = Boolean(default=None)
    wording = Varchar(length=200, default="")
    given_by = ForeignKey(Account, null=True)
    given_name = Varchar(length=170, default=None)
    at = Timestamptz(default=None)


class HealthRead(Table, tablename="health_read"):
    """One reading of a child's health record."""

    id = Serial(primary_key=True)
    child_id = ForeignKey(Child, null=False)
    account_id = ForeignKey(Account, null=True)
    reader = Varchar(length=170, default=None)
    agent = Boolean(default=None)
    screen = Varchar(length=20, default=None)
    at = Timestamptz(default=None)


class PickupPerson(Table, tablename="pickup_person"):
    """Somebody who may collect the child or be called, on a household's own list."""

    id = Serial(primary_key=True)
    family_id = ForeignKey(Family, null=False)
    child_id = ForeignKey(Child, null=False)
    position = Integer(default=None)
    name = Varchar(length=120, default=None)
    link = Varchar(length=60, default="")
    phone = Varchar(length=30, default="")
    emergency = Boolean(default=False)
