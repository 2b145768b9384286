"""Documents, their files, and what agents ask families for."""

from piccolo.columns import Date, ForeignKey, Integer, Serial, Timestamptz, Varchar
from piccolo.table import Table

from server.accounts.tables import Account
from server.families.tables import Child, Family, Request


class Document(Table, tablename="document"):
    """Document."""

    id = Serial(primary_key=True)
    public_ref = Varchar(length=22, unique=True, default=None, db_column_name="ref")
    shelf = Varchar(length=6, default=None)
    family_id = ForeignKey(Family, null=True)
    child_id = ForeignKey(Child, null=True)
    kind = Varchar(length=24, default="other")
    title = Varchar(length=120, default="")
    state = Varchar(length=8, default="received")
    decision = Varchar(length=8, default="")
    reason = Varchar(length=300, default="")
    valid_until = Date(null=True, default=None)
    shown_from = Date(null=True, default=None)
    shown_until = Date(null=True, default=None)
    sent_by = ForeignKey(Account, null=True)
    sent_key = Varchar(length=64, null=True, default=None)
    decided_by = ForeignKey(Account, null=True)
    decided_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=None)
    next_check_at = Timestamptz(default=None)
    reminded = Integer(default=0)
    version = Integer(default=1)
    request_id = ForeignKey(Request, null=True)
    message_ref = Varchar(length=36, null=True, default=None)


class DocumentFile(Table, tablename="document_file"):
    """One file of a document, in the safe under its name."""

    id = Serial(primary_key=True)
    document_id = ForeignKey(Document, null=False)
    position = Integer(default=None)
    name = Varchar(length=32, unique=True, default=None)
    media = Varchar(length=20, default=None)
    size = Integer(default=None)
    pages = Integer(default=1)
    digest = Varchar(length=64, default=None)


class DocumentAsk(Table, tablename="document_ask"):
    """An agent asks a family for one more document."""

    id = Serial(primary_key=True)
    public_ref = Varchar(length=22, unique=True, default=None, db_column_name="ref")
    family_id = ForeignKey(Family, null=False)
    child_id = ForeignKey(Child, null=True)
    kind = Varchar(length=24, default=None)
    note = Varchar(length=300, default="")
    asked_by = ForeignKey(Account, null=True)
    asked_at = Timestamptz(default=None)
    request_id = ForeignKey(Request, null=True)
    document_id = ForeignKey(Document, null=True)
