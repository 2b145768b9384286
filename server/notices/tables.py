"""Events to tell, what the bell shows, devices that ring, and what was sent."""

from piccolo.columns import Boolean, ForeignKey, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from server.accounts.tables import Account, SignIn


class Outbox(Table, tablename="outbox"):
    """An event to tell, written in the event's own transaction."""

    id = Serial(primary_key=True)
    account_id = ForeignKey(Account, null=False)
    kind = Varchar(length=40, default=None)
    bundle = Varchar(length=80, default=None)
    payload = Text(default=None)
    created_at = Timestamptz(default=None)
    due_at = Timestamptz(default=None)
    notice_id = Integer(null=True, default=None)
    trouble = Varchar(length=300, default="")


class Notice(Table, tablename="notice"):
    """What the bell shows."""

    id = Serial(primary_key=True)
    public_ref = Varchar(length=22, unique=True, default=None, db_column_name="ref")
    account_id = ForeignKey(Account, null=False)
    kind = Varchar(length=40, default=None)
    title = Varchar(length=160, default=None)
    body = Text(default=None)
    brief = Varchar(length=300, default=None)
    url = Varchar(length=300, default=None)
    tag = Varchar(length=32, default=None)
    expires_at = Timestamptz(default=None)
    created_at = Timestamptz(default=None)
    read_at = Timestamptz(null=True, default=None)


class PushDevice(Table, tablename="push_device"):
    """Push device."""

    id = Serial(primary_key=True)
    account_id = ForeignKey(Account, null=False)
    sign_in_id = ForeignKey(SignIn, null=True)
    endpoint = Text(unique=True, default=None)
    p256dh = Varchar(length=200, default=None)
    auth = Varchar(length=60, default=None)
    label = Varchar(length=80, default=None)
    created_at = Timestamptz(default=None)
    last_ok_at = Timestamptz(null=True, default=None)
    key = Varchar(length=100, default="")


class Delivery(Table, tablename="delivery"):
    """One notice on one channel to one place."""

    id = Serial(primary_key=True)
    notice_id = ForeignKey(Notice, null=False)
    channel = Varchar(length=8, default=None)
    push_device_id = ForeignKey(PushDevice, null=True)
    address = Varchar(length=254, null=True, default=None)
    status = Varchar(length=10, default="waiting")
    tries = Integer(default=0)
    due_at = Timestamptz(default=None)
    claimed_until = Timestamptz(null=True, default=None)
    claimed_by = Varchar(length=40, null=True, default=None)
    outcome = Varchar(length=300, default="")
    created_at = Timestamptz(default=None)
    done_at = Timestamptz(null=True, default=None)
    resting = Boolean(default=False)


class NoticePreference(Table, tablename="notice_preference"):
    """Only departures from the defaults of notices/rules/kinds.py."""

    id = Serial(primary_key=True)
    account_id = ForeignKey(Account, null=False)
    kind = Varchar(length=40, default=None)
    channel = Varchar(length=8, default=None)
    wanted = Boolean(default=None)


class DevMail(Table, tablename="dev_mail"):
    """The development mailbox: mail sent while no SMTP server is set."""

    id = Serial(primary_key=True)
    recipient = Varchar(length=254, default=None)
    subject = Varchar(length=300, default=None)
    body = Text(default=None)
    created_at = Timestamptz(default=None)


class QuietHours(Table, tablename="quiet_hours"):
    """Only departures from the default of notices/rules; minutes of the town's clock."""

    id = Serial(primary_key=True)
    account_id = ForeignKey(Account, null=False, unique=True)
    wanted = Boolean(default=None)
    starts_at = Integer(default=None)
    ends_at = Integer(default=None)
