"""Children entered twice: files that were joined, pairs that are two children."""

from piccolo.columns import ForeignKey, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from server.accounts.tables import Account
from server.families.tables.households import Child


class ChildMerge(Table, tablename="child_merge"):
    """Which file was joined to which."""

    id = Serial(primary_key=True)
    kept_id = ForeignKey(Child, null=False)
    gone_ref = Varchar(length=22, unique=True, default=None)
    gone = Text(default=None)
    moved = Text(default=None)
    reason = Varchar(length=300, default=None)
    merged_by = ForeignKey(Account, null=True)
    merged_at = Timestamptz(default=None)


class ChildApart(Table, tablename="child_apart"):
    """A pair an agent says is two children."""

    id = Serial(primary_key=True)
    one_id = ForeignKey(Child, null=False)
    other_id = ForeignKey(Child, null=False)
    said_by = ForeignKey(Account, null=True)
    said_at = Timestamptz(default=None)
