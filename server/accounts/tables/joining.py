"""Who is about to have an account, and what a holder said and showed of themselves when registering."""

from piccolo.columns import ForeignKey, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from server.accounts.tables.accounts import Account


class RegistrationDraft(Table, tablename="registration_draft"):
    """A wizard begun on a browser that is not signed in."""

    id = Serial(primary_key=True)
    token_hash = Varchar(length=64, default=None)
    way = Varchar(length=12, default=None)
    answers = Text(default="{}")
    password_hash = Text(default="")
    subject = Varchar(length=22, default="")
    created_at = Timestamptz(default=None)
    touched_at = Timestamptz(default=None)
    sent_at = Timestamptz(null=True, default=None)


class Registration(Table, tablename="registration"):
    """An account that does not exist yet."""

    id = Serial(primary_key=True)
    public_ref = Varchar(length=22, unique=True, default=None, db_column_name="ref")
    way = Varchar(length=12, default=None)
    state = Varchar(length=10, default=None)
    email = Varchar(length=254, default=None)
    number = Varchar(length=20, null=True, unique=True, default=None)
    password_hash = Text(default="")
    answers = Text(default="{}")
    guardian_id = Integer(null=True, default=None)
    decided_by = ForeignKey(Account, null=True)
    decided_at = Timestamptz(null=True, default=None)
    reason = Varchar(length=500, default="")
    created_at = Timestamptz(default=None)


class AccountIdentity(Table, tablename="account_identity"):
    """What the owner of an account said of themselves when registering."""

    id = Serial(primary_key=True)
    account_id = ForeignKey(Account, null=False, unique=True)
    answers = Text(default="{}")


class AccountPhoto(Table, tablename="account_photo"):
    """The photo of an account's holder, or of who is about to be one."""

    id = Serial(primary_key=True)
    public_ref = Varchar(length=22, unique=True, default=None, db_column_name="ref")
    draft_id = ForeignKey(RegistrationDraft, null=True, unique=True)
    registration_id = ForeignKey(Registration, null=True, unique=True)
    account_id = ForeignKey(Account, null=True, unique=True)
    image = Text(default=None)
    created_at = Timestamptz(default=None)
