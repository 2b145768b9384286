"""The bare table migrations speak through; rooms keep their own in tables.py."""

from piccolo.table import Table


class Raw(Table, tablename="raw"):
    """Never created: only lends its connection to raw statements."""
