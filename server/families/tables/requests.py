"""Requests, their history, their exchange, and the drafts of those not sent yet."""

from piccolo.columns import Boolean, ForeignKey, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from server.accounts.tables import Account
from server.families.tables.households import Child, Family


class Request(Table, tablename="request"):
    """A request a family, or an account without one, has filed."""

    id = Serial(primary_key=True)
    public_ref = Varchar(length=22, unique=True, default=None, db_column_name="ref")
    number = Integer(unique=True, default=None)
    kind = Varchar(length=30, default=None)
    title = Varchar(length=160, default=None)
    family_id = ForeignKey(Family, null=True)
    account_id = ForeignKey(Account, null=True)
    child_id = ForeignKey(Child, null=True)
    status = Varchar(length=12, default="filed")
    content = Text(default=None)
    receipt = Text(default=None)
    sought = Varchar(length=300, default="")
    version = Integer(default=1)
    filed_at = Timestamptz(default=None)
    changed_at = Timestamptz(default=None)


class RequestEvent(Table, tablename="request_event"):
    """One step of a request."""

    id = Serial(primary_key=True)
    request_id = ForeignKey(Request, null=False)
    at = Timestamptz(default=None)
    actor_id = ForeignKey(Account, null=True)
    by_agent = Boolean(default=False)
    status = Varchar(length=12, default=None)
    words = Varchar(length=1000, default="")


class RequestMessage(Table, tablename="request_message"):
    """One message of the exchange about a request."""

    id = Serial(primary_key=True)
    request_id = ForeignKey(Request, null=False)
    at = Timestamptz(default=None)
    actor_id = ForeignKey(Account, null=True)
    by_agent = Boolean(default=False)
    body = Varchar(length=1000, default=None)
    read_at = Timestamptz(null=True, default=None)


class RequestDraft(Table, tablename="request_draft"):
    """What an account prepares and has not sent."""

    id = Serial(primary_key=True)
    account_id = ForeignKey(Account, null=False)
    kind = Varchar(length=30, default=None)
    content = Text(default=None)
    version = Integer(default=1)
    updated_at = Timestamptz(default=None)
