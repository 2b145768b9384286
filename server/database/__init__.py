"""One port to two databases: a query or a command is a generator that yields statements and gets rows.

A whole generator is one trip: on SQLite it runs inside the writer's or a reader's thread, on PostgreSQL on
one pooled connection. So nothing can be awaited in the middle of a transaction, and rooms stay plain Python.
"""

from server.database.errors import Busy, DatabaseError, Duplicate
from server.database.port import Database, open_database
from server.database.statement import (
    Row,
    Rows,
    Statement,
    Work,
    alone,
    cells,
    flat,
    marks,
    sql,
    typed_values_marks,
    values_marks,
)
from server.database.twins import write_beside_twins
from server.database.where import Where

__all__ = [
    "Busy",
    "Database",
    "DatabaseError",
    "Duplicate",
    "Row",
    "Rows",
    "Statement",
    "Where",
    "Work",
    "alone",
    "cells",
    "flat",
    "marks",
    "open_database",
    "sql",
    "typed_values_marks",
    "values_marks",
    "write_beside_twins",
]
