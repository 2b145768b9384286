"""Lists of families on their way in."""

from piccolo.columns import ForeignKey, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from server.accounts.tables import Account


class FamilyImport(Table, tablename="family_import"):
    """A list tried out on a screen: imported when an agent says so, and only as they read it."""

    id = Serial(primary_key=True)
    public_ref = Varchar(length=22, unique=True, default=None, db_column_name="ref")
    name = Varchar(length=120, default=None)
    file = Varchar(length=32, null=True, default=None)
    digest = Varchar(length=64, default=None)
    checked = Varchar(length=64, default=None)
    state = Varchar(length=8, default=None)
    report = Text(default=None)
    made_by = ForeignKey(Account, null=True)
    made_at = Timestamptz(default=None)
    done_by = ForeignKey(Account, null=True)
    done_at = Timestamptz(null=True, default=None)
