"""Threads and what is written in them; news, practical pages, menus."""

from piccolo.columns import Boolean, Date, ForeignKey, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from server.accounts.tables import Account
from server.families.tables import Family


class Thread(Table, tablename="thread"):
    """An exchange between one household and one department."""

    id = Serial(primary_key=True)
    public_ref = Varchar(length=22, unique=True, default=None, db_column_name="ref")
    family_id = ForeignKey(Family, null=True)
    account_id = ForeignKey(Account, null=True)
    department = Varchar(length=60, default=None)
    subject = Varchar(length=120, default=None)
    opened_at = Timestamptz(default=None)
    last_at = Timestamptz(default=None)
    last_by = Varchar(length=8, default=None)
    closed_at = Timestamptz(null=True, default=None)


class ThreadMessage(Table, tablename="thread_message"):
    """One message of a thread."""

    id = Serial(primary_key=True)
    public_ref = Varchar(length=36, unique=True, default=None, db_column_name="ref")
    thread_id = ForeignKey(Thread, null=False)
    author_id = ForeignKey(Account, null=True)
    author = Varchar(length=170, default=None)
    side = Varchar(length=8, default=None)
    body = Text(default=None)
    sent_at = Timestamptz(default=None)


class ThreadReading(Table, tablename="thread_reading"):
    """Up to where each adult has read."""

    id = Serial(primary_key=True)
    thread_id = ForeignKey(Thread, null=False)
    account_id = ForeignKey(Account, null=False)
    read_at = Timestamptz(default=None)


class News(Table, tablename="news"):
    """News."""

    id = Serial(primary_key=True)
    public_ref = Varchar(length=22, unique=True, default=None, db_column_name="ref")
    title = Varchar(length=140, default=None)
    body = Text(default=None)
    first_day = Date(default=None)
    last_day = Date(null=True, default=None)
    pinned = Boolean(default=False)
    tell = Boolean(default=False)
    told_at = Timestamptz(null=True, default=None)
    version = Integer(default=1)
    changed_by = ForeignKey(Account, null=True)
    changed_at = Timestamptz(default=None)


class InfoPage(Table, tablename="info_page"):
    """A practical page."""

    id = Serial(primary_key=True)
    public_ref = Varchar(length=22, unique=True, default=None, db_column_name="ref")
    title = Varchar(length=140, default=None)
    body = Text(default=None)
    position = Integer(default=0)
    shown = Boolean(default=True)
    version = Integer(default=1)
    changed_by = ForeignKey(Account, null=True)
    changed_at = Timestamptz(default=None)


class Menu(Table, tablename="menu"):
    """What is eaten at the canteen on one day."""

    id = Serial(primary_key=True)
    day = Date(unique=True, default=None)
    dishes = Text(default=None)
    note = Varchar(length=300, default="")
    version = Integer(default=1)
    changed_by = ForeignKey(Account, null=True)
    changed_at = Timestamptz(default=None)


class Mailing(Table, tablename="mailing"):
    """One message to many families."""

    id = Serial(primary_key=True)
    public_ref = Varchar(length=22, unique=True, default=None, db_column_name="ref")
    state = Varchar(length=8, default="draft")
    selection = Text(default="{}")
    department = Varchar(length=60, default="")
    subject = Varchar(length=120, default="")
    body = Text(default="")
    version = Integer(default=1)
    made_by = ForeignKey(Account, null=True)
    changed_at = Timestamptz(default=None)
    sent_by = ForeignKey(Account, null=True)
    sent_at = Timestamptz(null=True, default=None)
    done_at = Timestamptz(null=True, default=None)


class MailingFamily(Table, tablename="mailing_family"):
    """A family it goes to, and what became of it there."""

    id = Serial(primary_key=True)
    mailing_id = ForeignKey(Mailing, null=False)
    family_id = ForeignKey(Family, null=False)
    thread_id = ForeignKey(Thread, null=True)
    outcome = Varchar(length=8, default="")
