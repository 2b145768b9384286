"""How accounts came to files."""

from piccolo.columns import ForeignKey, Serial, Timestamptz, Varchar
from piccolo.table import Table

from server.accounts.tables import Account
from server.families.tables.households import Family, Guardian


class FileLink(Table, tablename="file_link"):
    """How an account came to a file, and what became of it."""

    id = Serial(primary_key=True)
    public_ref = Varchar(length=22, unique=True, default=None, db_column_name="ref")
    family_id = ForeignKey(Family, null=False)
    guardian_id = ForeignKey(Guardian, null=True)
    account_id = ForeignKey(Account, null=True)
    way = Varchar(length=12, default=None)
    created_at = Timestamptz(default=None)
    contested_at = Timestamptz(null=True, default=None)
    contested_by = ForeignKey(Account, null=True)
    contest = Varchar(length=500, default="")
    settled_at = Timestamptz(null=True, default=None)
    settled_by = ForeignKey(Account, null=True)
    outcome = Varchar(length=8, default="")


class FileKey(Table, tablename="file_key"):
    """A clé enfance: a code worth one adult's seat, once."""

    id = Serial(primary_key=True)
    guardian_id = ForeignKey(Guardian, null=False)
    digest = Varchar(length=64, unique=True, default=None)
    created_by = ForeignKey(Account, null=True)
    created_at = Timestamptz(default=None)
    expires_at = Timestamptz(default=None)
    spent_at = Timestamptz(null=True, default=None)
    revoked_at = Timestamptz(null=True, default=None)
