"""Accounts, where they are signed in, failed attempts, links in mails and letters."""

from piccolo.columns import BigInt, Boolean, ForeignKey, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table


class Account(Table, tablename="account"):
    """Account."""

    id = Serial(primary_key=True)
    public_ref = Varchar(length=22, unique=True, default=None, db_column_name="ref")
    kind = Varchar(length=8, default=None)
    user_name = Varchar(length=80, null=True, unique=True, default=None)
    email = Varchar(length=254, null=True, unique=True, default=None)
    number = Varchar(length=20, null=True, unique=True, default=None)
    first_name = Varchar(length=80, default=None)
    last_name = Varchar(length=80, default=None)
    password_hash = Text(default=None)
    rights = Text(default="[]")
    demo = Boolean(default=False)
    disabled_at = Timestamptz(null=True, default=None)
    last_sign_in_at = Timestamptz(null=True, default=None)
    previous_sign_in_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=None)
    warned_at = Timestamptz(null=True, default=None)


class SignIn(Table, tablename="sign_in"):
    """Sign in."""

    id = Serial(primary_key=True)
    account_id = ForeignKey(Account, null=False)
    token_hash = Varchar(length=64, unique=True, default=None)
    device_label = Varchar(length=80, default=None)
    shared_device = Boolean(default=False)
    address = Varchar(length=64, default=None)
    created_at = Timestamptz(default=None)
    last_seen_at = Timestamptz(default=None)
    expires_at = Timestamptz(default=None)
    stage = Varchar(length=8, default="")


class Attempt(Table, tablename="attempt"):
    """Failed sign-ins, counted per name and per address."""

    id = Serial(primary_key=True)
    bucket = Varchar(length=90, default=None)
    at = Timestamptz(default=None)


class KnownDevice(Table, tablename="known_device"):
    """From where an account has signed in before: a digest, no address."""

    id = Serial(primary_key=True)
    account_id = ForeignKey(Account, null=False)
    digest = Varchar(length=64, default=None)
    seen_at = Timestamptz(default=None)


class Link(Table, tablename="link"):
    """A link in a mail: its public half; the token is made from the portal's secret."""

    id = Serial(primary_key=True)
    public_ref = Varchar(length=12, unique=True, default=None, db_column_name="ref")
    purpose = Varchar(length=12, default=None)
    subject = Varchar(length=80, default=None)
    account_id = ForeignKey(Account, null=True)
    payload = Text(default="{}")
    hours = Integer(default=None)
    created_at = Timestamptz(default=None)
    expires_at = Timestamptz(default=None)
    spent_at = Timestamptz(null=True, default=None)
    revoked_at = Timestamptz(null=True, default=None)


class Letter(Table, tablename="letter"):
    """A mail to an address that is not, or not yet, an account's own."""

    id = Serial(primary_key=True)
    address = Varchar(length=254, default=None)
    kind = Varchar(length=40, default=None)
    payload = Text(default=None)
    link_id = ForeignKey(Link, null=True)
    account_id = ForeignKey(Account, null=True)
    status = Varchar(length=10, default="waiting")
    tries = Integer(default=0)
    due_at = Timestamptz(default=None)
    claimed_until = Timestamptz(null=True, default=None)
    claimed_by = Varchar(length=40, null=True, default=None)
    outcome = Varchar(length=300, default="")
    created_at = Timestamptz(default=None)
    done_at = Timestamptz(null=True, default=None)
    resting = Boolean(default=False)


class ResetRequest(Table, tablename="reset_request"):
    """A forgotten password, until the worker has answered."""

    id = Serial(primary_key=True)
    name = Varchar(length=254, default=None)
    created_at = Timestamptz(default=None)


class ResendRequest(Table, tablename="resend_request"):
    """A lost activation link, until the worker has answered."""

    id = Serial(primary_key=True)
    email = Varchar(length=254, default=None)
    hours = Integer(default=None)
    created_at = Timestamptz(default=None)


class LegalText(Table, tablename="legal_text"):
    """The words somebody accepted, kept as they were."""

    id = Serial(primary_key=True)
    kind = Varchar(length=8, default=None)
    version = Varchar(length=20, default=None)
    digest = Varchar(length=64, default=None)
    body = Text(default=None)
    first_at = Timestamptz(default=None)


class Consent(Table, tablename="consent"):
    """A text accepted by an account, or told to it."""

    id = Serial(primary_key=True)
    account_id = ForeignKey(Account, null=False)
    kind = Varchar(length=8, default=None)
    version = Varchar(length=20, default=None)
    digest = Varchar(length=64, default=None)
    how = Varchar(length=8, default=None)
    at = Timestamptz(default=None)


class SecondFactor(Table, tablename="second_factor"):
    """An agent's one-time codes."""

    id = Serial(primary_key=True)
    account_id = ForeignKey(Account, null=False, unique=True)
    nonce = Varchar(length=32, default=None)
    last_step = BigInt(default=0)
    created_at = Timestamptz(default=None)
    confirmed_at = Timestamptz(null=True, default=None)


class RecoveryCode(Table, tablename="recovery_code"):
    """A code for the day the phone is lost."""

    id = Serial(primary_key=True)
    account_id = ForeignKey(Account, null=False)
    digest = Varchar(length=64, unique=True, default=None)
    used_at = Timestamptz(null=True, default=None)
