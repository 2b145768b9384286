"""Families, their guardians, and children who may live in two households."""

from piccolo.columns import Boolean, Date, ForeignKey, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from server.accounts.tables import Account


class Family(Table, tablename="family"):
    """Family."""

    id = Serial(primary_key=True)
    public_ref = Varchar(length=22, unique=True, default=None, db_column_name="ref")
    number = Varchar(length=20, unique=True, default=None)
    name = Varchar(length=120, default=None)
    resident = Boolean(default=True)
    address = Varchar(length=300, default="")
    created_at = Timestamptz(default=None)
    sort_name = Varchar(length=130, default="")
    home = Text(default="")
    invoices_by_email = Boolean(default=False)
    version = Integer(default=1)
    checked_at = Timestamptz(null=True, default=None)
    checked_by = ForeignKey(Account, null=True)


class Guardian(Table, tablename="guardian"):
    """Guardian."""

    id = Serial(primary_key=True)
    family_id = ForeignKey(Family, null=False)
    account_id = ForeignKey(Account, null=True, unique=True)
    title = Varchar(length=10, default="")
    first_name = Varchar(length=80, default=None)
    last_name = Varchar(length=80, default=None)
    email = Varchar(length=254, default="")
    phone = Varchar(length=30, default="")
    holder = Boolean(default=False)
    public_ref = Varchar(length=22, default="", db_column_name="ref")
    birth_name = Varchar(length=80, default="")
    birth_date = Date(null=True, default=None)
    birth_place = Varchar(length=80, default="")
    birth_department = Varchar(length=60, default="")
    birth_country = Varchar(length=60, default="")
    home_phone = Varchar(length=30, default="")
    work_phone = Varchar(length=30, default="")
    profession = Varchar(length=80, default="")
    employer = Varchar(length=80, default="")
    reached_by = Varchar(length=12, default="")
    home = Text(default="")
    version = Integer(default=1)


class Child(Table, tablename="child"):
    """Child."""

    id = Serial(primary_key=True)
    public_ref = Varchar(length=22, unique=True, default=None, db_column_name="ref")
    first_name = Varchar(length=80, default=None)
    last_name = Varchar(length=80, default=None)
    birth_date = Date(default=None)
    colour = Integer(default=0)
    site_id = Integer(null=True, default=None)
    grade = Varchar(length=20, default="")
    sort_name = Varchar(length=170, default="")
    sex = Varchar(length=1, default="")
    version = Integer(default=1)


class HouseholdChild(Table, tablename="household_child"):
    """One child may live in two households."""

    id = Serial(primary_key=True)
    family_id = ForeignKey(Family, null=False)
    child_id = ForeignKey(Child, null=False)
    custody = Text(default='{"kind":"always"}')


class ChildLink(Table, tablename="child_link"):
    """What an adult is to a child."""

    id = Serial(primary_key=True)
    guardian_id = ForeignKey(Guardian, null=False)
    child_id = ForeignKey(Child, null=False)
    quality = Varchar(length=20, default=None)
    authority = Boolean(default=False)


class FamilyWord(Table, tablename="family_word"):
    """A folded word a family may be looked for by."""

    id = Serial(primary_key=True)
    family_id = ForeignKey(Family, null=False)
    word = Varchar(length=254, default=None)
    weight = Integer(default=None)
